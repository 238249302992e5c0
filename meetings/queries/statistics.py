"""The figures of a body: meetings, presence, decisions, actions, answers. Rows that the reader may not see do not count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Count, F, OuterRef, QuerySet, Subquery, When
from django.utils.dates import MONTHS_3
from django.utils.translation import gettext as _

from core.charts import Chart, Series
from core.models import TransitionRecord
from meetings.enums import PartStat
from meetings.models import Invitation, Meeting
from meetings.queries.presence_year import PresenceYear, meetings_held, presence_of_year
from taskforce.enums import ActionState
from taskforce.models import ActionItem, Decision, TaskForce
from taskforce.queries.register import OPEN_STATES, actions_visible_to, decisions_visible_to

YEARS_SHOWN = 10


@dataclass(frozen=True)
class Figures:
    """The charts of a year, and the few numbers above them."""

    year: int
    years: list[int]
    meetings: int
    rate: int | None
    decisions: int
    actions: int
    done: int
    overdue: int
    charts: list[Chart]


def figures_of(body: TaskForce, year: int, *, user: Any = None) -> Figures:
    """The figures as `user` may read them; for nobody in particular, without what is restricted. Six queries."""
    if user is None:
        decisions = Decision.objects.filter(task_force=body, is_restricted=False)
        actions = ActionItem.objects.filter(task_force=body, is_restricted=False)
    else:
        decisions = decisions_visible_to(user).filter(task_force=body)
        actions = actions_visible_to(user).filter(task_force=body)
    decisions = decisions.select_related(None).order_by()
    actions = actions.select_related(None).prefetch_related(None).order_by()
    meetings = meetings_held(body)
    held = Counter(meeting.date.year for meeting in meetings)
    presence = presence_of_year(body, year, held=meetings)
    decided = list(decisions.values_list("decided_on", flat=True))
    today = body.today()
    facts = _action_facts(actions, body)
    of_year = [fact for fact in facts if fact.day.year == year]
    charts = [
        _meetings_chart(held, today.year, year),
        _agencies_chart(presence),
        _rates_chart(presence),
        _months_chart(year, decided, of_year),
        _states_chart(year, of_year),
        _delays_chart(year, of_year, today),
        _answers_chart(body, presence.meetings),
    ]
    return Figures(
        year=year,
        years=sorted({*held, year, *(day.year for day in decided), *(fact.day.year for fact in facts)}, reverse=True),
        meetings=len(presence.meetings),
        rate=presence.rate,
        decisions=sum(day.year == year for day in decided),
        actions=len(of_year),
        done=sum(fact.state == ActionState.DONE for fact in of_year),
        overdue=sum(fact.is_late(today) for fact in of_year),
        charts=charts,
    )


@dataclass(frozen=True)
class _Action:
    """An action with the day it was decided (that of its meeting, else of its entry) and the last day it was done."""

    state: str
    due: date | None
    day: date
    done_on: date | None

    def is_late(self, on: date) -> bool:
        return self.state in OPEN_STATES and self.due is not None and self.due < on


def _day(moment: Any, body: TaskForce) -> date:
    return moment.astimezone(body.tz).date()


def _action_facts(actions: QuerySet[ActionItem], body: TaskForce) -> list[_Action]:
    whole = ContentType.objects.get_for_model(ActionItem)
    done = (
        TransitionRecord.objects.filter(content_type=whole, object_id=OuterRef("pk"), after=ActionState.DONE)
        .order_by("-at")
        .values("at")[:1]
    )
    rows = actions.annotate(
        born=F("meeting_link__meeting__starts_at"),
        done=Case(When(state=ActionState.DONE, then=Subquery(done))),
    ).values_list("state", "due_on", "created_at", "born", "done")
    return [
        _Action(state, due, _day(born or created, body), _day(done_at, body) if done_at else None)
        for state, due, created, born, done_at in rows
    ]


def _meetings_chart(held: Counter[int], latest: int, year: int) -> Chart:
    """The last years; those up to `year` where it lies before them."""
    last = latest if year > latest - YEARS_SHOWN else year
    first = max(min(held, default=last), last - YEARS_SHOWN + 1)
    years = list(range(min(first, last), last + 1))
    return Chart(
        slug="reunions",
        title=_("Réunions tenues par an"),
        description=_("Nombre de réunions tenues chaque année, sans celles qui ont été annulées ou reportées."),
        axis=_("Année"),
        labels=[str(year) for year in years],
        series=[Series(_("Réunions"), [held[year] for year in years])],
    )


def _agencies_chart(presence: PresenceYear) -> Chart:
    return Chart(
        slug="agences",
        title=_("Agences représentées à chaque réunion"),
        description=_(
            "Nombre d’agences représentées à chaque réunion de %(year)d. Une agence compte une fois, quel que soit le nombre de ses présents."
        )
        % {"year": presence.year},
        axis=_("Réunion"),
        labels=[f"{meeting.date.day}/{meeting.date.month}" for meeting in presence.meetings],
        series=[Series(_("Agences représentées"), [presence.represented[meeting.pk] for meeting in presence.meetings])],
    )


def _rates_chart(presence: PresenceYear) -> Chart:
    lines = [line for line in presence.agencies if not line.is_observer and line.percent is not None]
    lines.sort(key=lambda line: (-(line.percent or 0), line.label))
    return Chart(
        slug="taux",
        title=_("Taux de présence par agence"),
        description=_("Part des réunions de %(year)d où chaque agence membre était représentée, pendant ses mandats.")
        % {"year": presence.year},
        axis=_("Agence"),
        labels=[line.label for line in lines],
        series=[Series(_("Taux de présence"), [line.percent for line in lines])],
        kind="lines_of_bars",
        unit="%",
        top=100,
    )


def _months_chart(year: int, decided: list[date], actions: list[_Action]) -> Chart:
    by_month = [Counter(day.month for day in decided if day.year == year), Counter(one.day.month for one in actions)]
    return Chart(
        slug="mois",
        title=_("Décisions et actions par mois"),
        description=_("Décisions prises et actions décidées chaque mois de %(year)d.") % {"year": year},
        axis=_("Mois"),
        labels=[str(MONTHS_3[month]) for month in range(1, 13)],
        series=[
            Series(_("Décisions"), [by_month[0][month] for month in range(1, 13)]),
            Series(_("Actions"), [by_month[1][month] for month in range(1, 13)]),
        ],
    )


def _states_chart(year: int, actions: list[_Action]) -> Chart:
    counts = Counter(one.state for one in actions)
    return Chart(
        slug="etats",
        title=_("Actions par état"),
        description=_("Où en sont aujourd’hui les actions décidées en %(year)d.") % {"year": year},
        axis=_("État"),
        labels=[str(state.label) for state in ActionState],
        series=[Series(_("Actions"), [counts[state] for state in ActionState])],
        kind="lines_of_bars",
    )


def _delays_chart(year: int, actions: list[_Action], today: date) -> Chart:
    """How late actions with a due date were done, or still are."""
    bands = [_("À temps"), _("1 à 30 jours"), _("31 à 90 jours"), _("Plus de 90 jours")]
    finished, pending = [0] * 4, [0] * 4
    for one in actions:
        if one.due is None:
            continue
        if one.state == ActionState.DONE and one.done_on is not None:
            finished[_band(one.done_on - one.due)] += 1
        elif one.is_late(today):
            pending[_band(today - one.due)] += 1
    return Chart(
        slug="retards",
        title=_("Délais des actions"),
        description=_(
            "Retard sur l’échéance des actions décidées en %(year)d : celles qui sont réalisées, et celles qui restent ouvertes après leur échéance."
        )
        % {"year": year},
        axis=_("Retard"),
        labels=bands,
        series=[Series(_("Réalisées"), finished), Series(_("Encore ouvertes"), pending)],
    )


def _band(late: timedelta) -> int:
    return 0 if late.days <= 0 else 1 if late.days <= 30 else 2 if late.days <= 90 else 3


def _answers_chart(body: TaskForce, meetings: Iterable[Meeting]) -> Chart:
    meetings = list(meetings)
    rows = (
        Invitation.objects.filter(meeting__in=[meeting.pk for meeting in meetings])
        .order_by()
        .values_list("meeting", "partstat")
        .annotate(n=Count("pk"))
    )
    counts = {(meeting, partstat): n for meeting, partstat, n in rows}
    invited = [meeting for meeting in meetings if any((meeting.pk, state) in counts for state in PartStat)]

    def values(*states: str) -> list[int]:
        return [sum(counts.get((meeting.pk, state), 0) for state in states) for meeting in invited]

    return Chart(
        slug="reponses",
        title=_("Réponses aux convocations"),
        description=_("Ce que les personnes convoquées ont répondu avant chaque réunion."),
        axis=_("Réunion"),
        labels=[f"{meeting.date.day}/{meeting.date.month}" for meeting in invited],
        series=[
            Series(_("Participera"), values(PartStat.ACCEPTED, PartStat.DELEGATED)),
            Series(_("Peut-être"), values(PartStat.TENTATIVE)),
            Series(_("Excusé(e)"), values(PartStat.DECLINED)),
            Series(_("Sans réponse"), values(PartStat.NEEDS_ACTION)),
        ],
        kind="stacked",
    )

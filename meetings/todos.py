"""What is due in the meetings of a body: convening, answers, minutes, closing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.todos import Todo, TodoRow, TodoSource, todos, urgency_of
from core.typography import date_fr
from meetings.enums import CorrectionState, MeetingKind, MeetingState, MinutesState, PartStat, ReplyOutcome
from meetings.models import Meeting, ReceivedReply
from taskforce.models import TaskForce

# A convocation leaves so long before the meeting; the minutes are shared so long after it.
CONVENE_BEFORE = timedelta(days=14)
MINUTES_AFTER = timedelta(days=7)


@todos.register
class MeetingTodos(TodoSource):
    slug = "meetings"
    label = gettext_lazy("Réunions")
    order = 10

    def select(self, scope: TaskForce, *, today: date, until: date) -> Sequence[QuerySet[Any]]:
        day = TruncDate("starts_at", tzinfo=scope.tz)
        now = timezone.now()
        meetings = Meeting.objects.filter(task_force=scope).exclude(kind=MeetingKind.HISTORICAL)
        coming = meetings.filter(starts_at__gte=now).annotate(day=day)
        over = meetings.filter(state__in=[MeetingState.HELD, MeetingState.CLOSED]).annotate(day=day)
        silent = coming.filter(state=MeetingState.CONVENED).annotate(
            silent=Count("invitations", filter=Q(invitations__partstat=PartStat.NEEDS_ACTION))
        )
        return [
            self.each(
                coming.filter(state__in=[MeetingState.DRAFT, MeetingState.POSTPONED], day__lte=until),
                "convene",
                due=F("day"),
                detail=F("theme"),
            ),
            self.each(silent.filter(silent__gt=0), "silent", due=F("day"), count=F("silent")),
            self.each(
                meetings.filter(
                    state__in=[MeetingState.DRAFT, MeetingState.CONVENED, MeetingState.IN_PROGRESS], ends_at__lt=now
                ).annotate(day=day),
                "enter",
                due=F("day"),
                detail=F("state"),
            ),
            self.each(
                over.filter(Q(minutes__isnull=True) | Q(minutes__state=MinutesState.DRAFT)),
                "minutes",
                due=F("day"),
                detail=F("theme"),
            ),
            self.each(
                over.filter(state=MeetingState.HELD)
                .exclude(minutes__isnull=True)
                .exclude(minutes__state=MinutesState.DRAFT),
                "close",
                due=F("day"),
                detail=F("theme"),
            ),
        ]

    def say(self, scope: TaskForce, row: TodoRow, *, today: date) -> Todo:
        page = reverse("meetings:meeting_detail", args=[row.ref])
        day = date_fr(row.due)
        if row.kind == "convene":
            due = row.due - CONVENE_BEFORE if row.due else None
            # A meeting so near that the day has passed is not late: it is to be convened now.
            urgency = "soon" if due is not None and due < today else urgency_of(due, today=today)
            url = reverse("meetings:convene", args=[row.ref])
            return Todo(_("Convoquer la réunion du %(day)s") % {"day": day}, url, urgency, due, detail=row.detail)
        if row.kind == "silent":
            label = ngettext(
                "Obtenir %(count)d réponse pour la réunion du %(day)s",
                "Obtenir %(count)d réponses pour la réunion du %(day)s",
                row.count,
            )
            said = label % {"count": row.count, "day": day}
            return Todo(said, page, urgency_of(row.due, today=today), row.due, row.count)
        if row.kind == "enter":
            if row.detail == MeetingState.IN_PROGRESS:
                label = _("Terminer la réunion du %(day)s")
            else:
                label = _("Enregistrer ce qu’est devenue la réunion du %(day)s")
            return Todo(label % {"day": day}, page, "late", row.due)
        if row.kind == "minutes":
            due = row.due + MINUTES_AFTER if row.due else None
            label = _("Finir et partager le compte rendu du %(day)s") % {"day": day}
            return Todo(label, page, urgency_of(due, today=today), due, detail=row.detail)
        return Todo(_("Clore la réunion du %(day)s") % {"day": day}, page, "month", detail=row.detail)


@todos.register
class MinutesTodos(TodoSource):
    """Minutes that are shared: observations to answer, adoption at the next meeting."""

    slug = "minutes"
    label = gettext_lazy("Comptes rendus partagés")
    order = 11

    def select(self, scope: TaskForce, *, today: date, until: date) -> Sequence[QuerySet[Any]]:
        day = TruncDate("starts_at", tzinfo=scope.tz)
        last_day = F("minutes__observations_until")
        shared = Meeting.objects.filter(task_force=scope, minutes__state=MinutesState.CIRCULATED)
        waiting = Count("minutes__corrections", filter=Q(minutes__corrections__state=CorrectionState.OPEN))
        # The first meeting that can adopt: after this one and after the delay.
        adopting = (
            Meeting.objects.filter(task_force=scope, starts_at__gt=OuterRef("starts_at"))
            .exclude(state__in=[MeetingState.CANCELLED, MeetingState.POSTPONED])
            .annotate(day=day)
            .filter(day__gt=OuterRef("minutes__observations_until"))
            .order_by("starts_at")
        )
        return [
            self.each(
                shared.annotate(waiting=waiting, day=day).filter(waiting__gt=0),
                "answer",
                due=last_day,
                detail=F("day"),
                count=F("waiting"),
            ),
            self.each(
                shared.annotate(day=day, next_day=Subquery(adopting.values("day")[:1])).filter(
                    Q(next_day__lte=until) | Q(minutes__observations_until__lt=today)
                ),
                "adopt",
                due=F("next_day"),
                detail=F("day"),
            ),
        ]

    def say(self, scope: TaskForce, row: TodoRow, *, today: date) -> Todo:
        held = date_fr(date.fromisoformat(row.detail))
        urgency = urgency_of(row.due, today=today)
        if row.kind == "answer":
            text = ngettext(
                "Répondre à %(count)d observation sur le compte rendu du %(day)s",
                "Répondre à %(count)d observations sur le compte rendu du %(day)s",
                row.count,
            )
            url = reverse("meetings:correction_list", args=[row.ref])
            return Todo(text % {"count": row.count, "day": held}, url, urgency, row.due, row.count)
        url = reverse("meetings:minutes_detail", args=[row.ref])
        if row.due is None:
            return Todo(_("Faire adopter le compte rendu du %(day)s") % {"day": held}, url, urgency)
        text = _("Faire adopter le compte rendu du %(day)s à la réunion du %(next)s")
        return Todo(text % {"day": held, "next": date_fr(row.due)}, url, urgency, row.due)


@todos.register
class ReplyTodos(TodoSource):
    """Answers by mail that no rule could record."""

    slug = "replies"
    label = gettext_lazy("Réponses par courriel")
    order = 12

    def select(self, scope: TaskForce, *, today: date, until: date) -> Sequence[QuerySet[Any]]:
        waiting = ReceivedReply.objects.filter(task_force=scope, outcome=ReplyOutcome.TO_SETTLE, settled_at=None)
        return [self.total(waiting, "settle")]

    def say(self, scope: TaskForce, row: TodoRow, *, today: date) -> Todo:
        text = ngettext(
            "Régler une réponse reçue par courriel", "Régler %(count)d réponses reçues par courriel", row.count
        )
        return Todo(
            label=text % {"count": row.count},
            url=reverse("meetings:reply_list", args=[scope.slug]),
            urgency="soon",
            count=row.count,
        )

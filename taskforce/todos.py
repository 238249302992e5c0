"""What is due in a body: designations, mandates, actions, terms of reference, the plan's activities, mails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Trim, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.models import EmailState, OutgoingEmail
from core.notifications.delivery import is_failing
from core.todos import Todo, TodoRow, TodoSource, todos, urgency_of
from taskforce.enums import ActivityState, SeatStatus, TermsState
from taskforce.models import (
    ActionItem,
    Activity,
    DesignationRequest,
    Mandate,
    Office,
    Person,
    Seat,
    TaskForce,
    TermsOfReference,
)
from taskforce.queries import OPEN_STATES
from taskforce.queries.designations import OPEN_STATES as OPEN_REQUESTS
from taskforce.queries.designations import WAITING_STATES

# A renewal is prepared so long before (domain page of taskforce).
RENEWAL = timedelta(days=60)
# A failure older than this is history.
FAILED_SINCE = timedelta(days=60)
SHOWN = 120


def _names(field: str) -> Any:
    return StringAgg(Cast(field, TextField()), ", ", distinct=True)


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN].rpartition(',')[0]}…"


@todos.register
class DesignationTodos(TodoSource):
    slug = "designations"
    label = gettext_lazy("Désignations")
    order = 20

    def select(self, scope: TaskForce, *, today: date, until: date) -> Sequence[QuerySet[Any]]:
        sits = Mandate.objects.filter(seat=OuterRef("pk"), rank=0, period__contains=today)
        asked = DesignationRequest.objects.filter(seat=OuterRef("pk"), solicitation__state__in=OPEN_REQUESTS)
        requests = DesignationRequest.objects.filter(task_force=scope)
        deadline = TruncDate("solicitation__deadline", tzinfo=scope.tz)
        vacant = (
            Seat.objects.filter(task_force=scope, status=SeatStatus.MEMBER, period__contains=today)
            .exclude(Exists(sits))
            .exclude(Exists(asked))
        )
        return [
            self.total(vacant, "vacant", detail=_names("agency__acronym")),
            self.total(
                requests.filter(solicitation__state__in=WAITING_STATES, solicitation__deadline__lt=timezone.now()),
                "late",
                due=deadline,
                detail=_names("seat__agency__acronym"),
            ),
            self.total(
                requests.filter(solicitation__state="submitted"), "answered", detail=_names("seat__agency__acronym")
            ),
        ]

    def say(self, scope: TaskForce, row: TodoRow, *, today: date) -> Todo:
        texts = {
            "vacant": ngettext(
                "Demander une désignation à %(count)d structure sans titulaire",
                "Demander une désignation à %(count)d structures sans titulaire",
                row.count,
            ),
            "late": ngettext(
                "Relancer %(count)d direction qui n’a pas désigné",
                "Relancer %(count)d directions qui n’ont pas désigné",
                row.count,
            ),
            "answered": ngettext(
                "Examiner %(count)d désignation reçue", "Examiner %(count)d désignations reçues", row.count
            ),
        }
        return Todo(
            label=texts[row.kind] % {"count": row.count},
            url=reverse("taskforce:designation_board", args=[scope.slug]),
            urgency={"late": "late", "answered": "soon"}.get(row.kind, "month"),  # type: ignore[arg-type]
            due=row.due,
            count=row.count,
            detail=_short(row.detail),
        )


@todos.register
class MandateTodos(TodoSource):
    slug = "mandates"
    label = gettext_lazy("Mandats")
    order = 30

    def select(self, scope: TaskForce, *, today: date, until: date) -> Sequence[QuerySet[Any]]:
        followed = Mandate.objects.filter(seat=OuterRef("seat"), rank=OuterRef("rank"), period__startswith__gt=today)
        ending = Mandate.objects.filter(
            seat__task_force=scope,
            seat__period__contains=today,
            period__contains=today,
            # A stored period ends on the day after its last.
            period__endswith__lte=today + RENEWAL + timedelta(days=1),
        ).exclude(Exists(followed))
        return [self.total(ending, "ending", due="period__endswith", detail=_names("seat__agency__acronym"))]

    def say(self, scope: TaskForce, row: TodoRow, *, today: date) -> Todo:
        last = row.due - timedelta(days=1) if row.due else None
        label = ngettext(
            "Renouveler %(count)d mandat qui finit dans les 60 jours",
            "Renouveler %(count)d mandats qui finissent dans les 60 jours",
            row.count,
        )
        url = reverse("taskforce:designation_renew", args=[scope.slug])
        return Todo(
            label % {"count": row.count}, url, urgency_of(last, today=today), last, row.count, _short(row.detail)
        )


@todos.register
class ActionTodos(TodoSource):
    slug = "actions"
    label = gettext_lazy("Actions")
    order = 40

    def select(self, scope: TaskForce, *, today: date, until: date) -> Sequence[QuerySet[Any]]:
        actions = ActionItem.objects.filter(task_force=scope, state__in=OPEN_STATES)
        return [
            self.total(actions.filter(due_on__lt=today), "overdue", due="due_on"),
            self.total(actions.filter(due_on__gte=today, due_on__lte=until), "coming", due="due_on"),
        ]

    def say(self, scope: TaskForce, row: TodoRow, *, today: date) -> Todo:
        url = reverse("taskforce:register", args=[scope.slug])
        if row.kind == "overdue":
            label = ngettext("Suivre %(count)d action en retard", "Suivre %(count)d actions en retard", row.count)
            return Todo(label % {"count": row.count}, f"{url}?retard=on", "late", row.due, row.count)
        label = ngettext(
            "Suivre %(count)d action qui arrive à échéance",
            "Suivre %(count)d actions qui arrivent à échéance",
            row.count,
        )
        return Todo(label % {"count": row.count}, url, urgency_of(row.due, today=today), row.due, row.count)


@todos.register
class TermsTodos(TodoSource):
    slug = "terms"
    label = gettext_lazy("Termes de référence")
    order = 50

    def select(self, scope: TaskForce, *, today: date, until: date) -> Sequence[QuerySet[Any]]:
        terms = TermsOfReference.objects.filter(task_force=scope).exclude(state=TermsState.ADOPTED)
        return [self.each(terms, "terms", due=F("comments_until"), detail=F("state"))]

    def say(self, scope: TaskForce, row: TodoRow, *, today: date) -> Todo:
        is_over = row.due is not None and row.due < today
        texts = {
            TermsState.DRAFT: _("Finir et partager le projet de termes de référence"),
            TermsState.SHARED: _("Traiter les commentaires des agences et noter la discussion")
            if is_over
            else _("Suivre les commentaires des agences sur les termes de référence"),
            TermsState.DISCUSSED: _("Formaliser les termes de référence"),
            TermsState.FORMALISED: _("Enregistrer l’adoption des termes de référence"),
        }
        state = TermsState(row.detail)
        due = row.due if state == TermsState.SHARED else None
        return Todo(texts[state], reverse("taskforce:terms_detail", args=[row.ref]), urgency_of(due, today=today), due)


@todos.register
class WorkPlanTodos(TodoSource):
    slug = "work-plan"
    label = gettext_lazy("Plan de travail")
    order = 60

    def select(self, scope: TaskForce, *, today: date, until: date) -> Sequence[QuerySet[Any]]:
        running = Activity.objects.filter(
            plan__task_force=scope, state__in=[ActivityState.PLANNED, ActivityState.IN_PROGRESS]
        )
        to_come = list(range(today.month, 13))
        late = running.filter(plan__year=today.year).exclude(months__overlap=to_come)
        return [
            self.each(
                running.filter(plan__year=today.year, months__contains=[today.month]), "month", detail=F("title")
            ),
            self.total(late | running.filter(plan__year=today.year - 1), "late"),
        ]

    def say(self, scope: TaskForce, row: TodoRow, *, today: date) -> Todo:
        if row.kind == "month":
            url = reverse("taskforce:activity_detail", args=[row.ref])
            return Todo(row.detail, url, "month")
        label = ngettext(
            "Tenir à jour %(count)d activité dont les mois sont passés",
            "Tenir à jour %(count)d activités dont les mois sont passés",
            row.count,
        )
        return Todo(
            label % {"count": row.count}, reverse("taskforce:workplan", args=[scope.slug]), "late", count=row.count
        )


@todos.register
class MailTodos(TodoSource):
    slug = "mails"
    label = gettext_lazy("Courriels")
    order = 70

    def select(self, scope: TaskForce, *, today: date, until: date) -> Sequence[QuerySet[Any]]:
        failed = OutgoingEmail.objects.filter(
            scope_type=ContentType.objects.get_for_model(TaskForce),
            scope_id=scope.pk,
            state=EmailState.FAILED,
            created_at__gte=timezone.now() - FAILED_SINCE,
        )
        holders = Mandate.objects.filter(seat__task_force=scope, period__contains=today)
        officers = Office.objects.filter(task_force=scope, period__contains=today)
        people = Person.objects.filter(
            is_failing("email"), Q(pk__in=holders.values("person")) | Q(pk__in=officers.values("person"))
        )
        return [
            self.total(failed, "failed", due=TruncDate("created_at", tzinfo=scope.tz)),
            self.each(people, "address", detail=Trim(Concat("given_name", Value(" "), "family_name"))),
        ]

    def say(self, scope: TaskForce, row: TodoRow, *, today: date) -> Todo:
        if row.kind == "address":
            url = reverse("taskforce:person_detail", args=[row.ref])
            return Todo(
                _("Corriger l’adresse de %(person)s : les courriels reviennent") % {"person": row.detail}, url, "late"
            )
        label = ngettext(
            "Reprendre %(count)d courriel qui n’est pas parti",
            "Reprendre %(count)d courriels qui ne sont pas partis",
            row.count,
        )
        url = reverse("taskforce:outbox", args=[scope.slug])
        return Todo(label % {"count": row.count}, f"{url}?etat=failed", "late", row.due, row.count)

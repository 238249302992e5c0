"""The register of decisions and actions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import JSONObject

from core.models import TransitionRecord
from taskforce.enums import ActionState, Role
from taskforce.models import (
    ActionItem,
    ActionOwner,
    Agency,
    Decision,
    TaskForce,
)
from taskforce.queries.grants import grants_of
from taskforce.queries.ordering import french_order


def missing_facts(action: ActionItem) -> list[str]:
    """What an action lacks before its minutes may circulate: "owner", "due_on". Uses the prefetched owners."""
    missing = []
    if not (action.owner_all or action.owner_function or action.owner_person_id or list(action.owners.all())):
        missing.append("owner")
    if action.due_on is None:
        missing.append("due_on")
    return missing


def agencies_of_register(body: TaskForce, actions: QuerySet[ActionItem]) -> QuerySet[Agency]:
    """Agencies that own one of `actions`, or sit in the body: what its register may be filtered by.

    `actions` are those that the reader sees: an agency that owns a restricted one alone is not named.
    """
    owners = ActionOwner.objects.filter(action__in=actions.order_by().values("pk")).values("agency")
    return Agency.objects.filter(Q(pk__in=owners) | Q(pk__in=body.seats.values("agency"))).order_by(
        *french_order("acronym"), "pk"
    )


def register_years(rows: QuerySet[Any]) -> list[int]:
    """The years in which decisions or actions were numbered, the latest first."""
    return list(rows.order_by("-year").values_list("year", flat=True).distinct())


def incomplete(actions: QuerySet[ActionItem]) -> QuerySet[ActionItem]:
    """Those of `actions` that `missing_facts` flags: without an owner or without a date."""
    return actions.filter(_is_incomplete())


def _is_incomplete() -> Any:
    owned = Exists(ActionOwner.objects.filter(action=OuterRef("pk")))
    return Q(due_on=None) | (Q(owner_all=False, owner_function="", owner_person=None) & ~owned)


def progress_of(action: ActionItem) -> list[tuple[ActionOwner | None, TransitionRecord]]:
    """The changes of state of an action and of its agencies' parts (with the part), the latest first."""
    owners = {owner.pk: owner for owner in action.owners.all()}
    whole, part = (ContentType.objects.get_for_model(model) for model in (ActionItem, ActionOwner))
    records = TransitionRecord.objects.filter(
        Q(content_type=whole, object_id=action.pk) | Q(content_type=part, object_id__in=owners)
    ).order_by("-at", "-pk")
    return [(owners[r.object_id] if r.content_type_id == part.pk else None, r) for r in records]


# Who reads what is marked « diffusion restreinte »; owners read their own actions too.
RESTRICTED_READERS = (Role.SECRETARIAT, Role.CHAIR)


OPEN_STATES = (ActionState.NOT_STARTED, ActionState.IN_PROGRESS)


def decisions_visible_to(user: Any) -> QuerySet[Decision]:
    """Decisions of the user's bodies; a restricted one for the secretariat and the chair."""
    grants = grants_of(user)
    return Decision.objects.filter(
        Q(task_force__in=grants.body_ids(*RESTRICTED_READERS))
        | Q(task_force__in=grants.body_ids(), is_restricted=False)
    ).select_related("task_force")


def actions_visible_to(user: Any) -> QuerySet[ActionItem]:
    """Actions of the user's bodies; a restricted one for the secretariat, the chair and those who own it."""
    grants = grants_of(user)
    visible = Q(task_force__in=grants.body_ids(*RESTRICTED_READERS)) | Q(
        task_force__in=grants.body_ids(), is_restricted=False
    )
    for body, agencies in grants.agencies.items():
        owned = ActionOwner.objects.filter(action=OuterRef("pk"), agency__in=agencies)
        visible |= Q(task_force=body) & (Q(owner_all=True) | Q(Exists(owned)))
    if grants.person_id is not None:
        visible |= Q(task_force__in=grants.body_ids(), owner_person=grants.person_id)
    return (
        ActionItem.objects.filter(visible)
        .select_related("task_force", "task_force__country", "owner_person")
        .prefetch_related(
            Prefetch("owners", ActionOwner.objects.select_related("agency").order_by(*french_order("agency__acronym")))
        )
    )


def by_urgency(actions: QuerySet[ActionItem]) -> QuerySet[ActionItem]:
    """Open actions with the most overdue first, then by due date, those without a date last; closed ones after."""
    is_closed = Case(When(state__in=OPEN_STATES, then=Value(0)), default=Value(1))
    return actions.order_by(is_closed, F("due_on").asc(nulls_last=True), "year", "number")


def action_counts(actions: QuerySet[ActionItem], *, on: date) -> dict[str, int]:
    """How many of `actions` are `open` and `overdue` on the day `on`: one query."""
    return actions.order_by().aggregate(
        open=Count("pk", filter=Q(state__in=OPEN_STATES)),
        overdue=Count("pk", filter=Q(state__in=OPEN_STATES, due_on__lt=on)),
    )


def most_urgent(actions: QuerySet[ActionItem], *, on: date, limit: int) -> tuple[list[ActionItem], dict[str, int]]:
    """The first open ones of `actions` with their owners, and how many are `open`, `overdue` and `incomplete`: one query."""
    counted = actions.filter(state__in=OPEN_STATES).annotate(
        open_count=Window(Count("pk")),
        overdue_count=Window(Count("pk", filter=Q(due_on__lt=on))),
        incomplete_count=Window(Count("pk", filter=_is_incomplete())),
        owner_rows=ArraySubquery(
            ActionOwner.objects.filter(action=OuterRef("pk"))
            .order_by(*french_order("agency__acronym"))
            .values(
                data=JSONObject(
                    pk="pk",
                    state="state",
                    agency="agency_id",
                    acronym="agency__acronym",
                    name_fr="agency__name_fr",
                    name_en="agency__name_en",
                )
            )
        ),
    )
    shown = list(by_urgency(counted.prefetch_related(None))[:limit])
    for action in shown:
        _keep_owners(action)
    names = ("open", "overdue", "incomplete")
    return shown, {name: getattr(shown[0], f"{name}_count") if shown else 0 for name in names}


def _keep_owners(action: Any) -> None:
    """Let `action.owners.all()` be what `owner_rows` read, as a prefetch would."""
    owners = action.owners.all()
    owners._result_cache = [
        ActionOwner(
            pk=row["pk"],
            action=action,
            state=row["state"],
            agency=Agency(pk=row["agency"], acronym=row["acronym"], name_fr=row["name_fr"], name_en=row["name_en"]),
        )
        for row in action.owner_rows
    ]
    action._prefetched_objects_cache = {"owners": owners}

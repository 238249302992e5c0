"""Readings about accounts: what a person holds, who was invited, what left by mail."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from core.models import OutgoingEmail
from taskforce.enums import Role
from taskforce.models import Invite, Mandate, Office, Person, TaskForce
from taskforce.queries import french_order, grants_of


def invites_of(person: Person) -> QuerySet[Invite]:
    """The invitations sent to the person, the latest first, each with `mail_state` and `mail_error`."""
    mails = OutgoingEmail.objects.filter(
        kind="account-invite",
        about_type=ContentType.objects.get_for_model(Invite),
        about_id=OuterRef("pk"),
    )
    return person.invites.select_related("invited_by__person").annotate(
        mail_state=Subquery(mails.values("state")[:1]), mail_error=Subquery(mails.values("error")[:1])
    )


def open_invite(person: Person) -> Invite | None:
    """The invitation that the person may still use, if one was sent."""
    unused = person.invites.filter(used_at=None, revoked_at=None, expires_at__gt=timezone.now())
    return unused.filter(email__iexact=person.email).order_by("-created_at").first()


def body_to_invite_from(user: Any, person: Person) -> TaskForce | None:
    """The body in whose name `user` invites `person`: one that the user runs and the person belongs to.

    An administrator who runs none invites in the name of a body of the person. None when there is none.
    """
    grants = grants_of(user)
    own = TaskForce.objects.filter(
        Q(seats__in=Mandate.objects.filter(person=person).values("seat"))
        | Q(offices__in=Office.objects.filter(person=person))
    )
    ordered = own.order_by(*french_order("name"), "pk")
    run = ordered.filter(pk__in=grants.body_ids(Role.SECRETARIAT)).first()
    return run or (ordered.first() if grants.is_administrator else None)


def mandates_held(person: Person) -> QuerySet[Mandate]:
    """Every mandate of the person, the latest first: one reads one's own."""
    return person.mandates.select_related("seat__agency", "seat__task_force__country", "person").order_by(
        "-period", "pk"
    )


def offices_held(person: Person) -> QuerySet[Office]:
    """Every function of the person, the latest first."""
    return person.offices.select_related("task_force__country", "country", "person").order_by("-period", "pk")

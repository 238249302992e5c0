"""Thematic groups: set up under a body, handed from one pilot to another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.history import recorded
from core.typography import date_fr
from taskforce.enums import BodyKind, BodyState, OfficeRole
from taskforce.models import Agency, LeadAgency, Person, TaskForce
from taskforce.queries import offices_on
from taskforce.queries.groups import pilot_on
from taskforce.services.bodies import begin_lead, create_body, end_lead
from taskforce.services.offices import begin_office
from taskforce.services.seats import add_seat
from taskforce.validators import RESERVED_SLUGS

ONE_DAY = timedelta(days=1)
SLUG_LENGTH = 60


def create_group(
    parent: TaskForce,
    *,
    name: str,
    starts_on: date,
    actor: Any,
    acronym: str = "",
    pilot: Agency | None = None,
    members: Iterable[Agency] = (),
    secretary: Person | None = None,
) -> TaskForce:
    """A thematic group of `parent`, proposed: a body of its own, in the same country, language and time zone.

    `pilot` leads it and `members` sit in it from `starts_on`; without members, people are invited meeting by
    meeting. Its secretariat is `secretary`, or whoever holds the parent's on that day. Raises ValidationError by field.
    """
    if parent.state == BodyState.CLOSED:
        raise ValidationError(_("Cette instance est close : elle n’a plus de nouveau groupe."), code="closed")
    with recorded(actor):
        # Two groups of one name at once wait for each other: each finds its own address.
        TaskForce.objects.select_for_update(no_key=True).get(pk=parent.pk)
        if parent.children.exclude(state=BodyState.CLOSED).filter(name__iexact=" ".join(name.split())).exists():
            raise ValidationError({"name": _("Un groupe de cette instance porte déjà ce nom.")})
        group = create_body(
            actor=actor,
            country=parent.country,
            kind=BodyKind.THEMATIC_GROUP,
            name=name,
            acronym=acronym,
            slug=_free_slug(parent, name),
            time_zone=parent.time_zone,
            language=parent.language,
            parent=parent,
        )
        if pilot is not None:
            begin_lead(group, pilot, starts_on=starts_on, actor=actor)
        for agency in members:
            add_seat(group, agency, starts_on=starts_on, actor=actor)
        for person in _secretaries(parent, secretary, starts_on):
            begin_office(OfficeRole.SECRETARIAT, person, starts_on=starts_on, body=group, actor=actor)
    return group


def change_pilot(group: TaskForce, agency: Agency, *, starts_on: date, actor: Any) -> LeadAgency:
    """Let another agency or ministry pilot the group from `starts_on`; the one in place stops the day before.

    Raises ValidationError, also when it pilots already or the one in place began on that day or later.
    """
    with recorded(actor):
        TaskForce.objects.select_for_update(no_key=True).get(pk=group.pk)
        current = pilot_on(group, starts_on)
        if current is not None:
            if current.agency_id == agency.pk:
                raise ValidationError({"agency": _("Cette structure pilote déjà le groupe à cette date.")})
            if current.period.lower >= starts_on:
                raise ValidationError(
                    {
                        "starts_on": _("Le pilote en place a commencé le %(day)s : le suivant commence après.")
                        % {"day": date_fr(current.period.lower)}
                    }
                )
            end_lead(current, starts_on - ONE_DAY, actor=actor)
        later = group.leads.filter(theme=None, period__startswith__gt=starts_on).order_by("period").first()
        if later is not None:
            raise ValidationError(
                {
                    "starts_on": _("Un autre pilote est déjà prévu à partir du %(day)s.")
                    % {"day": date_fr(later.period.lower)}
                }
            )
        return begin_lead(group, agency, starts_on=starts_on, actor=actor)


def _secretaries(parent: TaskForce, chosen: Person | None, on: date) -> list[Person]:
    if chosen is not None:
        return [chosen]
    people = {
        office.person_id: office.person for office in offices_on(parent, on) if office.role == OfficeRole.SECRETARIAT
    }
    return list(people.values())


def _free_slug(parent: TaskForce, name: str) -> str:
    """An address of the name, told from those in use by a number."""
    base = slugify(name)[: SLUG_LENGTH - 4].strip("-") or slugify(f"groupe-{parent.slug}")[: SLUG_LENGTH - 4]
    taken = set(TaskForce.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED_SLUGS
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, 1000))) if slug not in taken)

"""Collection campaigns: prepared, sent, reminded, closed; what structures answer goes to the import of the country."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.actors import Actor
from core.db import conflict_as_validation_error
from core.history import recorded
from core.models import Solicitation, SolicitationState
from core.solicitations import services as asking
from core.solicitations.models import ANSWERABLE_STATES, OPEN_STATES
from core.validators import validate_texts
from core.workflow import TransitionRefused, transition
from interventions.enums import CampaignAnswerKind, CampaignState, ImportState
from interventions.exports.workbook import coverage_workbook
from interventions.models import CampaignRequest, CollectionCampaign, ImportBatch
from interventions.queries.campaigns import COLLECTION_KIND, to_remind, to_send
from interventions.services.imports import ask_for_work, discard, receive
from taskforce.models import Agency, Country, Person, TaskForce
from taskforce.services.people import create_person

FIELDS = frozenset("name message starts_on ends_on answer_by task_force".split())


@dataclass(frozen=True)
class Contact:
    """Whom to ask in a structure. `person` None: somebody new, called `name`."""

    agency: Agency
    email: str
    name: str = ""
    person: Person | None = None


# Prepared ---------------------------------------------------------------------------------------------


def create_campaign(country: Country, *, actor: Any, **fields: Any) -> CollectionCampaign:
    """A campaign in preparation: nothing leaves before `send_requests`. Raises ValidationError by field."""
    with recorded(actor) as who, conflict_as_validation_error("campaign_name_once"):
        campaign = CollectionCampaign(country=country, created_by=who.user)
        _save(campaign, fields)
    return campaign


def edit_campaign(campaign: CollectionCampaign, *, actor: Any, **fields: Any) -> CollectionCampaign:
    """Correct it. Another last day of answers holds for the requests that have left as well."""
    with recorded(actor), conflict_as_validation_error("campaign_name_once"):
        current = _held(campaign)
        if current.state == CampaignState.CLOSED:
            raise ValidationError(_("Cette campagne est close. Rouvrez-la pour la modifier."), code="closed")
        later = "answer_by" in fields and fields["answer_by"] != current.answer_by
        _save(current, fields)
        if later:
            for solicitation in _solicitations(current):
                asking.postpone(solicitation, deadline_of(current), actor=actor)
    return current


def _save(campaign: CollectionCampaign, fields: dict[str, Any]) -> None:
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"cannot set {', '.join(sorted(unknown))} here")
    for name, value in fields.items():
        if isinstance(value, str):
            value = value.strip() if name == "message" else " ".join(value.split())
        setattr(campaign, name, value)
    validate_texts({"name": campaign.name, "message": campaign.message})
    body: TaskForce = campaign.task_force
    if body.country_id != campaign.country_id:
        raise ValidationError({"task_force": _("Choisissez une instance de ce pays.")})
    campaign.full_clean(exclude=["country", "task_force", "created_by"])
    campaign.save()


def deadline_of(campaign: CollectionCampaign) -> datetime:
    """The last second of the last day, where the campaign is run."""
    return datetime.combine(campaign.answer_by, time(23, 59, 59), tzinfo=campaign.task_force.tz)


def add_structures(campaign: CollectionCampaign, contacts: Iterable[Contact], *, actor: Any) -> int:
    """Name structures to be asked; how many are new. One that is named already keeps its contact."""
    added = 0
    with recorded(actor):
        current = _held(campaign)
        _check_not_closed(current)
        named = set(current.requests.values_list("agency", flat=True))
        for contact in contacts:
            if contact.agency.pk in named:
                continue
            named.add(contact.agency.pk)
            made = CampaignRequest.objects.create(
                campaign=current, agency=contact.agency, person=_person(contact, actor)
            )
            made.solicitation = asking.solicit(
                COLLECTION_KIND,
                made,
                scope=current.task_force,
                addressee=made.person,
                email=contact.email,
                deadline=deadline_of(current),
                actor=actor,
            )
            made.save(update_fields=["solicitation"])
            added += 1
    return added


def remove_structure(made: CampaignRequest, *, actor: Any) -> None:
    """Take a structure out that was not asked yet; one that was is withdrawn. Raises ValidationError."""
    with recorded(actor):
        asked = made.solicitation
        if asked is not None and asked.sent_at is not None:
            raise ValidationError(_("Cette demande est déjà partie : retirez-la plutôt."), code="sent")
        made.delete()
        if asked is not None:
            asked.delete()


def _person(contact: Contact, actor: Any) -> Person:
    if contact.person is not None:
        return contact.person
    known = Person.objects.filter(email__iexact=contact.email).first()
    if known is not None:
        return known
    given, _space, family = contact.name.strip().rpartition(" ")
    return create_person(actor=actor, given_name=given, family_name=family, email=contact.email, agency=contact.agency)


# Sent, reminded, closed -------------------------------------------------------------------------------


def send_requests(campaign: CollectionCampaign, *, actor: Any) -> int:
    """Send what has not left yet, and open the campaign; how many mails left."""
    with recorded(actor):
        current = _held(campaign)
        _check_not_closed(current)
        if current.answer_by < current.task_force.today():
            raise ValidationError(
                _("Le dernier jour des réponses est passé : donnez-en un autre d’abord."), code="late"
            )
        if current.state == CampaignState.DRAFT:
            transition(current, CampaignState.OPEN, actor=actor)
            campaign.state = current.state
        asked = [made.solicitation for made in to_send(current) if made.solicitation is not None]
        return asking.send(asked, actor=actor)


def remind_requests(campaign: CollectionCampaign, *, actor: Any) -> int:
    """Remind whoever is waited for, each with a new link; how many mails left."""
    asked = [made.solicitation for made in to_remind(campaign) if made.solicitation is not None]
    return asking.remind(asked, actor=actor)


def close_campaign(campaign: CollectionCampaign, *, actor: Any) -> CollectionCampaign:
    """No more answers by link, no more reminders; what came stays. Raises TransitionRefused."""
    return transition(campaign, CampaignState.CLOSED, actor=actor)


def reopen_campaign(campaign: CollectionCampaign, *, actor: Any) -> CollectionCampaign:
    """Links that have not ended open again. Raises TransitionRefused unless it is closed."""
    if campaign.state != CampaignState.CLOSED:
        raise TransitionRefused(_("Cette campagne n’est pas close."), code="not-closed")
    return transition(campaign, CampaignState.OPEN, actor=actor)


def withdraw(made: CampaignRequest, *, actor: Any) -> None:
    """The structure is no longer waited for: its link dies. Raises TransitionRefused."""
    if made.solicitation is not None:
        asking.revoke(made.solicitation, actor=actor)


def readdress(made: CampaignRequest, contact: Contact, *, actor: Any) -> CampaignRequest:
    """Ask somebody else, or at another address: the former link dies; `remind` or `send_requests` sends a new one."""
    with recorded(actor):
        made.person = _person(contact, actor)
        made.save(update_fields=["person"])
        if made.solicitation is not None:
            Solicitation.objects.filter(pk=made.solicitation.pk).update(addressee_id=made.person.pk)
            asking.readdress(made.solicitation, contact.email, actor=actor)
    return made


def _check_not_closed(campaign: CollectionCampaign) -> None:
    if campaign.state == CampaignState.CLOSED:
        raise ValidationError(_("Cette campagne est close. Rouvrez-la d’abord."), code="closed")


def _held(campaign: CollectionCampaign) -> CollectionCampaign:
    return (
        CollectionCampaign.objects.select_for_update(of=("self",))
        .select_related("country", "task_force__country")
        .get(pk=campaign.pk)
    )


def _solicitations(campaign: CollectionCampaign) -> QuerySet[Solicitation]:
    return Solicitation.objects.filter(
        pk__in=campaign.requests.values("solicitation"), state__in={*OPEN_STATES, *ANSWERABLE_STATES, "draft"}
    )


# Answered ---------------------------------------------------------------------------------------------


def takes_answer(made: CampaignRequest) -> bool:
    """Whether an answer may be entered in the portal: it was asked, and the campaign is not closed."""
    asked = made.solicitation
    return (
        made.campaign.state != CampaignState.CLOSED
        and asked is not None
        and asked.state in (*ANSWERABLE_STATES, SolicitationState.SUBMITTED)
    )


def record_answer(
    made: CampaignRequest,
    *,
    actor: Actor,
    rows: list[dict[str, Any]] | None = None,
    typed: list[dict[str, str]] | None = None,
    file: Any = None,
    note: str = "",
) -> ImportBatch | None:
    """Keep a structure's answer and hand it to the import, to be looked at and confirmed like any other file.

    `file`: its workbook; else `rows`, cells by field, with what was `typed` to be shown again; neither: nothing on
    the period. A newer answer puts the former one's file aside, unless that was confirmed. The batch belongs to
    whoever runs the campaign: the data manager decides what is written.
    """
    validate_texts({"note": note})
    keeper = Actor.of(made.campaign.created_by)
    with recorded(actor):
        batch = None
        if file is None and rows:
            book = coverage_workbook(made.campaign.country, rows, with_lists=False)
            file = ContentFile(book.read(), name=f"{made.agency.acronym}.xlsx"[-80:])
        if file is not None:
            batch, _new = receive(made.campaign.country, file, provider=str(made.agency)[:120], actor=keeper)
            if batch.state == ImportState.RECEIVED:
                ask_for_work(batch)
        former = made.batch
        if former is not None and former != batch and _may_be_put_aside(former):
            discard(former, actor=keeper)
        made.batch = batch
        made.rows = typed or []
        made.note = note
        made.answer_kind = (
            CampaignAnswerKind.NOTHING
            if batch is None
            else (CampaignAnswerKind.FORM if rows else CampaignAnswerKind.FILE)
        )
        made.save(update_fields=["batch", "rows", "note", "answer_kind"])
    return batch


def _may_be_put_aside(batch: ImportBatch) -> bool:
    return batch.state in {ImportState.RECEIVED, ImportState.READ, ImportState.REFUSED}

"""Demonstration: Senegal collects the interventions of structures without accounts. The people and answers are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from core.demo import World, demo_step
from core.models import AnswerChannel, Solicitation, SolicitationState
from core.solicitations.answers import holder
from core.workflow import transition
from interventions.demo_parts import ILLUSTRATIVE
from interventions.forms.collection import place_cells
from interventions.models import AdminUnit, CollectionCampaign, Instrument, TargetGroup
from interventions.periods import typed
from interventions.services.campaigns import Contact, add_structures, create_campaign, record_answer, send_requests
from taskforce.demo import address
from taskforce.models import Agency, TaskForce, User

NAME = "Collecte d’informations auprès des acteurs"
# Structures that were invited to the workshop of April 2017, and whom we pretend to know there.
STRUCTURES = [
    ("ACMU", "Fatou Ndour"),
    ("CNAAS", "Ibrahima Ba"),
    ("PAFA", "Khady Mbaye"),
    ("PADAER", "Alioune Cissé"),
    ("Caritas", "Marie Diatta"),
    ("Enda Ecopop", "Babacar Seck"),
    ("World Vision", "Sokhna Dieng"),
    ("Save the Children", "Lamine Badji"),
]
TITLE = "Assurance agricole indicielle des petits producteurs"
ANSWERED, NOTHING, OPENED = "CNAAS", "Enda Ecopop", "PADAER"
ASKED_BEFORE = timedelta(days=6)


@demo_step(52)
def load_campaign(world: World) -> None:
    """Prepared, sent six days ago; one structure answered, one has nothing, one has begun."""
    body = world.things.get("senegal")
    if not isinstance(body, TaskForce) or CollectionCampaign.objects.filter(country=body.country).exists():
        return
    manager = User.objects.get(email="donnees.senegal@example.org")
    year = world.today.year
    campaign = create_campaign(
        body.country,
        actor=manager,
        name=f"{NAME}, {year}",
        message="Merci d’indiquer les départements, et de laisser vide ce que vous ne savez pas.",
        starts_on=date(year, 1, 1),
        ends_on=date(year, 12, 31),
        answer_by=world.today + timedelta(days=10),
        task_force=body,
    )
    agencies = {agency.acronym: agency for agency in Agency.objects.all()}
    contacts = [
        Contact(agencies[acronym], address(*name.split(" ", 1)), name)
        for acronym, name in STRUCTURES
        if acronym in agencies
    ]
    add_structures(campaign, contacts, actor=manager)
    send_requests(campaign, actor=manager)
    for made in campaign.requests.select_related("agency", "solicitation", "campaign__country", "campaign__created_by"):
        assert made.solicitation is not None
        solicitation = made.solicitation
        Solicitation.objects.filter(pk=solicitation.pk).update(sent_at=timezone.now() - ASKED_BEFORE)
        who = holder(solicitation)
        if made.agency.acronym in {ANSWERED, NOTHING, OPENED}:
            transition(solicitation, SolicitationState.OPENED, actor=who, opened_at=timezone.now())
        if made.agency.acronym in {ANSWERED, NOTHING}:
            if made.agency.acronym == ANSWERED:
                lines = _lines(year)
                record_answer(
                    made, rows=[_cells(line) for line in lines], typed=[_texts(line) for line in lines], actor=who
                )
            else:
                record_answer(made, note="Nos activités reprennent l’an prochain.", actor=who)
            transition(
                solicitation,
                SolicitationState.SUBMITTED,
                actor=who,
                channel=AnswerChannel.LINK,
                answered_at=timezone.now(),
            )


@dataclass(frozen=True)
class _Line:
    unit: AdminUnit
    instrument: Instrument
    group: TargetGroup
    starts_on: date
    ends_on: date
    targeted: int
    reached: int


def _lines(year: int) -> list[_Line]:
    """What the insurer would write: an intervention that the portal does not know yet, in two departments."""
    instrument, group = (
        Instrument.objects.get(code="index-insurance"),
        TargetGroup.objects.get(code="farming-households"),
    )
    units = AdminUnit.objects.select_related("parent").filter(pcode__in=["SN0402", "SN0403"]).order_by("pcode")
    return [
        _Line(unit, instrument, group, date(year, 5, 1), date(year, 11, 30), 900 - 250 * place, 640 - 180 * place)
        for place, unit in enumerate(units)
    ]


def _cells(line: _Line) -> dict[str, Any]:
    """As the workbook has it."""
    return {
        "intervention_title": TITLE,
        "lead": ANSWERED,
        "instrument": line.instrument.name_fr,
        "group": line.group.name_fr,
        "start": line.starts_on,
        "end": line.ends_on,
        "targeted.household": line.targeted,
        "reached.household": line.reached,
        "source": ILLUSTRATIVE,
        **place_cells(line.unit),
    }


def _texts(line: _Line) -> dict[str, str]:
    """As the form shows it again."""
    return {
        "title": TITLE,
        "unit": str(line.unit.pk),
        "instrument": str(line.instrument.pk),
        "group": str(line.group.pk),
        "starts_on": typed(line.starts_on),
        "ends_on": typed(line.ends_on),
        "targeted_household": str(line.targeted),
        "reached_household": str(line.reached),
    }

"""Demonstration: Senegal collects the interventions of structures without accounts. The people and answers are invented."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from core.demo import World, demo_step
from core.models import AnswerChannel, Solicitation, SolicitationState
from core.solicitations.answers import holder
from core.workflow import transition
from interventions.demo_parts import ILLUSTRATIVE
from interventions.forms.collection import place_cells
from interventions.models import AdminUnit, CollectionCampaign
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
            rows = _rows(year) if made.agency.acronym == ANSWERED else None
            record_answer(made, rows=rows, note="" if rows else "Nos activités reprennent l’an prochain.", actor=who)
            transition(
                solicitation,
                SolicitationState.SUBMITTED,
                actor=who,
                channel=AnswerChannel.LINK,
                answered_at=timezone.now(),
            )


def _rows(year: int) -> list[dict[str, Any]]:
    """What the insurer would write: an intervention that the portal does not know yet, in two departments."""
    units = AdminUnit.objects.select_related("parent").filter(pcode__in=["SN0402", "SN0403"]).order_by("pcode")
    return [
        {
            "intervention_title": "Assurance agricole indicielle des petits producteurs",
            "lead": ANSWERED,
            "instrument": "Assurance indicielle",
            "group": "Ménages agricoles",
            "start": date(year, 5, 1),
            "end": date(year, 11, 30),
            "targeted.household": 900 - 250 * place,
            "reached.household": 640 - 180 * place,
            "source": ILLUSTRATIVE,
            **place_cells(unit),
        }
        for place, unit in enumerate(units)
    ]

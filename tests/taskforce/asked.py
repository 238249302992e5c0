"""Requests of designation in any state, written straight into the tables."""

from datetime import date, timedelta

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from core.fields import period
from core.models import Solicitation
from taskforce.models import AgencyOffice, DesignatedPerson, DesignationRequest, OfficeHead
from tests.taskforce.factories import LONG_AGO, PersonFactory

NAMES = [("Aïssa", "Oumarou"), ("Boubacar", "Issa"), ("Fatima", "Zakari"), ("Yacouba", "Sani")]


def directed(seat, *, email="", place="Niamey", **person):
    """The office of the seat's agency in the body's country, with somebody who heads it."""
    office, _created = AgencyOffice.objects.get_or_create(
        agency=seat.agency, duty_station=place, defaults={"country": seat.task_force.country}
    )
    director = PersonFactory(agency=seat.agency, **person)
    return OfficeHead.objects.create(
        office=office,
        person=director,
        address_of_record=email or f"direction-{seat.pk}@example.org",
        period=period(LONG_AGO),
    )


def asked(seat, *, state="sent", persons=0, deadline=None, number=None, head=None, channel="link", **fields):
    """A request for `seat` in `state`; `persons` are named in it (titular first) once it was answered."""
    body = seat.task_force
    head = head or OfficeHead.objects.filter(office__agency=seat.agency).first() or directed(seat)
    now = timezone.now()
    number = number or body.designations.filter(year=2026).count() + 1
    made = DesignationRequest.objects.create(
        **{
            "task_force": body,
            "seat": seat,
            "office": head.office,
            "director": head.person,
            "prefix": "SP",
            "year": 2026,
            "number": number,
            "written_on": date(2026, 11, 1),
            "answer_by": date(2026, 11, 20),
            "starts_on": body.today() + timedelta(days=1),
            "signatory": head.person,
            "signatory_function": "Secrétariat",
            **fields,
        }
    )
    is_answered = state in ("submitted", "accepted", "returned")
    made.solicitation = Solicitation.objects.create(
        kind="designation",
        target_type=ContentType.objects.get_for_model(DesignationRequest),
        target_id=made.pk,
        scope_type=ContentType.objects.get_for_model(body),
        scope_id=body.pk,
        addressee_type=ContentType.objects.get_for_model(head.person),
        addressee_id=head.person.pk,
        email=head.address_of_record,
        deadline=deadline or now + timedelta(days=10),
        state=state,
        sent_at=None if state == "draft" else now - timedelta(days=5),
        answered_at=now if is_answered else None,
        channel=channel if is_answered else "",
    )
    made.save(update_fields=["solicitation"])
    for rank in range(persons):
        given, family = NAMES[rank]
        DesignatedPerson.objects.create(
            request=made,
            rank=rank,
            given_name=given,
            family_name=family,
            email=f"{seat.pk}-{rank}@example.org",
            job_title="Chargé de programme",
        )
    return made

"""Demonstration: Niger's requests of designation. Those of February 2016 led to the first mandates; this
month's are in every state. The people, addresses and answers are invented.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from core.actors import SYSTEM
from core.demo import World, demo_step
from core.fields import period
from core.models import AnswerChannel, Solicitation, SolicitationState
from core.workflow import transition
from taskforce.demo import NIGER_SLUG, SPRING_2016, person
from taskforce.enums import Civility, DesignationPurpose, OfficeRole
from taskforce.models import (
    Agency,
    AgencyOffice,
    DesignatedPerson,
    DesignationRequest,
    Mandate,
    Office,
    OfficeHead,
    Person,
    Seat,
    TaskForce,
)
from taskforce.services.designations import Letter, prepare_requests, send_requests

# Who heads the agencies' offices in Niamey.
DIRECTORS = [
    ("BIT", Civility.MS, "Odile", "Sawadogo", "Directrice du bureau"),
    ("PAM", Civility.MR, "Benoît", "Lemaire", "Représentant"),
    ("FAO", Civility.MS, "Kadidiatou", "Traoré", "Représentante"),
    ("PNUD", Civility.MR, "Matteo", "Ricci", "Représentant résident"),
    ("FNUAP", Civility.MR, "Adama", "Kinda", "Représentant"),
    ("UNICEF", Civility.MS, "Ingrid", "Larsen", "Représentante"),
]
# The letters of 2016: agency, the day of the answer.
FIRST_ANSWERS = [
    ("BIT", date(2016, 2, 29)),
    ("PAM", date(2016, 3, 2)),
    ("FAO", date(2016, 3, 7)),
    ("PNUD", date(2016, 3, 9)),
    ("UNICEF", date(2016, 3, 10)),
    ("FNUAP", date(2016, 3, 11)),
]
LETTERS_OF_2016 = date(2016, 2, 15)
ANSWERS_BY_2016 = date(2016, 3, 11)


@demo_step(15)
def load_designations(world: World) -> None:
    body = TaskForce.objects.filter(slug=NIGER_SLUG).first()
    if body is None or body.designations.exists():
        return
    agencies = {agency.acronym: agency for agency in Agency.objects.all()}
    heads = {
        acronym: _head(body, agencies[acronym], civility, given, family, job)
        for acronym, civility, given, family, job in DIRECTORS
    }
    secretary = Office.objects.filter(task_force=body, role=OfficeRole.SECRETARIAT).select_related("person")[0].person
    seats = {seat.agency.acronym: seat for seat in body.seats.select_related("agency")}
    for number, (acronym, answered_on) in enumerate(FIRST_ANSWERS, start=1):
        if acronym in seats:
            _of_2016(body, seats[acronym], heads[acronym], secretary, number, answered_on)
    _of_this_month(body, seats, secretary)


def _head(body: TaskForce, agency: Agency, civility: str, given: str, family: str, job: str) -> OfficeHead:
    station, _created = AgencyOffice.objects.get_or_create(
        agency=agency, duty_station="Niamey", defaults={"country": body.country}
    )
    head = station.heads.select_related("person", "office").order_by("-period").first()
    if head is None:
        director = person(civility, given, family, agency, job)
        head = OfficeHead.objects.create(
            office=station, person=director, address_of_record=director.email, period=period(date(2015, 9, 1))
        )
    return head


def _of_2016(body: TaskForce, seat: Seat, head: OfficeHead, secretary: Person, number: int, answered_on: date) -> None:
    """An answered letter of the founding: the first mandates came from it, or the agency did not sit yet."""
    first = list(Mandate.objects.filter(seat=seat, period__startswith=SPRING_2016).order_by("rank"))
    made = DesignationRequest.objects.create(
        task_force=body,
        seat=seat,
        office=head.office,
        director=head.person,
        purpose=DesignationPurpose.FIRST,
        starts_on=SPRING_2016,
        prefix="SP",
        year=2016,
        number=number,
        written_on=LETTERS_OF_2016,
        answer_by=ANSWERS_BY_2016,
        signatory=secretary,
        signatory_function="Secrétariat de la Task Force",
        declined=not first,
        created_at=_moment(LETTERS_OF_2016),
    )
    made.solicitation = Solicitation.objects.create(
        kind="designation",
        target_type=ContentType.objects.get_for_model(DesignationRequest),
        target_id=made.pk,
        scope_type=ContentType.objects.get_for_model(TaskForce),
        scope_id=body.pk,
        addressee_type=ContentType.objects.get_for_model(Person),
        addressee_id=head.person_id,
        email=head.address_of_record,
        deadline=_moment(ANSWERS_BY_2016, hour=22),
        state=SolicitationState.ACCEPTED,
        channel=AnswerChannel.PAPER,
        created_at=_moment(LETTERS_OF_2016),
        sent_at=_moment(LETTERS_OF_2016),
        answered_at=_moment(answered_on),
    )
    made.save(update_fields=["solicitation"])
    for mandate in first:
        someone = mandate.person
        DesignatedPerson.objects.create(
            request=made,
            rank=mandate.rank,
            person=someone,
            civility=someone.civility,
            given_name=someone.given_name,
            family_name=someone.family_name,
            job_title=someone.job_title,
            email=someone.email,
        )
    Mandate.objects.filter(pk__in=[mandate.pk for mandate in first]).update(designation=made)


def _moment(day: date, *, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def _of_this_month(body: TaskForce, seats: dict[str, Seat], secretary: Person) -> None:
    """Renewals of this month: one answered, one late, one that will not sit, one just sent, one not sent yet."""
    letter = Letter("SP", secretary, "Secrétariat de la Task Force")
    today = body.today()
    chosen = [seats[acronym] for acronym in ("BIT", "FAO", "FNUAP", "PAM", "PNUD") if acronym in seats]
    made = {
        request.seat.agency.acronym: request
        for request in prepare_requests(
            body,
            chosen,
            deadline=today + timedelta(days=14),
            starts_on=today + timedelta(days=30),
            letter=letter,
            actor=SYSTEM,
        )
    }
    send_requests([made[acronym] for acronym in ("FAO", "FNUAP", "PAM", "PNUD") if acronym in made], actor=SYSTEM)
    if "PNUD" in made:
        _make_late(made["PNUD"], today)
    if "FAO" in made:
        _name(made["FAO"], [("ms", "Fati", "Amadou"), ("mr", "Harouna", "Bako")])
        _answer(made["FAO"])
    if "FNUAP" in made:
        made["FNUAP"].declined = True
        made["FNUAP"].note = "Notre bureau n’a plus de programme dans ce domaine pour l’instant."
        made["FNUAP"].save(update_fields=["declined", "note"])
        _answer(made["FNUAP"])


def _make_late(request: DesignationRequest, today: date) -> None:
    assert request.solicitation is not None
    request.solicitation.deadline = timezone.now() - timedelta(days=4)
    request.solicitation.sent_at = timezone.now() - timedelta(days=25)
    request.solicitation.save(update_fields=["deadline", "sent_at"])
    request.written_on = today - timedelta(days=25)
    request.answer_by = today - timedelta(days=4)
    request.save(update_fields=["written_on", "answer_by"])


def _name(request: DesignationRequest, people: list[tuple[str, str, str]]) -> None:
    for rank, (civility, given, family) in enumerate(people):
        known = Person.objects.filter(given_name=given, family_name=family).first()
        DesignatedPerson.objects.create(
            request=request,
            rank=rank,
            civility=civility,
            given_name=given,
            family_name=family,
            job_title=known.job_title if known else "Chargé de programme",
            email=known.email if known else f"{given}.{family}@example.org".lower(),
        )


def _answer(request: DesignationRequest) -> None:
    assert request.solicitation is not None
    transition(
        request.solicitation,
        SolicitationState.SUBMITTED,
        actor=SYSTEM,
        channel=AnswerChannel.MAIL,
        answered_at=timezone.now(),
    )
    request.solicitation.links.update(revoked_at=timezone.now())

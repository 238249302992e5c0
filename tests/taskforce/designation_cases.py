"""What the database refuses of designations, for tests/taskforce/test_constraints.py."""

from datetime import date

from taskforce.enums import DesignationPurpose
from taskforce.models import AgencyOffice, DesignatedPerson, DesignationRequest, MandateNotice
from tests.taskforce.asked import asked
from tests.taskforce.factories import MandateFactory, PersonFactory, SeatFactory


def request(seat=None, **fields):
    """An unsaved request."""
    seat = seat or SeatFactory()
    office, _created = AgencyOffice.objects.get_or_create(agency=seat.agency, duty_station="Niamey")
    return DesignationRequest(
        **{
            "task_force": seat.task_force,
            "seat": seat,
            "office": office,
            "director": PersonFactory(),
            "prefix": "SP",
            "year": 2026,
            "number": 1,
            "written_on": date(2026, 11, 2),
            "answer_by": date(2026, 11, 20),
            "starts_on": date(2026, 12, 1),
            "signatory": PersonFactory(),
            "signatory_function": "Secrétariat",
            **fields,
        }
    )


def named(made=None, **fields):
    """An unsaved person named in a request that names a titular already."""
    made = made or asked(SeatFactory(), state="submitted", persons=1)
    return DesignatedPerson(
        **{"request": made, "rank": 1, "family_name": "Issa", "email": "issa@example.org", **fields}
    )


def named_twice(**fields):
    made = asked(SeatFactory(), state="submitted", persons=1)
    return named(made, **{"email": made.persons.get().email.upper(), **fields})


def told_twice(**fields):
    notice = MandateNotice.objects.create(mandate=MandateFactory(), ends_on=date(2026, 12, 31))
    return MandateNotice(**{"mandate": notice.mandate, "ends_on": notice.ends_on, **fields})


def same_number(**fields):
    made = asked(SeatFactory(), number=1)
    return request(made.seat, **{"number": 1, **fields})


REFUSED = [
    ("designation_number_once", same_number),
    ("designation_days", lambda: request(ends_on=date(2026, 11, 30))),
    ("designation_replaces_one", lambda: request(replaces=MandateFactory())),
    ("designation_replaces_one", lambda: request(purpose=DesignationPurpose.REPLACEMENT)),
    ("designated_rank_once", lambda: named(rank=0)),
    ("designated_email_once", named_twice),
    ("designated_rank_limit", lambda: named(rank=10)),
    ("designated_has_a_name", lambda: named(family_name="")),
    ("mandate_notice_once", told_twice),
]

ACCEPTED = {
    "a request of one day": lambda: request(ends_on=date(2026, 12, 1)),
    "numbers of requests begin again each year": lambda: same_number(year=2027),
    "a request for the successor of one person": lambda: request(
        purpose=DesignationPurpose.REPLACEMENT, replaces=MandateFactory()
    ),
    "nine substitutes named": lambda: named(rank=9),
    "two persons named without an address": lambda: named_twice(email=""),
    "another end of a mandate": lambda: told_twice(ends_on=date(2027, 1, 31)),
}

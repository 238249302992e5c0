"""What the database refuses of minutes on their way, files, lists and captures, for test_constraints.py."""

import uuid
from datetime import UTC, date, datetime, timedelta

from meetings.enums import AdoptionMode, AttachmentKind, CorrectionState, ImportState, LiveKind, VersionKind
from meetings.models import (
    Attachment,
    CorrectionRequest,
    DistributionEntry,
    Erratum,
    ImportBatch,
    ImportedMinutes,
    ItemTurn,
    LiveEntry,
    MeetingYear,
    MinutesApproval,
    MinutesReading,
    MinutesVersion,
)
from tests.meetings.factories import (
    AgencyUpdateFactory,
    AgendaItemFactory,
    MeetingFactory,
    MinutesFactory,
    MinutesSectionFactory,
)
from tests.taskforce.factories import AgencyFactory, PersonFactory, TaskForceFactory, UserFactory

START = datetime(2016, 3, 8, 9, 30, tzinfo=UTC)


def saved(obj):
    obj.save()
    return obj


def digest():
    """64 hexadecimal digits of their own."""
    return uuid.uuid4().hex * 2


# Minutes on their way


def version(**fields):
    return MinutesVersion(
        **{
            "minutes": fields.get("minutes") or MinutesFactory(),
            "number": 1,
            "kind": VersionKind.CIRCULATED,
            "content": "{}",
            "sha256": digest(),
            "created_by": UserFactory(),
            **fields,
        }
    )


def same_version(**fields):
    return version(**{"minutes": saved(version()).minutes, **fields})


def correction(**fields):
    minutes = fields.get("minutes") or MinutesFactory()
    return CorrectionRequest(
        **{
            "minutes": minutes,
            "agency": AgencyFactory(),
            "person": PersonFactory(),
            "body": "<p>Texte.</p>",
            **fields,
        }
    )


def correction_of(*, section=True, update=True):
    minutes = MinutesFactory()
    return correction(
        minutes=minutes,
        section=MinutesSectionFactory(minutes=minutes) if section else None,
        update=AgencyUpdateFactory(meeting=minutes.meeting) if update else None,
    )


def approval(body=None, **fields):
    minutes = MinutesFactory(meeting__task_force=body or TaskForceFactory())
    return MinutesApproval(
        **{
            "minutes": minutes,
            "task_force": minutes.meeting.task_force,
            "number": 1,
            "version": saved(version(minutes=minutes, kind=VersionKind.ADOPTED)),
            "mode": AdoptionMode.CONSENSUS,
            "adopted_on": date(2016, 4, 12),
            "record": "{}",
            "fingerprint": digest(),
            "created_by": UserFactory(),
            **fields,
        }
    )


def same_approval_number(body=None, **fields):
    first = saved(approval())
    return approval(body or first.task_force, **fields)


def erratum(minutes, *, of_version, **fields):
    return Erratum(
        **{
            "minutes": minutes,
            "number": 1,
            "version": saved(version(minutes=minutes, number=of_version, kind=VersionKind.ERRATUM)),
            "place": "section-1",
            "title": "Contexte",
            "reason": "Une date est fausse.",
            "previous": digest(),
            "fingerprint": digest(),
            "created_by": UserFactory(),
            **fields,
        }
    )


def same_erratum(minutes=None, **fields):
    first = saved(erratum(MinutesFactory(), of_version=1))
    return erratum(minutes or first.minutes, of_version=2, **fields)


def same_reading(**fields):
    first = MinutesReading.objects.create(minutes=MinutesFactory(), version=1, person=PersonFactory())
    return MinutesReading(**{"minutes": first.minutes, "version": 1, "person": first.person, **fields})


# Files


def attachment(**fields):
    return Attachment(
        **{
            "meeting": fields.get("meeting") or MeetingFactory(),
            "name": "note.pdf",
            "content_type": "application/pdf",
            "size": 10,
            "sha256": digest(),
            "file": "attachments/2026/11/note.pdf",
            "uploaded_by": UserFactory(),
            **fields,
        }
    )


def of_a_point(**fields):
    item = AgendaItemFactory()
    return attachment(meeting=item.meeting, agenda_item=item, **fields)


def same_attachment(first, **fields):
    first = saved(first)
    return attachment(**{"meeting": first.meeting, "agenda_item": first.agenda_item, "sha256": first.sha256, **fields})


def imported(**fields):
    batch = ImportBatch.objects.create(
        task_force=fields.get("task_force") or TaskForceFactory(), created_by=UserFactory()
    )
    return ImportedMinutes(
        **{
            "batch": batch,
            "task_force": batch.task_force,
            "name": "compte-rendu.docx",
            "file": "imports/2026/11/compte-rendu.docx",
            "sha256": digest(),
            "size": 10,
            **fields,
        }
    )


def same_import(*, first_state=ImportState.READ, **fields):
    first = saved(imported(state=first_state))
    return imported(**{"task_force": first.task_force, "sha256": first.sha256, **fields})


# Lists


def receiver(**fields):
    """A line with an address; of a person with `person`."""
    named = {} if "person" in fields else {"name": "Mme Oumarou", "email": "cabinet@example.org"}
    return DistributionEntry(**{"task_force": TaskForceFactory(), "starts_on": date(2026, 1, 1), **named, **fields})


def same_person(*, first_ends_on=None, **fields):
    first = saved(receiver(person=PersonFactory(), ends_on=first_ends_on))
    return receiver(**{"task_force": first.task_force, "person": first.person, **fields})


def same_address(*, first_ends_on=None, **fields):
    first = saved(receiver(ends_on=first_ends_on))
    return receiver(**{"task_force": first.task_force, "email": first.email.upper(), **fields})


def same_year(**fields):
    first = MeetingYear.objects.create(task_force=TaskForceFactory(), year=2026)
    return MeetingYear(**{"task_force": first.task_force, "year": first.year, **fields})


# Captures


def capture(**fields):
    return LiveEntry(
        **{
            "meeting": fields.get("meeting") or MeetingFactory(),
            "client_id": uuid.uuid4(),
            "author": UserFactory(),
            "kind": LiveKind.NOTE,
            "at": START,
            "result": {"version": 1},
            **fields,
        }
    )


def same_capture(**fields):
    first = saved(capture())
    return capture(**{"meeting": first.meeting, "client_id": first.client_id, **fields})


def turn(item=None, **fields):
    item = item or AgendaItemFactory()
    return ItemTurn(**{"meeting": item.meeting, "agenda_item": item, "started_at": START, **fields})


def another_open_turn(*, first_ended_at=None, **fields):
    first = saved(turn(ended_at=first_ended_at))
    return turn(AgendaItemFactory(meeting=first.meeting), **fields)


REFUSED = [
    ("minutes_version_once", same_version),
    ("correction_of_one_text", correction_of),
    ("correction_refused_with_a_reason", lambda: correction(state=CorrectionState.REFUSED)),
    ("approval_number_once", same_approval_number),
    ("tacit_approval_names_its_rule", lambda: approval(mode=AdoptionMode.TACIT)),
    ("erratum_number_once", same_erratum),
    ("minutes_read_once", same_reading),
    ("attachment_sheet_is_the_meetings", lambda: of_a_point(kind=AttachmentKind.SIGNED_SHEET)),
    ("attachment_once", lambda: same_attachment(attachment())),
    ("attachment_once", lambda: same_attachment(of_a_point())),
    ("imported_minutes_once", same_import),
    ("imported_minutes_once", lambda: same_import(first_state=ImportState.APPLIED)),
    ("distribution_person_or_address", lambda: receiver(name="", email="")),
    ("distribution_person_or_address", lambda: receiver(name="")),
    ("distribution_person_or_address", lambda: receiver(email="")),
    ("distribution_person_or_address", lambda: receiver(person=PersonFactory(), name="Mme Oumarou")),
    ("distribution_person_or_address", lambda: receiver(person=PersonFactory(), email="cabinet@example.org")),
    ("distribution_ends_after_start", lambda: receiver(ends_on=date(2025, 12, 31))),
    ("distribution_person_once", same_person),
    ("distribution_address_once", same_address),
    ("meeting_year_once", same_year),
    ("live_entry_once", same_capture),
    ("turn_open_once", another_open_turn),
    ("turn_ends_after_start", lambda: turn(ended_at=START - timedelta(seconds=1))),
]

ACCEPTED = {
    "the next version of the minutes": lambda: same_version(number=2),
    "first versions of two minutes": lambda: same_version(minutes=MinutesFactory()),
    "a correction of a section": lambda: correction_of(update=False),
    "a correction of a contribution": lambda: correction_of(section=False),
    "a correction of the whole": lambda: correction_of(section=False, update=False),
    "a correction refused with a reason": lambda: correction(
        state=CorrectionState.REFUSED, answer="Cela n’a pas été dit."
    ),
    "a correction accepted without a word": lambda: correction(state=CorrectionState.ACCEPTED),
    "the next adoption of a body": lambda: same_approval_number(number=2),
    "first adoptions of two bodies": lambda: same_approval_number(TaskForceFactory()),
    "a tacit adoption with its rule": lambda: approval(mode=AdoptionMode.TACIT, rule="Dix jours sans observation."),
    "the next erratum": lambda: same_erratum(number=2),
    "first errata of two minutes": lambda: same_erratum(MinutesFactory()),
    "another version read": lambda: same_reading(version=2),
    "a version read by somebody else": lambda: same_reading(person=PersonFactory()),
    "a signed sheet of the meeting": lambda: attachment(kind=AttachmentKind.SIGNED_SHEET),
    "a file of a point": lambda: of_a_point(),
    "one file in two meetings": lambda: same_attachment(attachment(), meeting=MeetingFactory()),
    "a document signed as a sheet too": lambda: same_attachment(attachment(), kind=AttachmentKind.SIGNED_SHEET),
    "the file of a point joined to the meeting too": lambda: same_attachment(of_a_point(), agenda_item=None),
    "an import after one undone": lambda: same_import(first_state=ImportState.UNDONE),
    "an import after one refused": lambda: same_import(first_state=ImportState.REFUSED),
    "an import after one set aside": lambda: same_import(first_state=ImportState.DISCARDED),
    "one document in two bodies": lambda: same_import(task_force=TaskForceFactory()),
    "a receiver of one day": lambda: receiver(ends_on=date(2026, 1, 1)),
    "a person who comes back to the list": lambda: same_person(first_ends_on=date(2026, 6, 30)),
    "a person on two lists": lambda: same_person(task_force=TaskForceFactory()),
    "an address that comes back to the list": lambda: same_address(first_ends_on=date(2026, 6, 30)),
    "two persons on a list": lambda: same_person(person=PersonFactory()),
    "an address on two lists": lambda: same_address(task_force=TaskForceFactory()),
    "the next year of a body": lambda: same_year(year=2027),
    "another capture of a meeting": lambda: same_capture(client_id=uuid.uuid4()),
    "one capture's number in two meetings": lambda: same_capture(meeting=MeetingFactory()),
    "a turn after one that ended": lambda: another_open_turn(first_ended_at=START),
    "a turn that ended while another is open": lambda: another_open_turn(ended_at=START),
    "a turn of no time": lambda: turn(ended_at=START),
    "open turns of two meetings": lambda: (saved(turn()), turn())[1],
}

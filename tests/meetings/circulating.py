"""Minutes on their way, made through the services, for the tests of what becomes of them."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from core.actors import SYSTEM
from meetings.enums import ItemKind, MeetingState, SectionKind
from meetings.models import Minutes
from meetings.services.adoption import adopt_minutes
from meetings.services.circulation import circulate_minutes
from meetings.services.minutes import save_section
from tests.meetings.factories import (
    AgencyUpdateFactory,
    AgendaItemFactory,
    MeetingDecisionFactory,
    MeetingFactory,
    MinutesFactory,
    MinutesSectionFactory,
)
from tests.taskforce.factories import TaskForceFactory, member


def tomorrow(body):
    return body.today() + timedelta(days=1)


def written_minutes(body=None, *, days_ago=30, state=MeetingState.HELD) -> Minutes:
    """A draft with two sections (each saved twice), an update, a decision; its meeting held `days_ago`."""
    body = body or TaskForceFactory()
    starts_at = datetime.combine(
        body.today() - timedelta(days=days_ago), datetime.min.time(), tzinfo=ZoneInfo(body.time_zone)
    ) + timedelta(hours=10)
    meeting = MeetingFactory(
        task_force=body, state=MeetingState.HELD, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2)
    )
    item = AgendaItemFactory(meeting=meeting, position=1, title="Plan de travail", kind=ItemKind.DECISION)
    minutes = MinutesFactory(meeting=meeting)
    for position, kind in enumerate([SectionKind.CONTEXT, SectionKind.ITEM, SectionKind.CONCLUSIONS]):
        section = MinutesSectionFactory(
            minutes=minutes,
            kind=kind,
            agenda_item=item if kind == SectionKind.ITEM else None,
            position=position,
            body="",
            version=0,
        )
        for number in range(2):
            text = f"<p>Premier alinéa de {kind.value}.</p><p>Second alinéa, état {number}.</p>"
            save_section(section, body=text, base_version=number, actor=SYSTEM)
    AgencyUpdateFactory(meeting=meeting)
    MeetingDecisionFactory(meeting=meeting, agenda_item=item)
    meeting.state = state
    meeting.save(update_fields=["state"])
    return minutes


def circulated(body=None, **kwargs) -> SimpleNamespace:
    """Shared minutes with a secretary, a titular and what one needs to go on."""
    body = body or TaskForceFactory()
    secretary, titular = member(body, role="secretariat"), member(body, role="titular")
    kwargs.setdefault("state", MeetingState.CLOSED)
    minutes = written_minutes(body, **kwargs)
    circulate_minutes(minutes, until=tomorrow(body), actor=secretary.user)
    agency = titular.mandates.get().seat.agency
    sections = {section.kind: section for section in minutes.sections.all()}
    return SimpleNamespace(
        body=body, secretary=secretary, titular=titular, agency=agency, minutes=minutes, sections=sections
    )


def next_meeting(minutes, *, days_ago=1):
    body = minutes.meeting.task_force
    starts_at = minutes.meeting.starts_at + timedelta(days=(body.today() - minutes.meeting.date).days - days_ago)
    return MeetingFactory(
        task_force=body, state=MeetingState.HELD, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2)
    )


def adopted(body=None, **kwargs) -> SimpleNamespace:
    """As `circulated`, adopted at a later meeting by consensus."""
    made = circulated(body, **kwargs)
    made.following = next_meeting(made.minutes)
    made.approval = adopt_minutes(
        made.minutes,
        mode="consensus",
        adopted_on=made.following.date,
        at_meeting=made.following,
        actor=made.secretary.user,
    )
    return made

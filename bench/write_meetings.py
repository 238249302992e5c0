"""Meetings, who came, and what was written of them."""

from datetime import UTC, datetime, timedelta
from datetime import time as clock
from zoneinfo import ZoneInfo

from bench import text
from bench.volume import ITEMS, SECTION_VERSIONS, SECTIONS, UPDATES_PER_MEETING, months, second_tuesday
from bench.write_bodies import Bodies


class Meetings(Bodies):
    # Meetings ---------------------------------------------------------------------------

    def meetings(self) -> None:
        from meetings.enums import ItemKind, ItemOutcome, MeetingState
        from meetings.models import AgendaItem, Meeting, MeetingSeries

        rng = self.rng
        series = self.insert(
            MeetingSeries,
            [
                MeetingSeries(
                    task_force=body,
                    rrule="FREQ=MONTHLY;BYDAY=2TU",
                    starts_on=self.begin,
                    start_time=clock(10, 30),
                    place="Salle de conférence",
                )
                for body in self.bodies
            ],
        )
        rows = []
        for body, rule in zip(self.bodies, series, strict=True):
            zone = ZoneInfo(body.time_zone)
            for year, month in months(self.today):
                day = second_tuesday(year, month)
                start = datetime.combine(day, clock(10, 30), zone).astimezone(UTC)
                to_come = day > self.today
                rows.append(
                    Meeting(
                        task_force=body,
                        series=rule,
                        slot=day,
                        starts_at=start,
                        ends_at=start + timedelta(hours=2),
                        started_at=None if to_come else start,
                        ended_at=None if to_come else start + timedelta(hours=2),
                        place="Salle de conférence",
                        theme=text.theme(rng),
                        lead_agency=rng.choice(self.mandates_of[body.pk]).seat.agency,
                        chair=self.chairs[body],
                        rapporteur=rng.choice(self.in_force(body, day, 0)).person,
                        state=MeetingState.CONVENED if to_come else MeetingState.CLOSED,
                        convened_at=start - timedelta(days=14),
                        closed_at=None if to_come else start + timedelta(days=2),
                    )
                )
        self.all_meetings = self.insert(Meeting, rows)
        self.held = [meeting for meeting in self.all_meetings if meeting.state == MeetingState.CLOSED]
        kinds = [ItemKind.STANDING, ItemKind.INFORMATION, ItemKind.DISCUSSION, ItemKind.OTHER]
        items = self.insert(
            AgendaItem,
            [
                AgendaItem(
                    meeting=meeting,
                    position=position,
                    title=text.theme(rng) if position < ITEMS else "Divers",
                    kind=kinds[position - 1],
                    minutes=30,
                    outcome=ItemOutcome.TREATED,
                )
                for meeting in self.all_meetings
                for position in range(1, ITEMS + 1)
            ],
        )
        self.items_of: dict[int, list] = {}
        for item in items:
            self.items_of.setdefault(item.meeting_id, []).append(item)

    def presence(self) -> None:
        from meetings.enums import AttendanceStatus, Capacity, PartStat
        from meetings.models import Attendance, Invitation

        rng = self.rng
        statuses = [AttendanceStatus.PRESENT] * 6 + [
            AttendanceStatus.REMOTE,
            AttendanceStatus.EXCUSED,
            AttendanceStatus.ABSENT,
        ]
        answers = [PartStat.ACCEPTED] * 3 + [PartStat.DECLINED, PartStat.NEEDS_ACTION]
        invitations, attendances = [], []
        held = {meeting.pk for meeting in self.held}
        for meeting in self.all_meetings:
            titulars = self.in_force(meeting.task_force, meeting.slot, 0)
            substitutes = self.in_force(meeting.task_force, meeting.slot, 1)
            # A meeting to come has its substitutes invited instead of presences: the sum stays the same.
            asked = titulars if meeting.pk in held else titulars + substitutes
            invitations += [
                Invitation(meeting=meeting, person=mandate.person, partstat=rng.choice(answers)) for mandate in asked
            ]
            if meeting.pk in held:
                for titular, substitute in zip(titulars, substitutes, strict=True):
                    mandate = titular if rng.random() < 0.8 else substitute
                    attendances.append(
                        Attendance(
                            meeting=meeting,
                            person=mandate.person,
                            agency=mandate.seat.agency,
                            mandate=mandate,
                            capacity=Capacity.TITULAR if mandate.rank == 0 else Capacity.SUBSTITUTE,
                            status=rng.choice(statuses),
                        )
                    )
        self.insert(Invitation, invitations)
        self.insert(Attendance, attendances)

    def minutes(self) -> None:
        from meetings.enums import MinutesState, SectionKind
        from meetings.models import AgencyUpdate, Minutes, MinutesSection, SectionVersion

        rng = self.rng
        recent = self.today - timedelta(days=45)
        minutes = self.insert(
            Minutes,
            [
                Minutes(
                    meeting=meeting, state=MinutesState.CIRCULATED if meeting.slot > recent else MinutesState.PUBLISHED
                )
                for meeting in self.held
            ],
        )
        sections = []
        for record in minutes:
            items = self.items_of[record.meeting_id]
            author = self.secretaries[record.meeting.task_force].user
            plan = [
                (SectionKind.CONTEXT, None),
                *((SectionKind.ITEM, item) for item in items),
                (SectionKind.CONCLUSIONS, None),
                (SectionKind.NEXT_MEETING, None),
            ]
            for position, (kind, item) in enumerate(plan, start=1):
                sections.append(
                    MinutesSection(
                        minutes=record,
                        kind=kind,
                        agenda_item=item,
                        position=position,
                        body=text.section(rng),
                        version=1,
                        updated_at=record.meeting.closed_at,
                        updated_by=author,
                    )
                )
        # What is over goes to second versions, one a meeting from the first on.
        extra = SECTION_VERSIONS - len(sections)
        for section in sections[: extra * SECTIONS : SECTIONS]:
            section.version = 2
        self.insert(MinutesSection, sections)
        self.insert(
            SectionVersion,
            [
                SectionVersion(
                    section=section,
                    number=number,
                    body=section.body if number == section.version else text.paragraph(rng, 3),
                    author=section.updated_by,
                    created_at=section.updated_at,
                )
                for section in sections
                for number in range(1, section.version + 1)
            ],
        )
        self.insert(
            AgencyUpdate,
            [
                AgencyUpdate(
                    meeting=meeting,
                    position=position,
                    agency=mandate.seat.agency,
                    body=text.paragraph(rng, 3),
                    version=1,
                    updated_at=meeting.closed_at,
                )
                for meeting in self.held
                for position, mandate in enumerate(
                    rng.sample(self.in_force(meeting.task_force, meeting.slot, 0), UPDATES_PER_MEETING), start=1
                )
            ],
        )

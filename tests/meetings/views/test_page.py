"""The meeting's page: its facts, its course, its texts, at one price, each seeing what is theirs."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from meetings.enums import ItemKind, ItemOutcome, MeetingKind, MeetingState, MinutesState, SectionKind, Visibility
from meetings.models import Meeting
from meetings.services.closing import close_meeting, reopen_meeting
from meetings.services.meetings import cancel_meeting
from tests.meetings.factories import (
    AgencyUpdateFactory,
    AgendaItemFactory,
    AttendanceFactory,
    InvitationFactory,
    MeetingActionFactory,
    MeetingDecisionFactory,
    MeetingFactory,
    MinutesFactory,
    MinutesSectionFactory,
)
from tests.taskforce.factories import ActionItemFactory, AgencyFactory, PersonFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db


def page(client, meeting):
    response = client.get(reverse("meetings:meeting_detail", args=[meeting.pk]))
    assert response.status_code == 200
    return response


def text(client, meeting):
    return (
        page(client, meeting)
        .content.decode()
        .replace("\N{NO-BREAK SPACE}", " ")
        .replace("\N{NARROW NO-BREAK SPACE}", " ")
    )


def full(body, size, **facts):
    """A held meeting with `size` of everything."""
    meeting = MeetingFactory(
        task_force=body,
        state=MeetingState.HELD,
        lead_agency=AgencyFactory(),
        chair=PersonFactory(),
        rapporteur=PersonFactory(agency=AgencyFactory()),
        next_meeting=MeetingFactory(task_force=body, starts_at=datetime(2016, 4, 12, 9, tzinfo=UTC)),
        **facts,
    )
    minutes = MinutesFactory(meeting=meeting)
    before = AgendaItemFactory(meeting=MeetingFactory(task_force=body))
    for number in range(size):
        item = AgendaItemFactory(
            meeting=meeting, presenter_person=PersonFactory(), presenter_agency=AgencyFactory(), carried_from=before
        )
        MinutesSectionFactory(minutes=minutes, kind=SectionKind.ITEM, agenda_item=item, position=number)
        MeetingDecisionFactory(meeting=meeting, agenda_item=item)
        action = MeetingActionFactory(meeting=meeting, agenda_item=item).action
        action.owners.create(agency=AgencyFactory())
        AttendanceFactory(meeting=meeting)
        AgencyUpdateFactory(meeting=meeting, reported_by=AgencyFactory())
        InvitationFactory(meeting=meeting)
    return meeting


@pytest.mark.parametrize("size", [1, 40])
def test_twelve_queries_whatever_the_size(body, office, agency_with, django_assert_num_queries, size):
    for number in range(size):
        agency_with(body, f"S{number}", substitutes=0)
    meeting = full(body, size)
    close_meeting(meeting, actor=SYSTEM)
    reopen_meeting(meeting, reason="X", actor=SYSTEM)
    page(office, meeting)
    with django_assert_num_queries(12):
        page(office, meeting)


def test_facts_of_the_meeting_of_11_february_2016(body, office):
    start = datetime(2016, 2, 11, 9, 30, tzinfo=UTC)
    meeting = MeetingFactory(
        task_force=body,
        kind=MeetingKind.HISTORICAL,
        starts_at=start,
        started_at=start,
        ended_at=start + timedelta(hours=2),
        place="Locaux de l’UNICEF",
        state=MeetingState.HELD,
    )
    for acronym in ("BIT", "PAM", "FAO", "PNUD", "UNICEF"):
        AttendanceFactory(meeting=meeting, agency=AgencyFactory(acronym=acronym))
    shown = text(office, meeting)
    assert "Réunion du jeudi 11 février 2016" in shown
    assert "10 h 30 – 12 h 30" in shown
    assert "5 agences représentées" in shown
    assert shown.count("Sans mandat") == 5
    # No rule, no word about a quorum; never convened, no such step.
    assert "uorum" not in shown
    assert "Convoquée" not in shown


def test_quorum_where_there_is_a_rule(agency_with, signed_in):
    body = TaskForceFactory(quorum_share=Decimal("0.5"))
    meeting = MeetingFactory(task_force=body, state=MeetingState.HELD)
    for acronym in ("BIT", "PAM", "FAO"):
        agency, (person, *_) = agency_with(body, acronym)
        if acronym != "FAO":
            AttendanceFactory(
                meeting=meeting, agency=agency, person=person, mandate=person.mandates.get(), capacity="titular"
            )
    shown = text(signed_in(member(body, role="secretariat").user), meeting)
    assert "Quorum atteint" in shown
    assert "2 structures membres sur 3 ; 2 requises" in shown
    assert "Non noté : FAO" in shown


@pytest.mark.parametrize(
    ("meeting_state", "minutes_state", "current", "done"),
    [
        ("draft", None, None, []),
        ("convened", None, "Convoquée", []),
        ("postponed", None, None, []),
        ("in_progress", "draft", "En cours", ["Convoquée"]),
        ("held", "draft", "Compte rendu en rédaction", ["Convoquée", "Tenue"]),
        ("closed", None, "Compte rendu en rédaction", ["Convoquée", "Tenue"]),
        ("closed", "circulated", "Partagé", ["Convoquée", "Tenue", "Compte rendu en rédaction"]),
        ("closed", "approved", "Adopté", ["Convoquée", "Tenue", "Compte rendu en rédaction", "Partagé"]),
        (
            "closed",
            "published",
            None,
            ["Convoquée", "Tenue", "Compte rendu en rédaction", "Partagé", "Adopté", "Diffusé"],
        ),
        ("cancelled", None, None, []),
    ],
)
def test_steps(body, office, meeting_state, minutes_state, current, done):
    meeting = MeetingFactory(task_force=body, state=meeting_state, convened_at=timezone.now())
    if minutes_state:
        MinutesFactory(meeting=meeting, state=minutes_state)
    steps = page(office, meeting).context["steps"]
    assert [step["label"] for step in steps if step["state"] == "done"] == done
    assert [step["label"] for step in steps if step["state"] == "current"] == ([current] if current else [])
    assert len(steps) == (0 if meeting_state == "cancelled" else 6)


COMING = datetime(2099, 3, 8, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "button"),
    [
        ({"state": "draft", "starts_at": COMING}, "convene"),
        ({"state": "postponed", "starts_at": COMING}, "convene"),
        ({"state": "draft"}, "meeting_times"),
        ({"state": "draft", "kind": "historical"}, "meeting_times"),
        ({"state": "convened"}, "meeting_start"),
        ({"state": "in_progress"}, "meeting_end"),
        ({"state": "held"}, "minutes_write"),
        ({"state": "closed"}, None),
        ({"state": "cancelled"}, None),
    ],
)
@pytest.mark.parametrize("role", ["secretariat", "rapporteur", "titular", "observer"])
def test_one_filled_button_for_who_may(body, signed_in, facts, button, role):
    person = member(body, role="titular" if role == "rapporteur" else role)
    meeting = MeetingFactory(task_force=body, rapporteur=person if role == "rapporteur" else None, **facts)
    shown = page(signed_in(person.user), meeting).content.decode()
    may = role == "secretariat" or (role == "rapporteur" and button != "convene")
    filled = shown.count("btn-primary")
    if button and may:
        assert reverse(f"meetings:{button}", args=[meeting.pk]) in shown
        assert filled == 1
    elif button:
        assert reverse(f"meetings:{button}", args=[meeting.pk]) not in shown
        assert filled == 0
    for act in (
        "convene",
        "meeting_cancel",
        "agenda_edit",
        "attendance_edit",
        "decision_add",
        "meeting_close",
        "meeting_reopen",
    ):
        if role in {"titular", "observer"}:
            assert reverse(f"meetings:{act}", args=[meeting.pk]) not in shown


def test_real_hours_replace_the_planned_ones_which_are_still_said(body, office):
    start = datetime(2016, 3, 8, 9, 30, tzinfo=UTC)
    meeting = MeetingFactory(
        task_force=body,
        starts_at=start,
        started_at=start + timedelta(minutes=10),
        ended_at=start + timedelta(hours=3),
        state="held",
    )
    shown = text(office, meeting)
    assert "10 h 40 – 13 h 30" in shown
    assert "prévue : <strong>10 h 30 – 12 h 30" in shown


def test_time_against_the_meetings_length(body, office):
    meeting = MeetingFactory(task_force=body)
    for minutes in (45, 25, 35, 15):
        AgendaItemFactory(meeting=meeting, minutes=minutes)
    assert "120 min sur 120 prévues" in text(office, meeting)
    AgendaItemFactory(meeting=meeting, minutes=10)
    AgendaItemFactory(meeting=meeting)
    assert "130 min sur 120 prévues : 10 min de trop · 1 point sans durée" in text(office, meeting)


def test_drafts_are_for_who_writes_shared_minutes_for_members(body, office, signed_in):
    minutes = MinutesFactory(meeting__task_force=body)
    MinutesSectionFactory(minutes=minutes, body="<p>Phrase du compte rendu.</p>")
    AgencyUpdateFactory(meeting=minutes.meeting, body="<p>Phrase du tour de table.</p>")
    seated = signed_in(member(body).user)
    for phrase in ("Phrase du compte rendu.", "Phrase du tour de table."):
        assert phrase in text(office, minutes.meeting)
        assert phrase not in text(seated, minutes.meeting)
    minutes.state = MinutesState.CIRCULATED
    minutes.save()
    for phrase in ("Phrase du compte rendu.", "Phrase du tour de table."):
        assert phrase in text(seated, minutes.meeting)


def test_restricted_points_go_with_all_that_hangs_on_them(body, office, signed_in):
    """Invariant 11, in the page."""
    minutes = MinutesFactory(meeting__task_force=body, state=MinutesState.CIRCULATED)
    meeting = minutes.meeting
    item = AgendaItemFactory(meeting=meeting, title="Point secret", visibility=Visibility.RESTRICTED)
    MinutesSectionFactory(minutes=minutes, kind=SectionKind.ITEM, agenda_item=item, body="<p>Texte secret.</p>")
    MeetingDecisionFactory(meeting=meeting, agenda_item=item, decision__text="Décision secrète.")
    MeetingActionFactory(meeting=meeting, agenda_item=item, action__text="Action secrète.")
    MeetingDecisionFactory(meeting=meeting, decision__text="Décision discrète.", decision__is_restricted=True)
    MeetingActionFactory(meeting=meeting, action__text="Action discrète.", action__is_restricted=True)
    secrets = [
        "Point secret",
        "Texte secret.",
        "Décision secrète.",
        "Action secrète.",
        "Décision discrète.",
        "Action discrète.",
    ]
    shown = text(office, meeting)
    assert all(secret in shown for secret in secrets)
    for reader in (member(body).user, member(body, role="observer").user):
        shown = text(signed_in(reader), meeting)
        assert not [secret for secret in secrets if secret in shown]


def test_what_lacks_an_owner_or_a_date_is_flagged_while_it_is_open(body, office):
    meeting = MeetingFactory(task_force=body, state="held")
    MeetingActionFactory(meeting=meeting)
    assert "À désigner" in text(office, meeting)
    assert "À fixer" in text(office, meeting)
    ActionItemFactory._meta.model.objects.update(state="done")
    assert "À désigner" not in text(office, meeting)


def test_what_stands_before_closing_leads_to_where_it_is_mended(body, office):
    meeting = MeetingFactory(task_force=body, state="held")
    AgendaItemFactory(meeting=meeting, kind=ItemKind.DECISION, title="Calendrier")
    shown = text(office, meeting)
    assert "(Calendrier) appelle une décision" in shown
    assert reverse("meetings:attendance_edit", args=[meeting.pk]) in shown


def test_history_says_who_when_and_why(body, office, secretary):
    meeting = MeetingFactory(task_force=body)
    cancel_meeting(meeting, reason="Mission du ministère", actor=secretary)
    shown = text(office, meeting)
    assert "Réunion : En préparation → Annulée" in shown
    assert "Mission du ministère" in shown
    assert str(secretary) in shown


def test_a_holiday_is_shown_while_it_can_still_be_moved(body, office):
    start = datetime(2016, 9, 13, 9, 30, tzinfo=UTC)
    meeting = MeetingFactory(task_force=body, starts_at=start)
    assert "Tabaski (date estimée" in text(office, meeting)
    Meeting.objects.update(state="held")
    assert "Tabaski" not in text(office, meeting)


def test_a_postponed_point_leads_to_the_next_meeting_and_back(body, office):
    meeting = full(body, 0)
    item = AgendaItemFactory(meeting=meeting, outcome=ItemOutcome.POSTPONED)
    AgendaItemFactory(meeting=meeting.next_meeting, carried_from=item)
    assert "au 12 avril 2016" in text(office, meeting)
    assert "Reporté de la réunion du" in text(office, meeting.next_meeting)


def test_published_meetings_are_read_by_the_countrys_secretariats(body, signed_in):
    minutes = MinutesFactory(meeting__task_force=body, state=MinutesState.PUBLISHED)
    MinutesSectionFactory(minutes=minutes, body="<p>Phrase publiée.</p>")
    neighbour = member(TaskForceFactory(country=body.country), role="secretariat").user
    assert "Phrase publiée." in text(signed_in(neighbour), minutes.meeting)


def test_stored_html_is_made_safe_again(body, office):
    """Somebody who writes in the database by another way does not run a script in a reader's page."""
    minutes = MinutesFactory(meeting__task_force=body)
    MinutesSectionFactory(minutes=minutes, body="<p onclick=alert(1)>A</p><script>alert(2)</script>")
    shown = text(office, minutes.meeting)
    assert "alert" not in shown


def test_ics_of_the_meeting(body, office):
    meeting = MeetingFactory(task_force=body)
    response = office.get(reverse("meetings:meeting_ics", args=[meeting.pk]))
    assert response["Content-Disposition"] == 'attachment; filename="protection-sociale-2016-03-08.ics"'
    assert meeting.uid.encode() in response.content


def test_times_are_the_bodys_own(signed_in):
    """The same moment is another hour in a body further east."""
    body = TaskForceFactory(time_zone="Asia/Tokyo")
    meeting = MeetingFactory(
        task_force=body, starts_at=datetime(2016, 3, 7, 23, 30, tzinfo=UTC), ends_at=datetime(2016, 3, 8, 1, tzinfo=UTC)
    )
    shown = text(signed_in(member(body, role="secretariat").user), meeting)
    assert "8 h 30 – 10 h" in shown
    assert meeting.date == date(2016, 3, 8)

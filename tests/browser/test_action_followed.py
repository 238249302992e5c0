"""An action, from its entry in the meeting to done: reminded, told of and finished by the focal point of its owner."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from core.models import OutgoingEmail
from core.typography import date_fr
from meetings.enums import MeetingState
from taskforce.enums import ActionState
from taskforce.models import ActionItem
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_minutes_life import press, words
from tests.meetings.factories import AgendaItemFactory, AttendanceFactory, MeetingFactory
from tests.taskforce.factories import TaskForceFactory, member

pytestmark = pytest.mark.django_db(transaction=True)

TASK = "Envoyer la liste des communes."


@pytest.fixture
def body():
    return TaskForceFactory(slug="niger", name="Protection sociale – Niger")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_entry_to_done(open_context, body, viewport):
    secretary = member(body, role="secretariat").user
    focal_point = member(body, role="titular", given_name="Hadiza", family_name="Souley")
    agency = focal_point.mandates.get().seat.agency
    stranger = member(body, role="titular").user
    meeting = MeetingFactory(task_force=body, state=MeetingState.HELD)
    item = AgendaItemFactory(meeting=meeting, position=1, title="Registre social")
    AttendanceFactory(meeting=meeting, person=focal_point, agency=agency)
    desk = open_context(secretary, viewport=viewport).new_page()
    owner = open_context(focal_point.user, viewport=viewport).new_page()

    # Entered with its owner and a date that has passed by now.
    due = body.today() - timedelta(days=2)
    desk.goto(f"/reunions/{meeting.pk}/actions/nouvelle/")
    desk.locator("textarea[name=text]").fill(TASK)
    desk.get_by_label("Point à l’ordre du jour").select_option(str(item.pk))
    desk.get_by_label(str(agency), exact=True).check()
    desk.get_by_label("Échéance").fill(date_fr(due))
    press(desk, "Enregistrer")
    action = ActionItem.objects.get()
    assert (action.due_on, [str(one.agency) for one in action.owners.all()]) == (due, [str(agency)])

    # It is late: the secretariat sees the mail, then sends it, once.
    desk.goto("/niger/decisions-et-actions/")
    expect(desk.get_by_role("row").filter(has_text=TASK).get_by_text("En retard")).to_be_visible()
    desk.get_by_role("link", name="Relancer").click()
    expect(desk.get_by_label(TASK)).to_be_checked()
    press(desk, "Voir les courriels")
    assert "Hadiza Souley" in words(desk)
    press(desk, "Envoyer les relances")
    assert "1 relance est partie" in words(desk)
    mail = OutgoingEmail.objects.get(kind="action-reminder")
    assert mail.recipient == focal_point.email
    assert TASK in mail.text

    # Another agency reads it and cannot touch it.
    other = open_context(stranger, viewport=viewport).new_page()
    other.goto(f"/actions/{action.pk}/")
    expect(other.get_by_text(TASK)).to_be_visible()
    expect(other.get_by_role("button", name="Enregistrer")).to_have_count(0)

    # Its owner comes by the mail's own link, tells where it stands, and ends it.
    owner.goto(f"/actions/{action.pk}/")
    assert f"/actions/{action.pk}/" in mail.text
    for state, label, note in (
        (ActionState.IN_PROGRESS, "En cours", "Deux régions sur trois."),
        (ActionState.DONE, "Réalisée", "Liste envoyée."),
    ):
        owner.get_by_label("État").select_option(label=label)
        owner.locator("textarea[name=comment]").fill(note)
        press(owner, "Enregistrer")
        expect(owner.get_by_text(note)).to_be_visible()
        action.refresh_from_db()
        assert action.state == state

    # The secretariat reads its course, and nobody is reminded of it any more.
    desk.goto(f"/actions/{action.pk}/")
    for text in ("Deux régions sur trois.", "Liste envoyée.", "Hadiza Souley"):
        expect(desk.get_by_text(text).first).to_be_visible()
    desk.goto("/niger/decisions-et-actions/relances/")
    expect(desk.get_by_text(TASK)).to_have_count(0)

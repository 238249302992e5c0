"""« En séance » in a real browser whose network is cut for a while: everything is on the server, exactly once."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from core.fields import period
from meetings.enums import AttendanceStatus, Capacity, MeetingState
from meetings.models import Attendance, ItemTurn, LiveEntry, MeetingAction, MeetingDecision, MinutesSection
from meetings.services.closing import start_meeting
from meetings.services.minutes import save_section
from taskforce.models import Agency, Mandate
from tests.browser.conftest import PHONE
from tests.browser.test_look import violations
from tests.meetings.factories import AgencyUpdateFactory, AgendaItemFactory, MeetingFactory
from tests.taskforce.factories import AgencyFactory, PersonFactory, SeatFactory, TaskForceFactory, UserFactory, member

pytestmark = pytest.mark.django_db(transaction=True)

TITLES = ("Suivi des actions", "Plan de travail", "Divers")
OFFLINE = re.compile("ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch")


@pytest.fixture
def world():
    """A meeting in progress, three points, two agencies of two people, its secretariat."""
    body = TaskForceFactory(name="Protection sociale", slug="protection-sociale")
    meeting = MeetingFactory(
        task_force=body, state=MeetingState.CONVENED, starts_at=timezone.now() - timedelta(minutes=5)
    )
    for position, title in enumerate(TITLES, start=1):
        AgendaItemFactory(meeting=meeting, position=position, title=title, minutes=15)
    people = []
    for acronym in ("UNICEF", "PAM"):
        agency = AgencyFactory(acronym=acronym)
        seat = SeatFactory(task_force=body, agency=agency, period=period(date(2016, 3, 1)))
        for rank in range(2):
            person = PersonFactory(agency=agency, given_name=f"P{rank}", family_name=acronym.title())
            Mandate.objects.create(seat=seat, person=person, rank=rank, period=period(date(2016, 3, 1)))
            people.append(person)
    secretariat = member(body, role="secretariat", given_name="Mariama", family_name="Saley").user
    start_meeting(meeting, actor=secretariat)
    return {"body": body, "meeting": meeting, "user": secretariat, "people": people}


def open_page(context, world):
    page = context.new_page()
    page.goto(reverse("meetings:live", args=[world["meeting"].pk]))
    page.wait_for_selector("[data-live][data-ready]")
    return page


def section_of(world, position):
    return MinutesSection.objects.get(minutes__meeting=world["meeting"], agenda_item__position=position)


def state(page):
    return page.locator("[data-live-state]")


def notes(page):
    return page.locator("[data-live-section]:not([hidden]) textarea")


def mark(page, person, word):
    return page.locator(f"[data-person='{person.pk}']").get_by_role("button", name=word)


def forgive(context):
    """The browser itself tells the console of every request that found no network."""
    context.problems[:] = [text for text in context.problems if not OFFLINE.search(text)]


def work_without_network(page, world):
    """Two points, two notes, a decision, two actions, presences: all of it by the keyboard where there is a key."""
    mark(page, world["people"][0], "Présent").click()
    mark(page, world["people"][2], "À distance").click()
    mark(page, world["people"][3], "Excusé").click()
    expect(page.locator("[data-live-count]")).to_have_text("2 agences représentées")
    page.keyboard.press("Alt+s")
    expect(page.locator("[data-live-title]")).to_contain_text("Suivi des actions")
    page.keyboard.press("Alt+n")
    page.keyboard.type("La FAO présente ses filets.")
    page.keyboard.press("Alt+d")
    expect(page.locator("#decision")).to_be_focused()
    page.keyboard.type("Adopter le calendrier.")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+a")
    page.keyboard.type("Envoyer la liste des zones.")
    page.locator("#owner").select_option(label="PAM")
    page.get_by_role("button", name="Noter l’action").click()
    page.keyboard.press("Alt+s")
    expect(page.locator("[data-live-title]")).to_contain_text("Plan de travail")
    page.keyboard.press("Alt+n")
    page.keyboard.type("Relire le plan.")
    page.keyboard.press("Control+a")
    page.keyboard.press("Alt+a")


def check_the_server(world):
    """Everything once."""
    meeting = world["meeting"]
    assert section_of(world, 1).body == "<p>La FAO présente ses filets.</p>"
    assert section_of(world, 2).body == "<p>Relire le plan.</p>"
    assert [link.decision.text for link in MeetingDecision.objects.filter(meeting=meeting)] == [
        "Adopter le calendrier."
    ]
    decision = MeetingDecision.objects.get(meeting=meeting)
    assert decision.agenda_item.title == "Suivi des actions"
    actions = {link.action.text: link for link in MeetingAction.objects.filter(meeting=meeting)}
    assert set(actions) == {"Envoyer la liste des zones.", "Relire le plan."}
    assert MeetingAction.objects.filter(meeting=meeting).count() == 2
    assert actions["Relire le plan."].agenda_item.title == "Plan de travail"
    owners = Agency.objects.filter(action_ownerships__action=actions["Envoyer la liste des zones."].action).values_list(
        "acronym", flat=True
    )
    assert list(owners) == ["PAM"]
    rows = {row.person_id: row for row in Attendance.objects.filter(meeting=meeting)}
    people = world["people"]
    assert rows[people[0].pk].status == AttendanceStatus.PRESENT
    assert rows[people[0].pk].capacity == Capacity.TITULAR
    assert rows[people[2].pk].status == AttendanceStatus.REMOTE
    assert rows[people[3].pk].status == AttendanceStatus.EXCUSED
    assert len(rows) == 3
    assert [turn.agenda_item.title for turn in ItemTurn.objects.filter(meeting=meeting)] == list(TITLES[:2])


def test_ten_minutes_without_network_lose_nothing(world, open_context):
    context = open_context(world["user"])
    page = open_page(context, world)
    expect(state(page)).to_have_text("Tout est enregistré")
    context.set_offline(True)
    work_without_network(page, world)
    expect(state(page)).to_contain_text("Hors ligne")
    expect(state(page)).to_contain_text("saisies en attente")
    expect(page.locator("[data-live-pending]")).to_contain_text("Adopter le calendrier.")
    assert not LiveEntry.objects.exists()
    context.set_offline(False)
    expect(state(page)).to_have_text(re.compile("^Enregistré à "), timeout=20_000)
    check_the_server(world)
    assert page.evaluate("Object.keys(localStorage)") == []
    expect(page.locator("[data-live-pending]")).to_be_hidden()
    # The list beside the notes follows.
    expect(page.locator("#cote")).to_contain_text("Adopter le calendrier.")
    forgive(context)


def test_the_point_left_is_treated_and_the_passage_can_be_undone(world, open_context):
    context = open_context(world["user"])
    page = open_page(context, world)
    meeting = world["meeting"]
    treated = page.locator(".live-points [data-outcome-is=treated]:visible")
    page.keyboard.press("Alt+s")
    expect(treated).to_have_count(0)
    context.set_offline(True)
    page.keyboard.press("Alt+s")
    expect(treated).to_have_count(1)
    page.keyboard.press("Alt+s")
    expect(page.get_by_role("button", name="Terminer ce point")).to_be_visible()
    page.keyboard.press("Alt+z")
    expect(page.locator("[data-live-title]")).to_contain_text("Plan de travail")
    expect(treated).to_have_count(1)
    context.set_offline(False)
    expect(state(page)).to_have_text(re.compile("^Enregistré à "), timeout=20_000)
    assert list(meeting.agenda.values_list("outcome", flat=True)) == ["treated", "open", "open"]
    assert [turn.agenda_item.title for turn in ItemTurn.objects.filter(meeting=meeting)] == list(TITLES[:2])
    # Opened again, what was done is undone as well.
    again = open_page(context, world)
    expect(again.locator(".live-points [data-outcome-is=treated]:visible")).to_have_count(1)
    again.get_by_role("button", name="Annuler le passage").click()
    expect(again.locator("[data-live-title]")).to_contain_text("Suivi des actions")
    expect(again.locator(".live-points [data-outcome-is=treated]:visible")).to_have_count(0)
    assert list(meeting.agenda.values_list("outcome", flat=True)) == ["open", "open", "open"]
    # Another point, out of its order: the one left stays open, and comes next.
    jump = again.get_by_role("button", name="Passer à ce point")
    expect(jump).to_be_hidden()
    again.locator(".live-points").get_by_role("link", name="Divers").click()
    jump.click()
    expect(again.locator("[data-live-title]")).to_contain_text("Divers")
    expect(jump).to_be_hidden()
    expect(state(again)).to_have_text(re.compile("^Enregistré à "), timeout=20_000)
    again.keyboard.press("Alt+s")
    expect(again.locator("[data-live-title]")).to_contain_text("Suivi des actions")
    forgive(context)


def test_a_contribution_is_seen_to_arrive(world, open_context):
    agency = Agency.objects.get(acronym="PAM")
    page = open_page(open_context(world["user"]), world)
    expect(page.locator("#cote")).to_contain_text("0 contribution reçue")
    person = world["people"][2]
    person.user = UserFactory()
    person.save()
    other = open_context(person.user).new_page()
    other.goto(reverse("meetings:update_list", args=[world["meeting"].pk]))
    other.get_by_role("button", name="Écrire la contribution").click()
    other.locator("[contenteditable=true]").first.click()
    other.keyboard.type("Trois mille ménages reçoivent un transfert.")
    other.get_by_role("button", name="Enregistrer", exact=True).first.click()
    # Back in the list, and shown there: every step before has « tour-de-table » in its address too.
    expect(other).to_have_url(re.compile("tour-de-table/$"))
    expect(other.get_by_text("Trois mille ménages")).to_be_visible()
    page.locator("[data-live-poll]").dispatch_event("refresh")
    row = page.locator("#cote li", has_text=agency.acronym)
    expect(row).to_contain_text("Trois mille ménages", timeout=25_000)
    expect(row.locator("[data-new]")).to_be_visible()
    expect(page.locator("[data-live-news]")).to_contain_text("PAM")


def test_keys_leave_letters_alone_and_can_be_put_away(world, open_context):
    page = open_page(open_context(world["user"]), world)
    page.keyboard.press("Alt+n")
    page.keyboard.type("des notes, sans perdre a, d, n, p, s ni z")
    page.keyboard.press("AltGraph+d")
    expect(notes(page)).to_be_focused()
    page.keyboard.press("Alt+p")
    expect(page.locator("[data-live-people] button").first).to_be_focused()
    page.get_by_text("Raccourcis clavier").click()
    page.get_by_label("Utiliser ces raccourcis").uncheck()
    notes(page).focus()
    page.keyboard.press("Alt+d")
    expect(notes(page)).to_be_focused()
    expect(page.get_by_role("button", name="Commencer le premier point").locator("kbd")).to_be_hidden()
    page.reload()
    page.wait_for_selector("[data-live][data-ready]")
    expect(page.locator("[data-live-keys]")).not_to_be_checked()


def test_a_tab_closed_without_network_is_taken_up_when_opened_again(world, open_context):
    context = open_context(world["user"])
    page = open_page(context, world)
    context.set_offline(True)
    work_without_network(page, world)
    expect(state(page)).to_contain_text("saisies en attente")
    page.close()
    context.set_offline(False)
    again = open_page(context, world)
    expect(state(again)).to_have_text(re.compile("^Enregistré à "), timeout=20_000)
    check_the_server(world)
    assert again.evaluate("Object.keys(localStorage)") == []
    forgive(context)


def test_an_answer_that_got_lost_does_not_double_anything(world, open_context):
    context = open_context(world["user"])
    page = open_page(context, world)
    lost = []

    def lose_the_answer(route):
        # The server does it; the browser never hears of it.
        if len(lost) < 2:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/seance/envoyer/", lose_the_answer)
    page.keyboard.press("Alt+n")
    page.keyboard.type("Une phrase.")
    page.keyboard.press("Control+s")
    page.keyboard.press("Alt+d")
    page.keyboard.type("Décider une fois.")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+n")
    page.keyboard.press("Control+End")
    page.keyboard.type(" Une autre.")
    expect(state(page)).to_have_text(re.compile("^Enregistré à "), timeout=30_000)
    assert len(lost) == 2
    assert MeetingDecision.objects.count() == 1
    body = MinutesSection.objects.exclude(body="").get().body
    assert body == "<p>Une phrase. Une autre.</p>"
    forgive(context)


def test_two_devices_in_one_section_merge_and_a_conflict_is_shown(world, open_context):
    section = section_of(world, 1)
    save_section(section, body="<p>Premier point.</p>", base_version=0, actor=world["user"])
    context = open_context(world["user"])
    page = open_page(context, world)
    page.locator(f"[data-live-open='{section.pk}']").click()
    colleague = member(world["body"], role="secretariat", given_name="Ibrahim", family_name="Garba").user
    save_section(section, body="<p>Premier point.</p><p>Écrit par Ibrahim.</p>", base_version=1, actor=colleague)
    notes(page).press("Control+End")
    page.keyboard.type("\n\nÉcrit par Mariama.")
    page.keyboard.press("Control+s")
    expect(notes(page)).to_have_value(re.compile("Écrit par Ibrahim."))
    body = section_of(world, 1).body
    assert body.count("Premier point.") == body.count("Ibrahim") == body.count("Mariama") == 1

    rewritten = body.replace("Écrit par Mariama.", "Écrit par Mariama hier.")
    save_section(section, body=rewritten, base_version=section_of(world, 1).version, actor=colleague)
    notes(page).fill(notes(page).input_value().replace("Écrit par Mariama.", "Écrit par Mariama demain."))
    page.keyboard.press("Control+s")
    pending = page.locator("[data-live-pending]")
    expect(pending).to_contain_text("Ibrahim Garba")
    expect(pending.locator("[data-theirs]")).to_contain_text("hier")
    expect(pending.locator("[data-mine]")).to_contain_text("demain")
    pending.get_by_role("button", name="Garder les deux").click()
    expect(notes(page)).to_have_value(re.compile("hier.*demain", re.DOTALL))
    expect(pending).to_be_hidden()
    body = section_of(world, 1).body
    assert body.count("hier") == body.count("demain") == 1


def test_what_is_refused_stays_with_its_reason(world, open_context):
    page = open_page(open_context(world["user"]), world)
    world["meeting"].minutes.state = "circulated"
    world["meeting"].minutes.save()
    page.keyboard.press("Alt+n")
    page.keyboard.type("Trop tard.")
    page.keyboard.press("Control+s")
    pending = page.locator("[data-live-pending]")
    expect(pending).to_contain_text("ne se modifie plus")
    expect(pending).to_contain_text("Trop tard.")
    expect(state(page)).to_contain_text("demande votre attention")
    world["meeting"].minutes.state = "draft"
    world["meeting"].minutes.save()
    pending.get_by_role("button", name="Réessayer").click()
    expect(state(page)).to_have_text(re.compile("^Enregistré à "))
    assert MinutesSection.objects.exclude(body="").get().body == "<p>Trop tard.</p>"


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_the_page_is_readable_by_everybody(world, open_context, viewport):
    AgencyUpdateFactory(meeting=world["meeting"], body="<p>Mille ménages inscrits.</p>")
    options = {"viewport": viewport} if viewport else {}
    page = open_page(open_context(world["user"], **options), world)
    page.keyboard.press("Alt+s")
    expect(state(page)).to_have_text(re.compile("^Enregistré à "))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []

"""The editor of minutes in a browser: a meeting to write of, and how a test types."""

from meetings.enums import MeetingState, SectionKind
from meetings.services.minutes import ensure_minutes
from tests.meetings.factories import AgendaItemFactory, MeetingFactory
from tests.taskforce.factories import PASSWORD, TaskForceFactory, member


def held_meeting():
    """A held meeting with two points, its minutes, its secretariat."""
    body = TaskForceFactory()
    meeting = MeetingFactory(task_force=body, state=MeetingState.HELD)
    AgendaItemFactory(meeting=meeting, position=1, title="Point de situation")
    AgendaItemFactory(meeting=meeting, position=2, title="Divers")
    secretariat = member(body, role="secretariat", given_name="Mariama", family_name="Saley")
    minutes = ensure_minutes(meeting, actor=secretariat.user)
    section = minutes.sections.get(kind=SectionKind.CONTEXT)
    return {"body": body, "meeting": meeting, "minutes": minutes, "section": section, "user": secretariat.user}


def edit_url(section):
    return f"/reunions/{section.minutes.meeting_id}/compte-rendu/{section.pk}/modifier/"


def open_editor(context, section):
    page = context.new_page()
    page.goto(edit_url(section))
    page.wait_for_selector(".ProseMirror")
    return page


def write(page, text):
    page.locator(".ProseMirror").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def state(page):
    return page.locator("[data-save-state]")


def sign_in(page, user):
    page.wait_for_load_state()
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "login" not in url and "connexion" not in url)

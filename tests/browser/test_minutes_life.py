"""Minutes shared, corrected by two members, adopted at the next meeting, published, verified by fingerprint."""

import re

import pytest

from core.models import OutgoingEmail
from meetings.enums import MeetingState, MinutesState
from meetings.models import Minutes
from meetings.services.verification import verify
from tests.browser.conftest import DESKTOP, PHONE
from tests.meetings.circulating import next_meeting, written_minutes
from tests.taskforce.factories import TaskForceFactory, member

pytestmark = pytest.mark.django_db(transaction=True)


def words(page):
    return re.sub(r"\s+", " ", page.locator("main").inner_text().replace("\xa0", " ").replace("\u202f", " "))


def observe(page, minutes, old, new):
    """Open the first section’s observation, change `old` into `new` where the editor holds it, send it."""
    page.goto(f"/reunions/{minutes.meeting_id}/compte-rendu/")
    page.get_by_role("link", name="Proposer un autre texte Contexte").click()
    page.locator("form[data-editor][data-ready=yes]").wait_for()
    paragraph = page.locator(".ProseMirror p").filter(has_text=old)
    paragraph.click(click_count=3)
    page.keyboard.type(new)
    page.get_by_role("button", name="Envoyer l’observation").click()
    page.wait_for_url(re.compile(r"/observations/\d+/$"))
    assert "À traiter" in words(page)


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_draft_to_verified(open_context, viewport):
    body = TaskForceFactory(slug="niger", name="Protection sociale – Niger")
    secretary = member(body, role="secretariat").user
    first, second = member(body, role="titular").user, member(body, role="titular").user
    minutes = written_minutes(body, state=MeetingState.CLOSED)
    following = next_meeting(minutes)
    here = f"/reunions/{minutes.meeting_id}/compte-rendu/"

    desk = open_context(secretary, viewport=viewport).new_page()
    desk.goto(here)
    desk.get_by_role("link", name="Partager pour observations").click()
    desk.get_by_role("button", name="Voir les courriels qui partiront").click()
    assert "3 courriels vont partir" in words(desk)
    desk.get_by_role("button", name="Partager et envoyer").click()
    desk.wait_for_url(f"**{here}")
    assert OutgoingEmail.objects.filter(kind="minutes-shared").count() == 3

    # Two members correct one section, each another paragraph, without seeing what the other wrote.
    one, other = (open_context(user, viewport=viewport).new_page() for user in (first, second))
    observe(one, minutes, "Premier alinéa", "Premier alinéa, corrigé par la première.")
    observe(other, minutes, "Second alinéa", "Second alinéa, corrigé par la seconde.")
    one.goto(here)
    one.get_by_role("button", name="J’ai lu").click()
    assert "Vous l’avez lu" in words(one)

    for number in range(2):
        desk.goto(f"{here}observations/")
        assert f"{2 - number} à traiter" in words(desk)
        desk.get_by_role("row").filter(has_text="À traiter").get_by_role("link").first.click()
        desk.locator("form[data-rich][data-ready=yes]").wait_for()
        desk.get_by_role("button", name="Retenir et enregistrer ce texte").click()
        desk.wait_for_url("**/observations/")
    text = minutes.sections.get(kind="context").body
    assert text == "<p>Premier alinéa, corrigé par la première.</p><p>Second alinéa, corrigé par la seconde.</p>"
    desk.goto(f"{here}comparer/?ancienne=1&nouvelle=3")
    assert desk.locator("ins").count() >= 2

    # The next meeting adopts it; it is published without a distribution list.
    desk.goto(here)
    desk.get_by_role("link", name="Adopter").click()
    desk.get_by_role("button", name="Voir les courriels qui partiront").click()
    assert "3 courriels vont partir" in words(desk)
    desk.get_by_role("button", name="Adopter et envoyer").click()
    desk.wait_for_url(f"**{here}")
    assert "par consensus" in words(desk)
    desk.get_by_role("link", name="Diffuser").click()
    assert "Aucun courriel ne va partir" in words(desk)
    desk.get_by_role("button", name="Diffuser sans courriel").click()
    desk.wait_for_url(f"**{here}")
    kept = Minutes.objects.get(pk=minutes.pk)
    assert kept.state == MinutesState.PUBLISHED
    assert kept.approval.at_meeting == following
    assert verify(body) == []

    # Anybody checks it, without an account.
    anyone = open_context(viewport=viewport).new_page()
    anyone.goto("/verification/")
    anyone.get_by_label("Empreinte SHA-256").fill(kept.approval.version.sha256.upper())
    anyone.get_by_role("button", name="Vérifier").click()
    assert "authentique, et c’est le dernier" in words(anyone)
    assert "Premier alinéa" not in words(anyone)
    anyone.get_by_label("ou le fichier lui-même").set_input_files(
        {"name": "autre.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 autre chose"}
    )
    anyone.get_by_label("Empreinte SHA-256").fill("")
    anyone.get_by_role("button", name="Vérifier").click()
    assert "Empreinte inconnue" in words(anyone)

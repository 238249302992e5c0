"""Minutes shared, corrected by two members, adopted at the next meeting, sent to the list, verified by a stranger."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.models import OutgoingEmail
from meetings.enums import CorrectionState, ItemOutcome, MeetingState, MinutesState
from meetings.models import Minutes
from meetings.services.verification import verify
from tests.browser.conftest import DESKTOP, PHONE
from tests.meetings.circulating import next_meeting, written_minutes
from tests.taskforce.factories import TaskForceFactory, member

pytestmark = pytest.mark.django_db(transaction=True)

REFUSAL = "Ce chiffre ne se partage pas encore."


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_draft_to_verified(open_context, celery_worker, tmp_path, viewport):
    body = TaskForceFactory(slug="niger", name="Protection sociale – Niger")
    secretary = member(body, role="secretariat").user
    first, second = member(body, role="titular").user, member(body, role="titular").user
    minutes = written_minutes(body, state=MeetingState.CLOSED)
    following = next_meeting(minutes)
    here = f"/reunions/{minutes.meeting_id}/compte-rendu/"
    desk = open_context(secretary, viewport=viewport).new_page()
    one, other = (open_context(user, viewport=viewport).new_page() for user in (first, second))

    share(desk, here)

    # Two members correct one section, each another paragraph, without seeing what the other wrote.
    observe(one, here, "Premier alinéa", "Premier alinéa, corrigé par la première.")
    observe(other, here, "Second alinéa", "Second alinéa, corrigé par la seconde.")
    one.goto(here)
    one.get_by_role("button", name="J’ai lu").click()
    assert "Vous l’avez lu" in words(one)

    # The first is accepted, the second is not, and its author reads why.
    accept(desk, here, "corrigé par la première")
    refuse(desk, here, "corrigé par la seconde")
    text = minutes.sections.get(kind="context").body
    assert text == "<p>Premier alinéa, corrigé par la première.</p><p>Second alinéa, état 1.</p>"
    assert set(minutes.corrections.values_list("state", flat=True)) == {
        CorrectionState.ACCEPTED,
        CorrectionState.REFUSED,
    }
    assert OutgoingEmail.objects.filter(kind="minutes-observation-answered").count() == 2
    other.goto(f"{here}observations/")
    other.get_by_role("row").filter(has_text="Non retenue").get_by_role("link").click()
    expect(other.get_by_text(REFUSAL)).to_be_visible()
    desk.goto(f"{here}comparer/?ancienne=1&nouvelle=2")
    expect(desk.locator("ins")).not_to_have_count(0)

    adopt_at(desk, following, minutes)
    kept = Minutes.objects.get(pk=minutes.pk)
    assert kept.approval.at_meeting == following
    # The point of the next meeting's agenda is treated with it.
    assert following.agenda.get(previous_minutes=minutes).outcome == ItemOutcome.TREATED

    publish(desk, body, here)
    assert Minutes.objects.get(pk=minutes.pk).state == MinutesState.PUBLISHED
    assert verify(body) == []

    file = download(desk, here, tmp_path)
    stranger = open_context(viewport=viewport).new_page()
    verify_as_anybody(stranger, kept.approval.version.sha256, file)


def words(page):
    return re.sub(r"\s+", " ", page.locator("main").inner_text().replace("\xa0", " ").replace("\u202f", " "))


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def share(desk, here):
    """Who will be written to is seen before anything leaves."""
    desk.goto(here)
    desk.get_by_role("link", name="Partager pour observations").click()
    press(desk, "Voir les courriels qui partiront")
    assert "3 courriels vont partir" in words(desk)
    press(desk, "Partager et envoyer")
    desk.wait_for_url(f"**{here}")
    assert OutgoingEmail.objects.filter(kind="minutes-shared").count() == 3


def observe(page, here, old, new):
    """Open the first section’s observation, change `old` into `new` where the editor holds it, send it."""
    page.goto(here)
    page.get_by_role("link", name="Proposer un autre texte Contexte").click()
    page.locator("form[data-editor][data-ready=yes]").wait_for()
    paragraph = page.locator(".ProseMirror p").filter(has_text=old)
    paragraph.click(click_count=3)
    page.keyboard.type(new)
    page.get_by_role("button", name="Envoyer l’observation").click()
    page.wait_for_url(re.compile(r"/observations/\d+/$"))
    assert "À traiter" in words(page)


def open_observation(desk, here, text):
    """The one that proposes `text`, among those that wait."""
    desk.goto(f"{here}observations/")
    waiting = desk.get_by_role("row").filter(has_text="À traiter").get_by_role("link")
    for address in [link.get_attribute("href") for link in waiting.all()]:
        desk.goto(address)
        desk.locator("form[data-rich][data-ready=yes]").wait_for()
        if text in words(desk):
            return
    raise AssertionError(f"no observation proposes « {text} »")


def accept(desk, here, text):
    open_observation(desk, here, text)
    expect(desk.locator("ins").first).to_be_visible()
    press(desk, "Retenir et enregistrer ce texte")
    desk.wait_for_url("**/observations/")


def refuse(desk, here, text):
    open_observation(desk, here, text)
    desk.get_by_label("Raison").fill(REFUSAL)
    press(desk, "Ne pas retenir")
    desk.wait_for_url("**/observations/")


def adopt_at(desk, following, minutes):
    """The next meeting has it on its agenda by one gesture; from there to the act of adoption."""
    desk.goto(f"/reunions/{following.pk}/ordre-du-jour/")
    desk.get_by_role("button", name="Adoption du compte rendu précédent").click()
    expect(desk.locator("#points").get_by_role("link", name="Adoption du compte rendu précédent")).to_be_visible()
    desk.goto(following.get_absolute_url())
    desk.locator("tr").filter(has_text="Adoption du compte rendu précédent").get_by_role("link").click()
    desk.wait_for_url(f"**{minutes.meeting.get_absolute_url()}")
    desk.goto(f"/reunions/{minutes.meeting_id}/compte-rendu/")
    desk.get_by_role("link", name="Adopter").click()
    expect(desk.get_by_label("À la réunion")).to_have_value(str(following.pk))
    press(desk, "Voir les courriels qui partiront")
    assert "3 courriels vont partir" in words(desk)
    press(desk, "Adopter et envoyer")
    desk.wait_for_url("**/compte-rendu/")
    assert "par consensus" in words(desk)


def publish(desk, body, here):
    """To a list of one line, entered by hand: a director who has no account."""
    desk.goto(f"/{body.slug}/liste-de-diffusion/")
    desk.get_by_role("link", name="Ajouter").click()
    desk.locator("input[name=name]").fill("Ingrid Larsen")
    desk.locator("input[name=email]").fill("ingrid.larsen@example.org")
    desk.locator("input[name=starts_on]").fill("1er mars 2016")
    press(desk, "Ajouter")
    desk.goto(here)
    desk.get_by_role("link", name="Diffuser").click()
    assert "Un courriel va partir" in words(desk)
    assert "ingrid.larsen@example.org" in words(desk)
    press(desk, "Diffuser et envoyer")
    desk.wait_for_url(f"**{here}")
    assert "1 courriel part" in words(desk)
    mail = OutgoingEmail.objects.get(kind="minutes-published")
    assert mail.recipient == "ingrid.larsen@example.org"
    assert mail.attachments


def download(desk, here, folder) -> Path:
    desk.goto(here)
    press(desk, "Compte rendu PDF")
    with desk.expect_download(timeout=60_000) as saved:
        desk.get_by_role("link", name="Télécharger").click(timeout=60_000)
    path = folder / "compte-rendu.pdf"
    saved.value.save_as(path)
    return path


def verify_as_anybody(page, fingerprint, file):
    """By the fingerprint, by the file itself, and by a file that somebody touched."""
    page.goto("/verification/")
    page.get_by_label("Empreinte SHA-256").fill(fingerprint.upper())
    press(page, "Vérifier")
    assert "authentique, et c’est le dernier" in words(page)
    assert "Premier alinéa" not in words(page)
    for content, answer in (
        (file.read_bytes(), "authentique, et c’est le dernier"),
        (file.read_bytes() + b"\n", "Empreinte inconnue"),
    ):
        page.goto("/verification/")
        page.get_by_label("ou le fichier lui-même").set_input_files(
            {"name": "compte-rendu.pdf", "mimeType": "application/pdf", "buffer": content}
        )
        press(page, "Vérifier")
        assert answer in words(page)

"""The secretariat asks five directors, reminds the late one, withdraws a request, accepts an answer."""

import re
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from core.models import OutgoingEmail, SignedLink, Solicitation
from core.solicitations.base import kind_of
from taskforce.models import DesignationRequest, Mandate
from taskforce.services.designations import answer_on_record
from tests.browser.conftest import DESKTOP, PHONE
from tests.taskforce.asked import directed
from tests.taskforce.factories import SeatFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db(transaction=True)
AGENCIES = ("BIT", "FAO", "PAM", "PNUD", "UNICEF")


@pytest.fixture
def body():
    found = TaskForceFactory(slug="niger", name="Protection sociale – Niger", acronym="TF-PS")
    for acronym in AGENCIES:
        directed(SeatFactory(task_force=found, agency__acronym=acronym), email=f"{acronym.lower()}@example.org")
    return found


def words(page):
    return re.sub(r"\s+", " ", page.locator("main").inner_text().replace("\xa0", " ").replace("\u202f", " "))


def request_of(acronym):
    return DesignationRequest.objects.select_related("solicitation", "seat__agency", "task_force").get(
        seat__agency__acronym=acronym
    )


def row(page, acronym):
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=acronym, exact=True))


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_five_directors(open_context, body, viewport, tmp_path):
    secretary = member(body, role="secretariat", family_name="Alassane").user
    page = open_context(secretary, viewport=viewport).new_page()

    # Five are ticked at once; the mails are looked at before they leave.
    page.goto("/niger/designations/")
    page.get_by_role("link", name="Demander les désignations").click()
    assert page.locator("input[name=seats]:checked").count() == 5
    page.get_by_label("Référence").fill("SP/TF-PS")
    page.get_by_role("button", name="Voir les courriels avant l’envoi").click()
    assert "5 courriels vont partir" in words(page)
    assert not DesignationRequest.objects.exists()
    page.get_by_role("button", name="Envoyer", exact=True).click()
    page.wait_for_url("**/niger/designations/")
    assert "5 demandes sont parties" in page.locator("body").inner_text().replace("\xa0", " ")
    assert OutgoingEmail.objects.filter(recipient__endswith="@example.org", kind="designation-asked").count() == 5

    # Days go by: one is late.
    late = request_of("PNUD").solicitation
    Solicitation.objects.filter(pk=late.pk).update(deadline=timezone.now() - timedelta(days=2))
    SignedLink.objects.update(created_at=timezone.now() - timedelta(hours=1))
    page.reload()
    assert "En retard" in row(page, "PNUD").inner_text()
    page.get_by_role("link", name="Relancer les retards").click()
    assert "1 courriel va partir" in words(page)
    page.get_by_role("button", name="Envoyer les rappels").click()
    page.wait_for_url("**/niger/designations/")
    assert OutgoingEmail.objects.filter(kind="designation-reminder").get().recipient == "pnud@example.org"

    # One was sent by mistake: its link is withdrawn.
    page.get_by_role("link", name="UNICEF").click()
    page.get_by_role("link", name="Retirer la demande").click()
    page.get_by_label("Raison").fill("Envoyée trop tôt.")
    page.get_by_role("button", name="Retirer la demande").click()
    assert "Envoyée trop tôt." in words(page)
    assert not request_of("UNICEF").solicitation.links.filter(revoked_at=None).exists()

    # One has answered.
    answered = request_of("BIT")
    data = QueryDict(mutable=True)
    data.update(
        {
            "answer": "designate",
            "lines": "2",
            "p0-given_name": "Aïssa",
            "p0-family_name": "Oumarou",
            "p0-email": "aissa@example.org",
            "p1-given_name": "Boubacar",
            "p1-family_name": "Issa",
            "p1-email": "boubacar@example.org",
        }
    )
    form = kind_of(answered.solicitation).get_form(answered.solicitation, data)
    assert form.is_valid(), form.errors
    answer_on_record(answered, form, channel="mail", actor=secretary)
    page.goto("/niger/designations/")
    assert "Réponse à examiner" in row(page, "BIT").inner_text()
    page.screenshot(path=tmp_path / "tableau.png", full_page=True)
    page.get_by_role("link", name="BIT").click()
    assert "Oumarou" in words(page)
    page.get_by_role("link", name="Accepter").click()
    assert "nouvelle fiche" in words(page)
    page.screenshot(path=tmp_path / "acceptation.png", full_page=True)
    page.get_by_role("button", name="Accepter la désignation").click()
    page.wait_for_url(f"**/designations/{answered.pk}/")
    assert "Acceptée" in words(page)
    mandates = Mandate.objects.filter(seat=answered.seat).order_by("rank")
    assert [str(mandate.person) for mandate in mandates] == ["Aïssa Oumarou", "Boubacar Issa"]
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]

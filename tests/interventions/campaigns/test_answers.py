"""A structure without an account answers by its link: a workbook, a form, or that there is nothing."""

import tempfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.models import OutgoingEmail, SolicitationState
from core.notifications import outbox
from interventions.imports.coverage import read
from interventions.models import CampaignRequest, CoverageLine, ImportBatch, Intervention
from interventions.queries.campaigns import lines_asked
from interventions.services.campaigns import close_campaign, send_requests
from tests.checksums import fingerprint

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(campaign, asked, secretary):
    assert send_requests(campaign, actor=secretary) == 1
    return asked


def follow():
    """A browser that followed the link of the last mail; where it stands, or None for the neutral page."""
    client = Client()
    row = OutgoingEmail.objects.latest("pk")
    response = client.get("/lien/" + outbox.secrets_of(row)["link"].partition("/lien/")[2])
    return client, response["Location"] if response.status_code == 302 else None


def opened():
    client, base = follow()
    client.post(base)
    return client, base


def typed_of(known, **changes):
    """What the form sends back for the line that it shows, with `changes`."""
    data = {
        "lines": "1",
        "l0-code": "TARKA-1",
        "l0-title": "Banques céréalières",
        "l0-unit": str(known.unit_id),
        "l0-instrument": str(known.instrument_id),
        "l0-group": str(known.target_group_id),
        "l0-starts_on": "1/1/2026",
        "l0-ends_on": "31/12/2026",
        "l0-reached_household": "1 200",
        "envoyer": "1",
    }
    return data | {f"l0-{name}": value for name, value in changes.items()}


def read_batch(batch):
    with batch.file.open("rb") as file:
        data = file.read()
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as kept:
        kept.write(data)
        kept.flush()
        return read(kept.name, batch.country)


def test_the_mail_says_what_is_asked_and_hides_its_link(sent):
    row = OutgoingEmail.objects.get()
    assert row.recipient == "contact@example.org"
    assert "Tarka" in row.text and "Merci de répondre." in row.text and "/lien/" not in row.text + row.html


def test_looking_changes_nothing_and_the_form_shows_what_is_known(sent, known):
    client, base = follow()
    before = fingerprint()
    page = client.get(base).content.decode()
    assert "Tarka" in page and "Halima Issa" in page
    assert fingerprint() == before
    client.post(base)
    page = client.get(base + "formulaire/").content.decode()
    assert "Banques céréalières" in page and "1 200" in page.replace("\u00a0", " ").replace("\u202f", " ")


def test_the_workbook_is_read_back_without_a_difference(sent, known, tmp_path):
    client, base = opened()
    response = client.get(base + "fichier/classeur/")
    assert response.status_code == 200 and response["Content-Disposition"].startswith("attachment")
    file = tmp_path / "classeur.xlsx"
    file.write_bytes(b"".join(response.streaming_content))
    found = read(file, sent.campaign.country)
    assert [row.status for row in found.rows] == ["unchanged"]
    # Its sheets of choices are passed over, and nothing else is to be told.
    assert {issue.severity for issue in found.issues} <= {"notice"}


def test_a_returned_workbook_waits_at_the_import_and_writes_nothing(sent, known, secretary):
    client, base = opened()
    book = b"".join(client.get(base + "fichier/classeur/").streaming_content)
    lines = CoverageLine.objects.count()
    file = SimpleUploadedFile("tarka rempli.xlsx", book)
    response = client.post(base + "formulaire/", {"lines": "1", "file": file, "envoyer": "1"})
    assert response.status_code == 303
    assert "tarka rempli.xlsx" in client.get(response["Location"]).content.decode()
    made = CampaignRequest.objects.get()
    assert made.answer_kind == "file"
    assert (made.batch.created_by, made.batch.provider.name) == (secretary, "Tarka")
    assert made.solicitation.state == SolicitationState.SUBMITTED
    assert CoverageLine.objects.count() == lines


def test_the_form_becomes_a_file_that_says_the_same(sent, known):
    client, base = opened()
    unit = str(known.unit_id)
    data = typed_of(known, reached_household="1 350") | {
        "lines": "2",
        "l1-title": "Formation des maçons",
        "l1-unit": unit,
        "l1-instrument": str(known.instrument_id),
        "l1-starts_on": "1/3/2026",
        "l1-targeted_person": "40",
    }
    response = client.post(base + "formulaire/", data)
    assert response.status_code == 303, response.content.decode()
    made = CampaignRequest.objects.get()
    assert (made.answer_kind, len(made.rows)) == ("form", 2)
    found = read_batch(made.batch)
    assert [row.status for row in found.rows] == ["changed", "new"]
    assert not [issue for issue in found.issues if issue.severity == "error"], found.issues
    # What was typed is shown again.
    assert "Formation des maçons" in client.get(base + "formulaire/").content.decode()


def test_a_second_answer_puts_the_first_one_aside(sent, known):
    client, base = opened()
    client.post(base + "formulaire/", typed_of(known, reached_household="1 300"))
    first = CampaignRequest.objects.get().batch
    client.post(base + "formulaire/", typed_of(known, reached_household="1 400"))
    made = CampaignRequest.objects.get()
    assert made.batch != first
    first.refresh_from_db()
    assert first.state == "discarded"
    client.post(base + "formulaire/", {"lines": "1", "nothing": "on", "envoyer": "1"})
    made.refresh_from_db()
    assert (made.answer_kind, made.batch) == ("nothing", None)


def test_rows_are_added_and_taken_away_without_checks(sent, known):
    client, base = opened()
    page = client.post(base + "formulaire/", typed_of(known) | {"ajouter": "1"})
    assert page.status_code == 200 and 'name="l1-title"' in page.content.decode()
    page = client.post(base + "formulaire/", typed_of(known) | {"retirer": "0"})
    assert page.status_code == 200 and "Banques céréalières" not in page.content.decode()
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"code": "AUTRE-9"}, "n’est pas de votre structure"),
        ({"starts_on": ""}, "date de début"),
        ({"ends_on": "1/1/2025"}, "précède"),
        ({"reached_household": "12 %"}, "pourcentage"),
        ({"reached_household": "-4"}, "négatif"),
        ({"reached_household": "mille"}, "nombre entier"),
        ({"instrument": ""}, "instrument"),
    ],
)
def test_what_is_wrong_is_told_and_kept(sent, known, changes, told):
    client, base = opened()
    response = client.post(base + "formulaire/", typed_of(known, **changes) | {"note": "À suivre", "lines": "2"})
    assert response.status_code == 422
    page = response.content.decode()
    assert told in page and "À suivre" in page
    # Nothing is asked of the row that was left empty.
    assert "Écrivez l’intitulé" not in page
    assert not ImportBatch.objects.exists() and Intervention.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "data"), [("photo.xlsx", b"PK nothing"), ("note.pdf", b"%PDF-1.4\n%%EOF"), ("vide.csv", b"")]
)
def test_a_file_that_is_no_table_is_refused_with_a_word(sent, name, data):
    client, base = opened()
    response = client.post(base + "formulaire/", {"lines": "1", "file": SimpleUploadedFile(name, data), "envoyer": "1"})
    assert response.status_code == 422
    assert not ImportBatch.objects.exists()


def test_nothing_at_all_is_asked_again(sent):
    client, base = opened()
    response = client.post(base + "formulaire/", {"lines": "1", "envoyer": "1"})
    assert response.status_code == 422
    assert "au moins une ligne" in response.content.decode()


def test_a_closed_campaign_opens_no_link(sent, campaign, secretary):
    campaign.refresh_from_db()
    close_campaign(campaign, actor=secretary)
    assert follow()[1] is None


def test_only_its_own_lines_of_the_period_are_asked_about(campaign, known):
    assert list(lines_asked(campaign, known.agency)) == [known]
    campaign.starts_on, campaign.ends_on = campaign.starts_on.replace(year=2030), campaign.ends_on.replace(year=2030)
    assert not lines_asked(campaign, known.agency)

"""The import wizard in the browser's terms: bring in, match, mend, confirm, undo."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from interventions.enums import ImportState, InterventionState
from interventions.imports import batches
from interventions.models import CoverageLine, ImportBatch, Intervention
from interventions.services.reference import load_reference
from taskforce.models import Agency, Country
from taskforce.services.agencies import load_reference as load_agencies
from tests.interventions.imports.test_import_batches import ROWS, table
from tests.taskforce.factories import TaskForceFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def niger(db):
    load_agencies()
    load_reference()
    country = Country.objects.get(iso3="NER")
    country.body = TaskForceFactory(country=country, slug="ner")
    return country


@pytest.fixture
def manager(niger, client):
    user = member(niger.body, role="data_manager").user
    client.force_login(user)
    return user


@pytest.fixture
def page(client):
    def get(name, *args, status=200, **query):
        response = client.get(reverse(f"interventions:{name}", args=args), query)
        assert response.status_code == status, response.content.decode()[:2000]
        return response.content.decode()

    return get


@pytest.fixture
def brought(client, manager):
    """A file brought in from the page, read at once for it is small."""

    def bring(*rows, **fields):
        response = client.post(
            reverse("interventions:import_add", args=["ner"]), {"file": table(*rows), "provider": "PAM Niger", **fields}
        )
        assert response.status_code == 302, response.content.decode()[:3000]
        return ImportBatch.objects.latest("pk")

    return bring


def test_the_list_invites_and_the_template_is_given(manager, page, client):
    assert "Aucun fichier importé" in page("import_list", "ner")
    response = client.get(reverse("interventions:import_template", args=["ner"]))
    assert b"".join(response.streaming_content).startswith(b"PK")


def test_what_is_no_table_is_refused_beside_the_field(manager, client):
    url = reverse("interventions:import_add", args=["ner"])
    response = client.post(url, {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.4"), "provider": "PAM"})
    assert response.status_code == 422
    assert "n’est pas un tableau" in response.content.decode()
    response = client.post(url, {"provider": ""})
    assert "Choisissez un fichier." in response.content.decode()


def test_the_dry_run_shows_rows_and_what_is_told_of_them(brought, page):
    batch = brought()
    shown = page("import_detail", batch.pk)
    assert "Enregistrer 3 lignes" in shown
    assert "Madaoua (département)" in shown
    assert 'name="cell-4-F"' in shown
    assert "Dogondoutchiii" in page("import_detail", batch.pk, lignes="refusees")
    assert "Madaoua" not in page("import_detail", batch.pk, lignes="refusees").split('id="lignes"')[1]
    assert "n’est pas un lieu connu" in page("import_issues", batch.pk)


def test_a_cell_is_mended_in_place(brought, client, page):
    batch = brought()
    response = client.post(
        reverse("interventions:import_cells", args=[batch.pk]),
        {"cell-4-F": "Dogondoutchi", "version": batch.version, "lignes": "refusees"},
        follow=True,
    )
    assert "1 cellule corrigée" in response.content.decode()
    batch.refresh_from_db()
    assert batch.findings["counts"]["new"] == 4


def test_whoever_mends_an_older_reading_is_told(brought, client):
    batch = brought()
    url = reverse("interventions:import_cells", args=[batch.pk])
    client.post(url, {"cell-4-F": "Dogondoutchi", "version": batch.version})
    response = client.post(url, {"cell-4-F": "Gaya", "version": batch.version}, follow=True)
    assert "corrigé cet import entre-temps" in response.content.decode()


def test_all_cells_of_a_row_and_leaving_it_out(brought, client, page):
    batch = brought()
    shown = page("import_row", batch.pk, 1)
    assert 'name="cell-1-A"' in shown
    response = client.post(
        reverse("interventions:import_row", args=[batch.pk, 1]),
        {"left_out": "1", "version": batch.version},
        follow=True,
    )
    assert "le fichier est relu" in response.content.decode()
    assert batch.rows.get(position=1).status == "refused"


def test_a_column_is_told_and_the_file_read_again(manager, client, page):
    text = "Région;Département;Qui agit;Instrument;Début;Fin;Atteinte mystère\nTahoua;Madaoua;PAM;Cantines scolaires;01/01/2026;;120\n"
    client.post(
        reverse("interventions:import_add", args=["ner"]),
        {"file": SimpleUploadedFile("x.csv", text.encode()), "provider": "PAM"},
    )
    batch = ImportBatch.objects.get()
    assert batch.state == ImportState.READ, batch.error
    shown = page("import_columns", batch.pk)
    assert "Atteinte mystère" in shown
    columns = batch.findings["sheets"][0]["columns"]
    data = {f"column-0-{place}": column["field"] for place, column in enumerate(columns)}
    unknown = next(place for place, column in enumerate(columns) if column["heading"] == "Atteinte mystère")
    data[f"column-0-{unknown}"] = "reached.household"
    who = next(place for place, column in enumerate(columns) if column["heading"] == "Qui agit")
    data[f"column-0-{who}"] = "lead"
    response = client.post(
        reverse("interventions:import_columns", args=[batch.pk]),
        {**data, "read-0": "on", "header-0": "1", "vintage": "", "default_year": "", "version": batch.version},
    )
    assert response.status_code == 302, response.content.decode()[:3000]
    batch.refresh_from_db()
    assert batch.rows.get().outcome["figures"] == [["Atteints, ménages", "120"]]
    assert batch.provider.mappings.get(written="Atteinte mystère").chosen == "reached.household"


def test_words_are_matched_and_structures_entered(brought, client, page):
    batch = brought(*ROWS, ROWS[2].replace("UNICEF", "Association des éleveurs").replace("CS-1", "XX-1"))
    shown = page("import_values", batch.pk)
    assert "Dogondoutchiii" in shown
    assert "Association des éleveurs" in shown
    url = reverse("interventions:import_values", args=[batch.pk])
    data = {"version": batch.version, "place-0": "Nulle part", "organisation-0": "", "make-0": "ngo"}
    response = client.post(url, data)
    assert response.status_code == 422
    assert "n’est pas dans la liste" in response.content.decode()
    response = client.post(url, data | {"place-0": "NE003002"})
    assert response.status_code == 302, response.content.decode()[:3000]
    batch.refresh_from_db()
    assert batch.findings["counts"]["refused"] == 0
    assert not batch.findings["unknown"]["organisation"]
    assert Agency.objects.get(name_fr="Association des éleveurs").country == batch.country


def test_confirmed_written_handed_over_and_undone(brought, manager, client, page, niger):
    batch = brought()
    shown = page("import_confirm", batch.pk)
    assert "en brouillon" in shown
    response = client.post(reverse("interventions:import_confirm", args=[batch.pk]), {"version": batch.version})
    assert response.status_code == 302
    assert "Enregistrement" in page("import_detail", batch.pk)
    batches.work_on(batch.pk)
    shown = page("import_detail", batch.pk)
    assert "3 lignes de couverture ajoutées" in shown
    assert "Transmettre les 2 fiches au secrétariat" in shown
    client.post(reverse("interventions:import_hand_over", args=[batch.pk]))
    assert set(Intervention.objects.values_list("state", flat=True)) == {InterventionState.SUBMITTED}
    assert "3 lignes ajoutées par l’import sont retirées" in page("import_undo", batch.pk)
    client.post(reverse("interventions:import_undo", args=[batch.pk]))
    batches.work_on(batch.pk)
    assert "Import annulé" in page("import_detail", batch.pk)
    assert not CoverageLine.objects.exists()


def test_figures_far_above_the_targets_are_confirmed_one_by_one(brought, client, page):
    batch = brought(ROWS[0].replace("1500;1200", "1500;9200"))
    url = reverse("interventions:import_confirm", args=[batch.pk])
    assert client.post(url, {"version": batch.version}).status_code == 422
    assert client.post(url, {"version": batch.version, "checked": "1"}).status_code == 302


def test_a_large_file_is_left_to_a_worker(manager, client, page, monkeypatch):
    monkeypatch.setattr(batches, "SMALL_TEXT", 10)
    client.post(reverse("interventions:import_add", args=["ner"]), {"file": table(), "provider": "PAM"})
    batch = ImportBatch.objects.get()
    assert batch.state == ImportState.RECEIVED
    assert "Lecture du fichier" in page("import_detail", batch.pk)
    part = client.get(reverse("interventions:import_detail", args=[batch.pk]), headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    batches.work_on(batch.pk)
    done = client.get(reverse("interventions:import_detail", args=[batch.pk]), headers={"HX-Request": "true"})
    assert done.headers["HX-Refresh"] == "true"


def test_the_issues_leave_as_a_table_and_the_file_as_it_came(brought, client):
    batch = brought()
    url = reverse("exports:download", args=["remarques-import", batch.pk, "csv"])
    assert "n’est pas un lieu connu" in b"".join(client.get(url).streaming_content).decode()
    source = client.get(reverse("interventions:import_source", args=[batch.pk]))
    assert "Filets sociaux" in b"".join(source.streaming_content).decode()


def test_a_file_is_put_aside(brought, client, page):
    batch = brought()
    client.post(reverse("interventions:import_discard", args=[batch.pk]))
    batch.refresh_from_db()
    assert (batch.state, batch.rows.count()) == (ImportState.DISCARDED, 0)
    assert "écarté" in page("import_detail", batch.pk)


def test_members_import_and_others_do_not(niger, client):
    observer = member(niger.body, role="chair").user
    client.force_login(observer)
    assert client.get(reverse("interventions:import_list", args=["ner"])).status_code == 403
    client.force_login(member(niger.body, role="titular").user)
    assert client.get(reverse("interventions:import_list", args=["ner"])).status_code == 200

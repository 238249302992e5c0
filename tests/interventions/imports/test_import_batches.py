"""Coverage files brought in: read, corrected, applied once, undone; who may write what."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from interventions.enums import ImportState, InterventionState, Precision, RoleKind
from interventions.imports import batches
from interventions.models import (
    CoverageFigure,
    CoverageLine,
    ImportBatch,
    Intervention,
)
from interventions.services import imports
from interventions.services.lines import edit_line
from interventions.services.stale import Stale
from taskforce.models import Agency
from tests.taskforce.factories import TaskForceFactory, member

HEADINGS = (
    "Code de l’intervention;Intitulé de l’intervention;Structure responsable;Instrument;Région;Département;Début;Fin;"
    "Ménages ciblés;Ménages atteints;Budget;Monnaie"
)
ROWS = (
    "FS-1;Filets sociaux;PAM;Transfert monétaire inconditionnel;Tahoua;Madaoua;01/01/2026;31/12/2026;1500;1200;5000000;XOF",
    "FS-1;Filets sociaux;PAM;Transfert monétaire inconditionnel;Tahoua;Birni N’Konni;01/01/2026;31/12/2026;900;;;",
    "CS-1;Cantines;UNICEF;Cantines scolaires;Dosso;Dosso;01/02/2026;;;300;;",
    "CS-1;Cantines;UNICEF;Cantines scolaires;Dosso;Dogondoutchiii;01/02/2026;;;120;;",
)


def table(*rows, name="couverture.csv", encoding="utf-8"):
    return SimpleUploadedFile(name, "\n".join((HEADINGS, *(rows or ROWS))).encode(encoding))


@pytest.fixture
def niger(reference):
    country = reference["NER"]
    body = TaskForceFactory(country=country, slug="ner")
    country.secretariat = member(body, role="secretariat").user
    country.manager = member(body, role="data_manager").user
    country.body = body
    return country


@pytest.fixture
def bring(niger, django_capture_on_commit_callbacks):
    """Bring a file in and read it; `apply` confirms it as well."""

    def give(file=None, *, actor=None, apply=False, **options):
        actor = actor or niger.manager
        batch, _new = imports.receive(niger, file or table(), provider="PAM Niger", actor=actor, **options)
        batches.work_on(batch.pk)
        batch.refresh_from_db()
        if apply:
            batch = confirmed(batch, actor)
        return batch

    return give


def confirmed(batch, actor):
    imports.confirm(batch, version=batch.version, actor=actor)
    batches.work_on(batch.pk)
    batch.refresh_from_db()
    return batch


def counts(batch):
    return {name: batch.findings["counts"][name] for name in ("rows", "new", "changed", "unchanged", "refused")}


def changes_of(batch):
    return batch.rows.get().outcome["changes"]


def test_a_file_is_read_and_nothing_of_it_is_written(bring):
    batch = bring()
    assert batch.state == ImportState.READ
    assert counts(batch) == {"rows": 4, "new": 3, "changed": 0, "unchanged": 0, "refused": 1}
    assert list(batch.rows.values_list("number", "status")) == [(2, "new"), (3, "new"), (4, "new"), (5, "refused")]
    refused = batch.issues.get(severity="error")
    assert (refused.row, refused.column, refused.code) == (5, "F", "place_unknown")
    assert batch.rows.get(number=2).outcome["place"] == "Madaoua (département)"
    assert [one["written"] for one in batch.findings["unknown"]["place"]] == ["Dogondoutchiii"]
    assert not Intervention.objects.exists()
    assert not CoverageLine.objects.exists()


def test_what_is_confirmed_is_written_whole(bring, niger):
    batch = bring(apply=True)
    assert batch.state == ImportState.APPLIED, batch.error
    assert (batch.made["created"], batch.made["interventions"], batch.made["refused"]) == (3, 2, 1)
    sheet = Intervention.objects.get(code="FS-1")
    pam = Agency.objects.get(acronym="PAM")
    assert (sheet.state, sheet.currency, sheet.on_behalf_of) == (InterventionState.DRAFT, "XOF", pam)
    assert (sheet.planned_start, sheet.planned_end) == (date(2026, 1, 1), date(2026, 12, 31))
    assert list(sheet.roles.values_list("agency__acronym", "kind")) == [("PAM", RoleKind.ACCOUNTABLE)]
    line = sheet.lines.get(unit__name="Madaoua")
    assert (line.budget, line.ends_on, line.source) == (5000000, date(2026, 12, 31), "PAM Niger, couverture.csv")
    assert {(f.kind, f.counted, f.value, f.precision) for f in line.figures.all()} == {
        ("targeted", "household", 1500, Precision.COUNTED),
        ("reached", "household", 1200, Precision.COUNTED),
    }
    # « Not known » is no row, never zero.
    assert sheet.lines.exclude(pk=line.pk).get().figures.count() == 1
    assert str(niger.manager) in str(Intervention.objects.get(code="FS-1").events.last().pgh_context.metadata["actor"])


def test_the_same_file_again_changes_nothing(bring, niger):
    bring(apply=True)
    again = bring(actor=niger.secretariat)
    assert counts(again) == {"rows": 4, "new": 0, "changed": 0, "unchanged": 3, "refused": 1}
    with pytest.raises(ValidationError, match="rien à enregistrer"):
        imports.confirm(again, version=again.version, actor=niger.secretariat)


def test_two_imports_of_one_file_have_one_effect(bring, niger):
    first, second = bring(actor=niger.manager), bring(actor=niger.secretariat)
    assert counts(first) == counts(second)
    imports.confirm(first, version=first.version, actor=niger.manager)
    imports.confirm(second, version=second.version, actor=niger.secretariat)
    batches.work_on(first.pk)
    batches.work_on(second.pk)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (ImportState.APPLIED, ImportState.READ)
    assert "déjà enregistré" in second.error
    assert counts(second)["unchanged"] == 3
    assert (Intervention.objects.count(), CoverageLine.objects.count()) == (2, 3)


def test_the_same_person_brings_a_file_in_once(bring):
    batch = bring()
    twin, is_new = imports.receive(batch.country, table(), provider="Autre", actor=batch.created_by)
    assert (twin.pk, is_new) == (batch.pk, False)


def test_a_later_file_changes_what_it_says_and_undoing_brings_back_what_was(bring, niger):
    bring(table(*ROWS[:1]), apply=True)
    line = CoverageLine.objects.get()
    later = (
        "FS-1;Filets sociaux;PAM;Transfert monétaire inconditionnel;Tahoua;Madaoua;01/01/2026;30/06/2026;1500;1300;;"
    )
    batch = bring(table(later, name="juin.csv"))
    assert counts(batch)["changed"] == 1
    assert [[text.replace("\u202f", " ").replace("\xa0", " ") for text in one] for one in changes_of(batch)] == [
        ["Fin", "31 décembre 2026", "30 juin 2026"],
        ["Atteints, ménages", "1 200", "1 300"],
    ]
    confirmed(batch, niger.manager)
    line.refresh_from_db()
    assert (line.ends_on, line.budget, line.version) == (date(2026, 6, 30), 5000000, 1)
    assert CoverageFigure.objects.get(line=line, kind="reached").value == 1300
    imports.undo(batch, actor=niger.secretariat)
    batches.work_on(batch.pk)
    batch.refresh_from_db()
    line.refresh_from_db()
    assert batch.state == ImportState.UNDONE
    assert line.ends_on == date(2026, 12, 31)
    assert CoverageFigure.objects.get(line=line, kind="reached").value == 1200
    assert batch.made["undone"] == {"removed": 0, "restored": 1, "interventions": 0, "kept": 0}


def test_undoing_takes_back_sheets_and_lines_that_nobody_touched(bring, niger):
    batch = bring(apply=True)
    touched = CoverageLine.objects.get(unit__name="Madaoua")
    edit_line(touched, actor=niger.manager, note="Vérifié sur place")
    imports.undo(batch, actor=niger.manager)
    batches.work_on(batch.pk)
    batch.refresh_from_db()
    assert batch.made["undone"] == {"removed": 2, "restored": 0, "interventions": 1, "kept": 2}
    assert list(Intervention.objects.values_list("code", flat=True)) == ["FS-1"]
    assert list(CoverageLine.objects.values_list("pk", flat=True)) == [touched.pk]


def test_what_changed_since_the_dry_run_is_shown_before_it_is_written(bring, niger):
    bring(table(*ROWS[:1]), apply=True)
    later = (
        "FS-1;Filets sociaux;PAM;Transfert monétaire inconditionnel;Tahoua;Madaoua;01/01/2026;30/06/2026;1500;1300;;"
    )
    batch = bring(table(later, name="juin.csv"))
    edit_line(CoverageLine.objects.get(), actor=niger.manager, ends_on=date(2026, 9, 30))
    confirmed(batch, niger.manager)
    assert batch.state == ImportState.READ
    assert "Le portail a changé" in batch.error
    assert CoverageLine.objects.get().ends_on == date(2026, 9, 30)
    assert confirmed(batch, niger.manager).state == ImportState.APPLIED
    assert CoverageLine.objects.get().ends_on == date(2026, 6, 30)


def test_corrections_are_read_and_remembered_for_the_next_file(bring, niger):
    batch = bring()
    imports.correct(batch, actor=niger.manager, version=batch.version, values={"place": {"Dogondoutchiii": "NE003002"}})
    batches.work_on(batch.pk)
    batch.refresh_from_db()
    assert counts(batch)["refused"] == 0
    other = bring(table(*ROWS[3:], name="suite.csv"), actor=niger.secretariat)
    assert counts(other) == {"rows": 1, "new": 1, "changed": 0, "unchanged": 0, "refused": 0}


def test_a_cell_is_mended_and_a_row_left_out(bring, niger):
    batch = bring()
    imports.correct(
        batch,
        actor=niger.manager,
        version=batch.version,
        cells={"": {"5": {"F": "Dogondoutchi"}}},
        left_out={"": {"2": True}},
    )
    batches.work_on(batch.pk)
    batch.refresh_from_db()
    assert list(batch.rows.values_list("number", "status")) == [(2, "refused"), (3, "new"), (4, "new"), (5, "new")]
    assert confirmed(batch, niger.manager).made["created"] == 3
    # The same corrections again: the same.
    assert not CoverageLine.objects.filter(unit__name="Madaoua").exists()


def test_two_who_correct_at_once_are_told(bring, niger):
    batch = bring()
    imports.correct(batch, actor=niger.manager, version=batch.version, default_year=2026)
    batches.work_on(batch.pk)
    with pytest.raises(Stale):
        imports.correct(batch, actor=niger.secretariat, version=0, default_year=2025)
    with pytest.raises(Stale):
        imports.confirm(batch, version=0, actor=niger.secretariat)


def test_an_agency_imports_its_own_lines_only(bring, niger):
    seat = member(niger.body, role="titular")
    agency = seat.mandates.get().seat.agency
    pam = Agency.objects.get(acronym="PAM")
    assert agency != pam
    rows = (ROWS[0].replace("PAM", agency.acronym), ROWS[2])
    batch = bring(table(*rows), actor=seat.user)
    assert list(batch.rows.values_list("number", "status")) == [(2, "new"), (3, "refused")]
    assert batch.issues.filter(code="not_yours").values_list("row", flat=True).get() == 3
    assert confirmed(batch, seat.user).made["created"] == 1
    assert Intervention.objects.get().on_behalf_of is None


def test_what_the_portal_refuses_is_told_by_row(bring, niger):
    bring(table(*ROWS[:1], ROWS[2]), apply=True)
    Intervention.objects.filter(code="CS-1").update(state=InterventionState.ARCHIVED)
    rows = (
        "FS-1;;PAM;Transfert monétaire inconditionnel;Tahoua;Madaoua;01/01/2026;31/12/2026;;1250;90;USD",
        "CS-1;;UNICEF;Cantines scolaires;Dosso;Gaya;01/02/2026;;;300;;",
    )
    batch = bring(table(*rows, name="refus.csv"))
    assert list(batch.issues.filter(severity="error").values_list("row", "code")) == [
        (2, "other_currency"),
        (3, "archived"),
    ]


def test_a_file_that_is_no_table_is_kept_with_the_reason(niger):
    with pytest.raises(ValidationError, match="n’est pas un tableau"):
        imports.receive(niger, SimpleUploadedFile("note.pdf", b"%PDF-1.4 rien"), provider="PAM", actor=niger.manager)
    batch, _new = imports.receive(
        niger, SimpleUploadedFile("notes.csv", b"a;b\n1;2\n"), provider="PAM", actor=niger.manager
    )
    batches.work_on(batch.pk)
    batch.refresh_from_db()
    assert batch.state == ImportState.REFUSED
    assert "Aucun tableau de couverture" in batch.error
    assert batch.findings["preview"][0]["rows"] == [[1, ["a", "b"]], [2, ["1", "2"]]]


def test_somebody_says_where_the_headings_are(bring, niger):
    text = "Quoi;Ou donc;Qui donc;Depuis\nCantines scolaires;Gaya;PAM;01/01/2026\n"
    batch, _new = imports.receive(
        niger, SimpleUploadedFile("etrange.csv", text.encode()), provider="PAM", actor=niger.manager
    )
    batches.work_on(batch.pk)
    batch.refresh_from_db()
    imports.correct(
        batch,
        actor=niger.manager,
        version=batch.version,
        headers={"": 1},
        columns={"Quoi": "instrument", "Ou donc": "adm2_name", "Qui donc": "lead", "Depuis": "start"},
    )
    batches.work_on(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, counts(batch)["new"]) == (ImportState.READ, 1), batch.error


@pytest.mark.parametrize("state", [ImportState.RECEIVED, ImportState.APPLYING])
def test_a_batch_whose_workers_were_killed_is_given_up_and_says_so(bring, niger, state):
    batch = bring()
    ImportBatch.objects.filter(pk=batch.pk).update(
        state=state, attempts=imports.MAX_ATTEMPTS, confirmed_by=niger.manager
    )
    batches.work_on(batch.pk)
    batch.refresh_from_db()
    assert batch.state == (ImportState.REFUSED if state == ImportState.RECEIVED else ImportState.READ)
    assert "interrompu 3 fois" in batch.error
    assert not CoverageLine.objects.exists()

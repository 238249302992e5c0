"""What becomes of old imports, and how the reading of a large file is told."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from interventions.enums import ImportState
from interventions.imports import batches
from interventions.imports.coverage import read
from interventions.models import CoverageLine, ImportBatch
from interventions.services import imports
from tests.interventions.imports.files import text_file
from tests.interventions.imports.test_import_batches import bring, niger, table  # noqa: F401

LONG_AGO = timezone.now() - imports.ROWS_KEPT - timedelta(days=1)


def test_rows_of_old_imports_go_and_undoing_stays(niger, bring, client):  # noqa: F811
    old, recent = bring(apply=True), bring(table("X-1;Autre;PAM;Cantines scolaires;Dosso;Gaya;2026;;;;;", name="b.csv"))
    ImportBatch.objects.filter(pk=old.pk).update(applied_at=LONG_AGO)
    assert imports.purge_old() == 1
    assert imports.purge_old() == 0
    old.refresh_from_db()
    assert (old.rows.count(), old.issues.count()) == (0, 0)
    assert old.findings["counts"]["rows"] == 4
    assert recent.rows.exists()
    client.force_login(niger.manager)
    page = client.get(reverse("interventions:import_issues", args=[old.pk])).content.decode()
    assert "ne sont plus gardées" in page
    assert "sans hésiter" not in page
    assert CoverageLine.objects.count() == 3
    imports.undo(old, actor=niger.manager)
    batches.work_on(old.pk)
    old.refresh_from_db()
    assert old.state == ImportState.UNDONE
    assert not CoverageLine.objects.exists()


def test_a_file_that_nobody_confirmed_is_put_aside(niger, bring):  # noqa: F811
    batch = bring()
    ImportBatch.objects.filter(pk=batch.pk).update(created_at=LONG_AGO)
    assert imports.purge_old() == 1
    batch.refresh_from_db()
    assert batch.state == ImportState.DISCARDED
    assert "90 jours" in batch.error
    assert not batch.rows.exists()


def test_reading_tells_how_far_it_is(tmp_path, reference):
    row = ["PAM", "Cantines scolaires", "Matam", "Kanel", "2016"]
    path = text_file(tmp_path / "a.csv", [["Structure", "Activité", "Région", "Département", "Début"], *[row] * 450])
    told = []
    read(path, reference["SEN"], tell=lambda done, total: told.append((done, total)))
    opened = [done for done, total in told if not total]
    done = [one for one in told if one[1]]
    assert opened == [0, 100, 200, 300, 400]
    assert done == [(0, 450), (100, 450), (200, 450), (300, 450), (400, 450)]


@pytest.mark.parametrize(
    ("progress", "total", "words"),
    [
        (0, 0, "Le travail est en cours."),
        (1200, 0, "lignes ouvertes"),
        (300, 1200, "300 sur 1"),
        (1, 0, "1 ligne ouverte"),
    ],
)
def test_the_page_says_how_many_rows(niger, bring, client, progress, total, words):  # noqa: F811
    batch = bring()
    ImportBatch.objects.filter(pk=batch.pk).update(
        state=ImportState.RECEIVED,
        progress=progress,
        progress_total=total,
        claimed_until=timezone.now() + timedelta(hours=1),
    )
    client.force_login(niger.manager)
    assert words in client.get(reverse("interventions:import_detail", args=[batch.pk])).content.decode()

"""The roster as a file, at any date."""

import io
from datetime import date

import openpyxl
import pytest

from core.fields import period
from tests.taskforce.factories import CountryFactory, MandateFactory, SeatFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db

HEADINGS = [
    "Structure", "Nom de la structure", "Qualité", "Compte pour le quorum", "Rang", "Civilité", "Prénom", "Nom",
    "Poste", "Adresse électronique", "Téléphone", "Mandat depuis le", "Mandat jusqu’au",
]  # fmt: skip


@pytest.fixture
def body():
    return TaskForceFactory(slug="niger")


@pytest.fixture
def seat(body):
    seat = SeatFactory(task_force=body, agency__acronym="PAM", agency__name_fr="=Programme")
    MandateFactory(
        seat=seat, rank=1, period=period(date(2016, 4, 1)), person__family_name="Djibo", person__phone="+227 90"
    )
    MandateFactory(
        seat=seat,
        rank=0,
        period=period(date(2016, 4, 1), date(2016, 12, 31)),
        person__family_name="Souley",
        person__email="souley@example.org",
    )
    return seat


def rows_of(response):
    content = b"".join(response.streaming_content)
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).active.rows]


def test_the_workbook_of_a_day(client, body, seat):
    SeatFactory(task_force=body, agency__acronym="VIDE", agency__name_fr="Vide")
    client.force_login(member(body, role="secretariat").user)
    response = client.get(f"/exports/composition/{body.pk}.xlsx", {"date": "2016-06-01"})
    assert response.headers["Content-Disposition"] == 'attachment; filename="composition-niger-2016-06-01.xlsx"'
    rows = rows_of(response)
    assert rows[0] == HEADINGS
    assert [(row[0], row[4], row[7], row[9], row[10]) for row in rows[1:]] == [
        ("PAM", "Titulaire", "Souley", "souley@example.org", None),
        ("PAM", "Suppléante 1", "Djibo", rows[2][9], "+227 90"),
        ("VIDE", None, None, None, None),
    ]
    assert rows[1][1] == "=Programme" and rows[1][12].date() == date(2016, 12, 31)


def test_the_csv_of_today(client, body, seat):
    client.force_login(member(body, role="secretariat").user)
    response = client.get(f"/exports/composition/{body.pk}.csv")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert lines[0] == ";".join(f'"{heading}"' for heading in HEADINGS)
    assert "'=Programme" in lines[1] and "'+227 90" in lines[1] and "Souley" not in lines[1]


@pytest.mark.parametrize("role", ["data_manager", "neighbour"])
def test_who_shares_no_body_reads_no_address(client, body, seat, role):
    reader = (
        member(body, role=role)
        if role != "neighbour"
        else member(TaskForceFactory(country=body.country), role="secretariat")
    )
    client.force_login(reader.user)
    rows = rows_of(client.get(f"/exports/composition/{body.pk}.xlsx", {"date": "1/6/2016"}))
    assert [row[9:11] for row in rows[1:]] == [[None, None], [None, None]]


def test_what_is_not_there_and_what_cannot_be_read(client, body):
    client.force_login(member(body).user)
    abroad = TaskForceFactory(country=CountryFactory(senegal=True))
    for path in (
        f"inconnu/{body.pk}.csv",
        f"composition/{body.pk}.pdf",
        f"composition/{abroad.pk}.csv",
        "composition/99999999.csv",
    ):
        assert client.get(f"/exports/{path}").status_code == 404, path
    response = client.get(f"/exports/composition/{body.pk}.csv", {"date": "demain"})
    assert response.status_code == 400 and "n’est pas une date" in response.content.decode()
    assert client.post(f"/exports/composition/{body.pk}.csv").status_code == 405


@pytest.mark.parametrize("item_count", [1, 3, 40])
def test_an_export_costs_the_same_whatever_its_length(client, body, item_count, django_assert_num_queries):
    for _ in range(item_count):
        MandateFactory(seat__task_force=body)
    client.force_login(member(body, role="secretariat").user)
    client.get("/")
    with django_assert_num_queries(8):
        b"".join(client.get(f"/exports/composition/{body.pk}.xlsx").streaming_content)

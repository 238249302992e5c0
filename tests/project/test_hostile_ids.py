"""Ids that nobody has, and ids of others: a 404, never more, never a 500."""

import pytest
from django.urls import NoReverseMatch

from tests.project.matrix import Row, rows
from tests.project.test_authorisation import call

WITH_ID = [row for row in rows() if "pk=" in row.object]
NOBODY = "6f1c2f0e-0000-4000-8000-000000000000"
# The largest of a bigint, one more, and what no column could hold.
NUMBERS = ["0", "999999999", str(2**63 - 1), str(2**63), "9" * 40]


@pytest.mark.parametrize("row", WITH_ID, ids=str)
def test_an_id_that_nobody_has_is_not_found(row: Row, world):
    for name in [part.partition("=")[0] for part in row.object.split() if "pk=" in part and part[0] != "+"]:
        for value in [*NUMBERS, NOBODY]:
            parts = [f"{name}=:{value}" if part.startswith(f"{name}=") else part for part in row.object.split()]
            try:
                path = Row(row.line, row.url, row.verb, " ".join(parts), row.expected).path(world)
            except NoReverseMatch:
                continue  # an address of numbers takes no UUID, and the other way round
            for role in ("secretariat", "administrator"):
                if row.expected[role] in {"sign-in", "302"}:
                    continue
                status = call(world.client(role), row.verb, path).status_code
                assert status in {403, 404}, (path, role, status)


@pytest.mark.parametrize("row", WITH_ID, ids=str)
def test_the_ids_of_another_country_are_not_found(row: Row, world):
    """The same address with the same thing of Senegal, for people of Niger."""
    parts = []
    for part in row.object.split():
        name, _, value = part.partition("=")
        parts.append(f"{name}=abroad_{value}" if f"abroad_{value}" in world.things else part)
    if parts == row.object.split():
        pytest.skip("belongs to no body")
    path = Row(row.line, row.url, row.verb, " ".join(parts), row.expected).path(world)
    for role in ("titular", "secretariat", "neighbour_secretariat", "data_manager"):
        assert call(world.client(role), row.verb, path).status_code == 404, (path, role)


@pytest.mark.parametrize("row", [row for row in rows() if "slug=" in row.object], ids=str)
def test_a_slug_that_nobody_has_is_not_found(row: Row, world):
    parts = [f"{part.partition('=')[0]}=:nulle-part" if "slug=" in part else part for part in row.object.split()]
    path = Row(row.line, row.url, row.verb, " ".join(parts), row.expected).path(world)

    for role in ("secretariat", "administrator"):
        assert call(world.client(role), row.verb, path).status_code == 404, path


@pytest.mark.parametrize("path", ["/%00/", "/personnes/%00/", "/?q=%00", "/nulle-part/%00", "/compte/login/?next=%00"])
def test_nul_in_an_address_is_a_bad_request(path, world):
    for role in ("anonymous", "secretariat"):
        assert world.client(role).get(path).status_code in {400, 404}


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=x",
        "page=" + "9" * 30,
        "tri=x",
        "q=" + "é" * 5000,
        "q=%ED%A0%80",
        "au=x",
        "au=0000-00-00",
        "annee=" + "9" * 20,
    ],
)
def test_strange_questions_never_break_a_page(query, world):
    client = world.client("secretariat")
    for row in rows():
        if row.verb == "GET" and row.expected["secretariat"] == "200":
            path = row.path(world)
            assert client.get(f"{path}?{query}").status_code < 500, path

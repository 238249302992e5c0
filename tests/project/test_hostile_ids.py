"""Ids that nobody has, and ids of others: a 404, never more, never a 500."""

import pytest
from django.urls import NoReverseMatch

from tests.project.matrix import Row, agrees, rows
from tests.project.test_authorisation import call

pytestmark = pytest.mark.usefixtures("refusals_drawn_once")

# The API asks for its token before it looks: tests/interventions/test_api.py.
WITH_ID = [row for row in rows() if "pk=" in row.object and not row.url.startswith("api-v1:")]
NOBODY = "6f1c2f0e-0000-4000-8000-000000000000"
# The largest of a bigint, one more, and what no column could hold.
NUMBERS = ["0", str(2**63 - 1), str(2**63), "9" * 40]


def with_object(row: Row, parts: list[str]) -> Row:
    return Row(row.line, row.url, row.verb, " ".join(parts), row.expected)


@pytest.mark.parametrize("row", WITH_ID, ids=str)
def test_an_id_that_nobody_has_is_not_found(row: Row, world):
    role = "administrator" if row.expected["secretariat"] == "403" else "secretariat"
    if row.expected[role] in {"sign-in", "302"}:
        pytest.skip("asks who it is first")
    for name in [part.partition("=")[0] for part in row.object.split() if "pk=" in part and part[0] != "+"]:
        for value in [*NUMBERS, NOBODY]:
            parts = [f"{name}=:{value}" if part.startswith(f"{name}=") else part for part in row.object.split()]
            try:
                path = with_object(row, parts).path(world)
            except NoReverseMatch:
                continue  # an address of numbers takes no UUID, and the other way round
            status = call(world.client(role), row.verb, path).status_code
            assert status == 404, (path, role, status)


def of_senegal(world, part: str) -> str:
    name, _, value = part.partition("=")
    return f"{name}=abroad_{value}" if f"abroad_{value}" in world.things else part


@pytest.mark.parametrize("row", WITH_ID, ids=str)
def test_the_ids_of_another_country_are_not_found(row: Row, world):
    """The same address with the same thing of Senegal, for people of Niger.

    A secretariat gets what the matrix gives to the secretariat of another country; below the address of a country
    nobody finds a thing of another one.
    """
    parts = [of_senegal(world, part) for part in row.object.split()]
    if parts == row.object.split():
        pytest.skip("belongs to no body")
    path = with_object(row, parts).path(world)
    for role in ("titular", "secretariat", "neighbour_secretariat", "data_manager"):
        is_abroad = role.endswith("secretariat") and "iso3=" not in row.object
        response = call(world.client(role), row.verb, path)
        assert agrees(row.expected["other_secretariat"] if is_abroad else "404", response), (
            path,
            role,
            response.status_code,
        )


@pytest.mark.parametrize("row", [row for row in WITH_ID if row.object.count("pk=") > 1], ids=str)
def test_a_thing_of_another_meeting_is_not_found_below_this_one(row: Row, world):
    """One's own meeting in the address, and the point, section or agency of somebody else's."""
    parts = [part if part.startswith("pk=") else of_senegal(world, part) for part in row.object.split()]
    path = with_object(row, parts).path(world)

    assert call(world.client("secretariat"), row.verb, path).status_code == 404, path


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
        f"page=0&tri=x&au=x&q={'é' * 5000}&annee={'9' * 20}&etat=x&agence=0",
        f"page={'9' * 30}&q=%ED%A0%80&au=0000-00-00&annee=-1&agence={2**63}",
        "page=x&page=-1&q=%F0%9F%99%82&au=9999-12-31&annee=0&agence=x&state=x&minutes=x",
    ],
)
def test_strange_questions_never_break_a_page(query, world):
    client = world.client("secretariat")
    for row in rows():
        if row.verb == "GET" and row.expected["secretariat"] == "200":
            path = row.path(world)
            assert client.get(f"{path}?{query}").status_code < 500, path

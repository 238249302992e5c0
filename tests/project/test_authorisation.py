"""The authorisation matrix: config/authz/matrix.csv, every address, every verb, every role, called for real.

On the same calls: no GET changes anything (architecture, « How a request travels »).
"""

import collections

import pytest
from django.conf import urls
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.urls import reverse

from tests.project.matrix import LET_THROUGH, SIGN_IN, THROUGH, Row, addresses, agrees, is_administration, outcome, rows
from tests.project.world import ROLES

pytestmark = pytest.mark.usefixtures("refusals_drawn_once")

ROWS = rows()
WORDS = {LET_THROUGH, SIGN_IN, "200", "204", "302", "400", "401", "403", "404"}


# Sessions note that somebody is still there; the cache counts attempts.
MOVING = {"django_session", "socle_cache"}


def written() -> dict[str, int]:
    """{table: rows that this transaction wrote into it}, as PostgreSQL itself counts them, undone or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return {table: rows for table, rows in cursor.fetchall() if table not in MOVING}


def call(client, verb: str, path: str, body: dict | None = None):
    """Call and forget: what a view wrote is rolled back."""
    with transaction.atomic():
        response = client.post(path, body) if body else client.generic(verb, path)
        transaction.set_rollback(True)
    return response


def test_a_refusal_is_drawn_once_for_an_address_and_once_for_a_reader(world, monkeypatch):
    monkeypatch.setattr(urls.handler404, "drawn", set())
    address, other = (reverse("meetings:meeting_detail", args=[0]), reverse("taskforce:person_detail", args=[0]))

    lengths = [
        len(call(world.client(role), "GET", path).content)
        for role, path in [
            ("secretariat", address),
            ("secretariat", address),
            ("titular", address),
            ("titular", other),
            ("secretariat", other),
        ]
    ]

    assert [length > 0 for length in lengths] == [True, False, True, True, False]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_cell_is_as_the_matrix_says(row: Row, world):
    path, body = row.path(world), row.body(world)
    clients = {role: world.client(role) for role in ROLES}
    before = written()

    answers = {role: call(clients[role], row.verb, path, body) for role in ROLES}

    different = {
        role: f"{outcome(answers[role])}, not {expected}"
        for role, expected in row.expected.items()
        if not agrees(expected, answers[role])
    }
    assert not different, f"line {row.line}: {row} ({path})"
    if row.verb == "GET":
        call(clients["secretariat"], "HEAD", path)
        after = written()
        assert {table: rows for table, rows in after.items() if rows != before.get(table)} == {}


def test_a_change_is_counted(world):
    before = written()
    world.meeting.place = "Ailleurs"
    world.meeting.save()

    assert {table for table, rows in written().items() if rows != before.get(table)} == {
        "meetings_meeting",
        "meetings_meetingevent",
        # To be indexed again for the search.
        "core_searchmark",
    }


def test_the_matrix_speaks_of_every_address_and_of_no_other():
    named = {name for name, _ in addresses() if not is_administration(name)}

    assert {row.url for row in ROWS} == named


def test_every_address_has_one_name():
    """Two addresses of one name: the matrix would try one of them only."""
    counted = collections.Counter(name for name, pattern in addresses() if not is_administration(name))

    # The same view with and without an optional part.
    assert [name for name, count in counted.items() if count > 1 or name.endswith("None")] == []


def test_the_words_are_known_and_all_cells_filled():
    for row in ROWS:
        assert set(row.expected.values()) <= WORDS, row
        assert row.verb in {"GET", "POST"}, row


def test_no_row_stands_twice():
    counted = collections.Counter((row.url, row.verb, row.object) for row in ROWS)

    assert [row for row, count in counted.items() if count > 1] == []


# Of allauth: its views take PUT for POST, as Django's generic views do.
THEIRS = ("account_", "mfa_", "usersessions_")


@pytest.mark.parametrize("url", sorted({row.url for row in ROWS}))
def test_verbs_without_a_row_are_refused(url, world):
    """Each view names its verbs: any other is 405 for whoever may use it, so that no way in stands unwatched."""
    of_url = [row for row in ROWS if row.url == url]
    verbs = {"GET", "POST"} if url.startswith(THEIRS) else {"GET", "POST", "PUT", "DELETE"}
    for verb in verbs - {row.verb for row in of_url}:
        for row in of_url[:1]:
            role = next(
                (role for role in ("secretariat", "administrator") if row.expected[role] in {LET_THROUGH, "200"}), None
            )
            if role is not None:
                status = call(world.client(role), verb, row.path(world)).status_code
                assert status == 405, (verb, role, status)


# The administration of Django, in bulk ---------------------------------------------------


def admin_paths(world):
    """(name, path) of each page; the object is one of the world's where there is one."""
    values = {
        "app_label": "taskforce",
        "url": "nothing",
        "content_type_id": ContentType.objects.get_for_model(world.body).pk,
        "object_id": world.body.pk,
    }
    for name, pattern in addresses():
        if is_administration(name) and pattern.name is not None:
            yield name, reverse(name, kwargs={key: values[key] for key in pattern.pattern.regex.groupindex})


def test_the_administration_is_the_administrator_s(world):
    """Everybody else is sent away from each of its pages, signed in or not."""
    open_to_all = {"admin:login", "admin:logout", "admin:jsi18n"}
    for role in ROLES:
        if role == "administrator":
            continue
        client = world.client(role)
        for name, path in admin_paths(world):
            response = call(client, "GET", path)
            if name in open_to_all and response.status_code in {200, 302, 405}:
                continue
            assert response.status_code in {302, 403, 404}, (role, name, response.status_code)


def test_the_administrator_opens_each_page_of_the_administration(world):
    client = world.client("administrator")
    for name, path in admin_paths(world):
        response = call(client, "GET", path)
        assert response.status_code in THROUGH | {301, 403, 404, 405}, (name, response.status_code)
    assert call(client, "GET", reverse("admin:index")).status_code == 200

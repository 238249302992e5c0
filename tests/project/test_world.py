"""The world of the sweeps is what its names say."""

from meetings.queries import meetings_visible_to
from taskforce.enums import Role
from taskforce.queries import bodies_visible_to, grants_of
from tests.project.world import ROLES


def test_everybody_of_the_matrix_is_there(world):
    assert {"anonymous", *world.users} == set(ROLES)


def test_each_holds_what_the_column_says(world):
    def roles(role):
        return {body: set(held) for body, held in grants_of(world.users[role]).bodies.items()}

    here = world.body.pk
    assert roles("observer") == {here: {Role.OBSERVER}}
    assert roles("substitute") == {here: {Role.SUBSTITUTE}}
    assert roles("titular") == roles("rapporteur") == {here: {Role.TITULAR}}
    assert roles("secretariat") == {here: {Role.SECRETARIAT}, world.group.pk: {Role.SECRETARIAT}}
    assert roles("neighbour_secretariat") == {world.neighbour.pk: {Role.SECRETARIAT}}
    assert roles("other_secretariat") == {world.abroad.pk: {Role.SECRETARIAT}}
    assert roles("ended") == roles("data_manager") == roles("administrator") == {}


def test_the_other_country_is_out_of_sight(world):
    for role in ("titular", "secretariat", "neighbour_secretariat", "data_manager"):
        user = world.users[role]
        assert world.abroad not in bodies_visible_to(user)
        assert world.abroad_meeting_published not in meetings_visible_to(user)

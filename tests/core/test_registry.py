"""The plug boards."""

import sys
import textwrap

import pytest

from core.registry import Registry, load_room


class Thing:
    slug = "thing"


class Other:
    slug = "other"


def test_a_class_is_found_by_its_slug():
    board: Registry = Registry("things")

    assert board.register(Thing) is Thing
    assert board.get("thing") is Thing
    assert "thing" in board
    assert "other" not in board
    assert len(board) == 1


def test_classes_come_in_the_order_of_their_slugs():
    board: Registry = Registry("things")
    board.register(Thing)
    board.register(Other)

    assert list(board) == [Other, Thing]


def test_an_unknown_slug_is_a_key_error():
    with pytest.raises(KeyError):
        Registry("things").get("nothing")


def test_registering_the_same_class_again_changes_nothing():
    board: Registry = Registry("things")
    board.register(Thing)
    board.register(Thing)

    assert list(board) == [Thing]


def test_two_classes_cannot_claim_one_slug():
    board: Registry = Registry("things")
    board.register(Thing)
    impostor = type("Impostor", (), {"slug": "thing"})

    with pytest.raises(ValueError, match=r"things: 'thing' is registered by .*Thing.* and .*Impostor"):
        board.register(impostor)
    assert board.get("thing") is Thing


def test_a_room_loads_each_of_its_files(tmp_path, monkeypatch):
    room = tmp_path / "some_room"
    room.mkdir()
    (room / "__init__.py").write_text("loaded = []\n")
    for name in ("first", "second"):
        (room / f"{name}.py").write_text(
            textwrap.dedent(
                f"""
                from some_room import loaded

                loaded.append({name!r})
                """
            )
        )
    monkeypatch.syspath_prepend(str(tmp_path))
    import some_room

    load_room("some_room", some_room.__path__)

    assert sorted(some_room.loaded) == ["first", "second"]
    for name in ("some_room", "some_room.first", "some_room.second"):
        monkeypatch.delitem(sys.modules, name)


def test_a_file_that_does_not_load_says_so(tmp_path, monkeypatch):
    room = tmp_path / "broken_room"
    room.mkdir()
    (room / "__init__.py").write_text("")
    (room / "wrong.py").write_text("import a_module_that_nobody_wrote\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    import broken_room

    with pytest.raises(ModuleNotFoundError, match="a_module_that_nobody_wrote"):
        load_room("broken_room", broken_room.__path__)
    monkeypatch.delitem(sys.modules, "broken_room")

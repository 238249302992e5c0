"""Blocks by order and column; facts by scope."""

from types import SimpleNamespace

import pytest

from core import dashboard as board
from core.dashboard import DashboardBlock, Fact, ScopeFacts, blocks_for, facts_for
from core.registry import Registry


@pytest.fixture
def boards(monkeypatch):
    monkeypatch.setattr(board, "dashboard", Registry("dashboard"))
    monkeypatch.setattr(board, "scope_facts", Registry("facts"))


def test_blocks_stand_by_order_and_none_leaves_one_out(boards):
    for slug, order, column, context in [
        ("b", 20, "main", {}),
        ("a", 30, "main", {"x": 1}),
        ("c", 10, "side", {}),
        ("d", 1, "main", None),
    ]:
        cls = type(
            slug,
            (DashboardBlock,),
            {
                "slug": slug,
                "order": order,
                "column": column,
                "template": f"{slug}.html",
                "get_context": lambda self, user, scope, context=context: context,
            },
        )
        board.dashboard.register(cls)
    blocks = blocks_for(None, None)
    assert [b.slug for b in blocks["main"]] == ["b", "a"]
    assert [b.slug for b in blocks["side"]] == ["c"]
    assert blocks["main"][1].context == {"x": 1}


def test_facts_are_gathered_for_all_scopes_at_once(boards):
    @board.scope_facts.register
    class Facts(ScopeFacts):
        slug = "next"

        def get_facts(self, user, scopes):
            return {scope.pk: Fact("Prochaine", f"n° {scope.pk}") for scope in scopes if scope.pk != 2}

    facts = facts_for(None, [SimpleNamespace(pk=1), SimpleNamespace(pk=2)])
    assert facts == {1: [Fact("Prochaine", "n° 1")], 2: []}

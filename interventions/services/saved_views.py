"""Keep a page's filters, write over them, take them away."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.db import conflict_as_validation_error
from interventions.models import SavedView
from taskforce.models import Country

# Of one person on one page: a list that one reads through.
MOST = 40


def save_view(
    country: Country, *, page: str, query: str, name: str, shared: bool, actor: Any
) -> tuple[SavedView, bool]:
    """Keep `query` (as the page's form writes it) under `name`; a view of that name of the same person is written over. Returns (view, is new).

    Raises ValidationError by field.
    """
    mine = SavedView.objects.filter(country=country, owner=actor, page=page)
    name = " ".join(name.split())
    view = mine.filter(name=name).first()
    is_new = view is None
    if view is None:
        if mine.count() >= MOST:
            raise ValidationError(
                {"name": _("Vous avez déjà %(n)d vues sur cette page : retirez-en une d’abord.") % {"n": MOST}}
            )
        view = SavedView(country=country, owner=actor, page=page, name=name)
    view.query, view.is_shared = query, shared
    with conflict_as_validation_error("saved_view_once"):
        view.full_clean()
        view.save()
    return view, is_new


def remove_view(view: SavedView) -> None:
    view.delete()

"""Presence over a year as a table: agencies first, then each mandate, with every meeting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.exports.base import Column, Export, exports
from core.typography import date_fr, punctuation
from meetings.queries.presence_year import PresenceLine, presence_of_year
from meetings.wording_presence import mark_words
from taskforce.models import TaskForce
from taskforce.queries import bodies_visible_to


class YearForm(forms.Form):
    """The year; empty means the present one."""

    use_required_attribute = False
    annee = forms.IntegerField(label=gettext_lazy("Année"), min_value=1990, max_value=2100, required=False)


@dataclass(frozen=True)
class Row:
    line: PresenceLine
    is_agency: bool

    @property
    def detail(self) -> str:
        return "\n".join(
            f"{date_fr(cell.meeting.date)}{punctuation(':')} {mark_words(cell.mark)}" for cell in self.line.cells
        )


@exports.register
class PresenceExport(Export):
    slug = "presence"
    title = gettext_lazy("Présence")
    permission = "meetings.view_presence"
    form_class = YearForm
    columns = (
        Column(gettext_lazy("Ligne"), "text", lambda row: _("Agence") if row.is_agency else _("Mandat"), 10),
        Column(
            gettext_lazy("Agence ou structure"),
            "text",
            lambda row: row.line.label if row.is_agency else row.line.agency,
            18,
        ),
        Column(gettext_lazy("Personne"), "text", lambda row: None if row.is_agency else row.line.label, 28),
        Column(
            gettext_lazy("Qualité"),
            "text",
            lambda row: (_("Observateur") if row.line.is_observer else _("Membre")) if row.is_agency else row.line.rank,
            16,
        ),
        Column(gettext_lazy("Réunions à suivre"), "integer", lambda row: row.line.expected, 12),
        Column(gettext_lazy("Présences"), "integer", lambda row: row.line.attended, 12),
        Column(gettext_lazy("Taux (%)"), "integer", lambda row: row.line.percent, 10),
        Column(gettext_lazy("Réunion par réunion"), "text", lambda row: row.detail, 44),
    )

    @classmethod
    def visible_to(cls, user: Any) -> QuerySet[TaskForce]:
        return bodies_visible_to(user)

    @property
    def year(self) -> int:
        return self.params.get("annee") or self.obj.today().year

    def rows(self) -> Iterable[Row]:
        found = presence_of_year(self.obj, self.year)
        return [*(Row(line, True) for line in found.agencies), *(Row(line, False) for line in found.people)]

    def filename(self) -> str:
        name = pgettext("nom de fichier", "presence")
        return f"{name}-{self.obj.slug}-{self.year}"

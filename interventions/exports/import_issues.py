"""What is told of a coverage file, for whoever mends it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from core.choices import choice_label
from core.exports.base import Column, Export, exports
from interventions.models import ImportBatch, ImportIssue
from interventions.queries.imports import batches_visible_to


@exports.register
class ImportIssues(Export):
    slug = "remarques-import"
    title = _("Remarques d’un import")
    permission = "interventions.import_lines"
    columns = (
        Column(_("Feuille"), "text", lambda issue: issue.sheet, 20),
        Column(_("Ligne"), "integer", lambda issue: issue.row or None, 8),
        Column(_("Colonne"), "text", lambda issue: issue.column, 9),
        Column(_("Gravité"), "text", lambda issue: choice_label(issue, "severity"), 16),
        Column(_("Remarque"), "text", lambda issue: issue.message, 90),
        Column(_("Code"), "text", lambda issue: issue.code, 24),
    )

    @classmethod
    def visible_to(cls, user: Any) -> QuerySet[ImportBatch]:
        return batches_visible_to(user)

    def rows(self) -> Iterable[ImportIssue]:
        issues: QuerySet[ImportIssue] = self.obj.issues.order_by("position")
        return issues

    def filename(self) -> str:
        return f"remarques-{slugify(self.obj.name)[:60] or self.obj.pk}"

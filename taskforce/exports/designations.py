"""The designation board as a table: one line a structure, with who was named."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.exports.base import Column, Export, exports
from taskforce.models import TaskForce
from taskforce.queries import bodies_visible_to
from taskforce.queries.designations import BoardRow, board_of


class Line:
    """A row of the board in the body's own time."""

    def __init__(self, row: BoardRow, body: TaskForce) -> None:
        self.row = row
        self.body = body

    @property
    def solicitation(self) -> Any:
        return self.row.request.solicitation if self.row.request else None

    def day(self, moment: datetime | None) -> date | None:
        return timezone.localdate(moment, self.body.tz) if moment else None

    def moment_of(self, name: str) -> date | None:
        return self.day(getattr(self.solicitation, name)) if self.solicitation else None

    @property
    def named(self) -> str:
        if self.row.request is None or self.row.is_declined:
            return ""
        return " ; ".join(person.full_name for person in self.row.request.persons.all())


@exports.register
class DesignationsExport(Export):
    """Who was asked, when, by when, and what came of it."""

    slug = "designations"
    title = _("Désignations")
    permission = "taskforce.view_designations"
    form_class = forms.Form
    columns = (
        Column(_("Structure"), "text", lambda line: line.row.seat.agency.acronym, 16),
        Column(_("Nom de la structure"), "text", lambda line: line.row.seat.agency.name, 44),
        Column(_("Qualité"), "text", lambda line: line.row.seat.get_status_display(), 14),
        Column(_("État"), "text", lambda line: line.row.standing.label, 22),
        Column(_("Référence"), "text", lambda line: line.row.request.reference if line.row.request else None, 22),
        Column(_("Direction"), "text", lambda line: str(line.row.director) if line.row.director else None, 28),
        Column(
            _("Adresse officielle"), "text", lambda line: line.solicitation.email if line.solicitation else None, 32
        ),
        Column(_("Envoyée le"), "date", lambda line: line.moment_of("sent_at"), 13),
        Column(_("Ouverte le"), "date", lambda line: line.moment_of("opened_at"), 13),
        Column(_("Échéance"), "date", lambda line: line.moment_of("deadline"), 13),
        Column(_("Répondue le"), "date", lambda line: line.moment_of("answered_at"), 13),
        Column(
            _("Voie de la réponse"),
            "text",
            lambda line: line.solicitation.get_channel_display() if line.solicitation else None,
            16,
        ),
        Column(_("Dernier courriel"), "date", lambda line: line.day(line.row.last_mail_at), 14),
        Column(_("Personnes désignées"), "text", lambda line: line.named, 44),
        Column(
            _("Titulaire aujourd’hui"),
            "text",
            lambda line: str(line.row.entry.titular.person) if line.row.entry.titular else None,
            28,
        ),
    )

    @classmethod
    def visible_to(cls, user: Any) -> QuerySet[TaskForce]:
        return bodies_visible_to(user)

    def rows(self) -> Iterable[Line]:
        return (Line(row, self.obj) for row in board_of(self.obj))

    def filename(self) -> str:
        return f"designations-{self.obj.slug}-{self.obj.today():%Y-%m-%d}"

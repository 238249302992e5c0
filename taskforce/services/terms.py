"""The text of terms of reference: versions begun, sections written, put in order, removed and put back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.db import conflict_as_validation_error
from core.history import recorded
from core.richtext import clean_html
from core.services.versions import save_version
from core.validators import validate_texts
from taskforce.enums import TermsState
from taskforce.models import TaskForce, TermsOfReference, TermsSection, TermsSectionVersion
from taskforce.queries.terms import adopted_terms, sections_of

# A text of more sections is a book.
MOST_SECTIONS = 60


def usual_headings() -> list[str]:
    """The headings that a first text is proposed with, in the active language."""
    return [
        _("Contexte"),
        _("Objectifs"),
        _("Composition"),
        _("Rôles et responsabilités"),
        _("Réunions"),
        _("Secrétariat"),
        _("Décisions et quorum"),
        _("Groupes thématiques"),
        _("Durée et révision"),
    ]


def create_terms(body: TaskForce, *, actor: Any) -> TermsOfReference:
    """Begin a version: a copy of the adopted one, or the usual headings for the first.

    A version already under way is returned as it stands (a button pressed twice).
    """
    with recorded(actor) as who:
        # NO KEY: rows that point at the body may be written meanwhile.
        current = TaskForce.objects.select_for_update(no_key=True).get(pk=body.pk)
        under_way = current.terms.exclude(state=TermsState.ADOPTED).first()
        if under_way is not None:
            return under_way
        former = adopted_terms(current)
        number = (current.terms.aggregate(last=Max("number"))["last"] or 0) + 1
        with override(current.language):
            title = former.title if former else _("Termes de référence de « %(body)s »") % {"body": current.name}
            headings = [] if former else usual_headings()
        with conflict_as_validation_error("terms_one_under_way"):
            terms = TermsOfReference.objects.create(
                task_force=current, number=number, title=title[:200], based_on=former
            )
        copied = list(sections_of(former)) if former else []
        now = timezone.now()
        sections = [
            TermsSection(
                terms=terms,
                position=position,
                title=section.title,
                body=section.body,
                version=1 if section.body else 0,
                origin=section,
                updated_at=now if section.body else None,
                updated_by=who.user if section.body else None,
            )
            for position, section in enumerate(copied, start=1)
        ]
        sections += [
            TermsSection(terms=terms, position=position, title=title)
            for position, title in enumerate(headings, start=1)
        ]
        TermsSection.objects.bulk_create(sections)
        TermsSectionVersion.objects.bulk_create(
            TermsSectionVersion(
                section=section, number=1, title=section.title, body=section.body, author=who.user, created_at=now
            )
            for section in sections
            if section.body
        )
    return terms


def locked(terms: TermsOfReference) -> TermsOfReference:
    """The row as the database holds it, locked until the transaction ends."""
    return (
        TermsOfReference.objects.select_for_update(of=("self",), no_key=True)
        .select_related("task_force__country")
        .get(pk=terms.pk)
    )


def locked_for_writing(terms: TermsOfReference) -> TermsOfReference:
    """`locked`; ValidationError unless its words may still change."""
    current = locked(terms)
    if not current.is_writable:
        raise ValidationError(
            _("Ce texte est « %(state)s » : ses mots ne se modifient plus.")
            % {"state": current.get_state_display().lower()},
            code="not-writable",
        )
    return current


def rename_terms(terms: TermsOfReference, title: str, *, actor: Any) -> TermsOfReference:
    """Change the title of the text. Raises ValidationError by field."""
    with recorded(actor):
        current = locked_for_writing(terms)
        current.title = _title(title)
        current.save(update_fields=["title"])
    return current


def _title(title: str) -> str:
    title = " ".join(title.split())
    validate_texts({"title": title})
    if not title:
        raise ValidationError({"title": _("Donnez un titre.")})
    if len(title) > 200:
        raise ValidationError({"title": _("Un titre compte 200 caractères au plus.")})
    return title


def add_section(terms: TermsOfReference, title: str, *, actor: Any) -> TermsSection:
    """An empty section at the end. Raises ValidationError by field."""
    title = _title(title)
    with recorded(actor):
        current = locked_for_writing(terms)
        rows = list(sections_of(current))
        if len(rows) >= MOST_SECTIONS:
            raise ValidationError(_("Ce texte compte déjà %(count)d sections.") % {"count": len(rows)})
        return TermsSection.objects.create(terms=current, title=title, position=_after(rows))


def _after(rows: list[TermsSection]) -> int:
    return max((row.position for row in rows), default=0) + 1


def save_section(section: TermsSection, *, title: str, body: str, base_version: int, actor: Any) -> TermsSection:
    """Save title and text as the next version of the section, and forget the author's draft.

    Raises StaleVersion when somebody saved something else since `base_version`, ValidationError when the
    text cannot be stored or no longer changes.
    """
    cleaned, title = clean_html(body), _title(title)
    with recorded(actor) as who:
        current = locked_for_writing(section.terms)
        row = (
            TermsSection.objects.select_for_update(of=("self",), no_key=True)
            .select_related("updated_by__person")
            .get(pk=section.pk)
        )
        row.terms = current
        if row.removed_at is not None:
            raise ValidationError(
                _("Cette section a été retirée du texte. Remettez-la d’abord, votre saisie reste dans cette page."),
                code="removed",
            )
        save_version(row, body=cleaned, base_version=base_version, who=who, title=title)
    return row


def move_section(section: TermsSection, step: int, *, actor: Any) -> None:
    """Move a section `step` places down (up when negative); at the edge it stays."""
    with recorded(actor):
        current = locked_for_writing(section.terms)
        rows = list(sections_of(current))
        place = next((place for place, row in enumerate(rows) if row.pk == section.pk), None)
        if place is None:
            return
        rows.insert(min(max(place + step, 0), len(rows) - 1), rows.pop(place))
        _renumber(rows)


def _renumber(rows: list[TermsSection]) -> None:
    moved = []
    for position, row in enumerate(rows, start=1):
        if row.position != position:
            row.position = position
            moved.append(row)
    TermsSection.objects.bulk_update(moved, ["position"])


def remove_section(section: TermsSection, *, actor: Any) -> None:
    """Take a section out of the text. What was written is kept and can be put back; one that never held a
    word and was never shared goes altogether."""
    with recorded(actor):
        current = locked_for_writing(section.terms)
        row = TermsSection.objects.select_for_update(of=("self",)).filter(pk=section.pk, removed_at=None).first()
        if row is None:
            return
        if row.version == 0 and row.shared_version is None and not row.comments.exists():
            row.delete()
        else:
            row.removed_at = timezone.now()
            row.save(update_fields=["removed_at"])
        _renumber(list(sections_of(current)))


def restore_section(section: TermsSection, *, actor: Any) -> None:
    """Put a removed section back, at the end of the text."""
    with recorded(actor):
        current = locked_for_writing(section.terms)
        row = TermsSection.objects.select_for_update(of=("self",)).filter(pk=section.pk).first()
        if row is None or row.removed_at is None:
            return
        row.removed_at = None
        row.position = _after(list(sections_of(current)))
        row.save(update_fields=["removed_at", "position"])

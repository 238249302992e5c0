"""What the services of meetings share: the locked meeting, the checks of times and fields."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.validators import validate_texts
from meetings.models import Meeting
from meetings.recurrence import FIRST_DAY, LAST_DAY


def locked(meeting: Meeting) -> Meeting:
    """The meeting as the database holds it, its row locked until the transaction ends.

    Two people who change one agenda or one list of presence then wait for each other.
    """
    # NO KEY: rows that point at the meeting may be written meanwhile.
    return (
        Meeting.objects.select_for_update(of=("self",), no_key=True)
        .select_related("task_force__country")
        .get(pk=meeting.pk)
    )


def locked_for_logging(meeting: Meeting) -> Meeting:
    """`locked`, refusing a meeting that is closed or cancelled with ValidationError."""
    current = locked(meeting)
    if not current.is_editable:
        raise ValidationError(
            _("Cette réunion est %(state)s : elle ne se modifie plus.")
            % {"state": current.get_state_display().lower()},
            code="not-editable",
        )
    return current


def check_times(starts_at: Any, ends_at: Any) -> None:
    """Raise ValidationError unless a meeting can take place from `starts_at` to `ends_at`, of a day at most."""
    if ends_at <= starts_at:
        raise ValidationError(
            _("L’heure de fin précède l’heure de début. Corrigez l’une des deux."), code="ends-before-start"
        )
    if (ends_at - starts_at).total_seconds() > 24 * 3600:
        raise ValidationError(_("Une réunion dure 24 heures au plus."), code="too-long")
    if not FIRST_DAY <= starts_at.date() <= LAST_DAY:
        raise ValidationError(
            _("L’année %(year)d n’est pas possible ici. Écrivez une année entre %(first)d et %(last)d.")
            % {"year": starts_at.year, "first": FIRST_DAY.year, "last": LAST_DAY.year},
            code="year",
        )


def check_fields(row: Any) -> None:
    """Field by field: lengths, choices, unreadable characters. Raises ValidationError by field; no constraint is
    checked here, the database does that."""
    validate_texts({field.name: getattr(row, field.attname) for field in row._meta.concrete_fields})
    row.full_clean(validate_unique=False, validate_constraints=False)

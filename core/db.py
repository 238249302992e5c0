"""What the database refuses, said to a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import BaseConstraint
from django.utils.functional import Promise
from django.utils.translation import gettext as _

# https://www.postgresql.org/docs/current/errcodes-appendix.html
SERIALIZATION_FAILURE = "40001"
DEADLOCK_DETECTED = "40P01"
LOCK_NOT_AVAILABLE = "55P03"
LOST_RACES = frozenset({SERIALIZATION_FAILURE, DEADLOCK_DETECTED, LOCK_NOT_AVAILABLE})


def constraint_message(name: str) -> str | Promise | None:
    """The message that the model declares for its constraint `name`; None when it declares none."""
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                own = constraint.violation_error_message
                return None if own == BaseConstraint.default_violation_error_message else own
    return None


@contextmanager
def conflict_as_validation_error(expected: str = "") -> Iterator[None]:
    """Run the block atomically; a lost race becomes ValidationError with the constraint's own message.

    Two writers at once may meet a constraint violation or a deadlock, as chance has it: a deadlock says the
    message of the constraint `expected`, so that people read the same sentence either way. Any other
    database error passes through. The error's code is the constraint's name, or "conflict".
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        raise ValidationError(str(_message(name)), code=name or "conflict") from error
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) not in LOST_RACES:
            raise
        raise ValidationError(str(_message(expected)), code=expected or "conflict") from error


def _message(name: str) -> str | Promise:
    return constraint_message(name) or _(
        "Quelqu’un vient d’enregistrer autre chose au même endroit. Rechargez la page et vérifiez avant de recommencer."
    )

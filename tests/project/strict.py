"""Templates in which an unknown name is an error, not nothing."""

import sys
from pathlib import Path

from django.conf import settings
from django.template import engines

OURS = str(Path(settings.BASE_DIR, "templates"))
# Written by others, overridden by us here and there: their contexts are theirs.
THEIRS = ("account", "allauth", "mfa", "usersessions", "bootstrap5", "django", "admin")


class UndefinedVariableError(Exception):
    """A template of ours printed a name that its context does not hold."""


class Undefined(str):
    """Stands in for Django's `string_if_invalid`: it is asked for its « %s » when a name is not found.

    Names within `{% if %}` are not printed and may be absent, as in Django; so may what has `|default`.
    """

    __slots__ = ()

    def __contains__(self, text: object) -> bool:
        return text == "%s"

    def __bool__(self) -> bool:
        return True

    def __mod__(self, variable: object) -> str:
        # FilterExpression.resolve is one frame up: it knows the context, hence the template.
        frame = sys._getframe(1)
        expression, context = frame.f_locals.get("self"), frame.f_locals.get("context")
        if expression is not None and any(
            function.__name__.startswith("default") for function, _ in expression.filters
        ):
            return ""
        template = context.render_context.template if context is not None else None
        origin = str(getattr(getattr(template, "origin", None), "name", ""))
        if origin.startswith(OURS) and Path(origin).relative_to(OURS).parts[0] not in THEIRS:
            raise UndefinedVariableError(f"{{{{ {variable} }}}} in {Path(origin).relative_to(OURS)}")
        return ""


def make_strict(monkeypatch) -> None:
    """Until the end of the test, an unknown name in a template of ours raises UndefinedVariableError."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", Undefined("%s"))

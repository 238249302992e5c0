"""The order of French lists."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    F,
    Func,
    TextField,
)
from django.db.models.functions import Lower


def french_order(*fields: str) -> list[Any]:
    """Order by French dictionary rules on every PostgreSQL: `unaccent(lower(x)), x` (eau, Emma, État, étude)."""
    order: list[Any] = []
    for name in fields:
        order.append(Func(Lower(F(name)), function="socle_unaccent", output_field=TextField()))
        order.append(F(name))
    return order

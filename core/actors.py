"""Who acts: a user, the holder of a signed link, or the system."""

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of a change, as it is written beside the change.

    `person` is whoever the app calls a person; `core` only stores its label. `solicitation` is the
    signed link through which somebody without an account acts.
    """

    kind: Literal["user", "link", "system"]
    user: Any = None
    person: Any = None
    solicitation: Any = None
    label: str = ""

    @classmethod
    def of(cls, user: Any) -> "Actor":
        """The signed-in user as an actor; an Actor is returned as it is."""
        if isinstance(user, Actor):
            return user
        if not user.is_authenticated:
            raise ValueError("an anonymous visitor cannot act")
        return cls(kind="user", user=user, label=str(user))

    def __str__(self) -> str:
        return self.label or _("Système")


SYSTEM = Actor(kind="system")

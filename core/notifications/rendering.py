"""Texts of mails: what is written, what is shown, what leaves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from django.utils.translation import gettext as _

# Not template syntax by accident: a template that printed it would be a bug.
_PLACEHOLDER = re.compile(r"\{\{secret:([a-z_]+)\}\}")
# « [lien personnel] » as an address would lead to a page that does not exist.
_SECRET_HREF = re.compile(r"""\shref="[^"]*\{\{secret:[a-z_]+\}\}[^"]*\"""")


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    text: str
    html: str = ""
    # The page it leads to.
    url: str = ""


def one_line(text: str, limit: int = 250) -> str:
    """Without line ends or control characters, so that no header can be slipped in; cut at `limit`."""
    line = "".join(char if char.isprintable() or char in "\u00a0\u202f" else " " for char in text)
    line = re.sub(r" {2,}", " ", line).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def placeholder(name: str) -> str:
    """What stands in a stored body instead of the secret `name`."""
    return "{{secret:" + name + "}}"


def fill(body: str, secrets: dict[str, str], *, is_html: bool) -> str:
    """The body as it leaves; a placeholder without a value stays."""

    def value(match: re.Match[str]) -> str:
        secret = secrets.get(match[1])
        if secret is None:
            return match[0]
        return escape(secret) if is_html else secret

    return _PLACEHOLDER.sub(value, body)


def hide(body: str) -> str:
    """The body as pages show it: « [lien personnel] », « [code personnel] »."""
    labels = {"code": _("[code personnel]")}
    return _PLACEHOLDER.sub(lambda match: labels.get(match[1], _("[lien personnel]")), body)


def hide_html(body: str) -> str:
    """The HTML body as pages show it: a link that holds a secret leads nowhere, it only looks like one."""
    return hide(_SECRET_HREF.sub("", body))


def has_placeholder(body: str, *, but: frozenset[str] = frozenset()) -> bool:
    """Whether the body waits for a secret other than those named in `but`."""
    return any(match[1] not in but for match in _PLACEHOLDER.finditer(body))

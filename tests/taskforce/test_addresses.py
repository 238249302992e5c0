"""A body's slug is the first part of an address: it may not hide another page, nor be hidden."""

import pytest
from django.urls import get_resolver

from taskforce.validators import RESERVED_SLUGS


def first_parts(patterns, prefix=""):
    """The literal first parts of all addresses."""
    for pattern in patterns:
        text = prefix + str(pattern.pattern).lstrip("^")
        if hasattr(pattern, "url_patterns") and "/" not in text:
            yield from first_parts(pattern.url_patterns, text)
        else:
            part = text.split("/")[0]
            if part and "<" not in part:
                yield part


def test_every_other_first_part_is_reserved():
    found = set(first_parts(get_resolver().url_patterns))
    assert {"compte", "admin", "documents", "exports", "personnes"} <= found
    assert {part for part in found if part.isidentifier() or "-" in part} <= RESERVED_SLUGS


@pytest.mark.parametrize("slug", ["static", "sante", "media"])
def test_what_servers_answer_is_reserved_too(slug):
    assert slug in RESERVED_SLUGS

"""Characters that no text may hold."""

import pytest
from django.core.exceptions import ValidationError

from core.validators import validate_characters, validate_texts


@pytest.mark.parametrize("text", ["", "Réunion n° 3", "😀", "ligne\nsuivante\ttab", "\u202f«»"])
def test_ordinary_text_passes(text):
    validate_characters(text)


@pytest.mark.parametrize("text", ["\x00", "abc\x00", "\ud800", "avant \udfff après"])
def test_what_cannot_be_kept_is_refused_with_its_place(text):
    with pytest.raises(ValidationError) as refusal:
        validate_characters(text)
    assert "illisible" in refusal.value.messages[0]
    refusal.value.messages[0].encode()


def test_errors_are_by_field():
    with pytest.raises(ValidationError) as refusal:
        validate_texts({"a": "ok", "b": "\x00", "c": None, "d": "\udc00"})
    assert set(refusal.value.message_dict) == {"b", "d"}

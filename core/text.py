"""Text as data: comparison keys and lists in French order."""

import unicodedata

from django.utils.translation import get_language


def normalise(text: str) -> str:
    """A key to compare names: lower case, without accents, single spaces, plain apostrophes."""
    if text.isascii():
        return " ".join(text.casefold().split())
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(bare.casefold().split())


def in_language(french: str, english: str) -> str:
    """Of a name's two writings the one for the page's language; the French one where nobody wrote the English."""
    return french if (get_language() or "fr").startswith("fr") else english or french

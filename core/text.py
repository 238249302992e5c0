"""Text as data: comparison keys and lists in French order."""

import unicodedata


def normalise(text: str) -> str:
    """A key to compare names: lower case, without accents, single spaces, plain apostrophes."""
    if text.isascii():
        return " ".join(text.casefold().split())
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(bare.casefold().split())

"""Names of countries as files write them."""

from __future__ import annotations

import re
from functools import cache

import babel
from babel.core import get_global

from core.text import normalise

# The names of countries are read in the languages of the files that go round in the region.
LANGUAGES = ("fr", "en", "es", "pt")
_BEFORE = re.compile(
    r"^(?:la |le |les |l'|the )?(?:(?:republique|republic|rep\.?|rca|etat|state)(?: federale?| islamique| democratique| federal| islamic| democratic)? (?:du |de la |de l'|de |d'|des |of the |of ))?(?:le |la |les |l'|the )?"
)
# What files write and CLDR does not.
_MORE_NAMES = {
    "rdc": "CD", "drc": "CD", "rd congo": "CD", "rca": "CF", "car": "CF", "centrafrique": "CF", "ivory coast": "CI", "cape verde": "CV",
    "cap vert": "CV", "cap-vert": "CV", "guinee conakry": "GN", "guinea conakry": "GN", "gambie": "GM", "the gambia": "GM", "burkina": "BF",
    "swaziland": "SZ", "tanzanie": "TZ", "guinee bissau": "GW", "guinea bissau": "GW",
}  # fmt: skip


@cache
def countries() -> dict[str, str]:
    """Written form → ISO 3166 code of two letters."""
    found: dict[str, str] = dict(_MORE_NAMES)
    for language in LANGUAGES:
        for code, name in babel.Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found.setdefault(normalise(name), code)
                found.setdefault(code.lower(), code)
                found.setdefault(bare_country(name), code)
    for longer, codes in get_global("territory_aliases").items():
        if len(longer) == 3 and longer.isalpha() and len(codes) == 1:
            found.setdefault(longer.lower(), codes[0])
    return found


def bare_country(name: str) -> str:
    return _BEFORE.sub("", normalise(name)).strip()

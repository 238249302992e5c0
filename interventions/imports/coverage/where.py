"""Where: the country of a row, then its one place. A region is never spread over its departments."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext as _

from core.text import normalise
from interventions.enums import UnitLevel
from interventions.imports.coverage.cells import Cells
from interventions.imports.coverage.known import Known
from interventions.imports.coverage.vocabulary import NATIONAL
from interventions.place_names import fold
from interventions.places import Places, Resolution

_SEPARATORS = re.compile(r"\s*[/;,|+&\n]\s*|\s+(?:et|and|-|–)\s+|\s*–\s*", re.IGNORECASE)
# « Régions de Matam et Kolda ».
_KINDS = re.compile(
    r"^(?:les )?(?:r[ée]gions?|d[ée]partements?|communes?|districts?)\s+(?:de |du |d['’])?(?:la |l['’])?", re.IGNORECASE
)
_NESTED = re.compile(r"(?P<first>[^/>(–-][^/>(–]*?)\s*(?:/|>|–|\s-\s|\()\s*(?P<second>[^/>()–]+?)\s*\)?")
_NUMBER = re.compile(r"^\d{1,4}\s*(?:[-–.:)_/]\s*)?(?=[^\W\d])")
# « SN0901 Kanel », « Kanel (SN0901) ».
_NUMBERED = re.compile(r"(?P<code>[A-Za-z]{2,3}\d{2,})\s*[-–.:)_/]?\s*(?P<name>[^\d\s][^\d]*)")
_CODED = re.compile(r"(?P<name>[^\d(]+?)\s*[-–(\[:]?\s*(?P<code>[A-Za-z]{2,3}\d{2,})\s*[)\]]?")
_LEVELS = {"adm1_name": UnitLevel.REGION, "adm2_name": UnitLevel.DEPARTMENT, "adm3_name": UnitLevel.COMMUNE}
_IN_BRACKETS = re.compile(r"(?P<first>[^()]+?)\s*\((?P<second>[^()]+)\)")
_PLACE_FIELDS = (
    "adm2_name",
    "adm2_code",
    "place_name",
    "place_code",
    "adm1_name",
    "adm1_code",
    "adm3_name",
    "adm3_code",
)


def is_in_scope(cells: Cells, known: Known) -> bool:
    """False for a row of another country: by its country, otherwise by its P-codes."""
    text = cells.text("country")
    if text:
        found = known.country_of(text)
        if found != "unknown":
            return found == "own"
    codes = [cells.text(field) for field in ("adm1_code", "adm2_code", "adm3_code", "place_code")]
    codes = [code for code in codes if code]
    return not (codes and all(known.is_foreign_code(code) for code in codes))


def read_place(cells: Cells, known: Known, day: date | None) -> None:
    """Set `unit` or `is_national`, or refuse the row. `day`: when the unit has to exist."""
    out = cells.out
    if any(cells.is_shared(field) and not cells.text(field) for field in _PLACE_FIELDS):
        return
    if _is_national(cells):
        out.is_national = out.is_place_resolved = True
        return
    vintage = cells.text("vintage")
    places = known.places_of(vintage) if vintage else known.places
    found, field = _chosen(cells, known, places, day) or _resolve(cells, known, places, day)
    if found.code == "region_unknown":
        field = "adm1_name" if cells.text("adm1_name") else "adm1_code"
    if found.unit is None:
        found = _second_reading(cells, places, found, field, day) or found
    if found.unit is None:
        if _names_several(cells, places, field):
            cells.refuse(
                "several_places",
                _("« %(text)s » nomme plusieurs lieux : écrivez une ligne par lieu.") % {"text": cells.text(field)},
                field,
            )
            return
        written = cells.text(field)
        cells.refuse(found.code, found.message, field)
        if cells.text("country") and known.country_of(cells.text("country")) == "unknown":
            cells.tell(
                "country_unknown",
                _("« %(name)s » n’est pas un pays connu.") % {"name": cells.text("country")},
                "country",
            )
        if written:
            out.values.setdefault("unknown_place", written)
        return
    out.unit = found.unit
    out.is_place_resolved = True
    if cells.text("position"):
        cells.tell(
            "place_from_point",
            _("Aucun lieu n’est nommé : %(place)s est déduit du point (%(point)s). Vérifiez.")
            % {"place": places.label(found.unit), "point": cells.text("position")},
            "position",
        )
    if found.code:
        cells.tell(found.code, found.message, field)
    elif found.unit.level == UnitLevel.REGION and field in ("adm2_name", "adm2_code"):
        cells.tell(
            "region_only",
            _("« %(name)s » est une région : la ligne reste au niveau de la région.") % {"name": cells.text(field)},
            field,
        )
    _tell_of_commune(cells, known)


def _is_national(cells: Cells) -> bool:
    """« National » where the place stands, and nothing closer beside it."""
    said = False
    for field in ("adm1_name", "adm2_name", "place_name"):
        text = cells.text(field)
        if text and NATIONAL.match(normalise(text).strip(" .")):
            said = True
        elif text:
            return False
    return said and not any(cells.text(field) for field in ("adm1_code", "adm2_code", "place_code"))


def _chosen(cells: Cells, known: Known, places: Places, day: date | None) -> tuple[Resolution, str] | None:
    """The unit that somebody chose for what the cell says."""
    for field in ("adm2_name", "place_name", "adm1_name"):
        code = known.chosen_places.get(normalise(cells.text(field)))
        if code and code in places.units:
            unit = places.units[code]
            return places.resolve(pcode=code, name=unit.name, on=day), field
        if cells.text(field):
            return None
    return None


def _name(cells: Cells, field: str) -> str:
    """« Matam » for « 09 - Matam »: no place of a list begins with a number."""
    return _NUMBER.sub("", cells.text(field))


def _resolve(cells: Cells, known: Known, places: Places, day: date | None) -> tuple[Resolution, str]:
    region, refused = _region(cells, places)
    if refused is not None:
        return refused
    adm2_code, adm2_name = cells.text("adm2_code"), _name(cells, "adm2_name")
    place_code, place_name = cells.text("place_code"), _name(cells, "place_name")
    adm3_code, adm3_name = cells.text("adm3_code"), _name(cells, "adm3_name")
    if known.has_communes and (adm3_code or adm3_name):
        found = places.resolve(pcode=adm3_code, name=adm3_name, region=region, level=UnitLevel.COMMUNE, on=day)
        if found.unit is not None:
            return found, "adm3_name" if adm3_name else "adm3_code"
    if not adm2_code and place_code and (adm2_name or not cells.text("adm1_code")):
        adm2_code, place_code = place_code, ""
        code_field = "place_code"
    else:
        code_field = "adm2_code"
    if adm2_name or (adm2_code and not place_name):
        is_region_code = not adm2_name and code_field == "place_code" and region
        name = adm2_name or (_name(cells, "adm1_name") if is_region_code else "")
        level = UnitLevel.DEPARTMENT if adm2_name else None
        found = places.resolve(pcode=adm2_code, name=name, region=region if adm2_name else "", level=level, on=day)
        return found, "adm2_name" if adm2_name else code_field
    if place_name or adm2_code:
        return places.resolve(pcode=adm2_code or place_code, name=place_name, region=region, on=day), (
            "place_name" if place_name else code_field
        )
    if region:
        found = places.resolve(
            pcode=cells.text("adm1_code"), name=_name(cells, "adm1_name"), level=UnitLevel.REGION, on=day
        )
        return found, "adm1_name" if _name(cells, "adm1_name") else "adm1_code"
    if adm3_name or adm3_code:
        found = places.resolve(pcode=adm3_code, name=adm3_name, on=day)
        return found, "adm3_name" if adm3_name else "adm3_code"
    return places.resolve(), next((field for field in _PLACE_FIELDS if field in cells.columns), "")


def _second_reading(cells: Cells, places: Places, found: Resolution, field: str, day: date | None) -> Resolution | None:
    """What a place that was not found as it is written surely lies in; None when nothing is sure.

    In this order: a code with a name that lacks its « Ville de »; a name of both a region and one of its departments;
    several names that lie in each other; in columns of any place, the closest unit that the row names above it.
    """
    text = cells.text(field)
    if found.code == "code_name_disagree":
        code = cells.text(field.replace("_name", "_code")) or cells.text("place_code")
        again = places.resolve(pcode=code, name=f"Ville de {text}", on=day) if code else found
        return again if again.unit is not None else None
    if found.code == "ambiguous":
        return _common_region(places, found, text)
    if found.code not in ("place_unknown", "wrong_level", "region_unknown"):
        return None
    numbered = _NUMBERED.fullmatch(text) or _CODED.fullmatch(text)
    if numbered:
        region = _name(cells, "adm1_name") if field != "adm1_name" else ""
        level = _LEVELS.get(field)
        again = places.resolve(pcode=numbered["code"], name=numbered["name"], region=region, level=level, on=day)
        if again.unit is not None or again.code not in ("place_unknown", "code_unknown"):
            return again
    # A list of departments has the same signs between its names: brackets alone tell nesting there.
    nested = _IN_BRACKETS.fullmatch(text) if field in ("adm2_name", "adm3_name") else _NESTED.fullmatch(text)
    if nested:
        again = _nested(places, nested["first"], nested["second"], day)
        if again is not None:
            return again
    if field in ("place_name", "adm3_name"):
        return _kept_above(cells, places, text, day)
    return None


def _common_region(places: Places, found: Resolution, text: str) -> Resolution | None:
    """« Matam » in a column of any place: the region and its department bear the name; the region is sure."""
    regions = {places.region_of(unit).pk: places.region_of(unit) for unit in found.suggestions}
    if len(regions) != 1 or not any(unit.level == UnitLevel.REGION for unit in found.suggestions):
        return None
    message = _(
        "« %(name)s » nomme la région et un de ses départements : la ligne reste au niveau de la région. "
        "Une colonne « Département » le préciserait."
    )
    return Resolution(next(iter(regions.values())), "region_only", message % {"name": text}, region_only=True)


def _nested(places: Places, first: str, second: str, day: date | None) -> Resolution | None:
    """« Matam / Kanel » or « Kanel (Matam) »: a region and its department, in either order."""
    for region, part in ((first, second), (second, first)):
        above = places.resolve(name=region, level=UnitLevel.REGION)
        if above.unit is None or above.unit.level != UnitLevel.REGION:
            continue
        found = places.resolve(name=part, region=above.unit.pcode, level=UnitLevel.DEPARTMENT, on=day)
        if found.unit is not None and not found.region_only:
            message = _("« %(text)s » est lu comme %(place)s : vérifiez.")
            values = {"text": f"{first} / {second}", "place": places.label(found.unit)}
            return Resolution(found.unit, "nested_place", message % values)
    return None


def _kept_above(cells: Cells, places: Places, text: str, day: date | None) -> Resolution | None:
    """A village, a site, a zone: the row stays at the department or region that it names beside it."""
    region = cells.text("adm1_name") or cells.text("adm1_code")
    for name, code, level in (
        (cells.text("adm2_name"), cells.text("adm2_code"), UnitLevel.DEPARTMENT),
        (cells.text("adm1_name"), cells.text("adm1_code"), UnitLevel.REGION),
    ):
        if not (name or code):
            continue
        found = places.resolve(
            pcode=code, name=name, region=region if level == UnitLevel.DEPARTMENT else "", level=level, on=day
        )
        if found.unit is not None:
            message = _("« %(place)s » n’est pas dans la liste des lieux : la ligne est placée à « %(unit)s ».")
            return Resolution(found.unit, "kept_above", message % {"place": text, "unit": found.unit.name})
    return None


def _region(cells: Cells, places: Places) -> tuple[str, tuple[Resolution, str] | None]:
    """What names the region; or the refusal when its name and its code disagree."""
    code, name = cells.text("adm1_code"), _name(cells, "adm1_name")
    if code and name:
        found = places.resolve(pcode=code, name=name, level=UnitLevel.REGION)
        if found.unit is None:
            return "", (found, "adm1_code")
    return name or code, None


def _names_several(cells: Cells, places: Places, field: str) -> bool:
    # The cell as it is: lines of one cell are several places too.
    raw = cells.value(field)
    said = _KINDS.sub("", raw.strip()) if isinstance(raw, str) else ""
    parts = [part for part in _SEPARATORS.split(said) if part.strip()]
    if len(parts) < 2:
        return False
    known = [part for part in parts if places.resolve(name=part).code in {"", "region_only", "ambiguous"}]
    return len(known) >= 2


def _tell_of_commune(cells: Cells, known: Known) -> None:
    unit = cells.out.unit
    written = cells.text("adm3_name")
    if written and unit is not None and unit.level < UnitLevel.COMMUNE and fold(written) != fold(unit.name):
        cells.notice(
            "commune_kept_above",
            _("« %(commune)s » n’est pas dans la liste des lieux : la ligne est placée à « %(unit)s ».")
            % {"commune": written, "unit": unit.name},
            "adm3_name",
        )

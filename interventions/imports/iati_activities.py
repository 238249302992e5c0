"""IATI activities (2.01 to 2.03) as rows: one a location. Nothing is shared out between places or instruments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from django.utils.translation import gettext as _
from openpyxl.xml.functions import iterparse

from core.imports.tables import MOST_ROWS, Table, TableRow, UnreadableTableError
from interventions.models import Instrument
from taskforce.models import Agency

TITLE = "IATI"
CHUNK = 1 << 20
NOTE_LENGTH = 400
# By the portal's own headings; « Activité » and « Secteur » hold what only proposes an instrument.
HEADINGS = (
    "Code de l’intervention", "Intitulé de l’intervention", "Structure responsable", "Financement", "Intermédiaire", "Mise en œuvre",
    "Instrument", "Activité", "Secteur", "Pays", "P-code", "Lieu", "Début", "Fin", "État", "Budget", "Monnaie", "Note",
)  # fmt: skip
_STATES = {"1": "prévu", "2": "en cours", "3": "en cours", "4": "terminé", "5": "annulé", "6": "suspendu"}
_ROLES = {"1": "funder", "2": "lead", "3": "extending", "4": "implementer"}
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NATIONAL_SCOPE = "4"


def open_activities(path: Path) -> Iterator[Table]:
    """The activities of a file as one table. Raises UnreadableTableError for what is no such file."""
    _refuse_declarations(path)
    yield Table(title=TITLE, rows=_rows(path))


def _refuse_declarations(path: Path) -> None:
    """No IATI file declares a document type or entities; those that do unfold."""
    tail = b""
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            text = (tail + chunk).replace(b"\x00", b"").upper()
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise UnreadableTableError(_("Ce fichier contient des déclarations interdites : il n’est pas lu."))
            tail = chunk[-20:]


def _rows(path: Path) -> Iterator[TableRow]:
    known = _Known()
    number = 1
    yield TableRow(1, list(HEADINGS))
    try:
        events = iterparse(str(path), events=("start", "end"))
        _event, root = next(events)
        _check_root(root)
        for event, element in events:
            if event == "end" and element.tag == "iati-activity":
                for cells in _activity(element, known):
                    number += 1
                    if number > MOST_ROWS:
                        raise UnreadableTableError(
                            _("Ce fichier dépasse %(limit)d lignes. Importez-le en plusieurs fois.")
                            % {"limit": MOST_ROWS}
                        )
                    yield TableRow(number, cells)
                root.clear()
    except UnreadableTableError:
        raise
    except (ParseError, StopIteration, ValueError, LookupError) as error:
        raise UnreadableTableError(
            _("Ce fichier XML est abîmé ou incomplet : exportez-le de nouveau, puis importez-le.")
        ) from error


def _check_root(root: Element) -> None:
    if root.tag != "iati-activities":
        raise UnreadableTableError(_("Ce fichier XML n’est pas une liste d’activités IATI (« iati-activities »)."))
    version = root.get("version", "")
    if not version.startswith("2."):
        raise UnreadableTableError(
            _("Ce fichier suit la version %(version)s d’IATI. Exportez-le en version 2.01, 2.02 ou 2.03.")
            % {"version": version or "?"}
        )


class _Known:
    """What references and codes of the standard stand for here."""

    def __init__(self) -> None:
        refs = Agency.objects.exclude(iati_ref="").values_list("iati_ref", "acronym", "name_fr")
        self.agencies = {ref.strip(): acronym or name for ref, acronym, name in refs}
        self.instruments: dict[str, str] = {}
        by_dac: dict[str, list[str]] = {}
        for code, dac, name in Instrument.objects.values_list("code", "dac_code", "name_fr"):
            self.instruments[code] = name
            by_dac.setdefault(dac, []).append(name)
        # A purpose code that several instruments share names none of them.
        self.by_dac = {dac: names[0] for dac, names in by_dac.items() if dac and len(names) == 1}


def _activity(activity: Element, known: _Known) -> Iterator[list[Any]]:
    roles: dict[str, list[str]] = {}
    for one in activity.iterfind("participating-org"):
        name = known.agencies.get(one.get("ref", "").strip()) or _words(one) or one.get("ref", "")
        kind = _ROLES.get(one.get("role", ""))
        if kind and name and name not in roles.setdefault(kind, []):
            roles[kind].append(name)
    reporting = activity.find("reporting-org")
    if "lead" not in roles and reporting is not None and reporting.get("secondary-reporter") not in ("1", "true"):
        roles["lead"] = [known.agencies.get(reporting.get("ref", "").strip()) or _words(reporting)]
    title = _words(activity.find("title"))
    instrument, sector = _instrument(activity, known)
    days = {one.get("type", ""): _day(one.get("iso-date", "")) for one in activity.iterfind("activity-date")}
    status = activity.find("activity-status")
    places = _places(activity)
    countries = [one.get("code", "") for one in activity.iterfind("recipient-country")]
    # Of several countries, each row's place says which.
    country = countries[0] if len(countries) == 1 else ""
    budget, currency = _budget(activity) if len(places) == 1 else (None, "")
    for pcode, name in places:
        yield [
            (activity.findtext("iati-identifier") or "").strip() or None,
            title or None,
            *(" ; ".join(roles.get(kind, [])) or None for kind in ("lead", "funder", "extending", "implementer")),
            instrument or None,
            (title if not instrument else None) or None,
            sector or None,
            country or None,
            pcode or None,
            name or None,
            days.get("2") or days.get("1"),
            days.get("4") or days.get("3"),
            _STATES.get(status.get("code", "") if status is not None else ""),
            budget,
            currency or None,
            _words(activity.find("description"))[:NOTE_LENGTH] or None,
        ]


def _instrument(activity: Element, known: _Known) -> tuple[str, str]:
    """(instrument, sector as the file words it): by a tag of the portal's own list, then by a purpose code."""
    tagged = {
        known.instruments[one.get("code", "")]
        for one in activity.iterfind("tag")
        if one.get("vocabulary") == "99" and one.get("code", "") in known.instruments
    }
    sectors = [one for one in activity.iterfind("sector") if one.get("vocabulary", "1") in ("", "1")]
    meant = {known.by_dac.get(one.get("code", "")) for one in sectors}
    sector = " ; ".join(filter(None, (_words(one) for one in sectors)))
    if len(tagged) == 1:
        return tagged.pop(), sector
    if not tagged and len(meant) == 1:
        return meant.pop() or "", sector
    return "", sector


def _places(activity: Element) -> list[tuple[str, str]]:
    """(P-code, name) of each location; « National » where the file says that; otherwise one without a place."""
    found = []
    for one in activity.iterfind("location"):
        codes = [(int(part.get("level", "0") or 0), part.get("code", "")) for part in one.iterfind("administrative")
                 if part.get("level", "0").isdigit()]  # fmt: skip
        own = one.get("ref", "") or max((code for code in codes if code[0] > 0), default=(0, ""))[1]
        place = (own.strip(), _words(one.find("name")))
        if any(place) and place not in found:
            found.append(place)
    if found:
        return found
    scope = activity.find("activity-scope")
    return [("", "National" if scope is not None and scope.get("code") == _NATIONAL_SCOPE else "")]


def _budget(activity: Element) -> tuple[Any, str]:
    """The one budget of an activity; of several (one a year) none is the whole."""
    found = activity.findall("budget")
    value = found[0].find("value") if len(found) == 1 else None
    if value is None or not (value.text or "").strip():
        return None, ""
    return (value.text or "").strip(), value.get("currency") or activity.get("default-currency") or ""


def _day(text: str) -> Any:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return text.strip() or None


def _words(element: Element | None) -> str:
    """The narrative in French, otherwise the first."""
    if element is None:
        return ""
    texts = [(one.get(_LANG, ""), " ".join((one.text or "").split())) for one in element.iterfind("narrative")]
    texts = [one for one in texts if one[1]]
    return next((text for language, text in texts if language == "fr"), texts[0][1] if texts else "")

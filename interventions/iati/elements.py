"""Elements of IATI: text that XML may hold, narratives in two languages, dates."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lxml import etree

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# XML 1.0 §2.2: what no document may hold.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def clean(text: str) -> str:
    return _NOT_XML.sub("", text).strip()


def add(parent: Any, tag: str, **attributes: str) -> Any:
    """A child with the attributes that are not empty; « _ » in a name stands for « - »."""
    child = etree.SubElement(parent, tag)
    for name, value in attributes.items():
        if value != "":
            child.set(name.replace("_", "-"), clean(value))
    return child


def narratives(element: Any, french: str, english: str = "") -> None:
    """French without a mark (the activity's language), English where it says something else."""
    french, english = clean(french), clean(english)
    if not french and not english:
        # The schema wants one; a name of characters that XML cannot hold leaves none.
        french = "–"
    if french:
        etree.SubElement(element, "narrative").text = french
    if english and english != french:
        narrative = etree.SubElement(element, "narrative")
        narrative.set(XML_LANG, "en")
        narrative.text = english


def moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def number(value: Decimal | int) -> str:
    """Without an exponent or zeros at the end."""
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def period(parent: Any, start: date, end: date) -> None:
    add(parent, "period-start", iso_date=start.isoformat())
    add(parent, "period-end", iso_date=max(start, end).isoformat())

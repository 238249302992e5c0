"""The sheet that somebody reviews: what was read, as plain texts by field, in the order of the form."""

from __future__ import annotations

from collections import Counter
from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _

from core.text import normalise
from core.typography import clock_fr, date_fr, typo
from meetings.imports.minutes.directory import Directory
from meetings.imports.minutes.proposal import Proposal, ReadAction
from meetings.imports.minutes.reading import nameless
from meetings.imports.minutes.texts import Texts
from taskforce.enums import Civility

CIVILITIES = {"mme": Civility.MS, "m": Civility.MR, "dr": Civility.DR, "pr": Civility.PR}


def make_sheet(proposal: Proposal, texts: Texts, directory: Directory) -> dict[str, Any]:
    """{"head": {…}, "people": […], "items": […], "updates": […], "decisions": […], "actions": […]}, texts only."""
    people = _people(proposal)
    chair = proposal.chair or {}
    following = proposal.next_meeting or {}
    conclusions = "\n".join(f"- {text}" for text in proposal.conclusions)
    head = {
        "title": (proposal.title or "")[:200],
        "date": _day(proposal.date),
        "start": _clock(proposal.start),
        "end": _clock(proposal.end),
        "place": (proposal.place or "")[:200],
        "chair": chair.get("name") or "",
        "chair_agency": chair.get("agency") or "",
        "context": _context(proposal, texts),
        "follow_up": texts.follow_up,
        "discussion": texts.discussion,
        "conclusions": conclusions,
        "next_date": _day(following.get("date")),
        "next_theme": (following.get("theme") or "")[:200],
        "next_text": texts.next_meeting,
    }
    items = [
        {
            "title": item.title[:250],
            "minutes": str(item.minutes or ""),
            "presenter": item.presenter or "",
            "text": texts.items.get(item.position, ""),
        }
        for item in proposal.agenda
    ]
    updates = [
        {
            "agency": update.agency or "",
            "reported_by": update.reported_by or "",
            "text": update.text,
        }
        for update in proposal.updates
    ]
    return {
        "head": head,
        "people": people,
        "items": items,
        "updates": updates,
        "decisions": [{"text": one["text"], "item": ""} for one in proposal.decisions],
        "actions": [_action(action, directory) for action in proposal.actions],
    }


def _context(proposal: Proposal, texts: Texts) -> str:
    """The context, opened by the organisations that came without anybody's name: a presence needs a person."""
    unnamed = nameless(proposal)
    if not unnamed:
        return texts.context
    told = typo(_("Structures présentes, sans nom de personne : %(labels)s.") % {"labels": ", ".join(unnamed)})
    return f"{told}\n{texts.context}".strip()


def _people(proposal: Proposal) -> list[dict[str, str]]:
    """One row a person; who is replaced and not listed gets a row, away, of the same agency."""
    rows = []
    named = Counter(normalise(person.name) for entry in proposal.agencies for person in entry.people)
    for entry in proposal.agencies:
        agency = entry.agency or entry.label or ""
        for person in entry.people:
            rows.append(_person(agency, person.civility, person.name, person.status, person.replaces or ""))
            if person.replaces and not named[normalise(person.replaces)]:
                rows.append(_person(agency, "", person.replaces, "excused", ""))
                named[normalise(person.replaces)] += 1
    return rows


def _person(agency: str, civility: str, name: str, status: str, replaces: str) -> dict[str, str]:
    return {
        "agency": agency[:250],
        "civility": str(CIVILITIES.get(normalise(civility).strip("."), "")),
        "name": name[:160],
        "status": status,
        "replaces": replaces[:160],
    }


def _action(action: ReadAction, directory: Directory) -> dict[str, str]:
    return {
        "text": action.text,
        "owners": _owners(action.owner, directory),
        "due": _day(action.due),
        "state": action.state or "",
        "item": "",
    }


def _owners(owner: str | None, directory: Directory) -> str:
    """« BIT, FAO » where the words name agencies, the words themselves otherwise."""
    if not owner:
        return ""
    named = list(dict.fromkeys(one.agency for one in directory.find(owner)))
    rest = owner
    for one in reversed(directory.find(owner)):
        rest = rest[: one.start] + rest[one.end :]
    letters = "".join(char for char in normalise(rest).replace(" et ", " ").replace(" and ", " ") if char.isalpha())
    if named and len(letters) <= 4:
        return ", ".join(named)
    return directory.match(owner) or owner


def _day(day: date | None) -> str:
    return date_fr(day) if day else ""


def _clock(clock: time | None) -> str:
    return clock_fr(clock)

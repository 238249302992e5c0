"""The whole reading: every rule in turn, then the doubts."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from core.text import normalise
from core.typography import date_fr, typo
from meetings.imports.minutes.actions import read_actions
from meetings.imports.minutes.agenda import read_agenda
from meetings.imports.minutes.attendance import read_attendance
from meetings.imports.minutes.dates import find_dates, find_rule
from meetings.imports.minutes.decisions import read_decisions
from meetings.imports.minutes.directory import Directory
from meetings.imports.minutes.discussion import read_conclusions, read_events, read_next_meeting, read_updates
from meetings.imports.minutes.header import Head, read_head
from meetings.imports.minutes.people import Attendance
from meetings.imports.minutes.proposal import Flag, Proposal
from meetings.imports.minutes.sections import Section, split_sections
from meetings.imports.minutes.source import Source
from meetings.imports.minutes.words import split_civility

# Named everywhere, sits nowhere: its agencies do.
UMBRELLAS = frozenset({"SNU"})


def read_minutes(source: Source, directory: Directory, *, sections: list[Section] | None = None) -> Proposal:
    """What `source` says, and the doubts (`flags`). Reads only: nothing is looked up nor saved but by `directory`.

    `sections`: those of the source, where the caller has cut it already.
    """
    sections = split_sections(source.lines) if sections is None else sections
    head = read_head(source, sections, directory)
    on = head.date.begins if head.date else None
    attendance = read_attendance(sections, directory)
    present = {entry.agency for entry in attendance.agencies if entry.agency}
    actions = read_actions(sections, directory, on=on)
    rule = find_rule(source.text)
    following = read_next_meeting(sections, source.lines, on=on)
    known = {moment for moment in (on, head.date.date if head.date else None) if moment}
    if following and following[0]["date"]:
        known.add(following[0]["date"])
    events = read_events(sections, on=on, known=known)
    proposal = Proposal(
        title=head.title,
        date=on,
        start=head.start,
        end=head.end,
        place=head.place,
        chair=_chair_of(head.chair, attendance, directory),
        agencies=attendance.agencies,
        agenda=read_agenda(sections, source.text),
        actions=actions.actions,
        decisions=[{"text": text} for text in read_decisions(sections)],
        conclusions=read_conclusions(sections),
        updates=read_updates(sections, present, directory),
        cited_not_present=_cited(source, present, attendance.missing, directory),
        external_events=[event for event, _place in events],
        rule=rule[0] if rule else None,
        next_meeting=following[0] if following else None,
    )
    proposal.flags = [
        *_about_dates(source, head, on),
        *_about_years(events, following),
        *_about_times(head),
        *_about_agencies(proposal),
        *_about_missing(attendance),
        *_about_actions(proposal, actions.places),
        *_about_the_file(source),
    ]
    return proposal


def _chair_of(
    told: dict[str, str | None] | None, attendance: Attendance, directory: Directory
) -> dict[str, str | None] | None:
    """Who the head names, or else the list of those present; the list says of which organisation."""
    if told is None:
        if attendance.chair is None:
            return None
        name, label = attendance.chair
        return {"name": name, "agency": (directory.match(label) or label) if label else None}
    if told["name"] and not told["agency"]:
        key = normalise(split_civility(told["name"])[1])
        for entry in attendance.agencies:
            if entry.label and any(normalise(person.name) == key for person in entry.people):
                return {"name": told["name"], "agency": entry.agency or entry.label}
    return told


def _cited(source: Source, present: set[str], missing: list[str], directory: Directory) -> list[str]:
    """The organisations that the text names and that nobody sat for, in the order of the text."""
    cited = [named.agency for named in directory.find(source.text)]
    cited += [directory.match(label) or label for label in missing]
    return [acronym for acronym in dict.fromkeys(cited) if acronym not in present and acronym not in UMBRELLAS]


# Doubts -----------------------------------------------------------------------------------------


def _about_dates(source: Source, head: Head, on: date | None) -> list[Flag]:
    if head.date is None or on is None:
        return [Flag("date-missing", _("La date de la réunion n’a pas été trouvée. Saisissez-la."))]
    flags = []
    own = head.date
    if own.weekday is not None and own.date.weekday() != own.weekday:
        flags.append(
            Flag(
                "weekday-mismatch",
                typo(_("Le jour de la semaine ne correspond pas au %(date)s.") % {"date": date_fr(own.date)}),
                own.start,
                own.end,
            )
        )
    years: set[int] = set()
    for found in find_dates(source.text):
        same_day = (found.date.day, found.date.month) == (own.date.day, own.date.month)
        if found.has_year and same_day and found.date.year != own.date.year and found.date.year not in years:
            years.add(found.date.year)
            flags.append(
                Flag(
                    "date-contradiction",
                    typo(
                        _("Le texte dit aussi « %(other)s » : la date retenue est le %(date)s. Vérifiez l’année.")
                        % {"other": date_fr(found.date), "date": date_fr(own.date)}
                    ),
                    found.start,
                    found.end,
                )
            )
    if on > timezone.localdate():
        flags.append(
            Flag("date-in-the-future", _("La date de la réunion n’est pas encore passée."), own.start, own.end)
        )
    return flags


def _about_years(events: list, following: tuple | None) -> list[Flag]:
    dated = [(event.label, place) for event, place in events]
    if following and following[1] is not None:
        dated.append((_("prochaine réunion"), following[1]))
    return [
        Flag(
            "year-inferred",
            typo(_("« %(label)s » : l’année n’est pas écrite, elle a été déduite.") % {"label": label}),
            place.start,
            place.end,
        )
        for label, place in dated
        if not place.has_year
    ] + [
        Flag(
            "weekday-mismatch",
            typo(_("« %(label)s » : le jour de la semaine ne correspond pas à la date.") % {"label": label}),
            place.start,
            place.end,
        )
        for label, place in dated
        if place.weekday is not None and place.has_year and place.date.weekday() != place.weekday
    ]


def _about_times(head: Head) -> list[Flag]:
    if head.start and head.end and head.end <= head.start:
        return [Flag("times-overlap", _("L’heure de fin précède l’heure de début. Corrigez l’une des deux."))]
    return []


def _about_agencies(proposal: Proposal) -> list[Flag]:
    flags = [
        Flag(
            "unknown-agency",
            typo(_("« %(label)s » n’est pas une structure connue du portail.") % {"label": entry.label}),
        )
        for entry in proposal.agencies
        if entry.label and not entry.agency
    ]
    if any(entry.label is None for entry in proposal.agencies):
        flags.append(Flag("person-without-agency", _("La structure de certaines personnes n’est pas indiquée.")))
    if unnamed := nameless(proposal):
        flags.append(
            Flag(
                "agency-without-people",
                typo(
                    _("Présentes sans nom de personne : %(labels)s. Ajoutez qui les représentait.")
                    % {"labels": ", ".join(unnamed)}
                ),
            )
        )
    if not proposal.agencies:
        flags.append(Flag("attendance-missing", _("Aucune liste de présence n’a été trouvée.")))
    seen: dict[str, str] = {}
    for entry in proposal.agencies:
        for person in entry.people:
            key = normalise(person.name)
            if key in seen and seen[key] != person.status:
                flags.append(
                    Flag(
                        "status-contradiction",
                        typo(_("%(name)s figure deux fois, avec deux états.") % {"name": person.name}),
                    )
                )
            seen.setdefault(key, person.status)
    return flags


def nameless(proposal: Proposal) -> list[str]:
    """The organisations that the text says were there, and of which it names nobody."""
    return [entry.label for entry in proposal.agencies if entry.label and not entry.people]


def _about_missing(attendance: Attendance) -> list[Flag]:
    return [
        Flag(
            "agency-excused",
            typo(_("« %(label)s » est annoncée absente ou excusée, sans nom de personne.") % {"label": label}),
        )
        for label in attendance.missing
    ]


def _about_actions(proposal: Proposal, places: list[tuple[int, int]]) -> list[Flag]:
    return [
        Flag("action-without-owner", _("Cette action n’a pas de responsable nommé."), start, end)
        for action, (start, end) in zip(proposal.actions, places, strict=True)
        if action.owner is None
    ]


def _about_the_file(source: Source) -> list[Flag]:
    flags = []
    if "tracked-changes" in source.notes:
        flags.append(
            Flag("tracked-changes", _("Le document porte des modifications suivies : elles sont lues comme acceptées."))
        )
    if "residue" in source.notes:
        flags.append(
            Flag("residue-dropped", _("Des restes de mise en page (signets, numéros de page) ont été écartés."))
        )
    return flags


__all__ = ["Section", "nameless", "read_minutes"]

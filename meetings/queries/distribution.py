"""Who receives published minutes: the body's distribution list, and what a mailing would send now."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from core.text import normalise
from meetings.models import DistributionEntry, Minutes
from taskforce.models import TaskForce


def entries_of(body: TaskForce) -> QuerySet[DistributionEntry]:
    """Every line of the list, ended ones too."""
    return DistributionEntry.objects.filter(task_force=body).select_related("person__agency")


def sorted_entries(body: TaskForce) -> list[DistributionEntry]:
    """`entries_of` in the order of names."""
    return sorted(entries_of(body), key=lambda entry: (normalise(_family(entry)), entry.pk))


def _family(entry: DistributionEntry) -> str:
    if entry.person is None:
        return entry.name
    return f"{entry.person.family_name} {entry.person.given_name}"


@dataclass(frozen=True)
class Addressed:
    """A line of the list; `reason`: why nothing goes to it (empty: it is written to)."""

    entry: DistributionEntry
    reason: str = ""


@dataclass(frozen=True)
class PublicationList:
    """Who would receive the published minutes now. `digest` names exactly this list: who confirms another one sees
    it again."""

    minutes: Minutes
    version: int
    recipients: tuple[DistributionEntry, ...]
    left_out: tuple[Addressed, ...] = ()

    @property
    def digest(self) -> str:
        lines = [f"{self.minutes.pk}:{self.minutes.state}:{self.version}"]
        lines += sorted(f"{entry.pk}:{entry.address.lower()}" for entry in self.recipients)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def publication_list(minutes: Minutes, *, on: date | None = None) -> PublicationList:
    """The lines of the list in force on the day `on` (today in the body's time zone), each address once."""
    body = minutes.meeting.task_force
    day = on or body.today()
    kept: dict[str, DistributionEntry] = {}
    out: list[Addressed] = []
    for entry in sorted_entries(body):
        address = entry.address.lower()
        if entry.ends_on is not None and entry.ends_on < day:
            # Those who have left are no news.
            continue
        if entry.starts_on > day:
            out.append(Addressed(entry, _("pas encore en vigueur")))
        elif not address:
            out.append(Addressed(entry, _("sans adresse électronique")))
        elif address in kept:
            out.append(Addressed(entry, _("même adresse que %(name)s") % {"name": kept[address]}))
        else:
            kept[address] = entry
    return PublicationList(minutes, version_of(minutes), tuple(kept.values()), tuple(out))


def version_of(minutes: Minutes) -> int:
    """The number of the latest version of the minutes; 0 before any."""
    return minutes.versions.aggregate(last=Max("number"))["last"] or 0

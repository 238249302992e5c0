"""From a typed name to the agency or the person it means."""

from __future__ import annotations

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.text import normalise
from meetings.forms.attendance_lines import Line
from meetings.forms.common import person_label
from meetings.queries import agencies_for, known_people
from taskforce.enums import Civility
from taskforce.models import Agency, AgencyAlias, Person, TaskForce


class TypedNames:
    """Agencies and people by what was typed, without regard to case or accents; a refusal goes into `line.errors`."""

    def __init__(self, body: TaskForce) -> None:
        self.body = body

    @cached_property
    def agencies(self) -> dict[str, Agency]:
        """Agencies by everything they are called, without regard to case or accents."""
        agencies = {agency.pk: agency for agency in agencies_for(self.body)}
        found: dict[str, Agency] = {}
        for agency in agencies.values():
            for name in (agency.name_en, agency.name_fr, agency.acronym):
                if name:
                    found[normalise(name)] = agency
        for alias, pk in AgencyAlias.objects.filter(agency__in=agencies).values_list("normalised", "agency_id"):
            found.setdefault(alias, agencies[pk])
        return found

    def agency(self, line: Line, typed: str) -> Agency | None:
        """The agency meant; None for nothing typed, and for an unknown name, which is refused."""
        if not typed:
            return None
        if line.agency is not None and normalise(typed) == normalise(line.agency.acronym):
            return line.agency
        agency = self.agencies.get(normalise(typed))
        if agency is None:
            text = _(
                "« %(typed)s » n’est pas une structure connue. Choisissez un sigle proposé ; le secrétariat peut en créer."
            )
            line.errors.setdefault("agency", []).append(text % {"typed": typed[:60]})
        return agency

    @cached_property
    def people(self) -> dict[str, list[Person]]:
        """Known people by their full name, with the agency and without, in both orders."""
        people: dict[str, list[Person]] = {}
        for person in known_people(self.body):
            for name in {person_label(person), person.full_name, f"{person.given_name} {person.family_name}"}:
                people.setdefault(normalise(name), []).append(person)
        return people

    def person(
        self, line: Line, values: dict[str, Any], agency: Agency | None
    ) -> tuple[Person | None, dict[str, Any] | None]:
        """The known person of that name, or the fields of a new one; both None when refused."""
        typed = values["person"]
        if not typed:
            line.errors.setdefault("person", []).append(_("Écrivez le nom de la personne."))
            return None, None
        candidates = self.people.get(normalise(typed), [])
        if agency is not None:
            same = [person for person in candidates if person.agency_id == agency.pk]
            # Another agency's namesake is somebody else, unless the name was chosen with its agency.
            candidates = same or [
                person for person in candidates if normalise(typed) == normalise(person_label(person))
            ]
        if len(candidates) > 1:
            text = _("Plusieurs personnes portent ce nom : choisissez celle de la liste, avec son agence.")
            line.errors.setdefault("person", []).append(text)
            return None, None
        if candidates:
            return candidates[0], None
        fields = parse_person(typed)
        if not fields["family_name"] or max(len(fields["given_name"]), len(fields["family_name"])) > 100:
            line.errors.setdefault("person", []).append(
                _("Écrivez un prénom et un nom, par exemple « Mme Aïssa Oumarou ».")
            )
            return None, None
        return None, fields | {"email": values["email"]}


_CIVILITIES = {
    **dict.fromkeys(("mme", "madame", "mlle", "mademoiselle", "mrs", "ms"), Civility.MS),
    **dict.fromkeys(("m", "mr", "monsieur"), Civility.MR),
    **dict.fromkeys(("dr", "docteur"), Civility.DR),
    **dict.fromkeys(("pr", "prof", "professeur"), Civility.PR),
}


def parse_person(text: str) -> dict[str, str]:
    """« Mme Aïssa OUMAROU » as civility, given and family name.

    Words in capitals are the family name; otherwise the first word is the given name (« Lise Dal Secco »). An
    agency in brackets at the end is left out.
    """
    words = text.partition("(")[0].replace("\N{NO-BREAK SPACE}", " ").split()
    civility = ""
    if words and (found := _CIVILITIES.get(normalise(words[0]).rstrip("."))) and len(words) > 1:
        civility, words = str(found), words[1:]
    capitals = [word for word in words if len(word) > 1 and word.isupper()]
    if capitals and len(capitals) < len(words):
        given, family = [word for word in words if word not in capitals], capitals
    else:
        given, family = (words[:1], words[1:]) if len(words) > 1 else ([], words)
    return {"civility": civility, "given_name": " ".join(given), "family_name": " ".join(family)}

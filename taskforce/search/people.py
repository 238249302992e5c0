"""Agencies with all their names, and people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.search.base import Findable, SearchSource, search_sources
from taskforce.models import Agency, Person
from taskforce.queries import agencies_visible_to, people_visible_to


@search_sources.register
class Agencies(SearchSource):
    slug, order, icon = "agency", 10, "flag"
    label, plural = _("Agence ou structure"), _("Agences et structures")
    model = Agency
    watches = {"taskforce_country": "country"}

    def visible_to(self, user: Any) -> Any:
        return agencies_visible_to(user)

    def rows(self) -> Any:
        return Agency.objects.select_related("country").prefetch_related("aliases", "offices")

    def findable(self, row: Agency) -> Findable:
        names = [row.name_en, *(alias.label for alias in row.aliases.all())]
        known = {row.acronym, row.name_fr, ""}
        places = [office.duty_station for office in row.offices.all()]
        return Findable(
            title=row.label,
            facts=", ".join(dict.fromkeys(name for name in names if name not in known)),
            text=" · ".join(filter(None, [str(row.get_kind_display()), str(row.country or ""), *places])),
            url_name="taskforce:agency_detail",
            url_arg=row.pk,
        )


@search_sources.register
class People(SearchSource):
    """By name, post and agency: not by address or telephone, which not everybody may read."""

    slug, order, icon = "person", 20, "user"
    label, plural = _("Personne"), _("Personnes")
    model = Person
    is_name = True
    watches = {"taskforce_agency": "agency", "taskforce_agencyoffice": "office"}

    def visible_to(self, user: Any) -> Any:
        return people_visible_to(user)

    def rows(self) -> Any:
        return Person.objects.select_related("agency", "office")

    def findable(self, row: Person) -> Findable:
        facts = [row.job_title, str(row.agency or ""), row.office.duty_station if row.office else ""]
        return Findable(
            title=row.full_name,
            facts=" · ".join(filter(None, facts)),
            url_name="taskforce:person_detail",
            url_arg=row.pk,
        )

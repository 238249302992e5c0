"""What interventions say in the weekly digest: to agencies what waits for them, to secretariats what to look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.digests import DigestLine, DigestSection, digest_sections
from core.notifications.rendering import one_line
from core.typography import date_fr
from interventions.enums import InterventionState, RoleKind
from interventions.models import CampaignRequest, Intervention, InterventionRole
from interventions.queries.campaigns import asked_of, campaigns_with_answers
from interventions.queries.waiting import Waiting, kept_by, waiting_for, why
from taskforce.enums import Role
from taskforce.models import Country
from taskforce.queries.digests import DigestReader

# Of each kind: the list has the rest.
MOST = 5
SHOWN = 160


@digest_sections.register
class InterventionsSection(DigestSection):
    """What is asked of the reader's agencies and which sheets wait for them; to secretariats, what waits to be looked at."""

    slug = "interventions"
    label = gettext_lazy("Interventions")
    order = 35

    def __init__(self, readers: Sequence[DigestReader], *, now: datetime) -> None:
        super().__init__(readers, now=now)
        ContentType.objects.get_for_model(Intervention)
        self.countries = {body.country_id: body.country for reader in readers for body in reader.bodies.values()}
        agencies = {agency for reader in readers for seated in reader.agencies.values() for agency in seated}
        self.waiting: dict[tuple[int, int], list[Waiting]] = {}
        self.asked: dict[tuple[int, int], list[CampaignRequest]] = {}
        if agencies:
            self._read(agencies)
            for made in asked_of(agencies):
                self.asked.setdefault((made.campaign.country_id, made.agency_id), []).append(made)
        submitted = Intervention.objects.filter(country__in=self.countries, state=InterventionState.SUBMITTED)
        counts = submitted.order_by().values_list("country").annotate(n=Count("pk"))
        self.submitted: dict[int, int] = dict(counts)
        self.answers: dict[int, list[Any]] = {}
        for campaign in campaigns_with_answers(self.countries).order_by("-answer_by", "pk"):
            self.answers.setdefault(campaign.country_id, []).append(campaign)

    def _read(self, agencies: set[int]) -> None:
        """By country and agency, the sheets that wait for it: two queries."""
        sheets = Intervention.objects.filter(kept_by(agencies), country__in=self.countries)
        found = [why(sheet) for sheet in waiting_for(sheets, today=timezone.localdate(self.now))]
        leads: dict[int, set[int | None]] = {one.sheet.pk: {one.sheet.on_behalf_of_id} for one in found}
        roles = InterventionRole.objects.filter(kind=RoleKind.ACCOUNTABLE, intervention__in=list(leads)).order_by()
        agency: int | None
        for sheet, agency in roles.values_list("intervention", "agency"):
            leads[sheet].add(agency)
        for one in found:
            for agency in leads[one.sheet.pk]:
                if agency is not None:
                    self.waiting.setdefault((one.sheet.country_id, agency), []).append(one)

    def lines(self, reader: DigestReader) -> list[DigestLine]:
        found: list[DigestLine] = []
        for country_id in sorted({body.country_id for body in reader.bodies.values()}):
            bodies = [pk for pk, body in reader.bodies.items() if body.country_id == country_id]
            agencies = sorted({agency for body in bodies for agency in reader.agencies.get(body, ())})
            asked = [made for key in agencies for made in self.asked.get((country_id, key), ())]
            found += [self._asked(made) for made in asked[:MOST]]
            mine = {one.sheet.pk: one for key in agencies for one in self.waiting.get((country_id, key), ())}
            found += self._own(self.countries[country_id], list(mine.values()))
            if any(reader.holds(body, Role.SECRETARIAT) for body in bodies):
                found += self._to_publish(self.countries[country_id])
                found += [self._to_look_at(campaign) for campaign in self.answers.get(country_id, ())[:MOST]]
        return found

    def _asked(self, made: CampaignRequest) -> DigestLine:
        late = made.campaign.answer_by < timezone.localdate(self.now)
        note = _("%(agency)s : réponse attendue le %(day)s au plus tard") % {
            "agency": made.agency,
            "day": date_fr(made.campaign.answer_by),
        }
        url = reverse("interventions:collection_answer", args=[made.pk])
        text = _("Répondre à la collecte « %(campaign)s »") % {"campaign": one_line(made.campaign.name, SHOWN)}
        return DigestLine(text, f"{settings.SITE_URL}{url}", note, is_urgent=late)

    def _to_look_at(self, campaign: Any) -> DigestLine:
        said = ngettext(
            "%(count)d réponse à une collecte, à relire et à enregistrer",
            "%(count)d réponses à une collecte, à relire et à enregistrer",
            campaign.to_look_at,
        )
        url = reverse("interventions:campaign_detail", args=[campaign.pk])
        return DigestLine(
            said % {"count": campaign.to_look_at}, f"{settings.SITE_URL}{url}", one_line(campaign.name, SHOWN)
        )

    def _own(self, country: Country, waiting: list[Waiting]) -> list[DigestLine]:
        notes: dict[str, Any] = {
            "returned": _("renvoyée par le secrétariat : %(text)s"),
            "behalf": _("saisie pour votre structure, à confirmer"),
            "flag": _("à revoir : %(text)s"),
        }
        pressing = [one for one in waiting if one.why in notes]
        found = [
            DigestLine(
                one_line(one.sheet.title, SHOWN),
                f"{settings.SITE_URL}{reverse('interventions:intervention_detail', args=[one.sheet.pk])}",
                notes[one.why] % {"text": one_line(one.text, SHOWN)},
                is_urgent=one.why == "returned",
            )
            for one in pressing[:MOST]
        ]
        rest = len(waiting) - len(found)
        if rest:
            said = ngettext(
                "%(count)d fiche à vérifier : est-elle toujours valable ?",
                "%(count)d fiches à vérifier : sont-elles toujours valables ?",
                rest,
            )
            url = reverse("interventions:verification", args=[country.iso3.lower()])
            found.append(DigestLine(said % {"count": rest}, f"{settings.SITE_URL}{url}", str(country)))
        return found

    def _to_publish(self, country: Country) -> list[DigestLine]:
        count = self.submitted.get(country.pk, 0)
        if not count:
            return []
        said = ngettext(
            "%(count)d fiche transmise, à relire et à publier",
            "%(count)d fiches transmises, à relire et à publier",
            count,
        )
        return [DigestLine(said % {"count": count}, _list_url(country, "etat=submitted"), str(country))]


def _list_url(country: Country, query: str) -> str:
    url = reverse("interventions:intervention_list", args=[country.iso3.lower()])
    return f"{settings.SITE_URL}{url}?{query}"

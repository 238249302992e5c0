"""Collection campaigns: which one sees, who was asked and has answered, what a structure is asked about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import OutgoingEmail, Solicitation, SolicitationState
from core.solicitations.models import OPEN_STATES
from interventions.enums import CampaignState, Halt, ImportState, InterventionState, RoleKind
from interventions.models import CampaignRequest, CollectionCampaign, CoverageLine, InterventionRole
from interventions.periods import Period
from interventions.queries.visibility import reach_of
from taskforce.models import Agency, Country, OfficeHead, Person
from taskforce.queries import french_order

# The solicitation by which a structure answers (interventions.solicitations.collection).
COLLECTION_KIND = "collection"
# A batch that waits for somebody.
TO_LOOK_AT = (ImportState.READ, ImportState.REFUSED)
ANSWERED = (SolicitationState.SUBMITTED, SolicitationState.ACCEPTED)


def campaigns_visible_to(user: Any) -> QuerySet[CollectionCampaign]:
    """Those of the countries that the user runs."""
    return CollectionCampaign.objects.filter(country__in=reach_of(user).runs).select_related(
        "country", "task_force__country"
    )


def requests_visible_to(user: Any) -> QuerySet[CampaignRequest]:
    """Their requests, with what every page of one reads."""
    return _read_whole(CampaignRequest.objects.filter(campaign__country__in=reach_of(user).runs))


def requests_answered_by(user: Any) -> QuerySet[CampaignRequest]:
    """Those that the user may answer: of a country they run, or sent to a structure they sit for there."""
    reach = reach_of(user)
    mine = Q(campaign__country__in=reach.runs)
    for country, agencies in reach.agencies.items():
        mine |= Q(campaign__country=country, agency__in=agencies, solicitation__sent_at__isnull=False)
    return _read_whole(CampaignRequest.objects.filter(mine))


def _read_whole(requests: QuerySet[CampaignRequest]) -> QuerySet[CampaignRequest]:
    return requests.select_related(
        "campaign__country", "campaign__task_force__country", "agency", "person", "solicitation", "batch"
    )


def with_counts(campaigns: QuerySet[CollectionCampaign]) -> QuerySet[CollectionCampaign]:
    """With `asked` (structures named) and `answered`."""
    return campaigns.annotate(
        asked=Count("requests"),
        answered=Count("requests", filter=Q(requests__solicitation__state__in=ANSWERED)),
    ).order_by("-created_at", "-pk")


def campaigns_with_answers(countries: Iterable[int]) -> QuerySet[CollectionCampaign]:
    """Campaigns of these countries with `to_look_at`: answers that wait at the import for somebody to confirm them."""
    return _counted("to_look_at", countries, Q(requests__batch__state__in=TO_LOOK_AT))


def campaigns_without_end(countries: Iterable[int], today: date) -> QuerySet[CollectionCampaign]:
    """Open ones whose last day has passed, with `missing`: structures that have not answered."""
    over = _counted(
        "missing", countries, Q(requests__solicitation__state__in=[*OPEN_STATES, SolicitationState.EXPIRED])
    )
    return over.filter(state=CampaignState.OPEN, answer_by__lt=today)


def _counted(name: str, countries: Iterable[int], what: Q) -> QuerySet[CollectionCampaign]:
    rows = CollectionCampaign.objects.filter(country__in=list(countries)).annotate(
        **{name: Count("requests", filter=what, distinct=True)}
    )
    return rows.filter(**{f"{name}__gt": 0})


def asked_of(agencies: Iterable[int], country_id: int | None = None) -> QuerySet[CampaignRequest]:
    """What structures are waited for in open campaigns, the first last day first; in every country without one."""
    rows = CampaignRequest.objects.filter(
        agency__in=list(agencies),
        campaign__state=CampaignState.OPEN,
        solicitation__state__in=[*OPEN_STATES, SolicitationState.EXPIRED],
    )
    if country_id is not None:
        rows = rows.filter(campaign__country=country_id)
    return rows.select_related("campaign", "agency", "person").order_by("campaign__answer_by", "pk")


@dataclass(frozen=True)
class Standing:
    """Where a request stands, for the board: a word of its own and the tone of its mark."""

    key: str
    request: CampaignRequest
    last_mail_at: datetime | None = None

    @property
    def is_waiting(self) -> bool:
        return self.key in {"sent", "opened", "late"}

    @property
    def label(self) -> str:
        return label_of(self.key)


def board_of(campaign: CollectionCampaign, *, now: datetime | None = None) -> list[Standing]:
    """Every structure asked, in the order of names. Two queries."""
    now = now or timezone.now()
    mails = (
        OutgoingEmail.objects.filter(
            about_type=ContentType.objects.get_for_model(Solicitation), about_id=OuterRef("solicitation")
        )
        .order_by("-created_at", "-pk")
        .values("created_at")
    )
    rows = (
        campaign.requests.select_related("agency", "person", "solicitation", "batch")
        .annotate(last_mail_at=Subquery(mails[:1]))
        .order_by(*french_order("agency__acronym"), "pk")
    )
    return [Standing(key_of(row, now), row, row.last_mail_at) for row in rows]


def key_of(request: CampaignRequest, now: datetime) -> str:
    """« draft », « late » or the state of its solicitation."""
    asked = request.solicitation
    if asked is None:
        return "draft"
    return "late" if asked.is_late(now) else str(asked.state)


def label_of(key: str) -> str:
    """The words for `key_of`."""
    return _("En retard") if key == "late" else str(SolicitationState(key).label)


def to_send(campaign: CollectionCampaign) -> list[CampaignRequest]:
    """Structures whose request has not left, or whose link has ended."""
    waiting = Q(solicitation=None) | Q(
        solicitation__state__in=[SolicitationState.DRAFT, SolicitationState.RETURNED, SolicitationState.EXPIRED]
    )
    return list(_with_people(campaign.requests.filter(waiting)))


def to_remind(campaign: CollectionCampaign) -> list[CampaignRequest]:
    """Structures that are waited for."""
    return list(_with_people(campaign.requests.filter(solicitation__state__in=OPEN_STATES)))


def _with_people(requests: QuerySet[CampaignRequest]) -> QuerySet[CampaignRequest]:
    return requests.select_related("agency", "person", "solicitation", "campaign__task_force__country").order_by(
        *french_order("agency__acronym"), "pk"
    )


def lines_asked(campaign: CollectionCampaign, agency: Agency) -> QuerySet[CoverageLine]:
    """What the portal holds of the structure for the period: lines of the sheets it answers for."""
    led = InterventionRole.objects.filter(agency=agency, kind=RoleKind.ACCOUNTABLE).order_by().values("intervention")
    return (
        CoverageLine.objects.filter(
            Period(campaign.starts_on, campaign.ends_on).lines(),
            intervention__country=campaign.country_id,
            intervention__in=led,
        )
        .exclude(intervention__state=InterventionState.ARCHIVED)
        .exclude(intervention__halt=Halt.CANCELLED)
        .select_related("intervention", "unit__parent", "instrument", "target_group")
        .prefetch_related("figures")
        .order_by("intervention__title", "intervention", "unit__pcode", "starts_on", "pk")
    )


def codes_of(campaign: CollectionCampaign, agency: Agency) -> dict[str, str]:
    """Code and title of the sheets that the structure answers for."""
    roles = InterventionRole.objects.filter(
        agency=agency, kind=RoleKind.ACCOUNTABLE, intervention__country=campaign.country_id
    ).exclude(intervention__state=InterventionState.ARCHIVED)
    return dict(roles.order_by("pk").values_list("intervention__code", "intervention__title"))


def askable_agencies(country: Country) -> QuerySet[Agency]:
    """Structures that a campaign of the country may ask: its own, and those of the world."""
    return Agency.objects.filter(Q(country=None) | Q(country=country)).prefetch_related("aliases")


def suggested(campaign: CollectionCampaign) -> list[tuple[Agency, Person, str]]:
    """Structures that answer for a sheet or hold an office in the country, not asked yet, and who heads them there."""
    country = campaign.country
    leads = InterventionRole.objects.filter(kind=RoleKind.ACCOUNTABLE, intervention__country=country).values("agency")
    asked = campaign.requests.values("agency")
    heads = (
        OfficeHead.objects.filter(
            Q(office__country=country) | Q(office__agency__in=leads, office__country=None),
            period__contains=timezone.localdate(),
        )
        .exclude(office__agency__in=asked)
        .exclude(address_of_record="")
        .select_related("office__agency", "person")
        .order_by(*french_order("office__agency__acronym"), "pk")
    )
    return _once([(head.office.agency, head.person, head.address_of_record) for head in heads])


def _once(found: Iterable[tuple[Agency, Person, str]]) -> list[tuple[Agency, Person, str]]:
    by_agency: dict[int, tuple[Agency, Person, str]] = {}
    for agency, person, address in found:
        by_agency.setdefault(agency.pk, (agency, person, address))
    return list(by_agency.values())

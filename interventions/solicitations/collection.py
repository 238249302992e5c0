"""« Que faites-vous, où, pour qui ? »: a structure answers a collection campaign, without an account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import FileResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.models import Solicitation
from core.solicitations.base import SolicitationKind, solicitations
from interventions.enums import CampaignState
from interventions.exports.coverage import row_of
from interventions.exports.workbook import XLSX, coverage_workbook
from interventions.forms.collection import CollectionForm, edit_rows
from interventions.models import CampaignRequest, InterventionRole
from interventions.notifications.collection import CollectionReminder, CollectionRequest
from interventions.periods import Period
from interventions.queries.campaigns import COLLECTION_KIND, codes_of, lines_asked
from interventions.services.campaigns import record_answer

WORKBOOK = "classeur"
# Where a solicitation keeps its request.
KEPT = "_collection"


@solicitations.register
class Collection(SolicitationKind):
    """Answered as often as one wants until the deadline; no code: the data manager looks at it before it counts."""

    slug = COLLECTION_KIND
    label = gettext_lazy("Collecte d’informations sur les interventions")
    model = CampaignRequest
    single_use = False
    reminder_days = (5, 1)
    welcome_template = "interventions/solicitations/collection_welcome.html"
    template = "interventions/solicitations/collection_form.html"
    done_template = "interventions/solicitations/collection_done.html"

    def get_form(self, solicitation: Solicitation, data: Any = None, files: Any = None) -> forms.Form:
        asked = request_asked(solicitation)
        return CollectionForm(
            data,
            files,
            asked=asked,
            known=lines_asked(asked.campaign, asked.agency),
            titles=codes_of(asked.campaign, asked.agency),
        )

    def edited(self, solicitation: Solicitation, data: QueryDict) -> QueryDict | None:
        return edit_rows(data)

    def get_context(self, solicitation: Solicitation) -> dict[str, Any]:
        asked = request_asked(solicitation)
        campaign = asked.campaign
        return {
            "asked": asked,
            "campaign": campaign,
            "agency": asked.agency,
            "country": campaign.country,
            "body": campaign.task_force,
            "heading": campaign.name,
            "period": Period(campaign.starts_on, campaign.ends_on).label,
            "workbook_url": reverse("solicitations:file", args=[solicitation.public_id, WORKBOOK]),
        }

    def done_context(self, solicitation: Solicitation) -> dict[str, Any]:
        return self.get_context(solicitation)

    def submit(self, solicitation: Solicitation, form: forms.Form, *, actor: Actor) -> None:
        assert isinstance(form, CollectionForm)
        asked = request_asked(solicitation)
        source = _("%(agency)s, collecte « %(campaign)s »") % {"agency": asked.agency, "campaign": asked.campaign}
        told = form.answer(asked.agency.acronym, reported=timezone.localdate(), source=source[:200])
        record_answer(asked, actor=actor, **told)

    def refusal(self, solicitation: Solicitation) -> str:
        asked = request_asked(solicitation)
        if asked is None:
            return _("Cette campagne n’existe plus.")
        if asked.campaign.state == CampaignState.CLOSED:
            return _("La campagne est close.")
        return ""

    def link_expires_at(self, solicitation: Solicitation, now: Any) -> Any:
        return max(now, solicitation.deadline) if solicitation.deadline else now + self.link_valid_for

    def download(self, solicitation: Solicitation, name: str) -> HttpResponseBase | None:
        return workbook_response(request_asked(solicitation)) if name == WORKBOOK else None

    def message(self, solicitation: Solicitation, url: str) -> CollectionRequest:
        return CollectionRequest(solicitation, url, asked=request_asked(solicitation))

    def reminder(self, solicitation: Solicitation, url: str) -> CollectionReminder:
        return CollectionReminder(solicitation, url, asked=request_asked(solicitation))


def workbook_response(asked: CampaignRequest) -> FileResponse:
    """The workbook of the structure, with what the portal knows of it on the period."""
    today = timezone.localdate()
    lines = lines_asked(asked.campaign, asked.agency).prefetch_related(
        Prefetch(
            "intervention__roles",
            InterventionRole.objects.select_related("agency").order_by("kind", "agency__acronym"),
        )
    )
    # Its own figures: none is masked.
    rows = (row_of(line, today=today, small=True) for line in lines)
    name = f"{slugify(asked.agency.acronym) or 'structure'}-{asked.campaign.country.iso3.lower()}.xlsx"
    return FileResponse(
        coverage_workbook(asked.campaign.country, rows), as_attachment=True, filename=name, content_type=XLSX
    )


def keep(asked: CampaignRequest) -> None:
    """Spare the pages of a request that is at hand another reading of it."""
    if asked.solicitation is not None:
        asked.solicitation.__dict__[KEPT] = asked


def request_asked(solicitation: Solicitation) -> Any:
    """The request with its campaign; None when it is gone. Kept for the request."""
    kept = solicitation.__dict__.get(KEPT)
    if kept is None:
        kept = solicitation.__dict__[KEPT] = (
            CampaignRequest.objects.select_related(
                "campaign__country", "campaign__task_force__country", "campaign__created_by", "agency", "batch"
            )
            .filter(pk=solicitation.target_id)
            .first()
        )
    return kept

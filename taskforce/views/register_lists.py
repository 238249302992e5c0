"""What leaves the registers: their PDF, and the secretariat's reminders."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from core.documents.base import documents
from core.documents.services import request_document
from core.models import JobState
from core.shortcuts import check_perm
from taskforce.enums import ReportKind
from taskforce.queries import agencies_of_register
from taskforce.queries.register_updates import already_sent, remindable, who_is_reminded
from taskforce.register_filter import ActionFilter, DecisionFilter
from taskforce.services.register_updates import remind_owners
from taskforce.services.reports import list_report
from taskforce.views.parts import find_body

# As many as the page shows to choose from.
MOST_REMINDED = 200


@require_POST
def register_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The list that the address filters, as a PDF for its reader."""
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.view_register", body)
    if request.GET.get("liste") == "decisions":
        kind, name, query = ReportKind.DECISIONS, "decision-list", DecisionFilter(request.GET).query()
    else:
        kind, name, query = ReportKind.ACTIONS, "action-list", ActionFilter(request.GET).query()
    report = list_report(body, kind, query[:2000], reader=request.user)
    job = request_document(request.user, documents.get(name)(), report, "pdf")
    if job.state == JobState.DONE:
        return redirect("documents:download", pk=job.artefact_id)
    return redirect("documents:job", pk=job.pk)


@require_http_methods(["GET", "POST"])
def action_remind(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose open actions, look at the mails, send them once."""
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.manage_register", body)
    source = request.POST if request.method == "POST" else request.GET
    wanted = [int(pk) for pk in source.getlist("a") if pk.isdecimal() and len(pk) < 18][:MOST_REMINDED]
    actions = remindable(request.user, body)
    register_url = reverse("taskforce:register", args=[body.slug])
    if request.method == "POST":
        batch = _batch(request.POST.get("lot", ""))
        if batch is None:
            messages.error(request, _("Cette page n’est plus valable. Choisissez de nouveau les actions à rappeler."))
            return redirect("taskforce:action_remind", slug=body.slug)
        repeated = already_sent(batch)
        count = 0 if repeated else remind_owners(body, actions.filter(pk__in=wanted), batch=batch, actor=request.user)
        if count:
            messages.success(
                request,
                ngettext("%(count)d relance est partie.", "%(count)d relances sont parties.", count) % {"count": count},
            )
        elif repeated:
            messages.info(request, _("Ces relances étaient déjà parties : rien n’a été envoyé de nouveau."))
        else:
            messages.info(request, _("Personne n’est à relancer : rien n’est parti."))
        return redirect(register_url)
    context = {"body": body, "nav": "register", "register_url": register_url, "today": body.today()}
    if wanted:
        reminded, nobody = who_is_reminded(actions.filter(pk__in=wanted), body)
        context |= {"reminded": reminded, "nobody": nobody, "wanted": wanted, "batch": uuid4()}
        return render(request, "taskforce/register/remind_confirm.html", context)
    form = ActionFilter(request.GET, agencies=agencies_of_register(body, actions))
    shown = list(form.apply(actions, today=body.today())[: MOST_REMINDED + 1])
    context |= {
        "form": form,
        "rows": [(action, action.is_overdue(body.today())) for action in shown[:MOST_REMINDED]],
        "is_cut": len(shown) > MOST_REMINDED,
        "nothing_chosen": "choix" in request.GET,
        "tz": body.tz,
    }
    return render(request, "taskforce/register/remind.html", context)


def _batch(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

"""What leaves by mail: the outbox of a body, and the mails of a demonstration without a mail server."""

from __future__ import annotations

from csp.constants import NONE, SELF
from csp.decorators import csp, csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from core.models import EmailState, OutgoingEmail
from core.notifications import outbox as mails
from core.notifications.base import messages_board, schedules_board
from core.notifications.rendering import fill, hide
from core.sealing import UnreadableError
from core.shortcuts import check_perm
from taskforce.account_forms import OutboxFilter
from taskforce.models import TaskForce
from taskforce.queries import visible_bodies
from taskforce.views.parts import find_body

PER_PAGE = 50
# A mail is shown as a document of its own: no script, no address of ours, its own styles only.
MAIL_POLICY = {
    "default-src": [NONE],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "base-uri": [SELF],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "script-src": [NONE],
    "font-src": [NONE],
    "connect-src": [NONE],
    "manifest-src": [NONE],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox", "allow-top-navigation-by-user-activation"],
}


@require_GET
def outbox(request: HttpRequest, slug: str) -> HttpResponse:
    """What was sent to whom, what waits, what failed and why; and what the calendar will send."""
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.view_outbox", body)
    form = OutboxFilter(request.GET)
    form.is_valid()
    rows = mails.outbox_of(body)
    counts = {row["state"]: row["n"] for row in rows.order_by().values("state").annotate(n=Count("pk"))}
    if state := form.cleaned_data.get("etat"):
        rows = rows.filter(state=state)
    for word in (form.cleaned_data.get("destinataire") or "").split():
        rows = rows.filter(Q(recipient_name__unaccent__icontains=word) | Q(recipient__icontains=word))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    upcoming = [item for cls in schedules_board for item in cls(scope=body, now=now).upcoming()]
    context = {
        "body": body,
        "nav": "outbox",
        "form": form,
        "page": page,
        "rows": [(row, label_of(row)) for row in page.object_list],
        "failed": counts.get(EmailState.FAILED, 0),
        "waiting": counts.get(EmailState.QUEUED, 0) + counts.get(EmailState.SENDING, 0),
        "total": sum(counts.values()),
        "upcoming": sorted(upcoming, key=lambda item: item.at),
        "tz": body.tz,
        "shows_on_page": mails.shows_mails_on_page(),
    }
    return render(request, "taskforce/outbox/list.html", context)


@csp_update({"frame-src": [SELF]})
@require_GET
def mail_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail of the outbox; links and codes are hidden."""
    email, body = _mail_of(request, pk)
    context = {
        "body": body,
        "nav": "outbox",
        "email": email,
        "label": label_of(email),
        "text": mails.shown_text(email),
        "tz": body.tz,
        "may_retry": mails.can_retry(email) and request.user.has_perm("taskforce.retry_email", body),
        "is_lost": email.state == EmailState.FAILED and not mails.can_retry(email),
    }
    return render(request, "taskforce/outbox/detail.html", context)


@csp(MAIL_POLICY)
@xframe_options_sameorigin
@require_GET
def mail_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a mail, alone in a sandbox."""
    email, _body = _mail_of(request, pk)
    return _as_document(hide(email.html))


@require_POST
def mail_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a failed mail back in the queue."""
    email, body = _mail_of(request, pk)
    check_perm(request.user, "taskforce.retry_email", body)
    if mails.can_retry(email) and mails.retry(email):
        messages.success(request, _("Le courriel repart à %(address)s.") % {"address": email.recipient})
    else:
        messages.info(request, _("Ce courriel n’est pas à renvoyer : son état a changé, ou son lien a expiré."))
    return redirect("taskforce:mail_detail", pk=email.pk)


def _mail_of(request: HttpRequest, pk: int) -> tuple[OutgoingEmail, TaskForce]:
    """The mail and its body; 404 for a mail of the platform or of a body out of sight, 403 without the right."""
    of_bodies = ContentType.objects.get_for_model(TaskForce)
    email = get_object_or_404(OutgoingEmail, pk=pk, scope_type=of_bodies)
    body = next((body for body in visible_bodies(request.user) if body.pk == email.scope_id), None)
    if body is None:
        raise Http404(str(pk))
    check_perm(request.user, "taskforce.view_outbox", body)
    return email, body


def label_of(email: OutgoingEmail) -> str:
    """What the mail is (« Rappel d’une réunion »)."""
    return str(messages_board.get(email.kind).label) if email.kind in messages_board else email.kind


def _as_document(html: str) -> HttpResponse:
    # Links of the mail open in the window, not in the frame that shows it.
    return HttpResponse(html.replace("<head>", '<head><base target="_top">', 1))


# The demonstration -----------------------------------------------------------------------


def _demo_mails():
    """Every mail, in a demonstration without a mail server; 404 anywhere else."""
    if not mails.shows_mails_on_page():
        raise Http404
    return OutgoingEmail.objects.all()


def _filled(email: OutgoingEmail, part: str, *, is_html: bool) -> str:
    """The mail as its recipient would have it: nobody else reads this page."""
    try:
        return hide(fill(part, mails.secrets_of(email), is_html=is_html))
    except UnreadableError:
        return hide(part)


@login_not_required
@never_cache
@require_GET
def demo_mails(request: HttpRequest) -> HttpResponse:
    """The mails that would have left, readable without an account: somebody who waits for a code reads it here."""
    rows = _demo_mails().defer("text", "html", "headers", "attachments", "secrets")
    if address := request.GET.get("adresse", "").strip():
        rows = rows.filter(recipient__icontains=address)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [(row, label_of(row)) for row in page.object_list], "address": address}
    return render(request, "taskforce/outbox/demo_list.html", context)


@csp_update({"frame-src": [SELF]})
@login_not_required
@never_cache
@require_GET
def demo_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail of the demonstration, with its links and codes."""
    email = get_object_or_404(_demo_mails(), pk=pk)
    context = {
        "email": email,
        "label": label_of(email),
        "text": _filled(email, email.text, is_html=False),
        "sender": settings.DEFAULT_FROM_EMAIL,
    }
    return render(request, "taskforce/outbox/demo_detail.html", context)


@csp(MAIL_POLICY)
@xframe_options_sameorigin
@login_not_required
@never_cache
@require_GET
def demo_mail_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a mail of the demonstration, alone in a sandbox."""
    email = get_object_or_404(_demo_mails(), pk=pk)
    return _as_document(_filled(email, email.html, is_html=True))

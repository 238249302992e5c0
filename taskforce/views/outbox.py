"""What leaves by mail: the outbox of a body, and the mails of a demonstration without a mail server."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp, csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from core.models import Bounce, EmailState, OutgoingEmail
from core.notifications import delivery
from core.notifications import outbox as mails
from core.notifications.base import messages_board, schedules_board
from core.notifications.rendering import fill, hide, hide_html
from core.sealing import UnreadableError
from core.shortcuts import check_perm
from taskforce.forms.outbox import BOUNCED, OutboxFilter
from taskforce.models import TaskForce
from taskforce.queries import visible_bodies
from taskforce.views.parts import find_body

PER_PAGE = 30
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
    """What was sent to whom, what waits, failed, came back or did not leave, and why; and what the calendar will send."""
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.view_outbox", body)
    if request.GET.get("vue") == "a-venir":
        return _coming(request, body)
    rows = mails.outbox_of(body)
    counts = list(rows.order_by().values("state", "kind").annotate(n=Count("pk"), returned=Count("pk", filter=BOUNCED)))
    form = OutboxFilter(request.GET, kinds=_kinds(row["kind"] for row in counts))
    form.is_valid()
    shown = form.apply(rows, body=body).prefetch_related(
        Prefetch("bounces", Bounce.objects.order_by("-is_hard", "-reported_at"))
    )
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))

    def total(*states: str) -> int:
        return sum(row["n"] for row in counts if not states or row["state"] in states)

    context = {
        "body": body,
        "nav": "outbox",
        "form": form,
        "page": page,
        "rows": [(row, label_of(row), next(iter(row.bounces.all()), None)) for row in page.object_list],
        "failed": total(EmailState.FAILED),
        "waiting": total(EmailState.QUEUED, EmailState.SENDING),
        "skipped": total(EmailState.SKIPPED),
        "for_digest": total(EmailState.DIGEST),
        "returned": sum(row["returned"] for row in counts),
        "total": total(),
        "tz": body.tz,
        "shows_on_page": mails.shows_mails_on_page(),
    }
    return render(request, "taskforce/outbox/list.html", context)


def _kinds(slugs: Iterable[str]) -> list[tuple[str, str]]:
    """The kinds of mail that the body has sent, for the filter, by their labels."""
    return sorted({(slug, label_of_kind(slug)) for slug in slugs}, key=lambda kind: kind[1])


def _coming(request: HttpRequest, body: TaskForce) -> HttpResponse:
    """What the calendar will send unless something changes, in order of time."""
    now = timezone.now()
    shared: dict[str, Any] = {}
    upcoming = [item for cls in schedules_board for item in cls(scope=body, now=now, shared=shared).upcoming()]
    ordered = sorted(upcoming, key=lambda item: item.at)
    context = {
        "body": body,
        "nav": "outbox",
        "page": Paginator(ordered, PER_PAGE).get_page(request.GET.get("page")),
        "total": len(ordered),
        "tz": body.tz,
    }
    return render(request, "taskforce/outbox/coming.html", context)


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
        "bounces": list(email.bounces.all()) if email.state == EmailState.SENT else [],
        "is_failing": email.recipient.lower() in delivery.failing_addresses([email.recipient]),
        "is_lost": email.state == EmailState.FAILED and not mails.can_retry(email),
    }
    return render(request, "taskforce/outbox/detail.html", context)


@csp(MAIL_POLICY)
@xframe_options_sameorigin
@require_GET
def mail_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a mail, alone in a sandbox."""
    email, _body = _mail_of(request, pk)
    return _as_document(mails.shown_html(email))


@require_POST
def mail_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a mail that failed, or did not leave because its address fails, back in the queue."""
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
    return label_of_kind(email.kind)


def label_of_kind(slug: str) -> str:
    return str(messages_board.get(slug).label) if slug in messages_board else slug


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
    hidden = hide_html if is_html else hide
    try:
        return hidden(fill(part, mails.secrets_of(email), is_html=is_html))
    except UnreadableError:
        return hidden(part)


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

"""The public pages of a solicitation: no account, no session, no JavaScript; only POST changes anything.

The link of the mail moves its token into a signed cookie of one path and leaves the address. Whatever is wrong with
a link, one page says so: it tells a stranger nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.models import SignedLink, Solicitation
from core.solicitations.answers import (
    LinkRefused,
    keep_typed,
    open_by_link,
    submit_by_link,
    typed_data,
)
from core.solicitations.base import SolicitationKind, kind_of
from core.solicitations.codes import CodeRefused, send_code
from core.solicitations.links import find_link, is_live
from core.solicitations.queries import live_link, zone_of

COOKIE = "socle_reponse"
SALT = "core.solicitations.link"
# A day to find the names; the link of the mail opens the page again.
COOKIE_AGE = 24 * 3600
# After it the receipt page of a used link is gone, like the cookie.
RECEIPT_AGE = timedelta(hours=24)

Page = Callable[..., HttpResponseBase]


class SeeOther(HttpResponseRedirect):
    """After a POST: the next page is got, whatever the method was (RFC 9110 §15.4.4)."""

    status_code = 303


def _neutral(request: HttpRequest) -> HttpResponse:
    """One page, status and body for a link that is wrong, cut short, used, expired, revoked or refused.

    What was typed while the link died is given back, whatever the link was: it tells nobody anything new.
    """
    with translation.override("fr"):
        context = {"typed": "\n\n".join(_words_of(request.POST)) if request.method == "POST" else ""}
        response = render(None, "core/solicitations/not_valid.html", context, status=404)  # type: ignore[arg-type]
    return _leaves_no_trace(response)


def _words_of(posted: QueryDict) -> list[str]:
    """What a person wrote in a form: no token, no counter of rows, no box, no choice of a list."""
    values = (value.strip() for name in posted if name != "csrfmiddlewaretoken" for value in posted.getlist(name))
    return [value for value in values if len(value) > 2 and not value.isdigit()]


def _leaves_no_trace(response: HttpResponseBase) -> HttpResponseBase:
    """For answers to an address that holds a token: it goes to nobody.

    Not for the pages with a form, whose address is clean: under this policy browsers send `Origin: null` with the
    form, and Django refuses it (Fetch standard, « append a request Origin header »).
    """
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


@login_not_required
@never_cache
@require_safe
def link_open(request: HttpRequest, token: str) -> HttpResponseBase:
    """The link of the mail. Nothing changes: scanners open it too."""
    link = live_link(token)
    if link is None:
        return _neutral(request)
    path = reverse("solicitations:welcome", args=[link.solicitation.public_id])
    response = HttpResponseRedirect(path)
    response.set_cookie(
        COOKIE,
        signing.dumps(token, salt=SALT),
        max_age=COOKIE_AGE,
        path=path,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return _leaves_no_trace(response)


def _link_of(request: HttpRequest, public_id: uuid.UUID) -> SignedLink | None:
    """The link whose token the cookie holds, if it belongs to this solicitation; live or not."""
    try:
        token = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_AGE)
    except signing.BadSignature:
        return None
    link = find_link(token) if isinstance(token, str) else None
    return link if link is not None and link.solicitation.public_id == public_id else None


def _answered_here(link: SignedLink) -> bool:
    """This browser opened the link while it was live, and it was answered with since: its receipt."""
    return link.used_at is not None and link.used_at > timezone.now() - RECEIPT_AGE


def _page(view: Callable[..., HttpResponseBase]) -> Page:
    """A public page behind the cookie, in the addressee's language. `view(request, link, kind)`."""

    @login_not_required
    @never_cache
    @wraps(view)
    def page(request: HttpRequest, public_id: uuid.UUID, **kwargs: Any) -> HttpResponseBase:
        link = _link_of(request, public_id)
        if link is None:
            return _neutral(request)
        if not is_live(link):
            if not _answered_here(link):
                return _neutral(request)
            if request.resolver_match is not None and request.resolver_match.url_name != "done":
                # A second click on « Envoyer »: the first one's receipt.
                return _to("done", link)
        language = getattr(link.solicitation.addressee, "language", "") or "fr"
        try:
            with translation.override(language):
                return view(request, link, kind_of(link.solicitation), **kwargs)
        except LinkRefused:
            link.refresh_from_db()
            return _to("done", link) if _answered_here(link) else _neutral(request)

    return page


def _to(step: str, link: SignedLink) -> HttpResponse:
    return SeeOther(reverse(f"solicitations:{step}", args=[link.solicitation.public_id]))


def _render(
    request: HttpRequest,
    template: str,
    link: SignedLink,
    kind: SolicitationKind,
    context: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    solicitation: Solicitation = link.solicitation
    zone = zone_of(solicitation)
    shared = {
        "deadline": timezone.localtime(solicitation.deadline, zone) if solicitation.deadline else None,
        "until": timezone.localtime(link.expires_at, zone),
        "solicitation": solicitation,
        "kind": kind,
        "person": solicitation.addressee,
        "scope": solicitation.scope,
        "link": link,
    }
    return render(request, template, shared | kind.get_context(solicitation) | (context or {}), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@_page
def answer_welcome(request: HttpRequest, link: SignedLink, kind: SolicitationKind) -> HttpResponseBase:
    """Who asks what; « Continuer » marks the solicitation opened."""
    if request.method == "POST":
        open_by_link(link)
        return _to("form", link)
    return _render(request, "core/solicitations/welcome.html", link, kind)


@require_http_methods(["GET", "HEAD", "POST"])
@_page
def answer_form(request: HttpRequest, link: SignedLink, kind: SolicitationKind) -> HttpResponseBase:
    """The form; what was typed stays, whatever is wrong with it."""
    solicitation = link.solicitation
    if request.method != "POST":
        kept = typed_data(link)
        form = kind.get_form(solicitation, kept)
        return _render(request, "core/solicitations/form.html", link, kind, {"form": form})
    open_by_link(link)
    again = kind.edited(solicitation, request.POST)
    if again is not None:
        form = kind.get_form(solicitation, again)
        form.is_unchecked = True
        return _render(request, "core/solicitations/form.html", link, kind, {"form": form, "is_edited": True})
    if not kind.needs_code:
        form = submit_by_link(link, request.POST, request.FILES)
        if form.is_valid():
            return _to("done", link)
        return _render(request, "core/solicitations/form.html", link, kind, {"form": form}, status=422)
    form = kind.get_form(solicitation, request.POST)
    if form.is_valid():
        try:
            keep_typed(link, request.POST)
            send_code(link)
        except CodeRefused as refused:
            return _code_page(request, link, kind, request.POST, refused.messages[0])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _to("code", link)
    return _render(request, "core/solicitations/form.html", link, kind, {"form": form}, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@_page
def answer_code(request: HttpRequest, link: SignedLink, kind: SolicitationKind) -> HttpResponseBase:
    """What is about to be sent, and the code that was mailed: the answer leaves with it."""
    kept = typed_data(link)
    if kept is None or not kind.needs_code:
        return _to("form", link)
    error = ""
    if request.method == "POST":
        try:
            form = submit_by_link(link, kept, code=request.POST.get("code", ""))
        except CodeRefused as refused:
            error = refused.messages[0]
        else:
            if form.is_valid():
                return _to("done", link)
            return _render(request, "core/solicitations/form.html", link, kind, {"form": form}, status=422)
    return _code_page(request, link, kind, kept, error)


@require_POST
@_page
def answer_resend(request: HttpRequest, link: SignedLink, kind: SolicitationKind) -> HttpResponseBase:
    """Another code, if the last one is a minute old."""
    kept = typed_data(link)
    if kept is None or not kind.needs_code:
        return _to("form", link)
    try:
        send_code(link, again=True)
    except CodeRefused as refused:
        return _code_page(request, link, kind, kept, refused.messages[0])
    return _to("code", link)


def _code_page(
    request: HttpRequest, link: SignedLink, kind: SolicitationKind, kept: QueryDict, error: str
) -> HttpResponse:
    form = kind.get_form(link.solicitation, kept)
    form.is_valid()
    latest = link.codes.first()
    if latest is not None:
        latest.local_expiry = timezone.localtime(latest.expires_at, zone_of(link.solicitation))
    context = {"form": form, "code": latest, "error": error, "address": masked(link.email)}
    return _render(request, "core/solicitations/code.html", link, kind, context, status=422 if error else 200)


@require_safe
@_page
def answer_done(request: HttpRequest, link: SignedLink, kind: SolicitationKind) -> HttpResponseBase:
    """The receipt: what was recorded, for the browser that sent it."""
    if link.solicitation.answered_at is None:
        return _to("welcome", link)
    answered = timezone.localtime(link.solicitation.answered_at, zone_of(link.solicitation))
    context = {"answered": answered, **kind.done_context(link.solicitation)}
    return _render(request, "core/solicitations/done.html", link, kind, context)


@require_safe
@_page
def answer_file(request: HttpRequest, link: SignedLink, kind: SolicitationKind, name: str) -> HttpResponseBase:
    """A file that goes with the question, for whoever holds the link."""
    return kind.download(link.solicitation, name) or _neutral(request)


def masked(address: str) -> str:
    """« d•••@example.org »: enough to know the mailbox, too little to write to it."""
    name, _at, domain = address.partition("@")
    return f"{name[:1]}•••@{domain}"

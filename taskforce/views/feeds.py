"""« Mon agenda »: the addresses at which calendar programs find meetings, and what they find there."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from core.calendars import entries_for, render_calendar
from core.shortcuts import check_perm
from taskforce.models import CalendarFeed
from taskforce.queries.feeds import (
    bodies_of_feed,
    bodies_to_follow,
    body_feed,
    feeds_of,
    live_feed,
    url_of,
)
from taskforce.services.feeds import create_feed, revoke_feed
from taskforce.views.parts import find_body

# What a feed holds: enough to look back, and a year's meetings made in advance.
BEHIND, AHEAD = timedelta(days=366), timedelta(days=731)


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The meetings, for a program that has only the address. Reads, and touches neither session nor cookies."""
    feed = live_feed(token)
    bodies = bodies_of_feed(feed) if feed is not None else []
    if feed is None or not bodies:
        # One answer whatever the reason: wrong, revoked, or nobody's any more.
        gone = HttpResponse(
            _("Cette adresse d’agenda n’existe pas ou plus.\n"), status=404, content_type="text/plain; charset=utf-8"
        )
        gone["Cache-Control"] = "no-store"
        return gone
    now = timezone.now()
    with translation.override(feed.owner.language if feed.owner is not None else settings.LANGUAGE_CODE):
        name = str(feed.task_force or _("Mes réunions"))
        entries = entries_for(feed.owner, bodies, since=now - BEHIND, until=now + AHEAD)
        content = render_calendar(entries, name=name, is_feed=True)
        filename = pgettext("nom de fichier", "reunions")
    # No Last-Modified: a mandate that ends takes meetings away without any of them having changed.
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{filename}.ics"'
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return get_conditional_response(request, etag=etag, response=response) or response


@require_GET
def my_calendar(request: HttpRequest) -> HttpResponse:
    """One's own addresses: of every body one sits in, and of each."""
    bodies = bodies_to_follow(request.user)
    feeds = {feed.task_force_id: feed for feed in feeds_of(request.user)}
    lines = [_line(body, feeds.get(body.pk)) for body in bodies]
    everything = _line(None, feeds.get(None))
    context = {"nav": "profile", "everything": everything, "lines": lines if len(lines) > 1 else []}
    return render(request, "taskforce/feeds/mine.html", context | {"may_follow": bool(bodies)})


def _line(body, feed: CalendarFeed | None) -> dict:
    url = url_of(feed) if feed is not None else ""
    return {"body": body, "feed": feed, "url": url, "webcal": f"webcal:{url.partition(':')[2]}" if url else ""}


@require_POST
def feed_create(request: HttpRequest) -> HttpResponse:
    """An address of one's own; posted again, the same one. `body` (a slug) for one body."""
    slug = request.POST.get("body", "")
    body = find_body(request, slug) if slug else None
    try:
        create_feed(owner=request.user, body=body, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("L’adresse est prête : copiez-la dans votre logiciel d’agenda."))
    return redirect("taskforce:my_calendar")


@require_POST
def feed_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End an address; with `renew`, make another in its place."""
    feed = get_object_or_404(CalendarFeed.objects.select_related("owner", "task_force"), pk=pk)
    is_the_bodys = feed.owner_id is None
    if not (_runs(request, feed) if is_the_bodys else feed.owner_id == request.user.pk):
        raise Http404(pk)
    revoke_feed(feed, actor=request.user)
    messages.success(request, _("L’adresse ne fonctionne plus."))
    if "renew" in request.POST:
        try:
            create_feed(owner=feed.owner, body=feed.task_force, actor=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Une nouvelle adresse la remplace : copiez-la dans votre logiciel d’agenda."))
    if is_the_bodys and feed.task_force is not None:
        return redirect("taskforce:body_calendar", feed.task_force.slug)
    return redirect("taskforce:my_calendar")


def _runs(request: HttpRequest, feed: CalendarFeed) -> bool:
    return request.user.has_perm("taskforce.share_calendar", feed.task_force)


@require_GET
def body_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The body's own link, which the secretariat gives out and takes back."""
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.share_calendar", body)
    context = {"body": body, "nav": "meetings", "line": _line(body, body_feed(body))}
    return render(request, "taskforce/feeds/body.html", context)


@require_POST
def body_feed_create(request: HttpRequest, slug: str) -> HttpResponse:
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.share_calendar", body)
    create_feed(owner=None, body=body, actor=request.user)
    messages.success(request, _("Le lien est prêt. Quiconque le connaît voit la date, l’heure, le lieu et le thème."))
    return redirect("taskforce:body_calendar", body.slug)

"""The public page where anyone checks the minutes that they hold."""

from __future__ import annotations

import hashlib
from typing import Any

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from meetings.forms.circulation import VerificationForm
from meetings.queries.fingerprints import minutes_with_fingerprint

# A meeting room may share one address; nobody needs more.
RATES = {"verification": "30/60s/ip"}


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def verification(request: HttpRequest) -> HttpResponse:
    """Which minutes a fingerprint or a file is of; no word of what they say. Nothing sent is kept."""
    context: dict[str, Any] = {"form": VerificationForm(), "nav": ""}
    status = 200
    if request.method == "POST":
        form = context["form"] = VerificationForm(request.POST, request.FILES)
        if ratelimit.consume(request, app="meetings", action="verification", config=RATES, key="") is None:
            form.add_error(
                None, _("Trop de vérifications depuis cette connexion. Attendez une minute, puis réessayez.")
            )
            status = 429
        elif form.is_valid():
            fingerprint = form.cleaned_data["fingerprint"] or _fingerprint(form.cleaned_data["document"])
            found = minutes_with_fingerprint(fingerprint)
            for version in found.kept if found is not None else ():
                tz = found.minutes.meeting.task_force.tz  # type: ignore[union-attr]
                version.local_at = timezone.localtime(version.created_at, tz)  # type: ignore[attr-defined]
            context |= {"fingerprint": fingerprint, "found": found, "is_answered": True}
        else:
            status = 422
    return render(request, "meetings/circulation/verification.html", context, status=status)


def _fingerprint(sent: Any) -> str:
    digest = hashlib.sha256()
    for block in sent.chunks():
        digest.update(block)
    return digest.hexdigest()

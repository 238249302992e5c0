"""Invitations to open an account: sent by a secretariat, accepted by the person."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.notifications.rendering import hide
from core.shortcuts import check_perm
from taskforce.account_forms import OpenAccountForm
from taskforce.account_queries import body_to_invite_from, invites_of
from taskforce.models import Invite
from taskforce.queries import people_visible_to
from taskforce.services.invites import (
    accept_invite,
    invite_for,
    invite_person,
    may_attach,
    needs_sign_in,
    preview_invite,
    reason_not_to_invite,
    revoke_invites,
)

COOKIE = "socle_invitation"
COOKIE_SALT = "taskforce.invitation"
# Long enough to find a password; the link opens the page again.
COOKIE_AGE = 3600


@require_http_methods(["GET", "POST"])
def person_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail that will leave, and the button that sends it; former invitations and what became of them."""
    person = get_object_or_404(people_visible_to(request.user), pk=pk)
    check_perm(request.user, "taskforce.invite_person", person)
    body = body_to_invite_from(request.user, person)
    if request.method == "POST":
        try:
            invite_person(person, actor=request.user, body=body)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("L’invitation part à %(address)s.") % {"address": person.email})
        return redirect("taskforce:person_detail", pk=person.pk)
    reason = reason_not_to_invite(person)
    preview = None if reason else preview_invite(person, body=body)
    invites = list(invites_of(person))
    for invite in invites:
        invite.is_past = invite.expires_at <= timezone.now()
    context = {
        "person": person,
        "body": body,
        "nav": "members",
        "reason": reason,
        "subject": preview.subject if preview else "",
        "text": hide(preview.text) if preview else "",
        "mails": [{"name": str(person), "email": person.email, "subject": preview.subject}] if preview else [],
        "invites": invites,
        "has_open_invite": any(not (i.used_at or i.revoked_at or i.is_past) for i in invites),
    }
    return render(request, "taskforce/accounts/invite.html", context)


@require_POST
def invite_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the links sent to a person worthless."""
    person = get_object_or_404(people_visible_to(request.user), pk=pk)
    check_perm(request.user, "taskforce.invite_person", person)
    if revoke_invites(person):
        messages.success(request, _("Le lien envoyé ne sert plus."))
    else:
        messages.info(request, _("Aucun lien n’était valable."))
    return redirect("taskforce:invite_person", pk=person.pk)


# The invited person ---------------------------------------------------------------


def _leaves_no_trace(response: HttpResponse) -> HttpResponse:
    """For answers to an address that holds a token: it goes to nobody.

    Not for the page with the form, whose address is clean: under this policy browsers send
    `Origin: null` with the form, and Django refuses it (Fetch standard, « append a request Origin header »).
    """
    response["Referrer-Policy"] = "no-referrer"
    return response


def _neutral(request: HttpRequest) -> HttpResponse:
    """One page for a link that is wrong, used, expired or revoked: it tells a stranger nothing."""
    response = _leaves_no_trace(render(request, "taskforce/accounts/not_valid.html", status=404))
    response.delete_cookie(COOKIE, path=reverse("taskforce:invite_accept"))
    return response


@login_not_required
@never_cache
@require_GET
def invite_open(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail. Nothing changes: the token moves into a cookie and leaves the address."""
    if invite_for(token) is None:
        return _neutral(request)
    response = _leaves_no_trace(redirect("taskforce:invite_accept"))
    response.set_cookie(
        COOKIE,
        signing.dumps(token, salt=COOKIE_SALT),
        max_age=COOKIE_AGE,
        path=reverse("taskforce:invite_accept"),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


@login_not_required
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def invite_accept(request: HttpRequest) -> HttpResponse:
    """Choose a password, or to sign in with codes; the account is opened and its owner signed in."""
    invite = _invite_of(request)
    if invite is None:
        return _neutral(request)
    if needs_sign_in(invite):
        return _attach(request, invite)
    form = OpenAccountForm(request.POST if request.method == "POST" else None, invite=invite)
    if request.method == "POST" and form.is_valid():
        try:
            user = accept_invite(invite, password=form.cleaned_data["password"] or None)
        except ValidationError as error:
            if error.code == "not-usable":
                return _neutral(request)
            form.add_error(None, error)
        else:
            return _signed_in(request, user)
    context = {"form": form, "invite": invite, "stranger": _stranger(request)}
    status = 422 if form.is_bound else 200
    return render(request, "taskforce/accounts/accept.html", context, status=status)


def _attach(request: HttpRequest, invite: Invite) -> HttpResponse:
    """An account without a person has this address: its owner signs in with it, then attaches it."""
    may = may_attach(invite, request.user)
    if request.method == "POST" and may:
        try:
            accept_invite(invite, account=request.user)
        except ValidationError:
            return _neutral(request)
        messages.success(request, _("Votre compte est rattaché à %(person)s.") % {"person": invite.person})
        response = redirect("home")
        response.delete_cookie(COOKIE, path=reverse("taskforce:invite_accept"))
        return response
    context = {"invite": invite, "may_attach": may, "stranger": _stranger(request)}
    status = 403 if request.method == "POST" else 200
    return render(request, "taskforce/accounts/attach.html", context, status=status)


def _invite_of(request: HttpRequest) -> Invite | None:
    try:
        token = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE_SALT, max_age=COOKIE_AGE)
    except signing.BadSignature:
        return None
    return invite_for(token)


def _stranger(request: HttpRequest) -> Any:
    """Who is signed in here, when that is somebody."""
    return request.user if request.user.is_authenticated else None


def _signed_in(request: HttpRequest, user: Any) -> HttpResponse:
    if request.user.is_authenticated:
        logout(request)
    # The link proves the mailbox, as a code by mail would.
    record_authentication(request, user, method="code", email=user.email)
    response = perform_login(request, Login(user=user, email=user.email))
    response.delete_cookie(COOKIE, path=reverse("taskforce:invite_accept"))
    return response

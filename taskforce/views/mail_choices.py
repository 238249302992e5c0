"""« Mes courriels »: in one's profile, and without an account by the link at the foot of a mail."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.notifications.delivery import category_slug, failing_addresses, mutable_messages
from taskforce.forms.mail_choices import MailChoicesForm, always_sent
from taskforce.models import Person
from taskforce.services.preferences import (
    choices_of,
    choose,
    is_subscribed,
    person_of_token,
    subscribe_again,
    unsubscribe,
)


@require_http_methods(["GET", "POST"])
def mail_choices(request: HttpRequest) -> HttpResponse:
    """The reader's own choices."""
    person = Person.objects.filter(user=request.user).first()
    form = None
    if person is not None:
        form = MailChoicesForm(request.POST if request.method == "POST" else None, initial=choices_of(person))
        if form.is_valid():
            choose(person, form.cleaned_data)
            messages.success(request, _("Vos choix sont enregistrés."))
            return redirect("taskforce:mail_choices")
    failing = failing_addresses([person.email]) if person is not None else {}
    context = {
        "nav": "profile",
        "person": person,
        "form": form,
        "always": always_sent(),
        "failure": next(iter(failing.values()), None),
    }
    return render(request, "taskforce/mail_choices/profile.html", context, status=_status(form))


def _status(form: MailChoicesForm | None) -> int:
    return 422 if form is not None and form.is_bound and form.errors else 200


# By link: the token is the whole authority, there is neither cookie nor account. So nobody's browser can be
# made to act for somebody, and the one click of RFC 8058 §3.1 comes from another site by design.


def _not_valid(request: HttpRequest) -> HttpResponse:
    return render(request, "taskforce/mail_choices/not_valid.html", status=404)


def _masked(address: str) -> str:
    """« a…@example.org »: enough to recognise one's own."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}…{at}{domain}"


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_choices_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """All the choices of whoever received the mail."""
    found = person_of_token(token)
    if found is None:
        return _not_valid(request)
    person, _category = found
    with translation.override(person.language):
        form = MailChoicesForm(request.POST if request.method == "POST" else None, initial=choices_of(person))
        is_saved = form.is_valid()
        if is_saved:
            choose(person, form.cleaned_data)
        context = {"form": form, "is_saved": is_saved, "address": _masked(person.email), "always": always_sent()}
        return render(request, "taskforce/mail_choices/by_link.html", context, status=_status(form))


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_view(request: HttpRequest, token: str) -> HttpResponse:
    """A category of mails: GET asks, POST ends it (RFC 8058 one-click too), « retour » takes it back."""
    found = person_of_token(token)
    if found is None:
        return _not_valid(request)
    person, category = found
    with translation.override(person.language):
        if request.method == "POST":
            if request.POST.get("choix") == "retour":
                subscribe_again(person, category)
            else:
                unsubscribe(person, category)
        concerned = [message for message in mutable_messages() if category_slug(message) == category]
        context = {
            "token": token,
            "category": concerned[0].category,
            "labels": [message.label for message in concerned],
            "address": _masked(person.email),
            "is_subscribed": is_subscribed(person, category),
            "is_done": request.method == "POST",
        }
        return render(request, "taskforce/mail_choices/unsubscribe.html", context)

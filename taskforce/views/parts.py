"""What the pages of this app share: forms on a page of their own, and messages of the services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from taskforce.models import Agency, Person, TaskForce
from taskforce.queries import body_at
from taskforce.services.people import create_person

Crumb = tuple[Any, str]


def find_body(request: HttpRequest, slug: str) -> TaskForce:
    """The body of this address, from the list that the page's frame reads anyway; 404 unless the user may open it."""
    body = body_at(request.user, slug)
    if body is None:
        raise Http404(slug)
    return body


def show_refusal(form: forms.Form, error: ValidationError) -> None:
    """Put what a service refused beside the field it speaks of, or above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def form_page(
    request: HttpRequest,
    form: forms.Form,
    *,
    title: Any,
    submit: Any,
    cancel_url: str,
    crumbs: Sequence[Crumb],
    body: TaskForce | None = None,
    nav: str = "members",
    template: str = "taskforce/form.html",
    **context: Any,
) -> HttpResponse:
    """A page with one form: 422 when something in it is to be corrected."""
    return render(
        request,
        template,
        {
            "form": form,
            "title": title,
            "submit": submit,
            "cancel_url": cancel_url,
            "crumbs": crumbs,
            "body": body,
            "nav": nav,
            **context,
        },
        status=422 if form.is_bound and form.errors else 200,
    )


@transaction.atomic
def person_of(form: Any, *, agency: Agency | None, actor: Any) -> Person:
    """Who was chosen in the form, or the new person entered in it, of `agency`. Raises ValidationError.

    The caller's transaction undoes the new person when what follows is refused.
    """
    new = form.new_person()
    if new is None:
        return form.cleaned_data["person"]
    try:
        return create_person(actor=actor, agency=agency, **new)
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            raise
        raise ValidationError({f"new_{name}": errors for name, errors in error.error_dict.items()}) from error


def safe_next(request: HttpRequest, default: str) -> str:
    """The page that the address asks to go on to, when it is one of ours."""
    asked = request.POST.get("suite") or request.GET.get("suite") or ""
    if asked and url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return asked
    return default

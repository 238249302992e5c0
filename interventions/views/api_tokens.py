"""Keys of partners to the API: made, shown once, revoked by the secretariat."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.shortcuts import check_perm
from interventions.forms.api_tokens import ApiTokenForm
from interventions.models import ApiToken
from interventions.queries.api import tokens_of
from interventions.queries.visibility import reach_of
from interventions.services.api_tokens import FreshToken, make_token, revoke_token
from interventions.views.parts import find_country, list_crumb, shell_of, show_refusal

SHOWN = 200


@require_http_methods(["GET", "POST"])
@never_cache
def api_token_list(request: HttpRequest, iso3: str) -> HttpResponse:
    """The country's tokens; the one just made is shown in the answer to its form, and never again."""
    country = find_country(request, iso3)
    check_perm(request.user, "interventions.manage_api_tokens", country)
    form = ApiTokenForm(request.POST if request.method == "POST" else None, country=country)
    fresh: FreshToken | None = None
    if form.is_valid():
        try:
            fresh = make_token(country, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            form = ApiTokenForm(country=country)
    base = f"{settings.SITE_URL}{reverse('api-v1:api-root')}"
    today = timezone.localdate()
    context: dict[str, Any] = {
        **shell_of(request, country),
        "crumbs": [list_crumb(country)],
        "form": form,
        "fresh": fresh,
        "tokens": [(token, token.is_valid_on(today)) for token in tokens_of(country)[:SHOWN]],
        "base_url": base,
        "schema_url": f"{settings.SITE_URL}{reverse('api-v1:openapi-json')}",
        "per_minute": settings.SOCLE_API_PER_MINUTE,
        "origins": settings.SOCLE_API_ORIGINS,
    }
    return render(request, "interventions/api/tokens.html", context, status=422 if form.errors else 200)


@require_POST
def api_token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Worthless from now on. Who does not run the country does not know the token."""
    runs = reach_of(request.user).secretariat_in
    token = get_object_or_404(ApiToken.objects.select_related("country"), pk=pk, country__in=runs)
    check_perm(request.user, "interventions.manage_api_tokens", token.country)
    revoke_token(token, actor=request.user)
    messages.success(request, _("Le jeton de « %(name)s » ne donne plus accès à rien.") % {"name": token.name})
    return redirect("interventions:api_token_list", iso3=token.country.iso3.lower())

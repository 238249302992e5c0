"""How the API is entered, and what it answers to what it cannot serve: in French, as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from interventions.models import ApiToken
from interventions.services.api_tokens import TooMany, use_token


class Bearer(HttpBearer):
    """`Authorization: Bearer socle_…`. Counting the use is the one thing that a GET of the API writes."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        return use_token(token.strip())


def token_of(request: HttpRequest) -> ApiToken:
    """The token that entered."""
    return request.auth  # type: ignore[attr-defined]


def refuse_unknown(request: HttpRequest, known: Iterable[str]) -> None:
    """Raise HttpError for a parameter that nothing reads: a misspelt filter would answer with everything."""
    unknown = sorted(set(request.GET) - set(known))
    if unknown:
        raise HttpError(
            422,
            _("Paramètre inconnu : %(unknown)s. Paramètres lus : %(known)s.")
            % {"unknown": ", ".join(unknown)[:200], "known": ", ".join(sorted(known))},
        )


def answer_errors(api: NinjaAPI) -> None:
    """Every refusal as `{"detail": "…"}`."""

    def answer(request: HttpRequest, detail: str, status: int, **more: Any) -> HttpResponse:
        return api.create_response(request, {"detail": detail, **more}, status=status)

    @api.exception_handler(AuthenticationError)
    def _no_token(request: HttpRequest, error: Exception) -> HttpResponse:
        response = answer(
            request,
            _("Jeton absent, inconnu, échu ou révoqué. Envoyez l’en-tête « Authorization: Bearer … »."),
            401,
        )
        response.headers["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(TooMany)
    def _too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
        response = answer(
            request, _("Trop de requêtes en une minute. Recommencez dans %(wait)d s.") % {"wait": error.wait}, 429
        )
        response.headers["Retry-After"] = str(error.wait)
        return response

    @api.exception_handler(Http404)
    def _absent(request: HttpRequest, error: Exception) -> HttpResponse:
        return answer(request, _("Rien à cette adresse que ce jeton puisse lire."), 404)

    @api.exception_handler(ValidationError)
    def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        found = [{"parameter": str(one["loc"][-1]), "message": _words(one)} for one in error.errors]
        detail = " ".join(f"{one['parameter']} : {one['message']}" for one in found)
        return answer(request, detail, 422, errors=found)


def _words(error: dict[str, Any]) -> str:
    """What pydantic found, in French."""
    limits = error.get("ctx") or {}
    kind = str(error.get("type", ""))
    if kind == "greater_than_equal":
        return _("au moins %(limit)s.") % {"limit": limits.get("ge")}
    if kind == "less_than_equal":
        return _("au plus %(limit)s.") % {"limit": limits.get("le")}
    if kind.startswith("int_"):
        return _("un nombre entier est attendu.")
    if kind.startswith(("datetime_", "timezone_")):
        return _("une date et une heure ISO 8601 sont attendues, par exemple 2026-03-01T00:00:00Z.")
    if kind.startswith("date_"):
        return _("une date ISO 8601 est attendue, par exemple 2026-03-01.")
    if kind in {"enum", "literal_error"}:
        return _("une de ces valeurs est attendue : %(values)s.") % {"values": limits.get("expected", "")}
    if kind == "string_too_long":
        return _("%(limit)s caractères au plus.") % {"limit": limits.get("max_length")}
    if kind == "missing":
        return _("ce paramètre est demandé.")
    return _("valeur refusée.")

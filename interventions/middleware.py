"""Which other sites' pages may read the API of partners (CORS)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

PATH = "/api/"
ANY = "*"
# How long a browser may remember what the preflight allowed (seconds).
REMEMBERED = 3600


class ApiOriginsMiddleware:
    """Answer pages of the origins of `SOCLE_API_ORIGINS`, which is empty unless somebody fills it; « * » is every site.

    Only a token opens the API, never the portal's cookie: credentials are not allowed, so that no page acts for its
    reader. It stands outermost: a 304 keeps none of the headers that a view sets, and refusals are to be read too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PATH):
            return self.get_response(request)
        origin = request.headers.get("Origin", "")
        is_welcome = bool(origin) and (ANY in settings.SOCLE_API_ORIGINS or origin in settings.SOCLE_API_ORIGINS)
        if is_welcome and request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response = HttpResponse(status=204)
            response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
            response.headers["Access-Control-Allow-Headers"] = "Authorization, If-None-Match"
            response.headers["Access-Control-Max-Age"] = str(REMEMBERED)
        else:
            response = self.get_response(request)
        patch_vary_headers(response, ["Origin"])
        if is_welcome:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
        return response

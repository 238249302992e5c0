"""Pages for what went wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.typed_text import typed_text_page


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that cannot be trusted: 403, with what to do so that nothing typed is lost."""
    match = request.resolver_match
    if match is not None:
        # Somebody else's page never gets a button that sends what it wrote with a token of ours.
        is_ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
        if page := typed_text_page(request, match.func, status=403, may_send=is_ours):
            return page
    return render(request, "403_csrf.html", status=403)

"""Pages for what went wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that cannot be trusted: 403, with what to do so that nothing typed is lost."""
    return render(request, "403_csrf.html", status=403)

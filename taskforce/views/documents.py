"""The files made for a body, as they are stored."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.documents.listing import artefacts_of, described
from core.shortcuts import check_perm
from taskforce.views.parts import find_body

PER_PAGE = 25


@require_GET
def document_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The stored documents of a body that the reader may take away, the latest first."""
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.view_body", body)
    page = Paginator(artefacts_of(body, request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"body": body, "nav": "documents", "page": page, "files": described(page.object_list, request.user)}
    return render(request, "taskforce/document_list.html", context)

"""The one view of all exports."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from core.exports.base import exports
from core.exports.formats import CONTENT_TYPES, csv_lines, xlsx_file
from core.shortcuts import check_perm


@require_GET
def export_download(request: HttpRequest, slug: str, pk: int, format: str) -> HttpResponseBase:
    """The table as a file. 404 for an unknown export, format or object; 400 in words for a wrong parameter."""
    if slug not in exports or format not in CONTENT_TYPES:
        raise Http404
    cls = exports.get(slug)
    obj = get_object_or_404(cls.visible_to(request.user), pk=pk)
    check_perm(request.user, cls.permission, obj)
    form = cls.form_class(request.GET)
    if not form.is_valid():
        return render(request, "exports/invalid.html", {"form": form, "title": cls.title}, status=400)
    export = cls(obj, form.cleaned_data, request.user)
    if format == "csv":
        response: HttpResponseBase = StreamingHttpResponse(csv_lines(export))
    else:
        response = FileResponse(xlsx_file(export))
    response["Content-Type"] = CONTENT_TYPES[format]
    disposition = content_disposition_header(True, f"{export.filename()}.{format}")
    if disposition:
        response["Content-Disposition"] = disposition
    return response

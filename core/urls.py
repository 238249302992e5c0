"""Addresses of core: health, style, documents, exports."""

from django.urls import include, path

from core.views.exports import export_download
from core.views.health import health
from core.views.style import style

exports = [path("<slug:slug>/<int:pk>.<slug:format>", export_download, name="download")]

urlpatterns: list = [
    path("sante/", health, name="health"),
    path("style/", style, name="style"),
    path("documents/", include("core.documents.urls")),
    path("", include("core.solicitations.urls")),
    path("exports/", include((exports, "exports"))),
]

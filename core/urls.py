"""Addresses of core: health, style, documents, drafts."""

from django.urls import include, path

from core.views.health import health
from core.views.style import style

urlpatterns: list = [
    path("sante/", health, name="health"),
    path("style/", style, name="style"),
    path("documents/", include("core.documents.urls")),
]

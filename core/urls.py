"""Addresses of core: health, style, documents, drafts."""

urlpatterns: list = []

"""Addresses of the API for partners' dashboards, by version."""

from django.urls import include, path

from interventions.views.api import v1

urlpatterns = [path("api/v1/", include((v1.patterns(), "ninja"), namespace=v1.NAMESPACE))]

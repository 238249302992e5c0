"""Addresses of interventions: lists and creation under the country's code (« /ner/… »), details by key."""

from django.urls import URLPattern, URLResolver

from interventions.urls_decisions import urlpatterns as decision_urls
from interventions.urls_reference import urlpatterns as reference_urls
from interventions.urls_sheets import urlpatterns as sheet_urls
from interventions.urls_views import urlpatterns as view_urls

app_name = "interventions"

urlpatterns: list[URLPattern | URLResolver] = [*sheet_urls, *reference_urls, *decision_urls, *view_urls]

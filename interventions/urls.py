"""Addresses of interventions: lists and creation under the country's code (« /ner/… »), details by key."""

from django.urls import URLPattern, URLResolver

from interventions.urls_campaigns import urlpatterns as campaign_urls
from interventions.urls_decisions import urlpatterns as decision_urls
from interventions.urls_exchange import urlpatterns as exchange_urls
from interventions.urls_imports import urlpatterns as import_urls
from interventions.urls_reference import urlpatterns as reference_urls
from interventions.urls_sheets import urlpatterns as sheet_urls
from interventions.urls_views import urlpatterns as view_urls

app_name = "interventions"

urlpatterns: list[URLPattern | URLResolver] = [
    *campaign_urls,
    *sheet_urls,
    *reference_urls,
    *decision_urls,
    *import_urls,
    *exchange_urls,
    *view_urls,
]

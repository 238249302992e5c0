"""Addresses of presence and statistics."""

from django.urls import path

from meetings.views import presence, statistics

urlpatterns = [
    path("<slug:slug>/presence/", presence.presence_latest, name="presence"),
    path("<slug:slug>/presence/<int:year>/", presence.presence_year, name="presence_year"),
    path("<slug:slug>/presence/<int:year>/pdf/", presence.presence_pdf, name="presence_pdf"),
    path("<slug:slug>/statistiques/", statistics.statistics_latest, name="statistics"),
    path("<slug:slug>/statistiques/<int:year>/", statistics.statistics_year, name="statistics_year"),
    path("<slug:slug>/statistiques/<int:year>/bilan/", presence.review_pdf, name="review_pdf"),
]

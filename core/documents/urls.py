"""Addresses of documents."""

from django.urls import path

from core.documents import views

app_name = "documents"
urlpatterns = [
    path("demander/<slug:slug>/<int:pk>/<slug:extension>/", views.request_document, name="request"),
    path("preparation/<uuid:pk>/", views.job, name="job"),
    path("fichier/<uuid:pk>/", views.download, name="download"),
]

"""Addresses of the documents of the past; included by `meetings.urls`."""

from django.urls import path

from meetings.views import import_review, imports

urlpatterns = [
    path("<slug:slug>/archives/", imports.import_list, name="import_list"),
    path("<slug:slug>/archives/nouveau/", imports.import_add, name="import_add"),
    path("imports/<int:pk>/", imports.import_batch, name="import_batch"),
    path("imports/documents/<int:pk>/", import_review.import_review, name="import_review"),
    path("imports/documents/<int:pk>/enregistrer/", import_review.import_enter, name="import_enter"),
    path("imports/documents/<int:pk>/annuler/", import_review.import_undo, name="import_undo"),
    path("imports/documents/<int:pk>/ecarter/", imports.import_discard, name="import_discard"),
    path("imports/documents/<int:pk>/fichier/", imports.import_source, name="import_source"),
]

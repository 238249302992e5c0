"""Addresses of what leaves a meeting: its files, its pack, its summary, the distribution list; and of what waits for an agenda; included by `meetings.urls`."""

from django.urls import path

from meetings.views import backlog, distribution, files

urlpatterns = [
    path("reunions/<int:pk>/pieces/", files.file_list, name="file_list"),
    path("reunions/<int:pk>/pieces/<int:file_pk>/", files.file_download, name="file_download"),
    path("reunions/<int:pk>/pieces/<int:file_pk>/retirer/", files.file_remove, name="file_remove"),
    path("reunions/<int:pk>/feuille-signee/", files.sheet_add, name="sheet_add"),
    path("reunions/<int:pk>/resume/", files.summary, name="summary"),
    path("<slug:slug>/reunions/dossier/<int:year>/", files.year_pack, name="year_pack"),
    path("<slug:slug>/points-a-programmer/", backlog.backlog, name="backlog"),
    path(
        "<slug:slug>/points-a-programmer/propositions/<int:proposal_pk>/",
        backlog.backlog_proposal,
        name="backlog_proposal",
    ),
    path("<slug:slug>/points-a-programmer/points/<int:item_pk>/", backlog.backlog_item, name="backlog_item"),
    path("<slug:slug>/liste-de-diffusion/", distribution.distribution_list, name="distribution_list"),
    path("<slug:slug>/liste-de-diffusion/ajouter/", distribution.distribution_add, name="distribution_add"),
    path("<slug:slug>/liste-de-diffusion/<int:entry_pk>/", distribution.distribution_edit, name="distribution_edit"),
]

"""Addresses of the minutes and of the round table; included by `meetings.urls`."""

from django.urls import path

from meetings.views import minutes, updates

urlpatterns = [
    path("reunions/<int:pk>/compte-rendu/", minutes.minutes_detail, name="minutes_detail"),
    path("reunions/<int:pk>/compte-rendu/commencer/", minutes.minutes_start, name="minutes_start"),
    path("reunions/<int:pk>/compte-rendu/rediger/", minutes.minutes_write, name="minutes_write"),
    path("reunions/<int:pk>/compte-rendu/<int:section_pk>/modifier/", minutes.minutes_edit, name="minutes_edit"),
    path("reunions/<int:pk>/compte-rendu/<int:section_pk>/brouillon/", minutes.section_draft, name="section_draft"),
    path("reunions/<int:pk>/compte-rendu/<int:section_pk>/versions/", minutes.section_history, name="section_history"),
    path("reunions/<int:pk>/tour-de-table/", updates.update_list, name="update_list"),
    path("reunions/<int:pk>/tour-de-table/ajouter/", updates.update_add, name="update_add"),
    path("reunions/<int:pk>/tour-de-table/<int:update_pk>/modifier/", updates.update_edit, name="update_edit"),
    path("reunions/<int:pk>/tour-de-table/<int:update_pk>/brouillon/", updates.update_draft, name="update_draft"),
    path("reunions/<int:pk>/tour-de-table/<int:update_pk>/deplacer/", updates.update_move, name="update_move"),
    path("reunions/<int:pk>/tour-de-table/<int:update_pk>/retirer/", updates.update_remove, name="update_remove"),
]

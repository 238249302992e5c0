"""Addresses of thematic groups and of who leads on what."""

from django.urls import path

from taskforce.views import groups

urlpatterns = [
    path("<slug:slug>/groupes/nouveau/", groups.group_create, name="group_create"),
    path("<slug:slug>/instance/pilote/", groups.pilot_change, name="pilot_change"),
    path("<slug:slug>/chefs-de-file/", groups.lead_list, name="lead_list"),
]

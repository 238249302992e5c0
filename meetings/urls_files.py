"""Addresses of what leaves a meeting: its files, its pack, its summary, the distribution list; included by `meetings.urls`."""

from django.urls import path

from meetings.views import distribution

urlpatterns = [
    path("<slug:slug>/liste-de-diffusion/", distribution.distribution_list, name="distribution_list"),
    path("<slug:slug>/liste-de-diffusion/ajouter/", distribution.distribution_add, name="distribution_add"),
    path("<slug:slug>/liste-de-diffusion/<int:entry_pk>/", distribution.distribution_edit, name="distribution_edit"),
]

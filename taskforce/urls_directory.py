"""Address of the directory."""

from django.urls import path

from taskforce.views import directory

urlpatterns = [path("annuaire/", directory.directory, name="directory")]

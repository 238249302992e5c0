"""Addresses of the page « En séance »; included by `meetings.urls`."""

from django.urls import path

from meetings.views import live

urlpatterns = [
    path("reunions/<int:pk>/seance/", live.live, name="live"),
    path("reunions/<int:pk>/seance/cote/", live.live_side, name="live_side"),
    path("reunions/<int:pk>/seance/envoyer/", live.live_send, name="live_send"),
    path("reunions/<int:pk>/seance/noter/", live.live_record, name="live_record"),
]

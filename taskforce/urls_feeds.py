"""Addresses of calendars. Included by taskforce.urls, before the bodies'."""

from django.urls import path

from taskforce.views import feeds

urlpatterns = [
    path("agenda/<str:token>.ics", feeds.calendar_feed, name="calendar_feed"),
    path("profil/agenda/", feeds.my_calendar, name="my_calendar"),
    path("profil/agenda/nouvelle-adresse/", feeds.feed_create, name="feed_create"),
    path("agendas/<int:pk>/revocation/", feeds.feed_revoke, name="feed_revoke"),
    path("<slug:slug>/agenda/", feeds.body_calendar, name="body_calendar"),
    path("<slug:slug>/agenda/nouveau-lien/", feeds.body_feed_create, name="body_feed_create"),
]

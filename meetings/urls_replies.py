"""Addresses of the answers that arrive by mail. Included by meetings.urls."""

from django.urls import path

from meetings.views import replies

urlpatterns = [
    path("<slug:slug>/reunions/reponses-par-courriel/", replies.reply_list, name="reply_list"),
    path("reunions/reponses/<int:pk>/reglee/", replies.reply_settle, name="reply_settle"),
]

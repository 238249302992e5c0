"""Addresses of taskforce."""

app_name = "taskforce"
urlpatterns: list = []

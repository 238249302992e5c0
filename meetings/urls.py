"""Addresses of meetings."""

app_name = "meetings"
urlpatterns: list = []

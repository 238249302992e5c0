"""Addresses of the whole portal. Paths are French, names English."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from taskforce.views.home import home

# The one sign-in, with its limits and second factor, opens the administration too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", home, name="home"),
    path("admin/", admin.site.urls),
    path("compte/", include("allauth.urls")),
    path("", include("core.urls")),
    path("", include("meetings.urls")),
    path("", include("interventions.urls_api")),
    path("", include("interventions.urls")),
    # Last: a body's address is the first part of its pages' paths.
    path("", include("taskforce.urls")),
]

"""The reference: the same meeting and minutes on a bare Django page, from the same database.

No middleware, no sign-in, no shell, no components: what Django and PostgreSQL cost by themselves. Used as
settings, addresses and application: `DJANGO_SETTINGS_MODULE=bench.bare`, `bench.bare:application`.
"""

from config.settings.base import *  # noqa: F403

# What the models need, and nothing that wants a middleware.
INSTALLED_APPS = [
    app
    for app in INSTALLED_APPS  # noqa: F405
    if app.split(".")[0] in {"taskforce", "meetings", "core", "pgtrigger", "pghistory", "rules"}
    or app in {"django.contrib.auth", "django.contrib.contenttypes", "django.contrib.postgres"}
]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.bare_urls"
WSGI_APPLICATION = "bench.bare_urls.application"
TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [], "APP_DIRS": False, "OPTIONS": {}}
]

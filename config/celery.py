"""The Celery application: carries ids; the truth is a row in PostgreSQL.

    celery -A config.celery worker
    celery -A config.celery beat
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

app = Celery("socle")
# Also in threads: a task sent from one must not fall back to an application without settings.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

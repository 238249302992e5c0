"""The project: settings, addresses, services. Knows every app; no app knows it."""

# Wherever Django runs, tasks are sent and found through this application.
from config.celery import app as celery_app

__all__ = ["celery_app"]

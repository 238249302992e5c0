"""What runs later for meetings."""

from celery import shared_task

from meetings.services.contributions import queue_due_calls as queue_calls
from meetings.services.reminders import queue_due_reminders as queue


@shared_task(name="meetings.queue_due_reminders")
def queue_due_reminders() -> None:
    """Every minute: write the reminders that are due."""
    queue()


@shared_task(name="meetings.queue_due_calls")
def queue_due_calls() -> None:
    """Every few minutes: write the calls for contributions that are due."""
    queue_calls()

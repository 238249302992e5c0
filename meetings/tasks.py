"""What runs later for meetings."""

from celery import shared_task

from meetings.services.reminders import queue_due_reminders as queue


@shared_task(name="meetings.queue_due_reminders")
def queue_due_reminders() -> None:
    """Every minute: write the reminders that are due."""
    queue()

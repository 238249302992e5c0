"""What the clock does to solicitations."""

from celery import shared_task

from core.solicitations import services


@shared_task(name="core.solicitations_due")
def solicitations_due() -> None:
    """Every minute: write the reminders that are due, and expire what nobody can answer any more."""
    services.queue_due_reminders()
    services.expire_due()

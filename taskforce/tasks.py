"""What runs later for people and their actions."""

from celery import shared_task

from taskforce.services import digests, renewals

__all__ = ["queue_due_actions", "queue_weekly_digests", "tell_of_ending_mandates"]


@shared_task(name="taskforce.queue_weekly_digests")
def queue_weekly_digests() -> None:
    """Every five minutes: on Mondays, write the digests of the week."""
    digests.queue_weekly_digests()


@shared_task(name="taskforce.queue_due_actions")
def queue_due_actions() -> None:
    """Every five minutes: tell the owners of actions that are due in seven days."""
    digests.queue_due_actions()


@shared_task(name="taskforce.tell_of_ending_mandates")
def tell_of_ending_mandates() -> None:
    """Every hour: tell the secretariats of mandates that end within sixty days, once each."""
    renewals.tell_of_ending_mandates()

"""What runs later for meetings."""

from celery import shared_task

from meetings.imports import batches
from meetings.services import file_texts, imports
from meetings.services.contributions import queue_due_calls as queue_calls
from meetings.services.observation_reminders import queue_due_observation_reminders as queue_observations
from meetings.services.reminders import queue_due_reminders as queue
from meetings.services.verification import verify_by_night


@shared_task(name="meetings.queue_due_reminders")
def queue_due_reminders() -> None:
    """Every minute: write the reminders that are due."""
    queue()


@shared_task(name="meetings.queue_due_calls")
def queue_due_calls() -> None:
    """Every few minutes: write the calls for contributions that are due."""
    queue_calls()


@shared_task(name="meetings.read_imported")
def read_imported(pk: int) -> None:
    """Read one document of the past that was brought in."""
    batches.read_imported(pk)


@shared_task(name="meetings.requeue_imports")
def requeue_imports() -> None:
    """Every half minute: read what a lost message or a killed worker left unread."""
    imports.requeue_lost()


@shared_task(name="meetings.read_attachment")
def read_attachment(pk: int) -> None:
    """Read the words of one file, so that search finds them."""
    file_texts.read_attachment(pk)


@shared_task(name="meetings.requeue_attachments")
def requeue_attachments() -> None:
    """Every half minute: read the files whose message was lost, or whose worker was killed."""
    file_texts.requeue_lost()


@shared_task(name="meetings.queue_observation_reminders")
def queue_observation_reminders() -> None:
    """Every few minutes: write the reminders of observations that are due."""
    queue_observations()


@shared_task(name="meetings.verify_minutes")
def verify_minutes() -> None:
    """Every hour, for the bodies where it is night: check adopted minutes and their files; tell what is wrong."""
    verify_by_night()

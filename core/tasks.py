"""What runs later: ids in, one service call."""

from datetime import timedelta

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from core.documents.services import purge_documents, requeue_lost_jobs
from core.documents.tasks import render_document
from core.notifications import outbox
from core.search import indexing
from core.solicitations.services import forget_old
from core.solicitations.tasks import solicitations_due

__all__ = ["housekeeping", "index_search", "render_document", "send_due", "send_email", "solicitations_due", "sweep"]


@shared_task(name="core.send_email")
def send_email(pk: int) -> None:
    """Send one mail of the outbox, if it is still to be sent."""
    outbox.send_email(pk)


@shared_task(name="core.send_due")
def send_due() -> None:
    """Send the mails that are due, for a minute at most; the sweeper starts another pass when some remain."""
    outbox.send_due()


@shared_task(name="core.sweep")
def sweep() -> None:
    """Every 30 seconds: start again what was lost because the broker was down or a worker killed."""
    outbox.sweep()
    requeue_lost_jobs()


@shared_task(name="core.index_search")
def index_search() -> None:
    """Every ten seconds: index what was written since."""
    indexing.index_marked()


@shared_task(name="core.housekeeping")
def housekeeping() -> None:
    """Every hour: forget ended sessions, old previews, and secrets nobody can use any more."""
    # The reader of a session that has just ended is sent to the sign-in page; a day later nobody asks.
    Session.objects.filter(expire_date__lt=timezone.now() - timedelta(days=1)).delete()
    outbox.erase_old_secrets()
    forget_old()
    purge_documents()

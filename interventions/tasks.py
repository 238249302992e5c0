"""What runs later for interventions."""

from celery import shared_task

from interventions.imports import batches
from interventions.services import imports


@shared_task(name="interventions.work_on_import")
def work_on_import(pk: int) -> None:
    """Read, apply or undo one coverage file."""
    batches.work_on(pk)


@shared_task(name="interventions.requeue_imports")
def requeue_imports() -> None:
    """Every half minute: go on with coverage files whose message was lost or whose worker was killed."""
    imports.requeue_lost()


@shared_task(name="interventions.purge_imports")
def purge_imports() -> None:
    """Every hour: forget the rows and remarks of coverage files that were finished with long ago."""
    imports.purge_old()

"""Rendering in a worker. Imported by `core.tasks`, which is where Celery looks."""

import uuid

from celery import shared_task
from celery.signals import worker_init, worker_process_init

from core.documents import services


@shared_task(name=services.RENDER_TASK)
def render_document(job_id: str) -> None:
    services.run_job(uuid.UUID(job_id))


@worker_init.connect
def load_renderer(**_signal: object) -> None:
    """Before the worker forks: what is loaded here is shared by its processes, new ones included."""
    from core.documents import pdf

    pdf.warm_up()


@worker_process_init.connect
def start_renderer(**_signal: object) -> None:
    """Each process of the pool has a child ready before the first document is asked for."""
    from core.documents import pdf

    pdf.RENDERER.start()

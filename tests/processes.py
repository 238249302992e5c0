"""Work in processes of their own, forked from the test: they share its test database and nothing else."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.process import BaseProcess

from django.db import connections

fork = multiprocessing.get_context("fork")


def process(target: Callable[[], object]) -> BaseProcess:
    """A process, not yet started, that runs `target` on a database connection of its own."""

    def run() -> None:
        # Where a browser runs, asyncio's loop runs in this thread and Django keeps a second connection for it; a
        # forked process has no loop and finds the first one, open, on a socket that all its brothers hold as well.
        for connection in connections.all(initialized_only=True):
            connection.connection = None
        try:
            target()
        finally:
            connections.close_all()

    return fork.Process(target=run)


def in_processes(*targets: Callable[[], object]) -> list[int | None]:
    """Run each target in a process of its own, all starting together; the exit codes."""
    start = fork.Barrier(len(targets))

    def together(target: Callable[[], object]) -> Callable[[], object]:
        def run() -> None:
            start.wait(30)
            target()

        return run

    processes = [process(together(target)) for target in targets]
    for one in processes:
        one.start()
    for one in processes:
        one.join(60)
    return [one.exitcode for one in processes]

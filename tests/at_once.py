"""Several people at the same moment, each with a connection of their own; for tests with `transaction=True`."""

import threading

from django.db import connection


def at_once(*calls):
    """Run the calls in threads; what each returned or raised, in order."""
    start, outcomes = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index, call):
        try:
            start.wait(20)
            outcomes[index] = call()
        except Exception as error:  # asserted by the test
            outcomes[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes

"""The volume of the ten years, and how rows are written."""

import random
import time
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

SEED = 20160211
BODIES = 20
YEARS = 10
MEETINGS_PER_BODY = 12 * YEARS
SEATS_PER_BODY = 20
INVITED = 20
ITEMS = 4
ACTIONS_PER_MEETING = 10
DECISIONS_PER_MEETING = 2
UPDATES_PER_MEETING = 5
# A titular and a substitute, each renewed twice.
TERMS = 3
# context, one per item, conclusions, next meeting
SECTIONS = ITEMS + 3
SECTION_VERSIONS = 19_000

# Rows a transaction. The history triggers look for a setting that is not there; each look is an aborted
# subtransaction that walks through all foreign keys still to be checked at commit: in one transaction the
# time grows with the square of the rows (47,600 attendances: 225 s; by 500: 9 s).
BATCH = 500


def second_tuesday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(1 - first.weekday()) % 7 + 7)


def months(today: date) -> Iterator[tuple[int, int]]:
    """The last `MEETINGS_PER_BODY` months up to the next one: the last meeting is still to come."""
    last = today.year * 12 + today.month  # the next month, counted from zero
    for index in range(last - MEETINGS_PER_BODY + 1, last + 1):
        yield index // 12, index % 12 + 1


class Writer:
    """Makes the rows, each model in bulk; what refers to them takes the keys that came back."""

    def __init__(self, today: date, log=print) -> None:
        self.today = today
        self.rng = random.Random(SEED)  # noqa: S311 - made-up data
        self.log = log

    def insert(self, model, rows: Iterable) -> list:
        began = time.perf_counter()
        rows = list(rows)
        for start in range(0, len(rows), BATCH):
            model.objects.bulk_create(rows[start : start + BATCH])
        self.log(f"  {model.__name__:<18} {len(rows):>7}  {time.perf_counter() - began:5.1f} s")
        return rows

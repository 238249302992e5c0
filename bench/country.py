"""A country of interventions: 20,000 of them with 100,000 lines over ten years, all in one country."""

import contextlib
import random
import time
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

SEED = 20260101
INTERVENTIONS = 20_000
LINES = 100_000
AGENCIES = 60
YEARS = 10
# Everything in one country: the most that any page has to count.
COUNTRY = "SEN"
BATCH = 5000


def ensure(log=print) -> None:
    """Write the interventions unless they are there. The same seed gives the same rows."""
    from interventions.imports.region_shapes import load_region_shapes
    from interventions.models import CoverageFigure
    from interventions.services.reference import load_reference
    from taskforce.models import Country

    country, _ = Country.objects.get_or_create(
        iso3=COUNTRY,
        defaults={"iso2": "SN", "name_fr": "Sénégal", "name_en": "Senegal", "time_zone": "Africa/Dakar"},
    )
    reader_of(country)
    if CoverageFigure.objects.filter(line__intervention__country=country).count() > LINES:
        return
    load_reference()
    load_region_shapes()
    log(f"Writing {INTERVENTIONS:,} interventions, {LINES:,} lines…")
    with without_triggers():
        Writer(country, log).write()


@contextlib.contextmanager
def without_triggers() -> Iterator[None]:
    """Their history and their words for the search are read by none of these pages, and take most of the time."""
    from django.apps import apps
    from django.db import connection

    tables = [model._meta.db_table for model in apps.get_app_config("interventions").get_models()]

    def switch(word: str) -> None:
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f'ALTER TABLE "{table}" {word} TRIGGER USER')

    switch("DISABLE")
    try:
        yield
    finally:
        switch("ENABLE")


def reader_of(country):
    """A titular of a body of the country, with an account."""
    from core.fields import period
    from taskforce.enums import AgencyKind, BodyState
    from taskforce.models import Agency, Mandate, Person, Seat, TaskForce, User

    body, made = TaskForce.objects.get_or_create(
        slug="mesures",
        defaults={
            "country": country,
            "name": "Corps mesuré",
            "state": BodyState.ACTIVE,
            "time_zone": country.time_zone,
        },
    )
    if made:
        agency = Agency.objects.create(acronym="MESURE", name_fr="Structure qui mesure", kind=AgencyKind.UN)
        seat = Seat.objects.create(task_force=body, agency=agency, period=period(date(2016, 3, 1)))
        user = User.objects.create(email="mesures@example.org", password="!")
        person = Person.objects.create(
            user=user, civility="ms", given_name="Awa", family_name="Mesure", email=user.email, agency=agency
        )
        Mandate.objects.create(seat=seat, person=person, rank=0, period=seat.period)
    return Mandate.objects.get(seat__task_force=body).person.user


class Writer:
    def __init__(self, country, log) -> None:
        self.country, self.log = country, log
        self.chance = random.Random(SEED)  # noqa: S311 - made-up data
        self.first = date(date.today().year - YEARS + 1, 1, 1)

    def insert(self, model, rows: Iterable) -> list:
        began = time.perf_counter()
        made = []
        rows = list(rows)
        for start in range(0, len(rows), BATCH):
            made += model.objects.bulk_create(rows[start : start + BATCH])
        self.log(f"  {model.__name__:<18} {len(made):>7}  {time.perf_counter() - began:5.1f} s")
        return made

    def write(self) -> None:
        from django.db import connection

        from interventions.models import CoverageFigure, CoverageLine, Intervention, InterventionRole, PolicyAxis
        from taskforce.models import Agency

        Intervention.objects.filter(country=self.country, code__startswith="MES-").delete()
        agencies = list(Agency.objects.filter(acronym__startswith="MES-").order_by("pk")) or self.insert(
            Agency, (Agency(acronym=f"MES-{n:02d}", name_fr=f"Structure mesurée {n}") for n in range(AGENCIES))
        )
        sheets = self.insert(Intervention, (self.sheet(number) for number in range(INTERVENTIONS)))
        self.insert(InterventionRole, (role for sheet in sheets for role in self.roles(sheet, agencies)))
        axes = list(PolicyAxis.objects.filter(country=self.country)) or self.insert(
            PolicyAxis, (self.axis(number) for number in range(1, 5))
        )
        linked = Intervention.policy_axes.through
        self.insert(
            linked,
            (
                linked(intervention_id=sheet.pk, policyaxis_id=axis.pk)
                for sheet in sheets
                for axis in self.chance.sample(axes, self.chance.randint(0, min(2, len(axes))))
            ),
        )
        lines = self.insert(CoverageLine, self.lines(sheets))
        self.insert(CoverageFigure, (figure for line in lines for figure in self.figures(line)))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")

    def axis(self, number: int):
        from interventions.models import PolicyAxis

        name = f"Axe mesuré {number}"
        return PolicyAxis(
            country=self.country,
            policy="Politique",
            number=number,
            code=f"mes-axe-{number}",
            name_fr=name,
            name_en=name,
        )

    def sheet(self, number: int):
        from interventions.models import Intervention

        start = self.first + timedelta(days=self.chance.randrange(YEARS * 365))
        return Intervention(
            country=self.country,
            code=f"MES-{number:05d}",
            title=f"{self.chance.choice(WORDS)} {self.chance.choice(WORDS).lower()} {number}",
            planned_start=start,
            planned_end=start + timedelta(days=self.chance.choice([180, 365, 730, 1095])),
            state=self.chance.choices(["published", "draft", "submitted", "archived"], [90, 4, 3, 3])[0],
            visibility=self.chance.choices(["public", "partners", "agency"], [20, 75, 5])[0],
            halt=self.chance.choices(["", "suspended", "cancelled"], [97, 2, 1])[0],
        )

    def roles(self, sheet, agencies):
        from interventions.models import InterventionRole

        chosen = self.chance.sample(agencies, 3)
        for agency, kind in zip(chosen, ("accountable", "implementer", "funder"), strict=True):
            yield InterventionRole(intervention=sheet, agency=agency, kind=kind)

    def lines(self, sheets) -> list:
        from interventions.models import AdminUnit, CoverageLine, Instrument, TargetGroup

        departments = list(AdminUnit.objects.filter(country=self.country, level=2, valid_until=None))
        regions = list(AdminUnit.objects.filter(country=self.country, level=1))
        instruments, groups = list(Instrument.objects.all()), [*TargetGroup.objects.all(), None]
        found: dict[tuple, CoverageLine] = {}
        while len(found) < LINES:
            sheet = self.chance.choice(sheets)
            where = self.chance.choices(["department", "region", "national"], [85, 10, 5])[0]
            unit = {"department": self.chance.choice(departments), "region": self.chance.choice(regions)}.get(where)
            start = sheet.planned_start + timedelta(days=30 * self.chance.randrange(4))
            line = CoverageLine(
                intervention=sheet,
                unit=unit,
                instrument=self.chance.choice(instruments),
                target_group=self.chance.choice(groups),
                starts_on=start,
                ends_on=None if self.chance.random() < 0.02 else max(start, sheet.planned_end),
            )
            found[line.intervention_id, line.unit_id, line.instrument_id, line.target_group_id, start] = line
        return list(found.values())

    def figures(self, line):
        from interventions.models import CoverageFigure

        for counted, share in (("household", 0.7), ("person", 0.5)):
            if self.chance.random() < share:
                value = self.chance.choice([3, 40, 250, 1200, 9000])
                yield CoverageFigure(line=line, kind="reached", counted=counted, value=value)
                yield CoverageFigure(line=line, kind="targeted", counted=counted, value=value + 10)


WORDS = [
    *("Filets", "Cantines", "Bourses", "Assurance", "Coupons", "Travaux", "Appui", "Transferts", "Épargne", "Registre"),
    *("Nutrition", "Résilience", "Intrants", "Formation", "Mutuelles", "Semences", "Élevage", "Dunes", "Eau", "École"),
]

"""Demonstration: the interventions of Niger and Senegal in every state that a page can show, and departments' context.

What is done and by whom is as the founding papers say it; every place, date and figure is illustrative and marked so.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zlib import crc32

from django.contrib.contenttypes.models import ContentType

from core.actors import Actor
from core.demo import World, demo_step
from core.models import TransitionRecord
from interventions.demo_niger import NIGER
from interventions.demo_niger_advice import NIGER_ADVICE
from interventions.demo_parts import ILLUSTRATIVE, Sheet, day, figures_of, lines_of
from interventions.demo_senegal import SENEGAL
from interventions.enums import Halt, InterventionKind, InterventionState, RoleKind, UnitLevel
from interventions.models import (
    AdminUnit,
    AreaProfile,
    CoverageFigure,
    CoverageLine,
    Indicator,
    IndicatorValue,
    Instrument,
    Intervention,
    PolicyAxis,
    SdgTarget,
    TargetGroup,
)
from interventions.services.course import archive, flag, publish, send_back, submit
from interventions.services.interventions import Part, create_intervention
from taskforce.demo import SECRETARY_EMAIL, account, address, office, person
from taskforce.enums import Civility, OfficeRole
from taskforce.models import Agency, Person, TaskForce, User

NOTE = "Fiche de démonstration : structures, lieux, dates et chiffres sont illustratifs."
NOTE_EN = "Demonstration sheet: organisations, places, dates and figures are illustrative."
# What is not simply published.
DRAFTS = {"PAM-FSP-3"}
SUBMITTED = {"BIT-INFORMEL", "UNICEF-ORIENTATION", "DCAS-CANTINES"}
ON_BEHALF = {"UNICEF-ORIENTATION", "DCAS-CANTINES", "PASALOUMAKAF"}
ARCHIVED = {"PNUD-MOYENS"}
# Nobody said for a month that they still hold.
STALE = {"PNUD-DUNES", "FAO-SAVOIRS", "CNSA-COUPONS", "PAM-FSP-2"}
SUSPENDED = {"METSS-HIMO"}
FLAGS = {"PAM-FSP-2": "Le salaire journalier diffère de celui du PNUD dans le département de Tanout : à rapprocher."}
SENT_BACK = {"PAM-FSP-3": "Précisez la définition des ménages très pauvres retenue pour Agadez."}


@demo_step(50)
def load_interventions(world: World) -> None:
    niger, senegal = world.things.get("niger"), world.things.get("senegal")
    if isinstance(niger, TaskForce):
        _data_manager(world, niger)
        _load(niger, [*NIGER, *NIGER_ADVICE], world.today, SECRETARY_EMAIL)
    if isinstance(senegal, TaskForce):
        account(
            world, "Gestion des données (Sénégal)", "donnees.senegal@example.org", Person.objects.get(email=AWA_SARR)
        )
        _load(senegal, SENEGAL, world.today, "secretariat.senegal@example.org")


AWA_SARR = address("Awa", "Sarr")


def _data_manager(world: World, body: TaskForce) -> None:
    """Somebody who enters and imports for the agencies of Niger; Senegal has one from its beginning."""
    manager = person(
        Civility.MS, "Halimatou", "Sani", Agency.objects.get(acronym="CFS"), "Chargée du système d’information"
    )
    office(OfficeRole.DATA_MANAGER, manager, date(2018, 1, 1), country=body.country)
    account(world, "Gestion des données (Niger)", "donnees@example.org", manager)


def _load(body: TaskForce, sheets: list[Sheet], today: date, secretary_email: str) -> None:
    known = set(Intervention.objects.filter(country=body.country).values_list("code", flat=True))
    new = [sheet for sheet in sheets if sheet.code not in known]
    if new:
        secretary = Actor.of(User.objects.select_related("person").get(email=secretary_email))
        maker = _Maker(body, today)
        for sheet in new:
            maker.make(sheet, secretary)
    units = AdminUnit.objects.filter(country=body.country, level=UnitLevel.DEPARTMENT)
    if not AreaProfile.objects.filter(unit__country=body.country).exists():
        AreaProfile.objects.bulk_create(profile for unit in units for profile in _context(unit, today))


class _Maker:
    """Makes sheets, with what they are classified by read once."""

    def __init__(self, body: TaskForce, today: date):
        self.body, self.country, self.today = body, body.country, today
        self.units = {unit.pcode: unit for unit in AdminUnit.objects.filter(country=body.country)}
        self.instruments = {one.code: one for one in Instrument.objects.all()}
        self.groups = {one.code: one for one in TargetGroup.objects.all()}
        self.agencies = {one.acronym: one for one in Agency.objects.all()}
        self.axes = {(one.policy, one.number): one for one in PolicyAxis.objects.filter(country=body.country)}
        self.sdg = {one.code: one for one in SdgTarget.objects.all()}
        seated = User.objects.filter(person__mandates__seat__task_force=body).values_list(
            "person__mandates__seat__agency__acronym", "pk"
        )
        # Who says that a sheet still holds.
        self.voices = dict(seated)

    def make(self, sheet: Sheet, secretary: Actor) -> None:
        lead = self.agencies[sheet.lead]
        start, end = day(sheet.since, self.today), day(sheet.until, self.today)
        assert start is not None
        intervention = create_intervention(
            self.country,
            actor=secretary,
            parts=[Part(lead, RoleKind.ACCOUNTABLE)]
            + [Part(self.agencies[acronym], role) for acronym, role in sheet.others],
            policy_axes=[self.axes[axis] for axis in sheet.axes],
            sdg_targets=[self.sdg[code] for code in sheet.sdg],
            on_behalf_of=lead if sheet.code in ON_BEHALF else None,
            code=sheet.code,
            title=sheet.title,
            title_en=sheet.title_en,
            kind=sheet.kind,
            summary=f"{sheet.summary}\n\n{NOTE}",
            summary_en=f"{sheet.summary_en}\n\n{NOTE_EN}",
            targeting_method="" if sheet.kind == InterventionKind.ASSISTANCE else sheet.targeting,
            vulnerability_definition=sheet.definition,
            registry=sheet.registry,
            planned_start=start,
            planned_end=end,
            actual_start=start if start <= self.today else None,
            actual_end=end if end is not None and end < self.today else None,
            halt=Halt.SUSPENDED if sheet.code in SUSPENDED else Halt.NONE,
            visibility=sheet.visibility,
        )
        self._lines(intervention, sheet)
        self._indicators(intervention, sheet)
        self._course(intervention, sheet, secretary)
        self._dates(intervention, sheet, start)

    def _lines(self, intervention: Intervention, sheet: Sheet) -> None:
        made = []
        for work in sheet.works:
            for line in lines_of(work, self.units, self.today):
                line.intervention = intervention
                line.instrument, line.target_group = self.instruments[work.instrument], self.groups[work.group]
                made.append((work, line))
        CoverageLine.objects.bulk_create(line for _work, line in made)
        CoverageFigure.objects.bulk_create(
            figure for work, line in made for figure in figures_of(work, line, self.today)
        )

    def _indicators(self, intervention: Intervention, sheet: Sheet) -> None:
        for measured in sheet.indicators:
            indicator = Indicator.objects.create(
                intervention=intervention,
                name=measured.name,
                kind=measured.kind,
                measure=measured.measure,
                over_areas=measured.over_areas,
                over_periods=measured.over_periods,
                baseline=measured.baseline,
                baseline_on=intervention.planned_start,
                target=measured.target,
                target_on=intervention.planned_end,
                source=ILLUSTRATIVE,
            )
            for back, value in enumerate(reversed(measured.values)):
                starts, ends = half_year(self.today, back + 1)
                IndicatorValue.objects.create(
                    indicator=indicator, starts_on=starts, ends_on=ends, value=value, source=ILLUSTRATIVE
                )

    def _course(self, intervention: Intervention, sheet: Sheet, secretary: Actor) -> None:
        submit(intervention, actor=secretary)
        if sheet.code in SENT_BACK:
            send_back(intervention, reason=SENT_BACK[sheet.code], actor=secretary)
        elif sheet.code not in SUBMITTED:
            publish(intervention, actor=secretary)
            if sheet.code in ARCHIVED:
                archive(intervention, actor=secretary)
        if sheet.code in FLAGS:
            flag(intervention, text=FLAGS[sheet.code], actor=secretary)

    def _dates(self, intervention: Intervention, sheet: Sheet, start: date) -> None:
        """When the sheet was entered and last said to hold: not all on the day of loading."""
        waits = sheet.code in SUBMITTED | DRAFTS
        entered = _morning(self.today - timedelta(days=9) if waits else min(start, self.today - timedelta(days=60)))
        verified = None
        if intervention.state == InterventionState.PUBLISHED and sheet.code not in ON_BEHALF:
            verified = _morning(self.today - timedelta(days=52 if sheet.code in STALE else 12))
        voice = self.voices.get(sheet.lead) if verified else None
        Intervention.objects.filter(pk=intervention.pk).update(
            created_at=entered, verified_at=verified, verified_by=voice
        )
        open_lines = intervention.lines.exclude(ends_on__lt=self.today)
        open_lines.update(verified_at=verified, verified_by=voice)
        history: tuple[tuple[Any, dict[str, int]], ...] = (
            (Intervention, {"pgh_obj": intervention.pk}),
            (CoverageLine, {"intervention": intervention.pk}),
        )
        for model, of_sheet in history:
            events = model.pgh_event_model.objects.filter(**of_sheet)
            events.filter(pgh_label="insert").update(pgh_created_at=entered)
            events.exclude(pgh_label="insert").update(pgh_created_at=verified or entered)
        records = TransitionRecord.objects.filter(
            content_type=ContentType.objects.get_for_model(Intervention), object_id=intervention.pk
        )
        for place, record in enumerate(records.order_by("pk")):
            TransitionRecord.objects.filter(pk=record.pk).update(at=entered + timedelta(days=3 * place))


def half_year(today: date, back: int) -> tuple[date, date]:
    """The half-year that ended `back` half-years ago."""
    number = today.year * 2 + (today.month > 6) - back
    year, second = divmod(number, 2)
    return (date(year, 7, 1), date(year, 12, 31)) if second else (date(year, 1, 1), date(year, 6, 30))


def _context(unit: AdminUnit, today: date) -> list[AreaProfile]:
    """Invented, and the same whenever they are made."""
    chance = crc32(unit.pcode.encode())
    as_of = date(today.year - 1, 12, 31)
    figures = {
        "Population": Decimal(60_000 + chance % 440 * 1000),
        "Taux de pauvreté (%)": Decimal(22 + chance // 7 % 49),
        "Phase d’insécurité alimentaire (1 à 5)": Decimal(1 + chance // 11 % 3),
    }
    return [
        AreaProfile(unit=unit, measure=measure, value=value, source=ILLUSTRATIVE, as_of=as_of)
        for measure, value in figures.items()
    ]


def _morning(of: date) -> datetime:
    return datetime.combine(of, time(9, 0), tzinfo=UTC)

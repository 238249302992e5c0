"""What the API says of each thing. Field names are English and stable: a change that breaks them is a new version."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from ninja import Field, Schema

from interventions.models import AdminUnit, CoverageFigure, CoverageLine, Instrument, Intervention, TargetGroup
from interventions.queries.api import masked
from taskforce.models import Agency


class AgencyOut(Schema):
    id: int
    acronym: str
    name_fr: str
    name_en: str
    kind: str

    @classmethod
    def of(cls, agency: Agency) -> AgencyOut:
        return cls(
            id=agency.pk, acronym=agency.acronym, name_fr=agency.name_fr, name_en=agency.name_en, kind=agency.kind
        )


class NamedOut(Schema):
    code: str
    name_fr: str
    name_en: str


class InstrumentOut(NamedOut):
    side: str = Field(description="`transfer`, `service` ou `enabler`")
    aspire_class: str
    ilo_function: str
    dac_code: str = Field(description="Code-objet CAD-OCDE")

    @classmethod
    def of(cls, row: Instrument) -> InstrumentOut:
        return cls(
            code=row.code,
            name_fr=row.name_fr,
            name_en=row.name_en,
            side=row.side,
            aspire_class=row.aspire_class,
            ilo_function=row.ilo_function,
            dac_code=row.dac_code,
        )


class TargetGroupOut(NamedOut):
    parent: str | None = Field(description="Code du groupe plus large")
    life_stage: str
    counted: str = Field(description="`household`, `person` ou `community`")

    @classmethod
    def of(cls, row: TargetGroup) -> TargetGroupOut:
        return cls(
            code=row.code,
            name_fr=row.name_fr,
            name_en=row.name_en,
            parent=row.parent.code if row.parent else None,
            life_stage=row.life_stage,
            counted=row.counted,
        )


class UnitOut(Schema):
    pcode: str
    name: str
    level: int = Field(description="1 région, 2 département, 3 commune")
    parent: str | None = Field(description="P-code de l’unité qui la contient")
    valid_from: date | None
    valid_until: date | None
    vintage: str

    @classmethod
    def of(cls, row: AdminUnit) -> UnitOut:
        return cls(
            pcode=row.pcode,
            name=row.name,
            level=row.level,
            parent=row.parent.pcode if row.parent else None,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            vintage=row.vintage,
        )


class RoleOut(Schema):
    agency: AgencyOut
    role: str = Field(
        description="`funder`, `accountable` (structure responsable), `extending`, `implementer` ou `ministry`"
    )
    share: Decimal | None = Field(description="Part du budget, en pour cent")


class AxisOut(NamedOut):
    policy: str
    number: int


class InterventionOut(Schema):
    id: int
    code: str
    country: str = Field(description="ISO 3166-1 alpha-3")
    title: str
    title_en: str
    kind: str
    summary: str
    summary_en: str
    status: str = Field(
        description="`planned`, `ongoing`, `completed`, `suspended`, `cancelled` ou `unknown`, aujourd’hui"
    )
    start: date | None
    end: date | None
    targeting_method: str
    currency: str = Field(description="ISO 4217, de tous les montants de la fiche")
    visibility: str
    is_confirmed: bool = Field(description="Faux : saisie pour le compte d’une structure qui ne l’a pas confirmée")
    verified_at: datetime | None
    updated_at: datetime
    roles: list[RoleOut]
    policy_axes: list[AxisOut]
    sdg_targets: list[str]

    @classmethod
    def of(cls, row: Intervention) -> InterventionOut:
        return cls(
            id=row.pk,
            code=row.code,
            country=row.country.iso3,
            title=row.title,
            title_en=row.title_en,
            kind=row.kind,
            summary=row.summary,
            summary_en=row.summary_en,
            status=row.status_on(timezone.localdate()),
            start=row.start,
            end=row.end,
            targeting_method=row.targeting_method,
            currency=row.currency,
            visibility=row.visibility,
            is_confirmed=row.on_behalf_of_id is None,
            verified_at=row.verified_at,
            updated_at=row.updated_at,
            roles=[
                RoleOut(agency=AgencyOut.of(role.agency), role=role.kind, share=role.share) for role in row.roles.all()
            ],
            policy_axes=[
                AxisOut(
                    code=axis.code, name_fr=axis.name_fr, name_en=axis.name_en, policy=axis.policy, number=axis.number
                )
                for axis in row.policy_axes.all()
            ],
            sdg_targets=[target.code for target in row.sdg_targets.all()],
        )


class FigureOut(Schema):
    kind: str = Field(description="`targeted`, `reached` ou `in_need`")
    counted: str = Field(description="`household` ou `person` : les deux ne s’additionnent jamais")
    sex: str = Field(description="Vide : toutes et tous")
    age_band: str = Field(description="Vide : tous les âges")
    with_disability: bool
    value: int | None = Field(description="null quand le chiffre est masqué")
    is_masked: bool = Field(description="De 1 à 4, ou une partie qui le laisserait calculer")
    precision: str = Field(description="`counted`, `estimated` ou `illustrative`")
    as_of: date | None
    source: str

    @classmethod
    def of(cls, row: CoverageFigure, *, is_masked: bool) -> FigureOut:
        return cls(
            kind=row.kind,
            counted=row.counted,
            sex=row.sex,
            age_band=row.age_band,
            with_disability=row.with_disability,
            value=None if is_masked else row.value,
            is_masked=is_masked,
            precision=row.precision,
            as_of=row.as_of,
            source=row.source,
        )


class LineInterventionOut(Schema):
    id: int
    code: str
    title: str


class LineOut(Schema):
    """Une ligne 4W : qui fait quoi, où, quand, pour qui."""

    id: int
    intervention: LineInterventionOut
    unit: str | None = Field(description="P-code ; `null` : national ou diffus")
    unit_name: str | None
    unit_level: int | None
    unit_parent: str | None = Field(description="P-code de la région d’un département")
    instrument: str = Field(description="Code, voir /instruments")
    target_group: str | None = Field(description="Code, voir `/target-groups`")
    starts_on: date
    ends_on: date | None = Field(description="Dernier jour compris ; `null` : pas de fin connue")
    transfer_value: Decimal | None
    frequency: str
    modality: str
    budget: Decimal | None
    currency: str
    source: str
    verified_at: datetime | None
    updated_at: datetime
    figures: list[FigureOut]

    @classmethod
    def of(cls, row: CoverageLine, *, small: bool) -> LineOut:
        unit, figures = row.unit, list(row.figures.all())
        hidden = masked(figures, small=small)
        sheet = row.intervention
        return cls(
            id=row.pk,
            intervention=LineInterventionOut(id=sheet.pk, code=sheet.code, title=sheet.title),
            unit=unit.pcode if unit else None,
            unit_name=unit.name if unit else None,
            unit_level=unit.level if unit else None,
            unit_parent=unit.parent.pcode if unit and unit.parent else None,
            instrument=row.instrument.code,
            target_group=row.target_group.code if row.target_group else None,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            transfer_value=row.transfer_value,
            frequency=row.frequency,
            modality=row.modality,
            budget=row.budget,
            currency=sheet.currency,
            source=row.source,
            verified_at=row.verified_at,
            updated_at=row.updated_at,
            figures=[FigureOut.of(one, is_masked=one.pk in hidden) for one in figures],
        )


class TotalOut(Schema):
    key: str | None = Field(description="P-code, code ou identifiant ; `null` : lieu non précisé, ou non renseigné")
    name: str | None
    low: int = Field(description="Au moins : les mêmes personnes peuvent figurer sur plusieurs lignes")
    high: int = Field(description="Au plus : la somme des lignes")


class TotalsOut(Schema):
    by: str
    measure: str
    start: date
    end: date
    total: TotalOut | None = Field(description="Tout ensemble ; `null` : rien dans la période")
    items: list[TotalOut]

"""The file: activities one after the other, their elements in the order of the schema."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import IO, Any

from lxml import etree

from interventions.enums import RoleKind
from interventions.iati import codes
from interventions.iati.checks import Report
from interventions.iati.elements import XML_LANG, add, clean, moment, narratives, number, period
from interventions.iati.results import write_results
from interventions.iati.sheets import budgets_of, lead_of, regions_of, sectors_of
from interventions.models import AdminUnit, Intervention
from taskforce.models import Agency


def write_activities(reports: Iterable[Report], stream: IO[bytes], *, now: datetime, today: date) -> int:
    """Write the sheets that `may_leave` into `stream` as IATI 2.03, each as it is read; how many there were.

    The schema wants one at least: for none, nothing that is valid can be written (the caller says so).
    """
    written = 0
    with etree.xmlfile(stream, encoding="UTF-8") as file:
        file.write_declaration()
        with file.element("iati-activities", {"version": codes.VERSION, "generated-datetime": moment(now)}):
            for report in reports:
                if report.may_leave:
                    file.write("\n", activity_of(report, today=today), pretty_print=True)
                    written += 1
    return written


def activity_of(report: Report, *, today: date) -> Any:
    """The `iati-activity` of a sheet without a blocking problem."""
    sheet = report.sheet
    lead = lead_of(sheet)
    assert lead is not None, "checked"
    activity = etree.Element("iati-activity")
    activity.set(XML_LANG, "fr")
    activity.set("default-currency", sheet.currency)
    activity.set("last-updated-datetime", moment(sheet.updated_at))
    activity.set("humanitarian", "0")
    add(activity, "iati-identifier").text = report.identifier
    # The portal speaks for those who are accountable: a secondary reporter.
    reporting = add(activity, "reporting-org", ref=lead.iati_ref, type=_type_of(lead), secondary_reporter="1")
    narratives(reporting, *_names(lead))
    narratives(add(activity, "title"), sheet.title, sheet.title_en)
    _descriptions(activity, sheet)
    _organisations(activity, sheet)
    add(activity, "activity-status", code=codes.STATUSES[sheet.status_on(today)])
    _dates(activity, sheet)
    add(activity, "activity-scope", code=_scope(sheet))
    add(activity, "recipient-country", code=sheet.country.iso2)
    for unit in _units(sheet):
        _location(activity, unit, sheet.country.iso2)
    shares = sectors_of(sheet)
    for code, share in shares.items():
        add(activity, "sector", vocabulary=codes.DAC, code=code, percentage=number(share) if len(shares) > 1 else "")
    _tags(activity, sheet)
    for budget in budgets_of(sheet)[0]:
        element = add(activity, "budget", type=codes.ORIGINAL, status=codes.INDICATIVE)
        period(element, budget.start, budget.end)
        add(element, "value", value_date=budget.start.isoformat()).text = number(budget.value)
    write_results(activity, sheet, today=today)
    return activity


def _type_of(agency: Agency) -> str:
    return codes.ORGANISATION_TYPES[agency.kind]  # type: ignore[index]


def _names(agency: Agency) -> tuple[str, str]:
    return agency.name_fr or agency.acronym, agency.name_en


def _descriptions(activity: Any, sheet: Intervention) -> None:
    general = add(activity, "description", type=codes.GENERAL)
    narratives(general, sheet.summary or sheet.title, sheet.summary_en or ("" if sheet.summary else sheet.title_en))
    groups = {line.target_group for line in sheet.lines.all() if line.target_group is not None}
    found = sorted(groups, key=lambda group: (group.position, group.code))
    french = [clean(group.name_fr) for group in found]
    english = [clean(group.name_en) for group in found]
    if french or sheet.vulnerability_definition:
        text = ". ".join(part for part in (", ".join(french), sheet.vulnerability_definition) if part)
        narratives(add(activity, "description", type=codes.TARGET_GROUPS), text, ", ".join(english))


def _organisations(activity: Any, sheet: Intervention) -> None:
    """An agency stands once a role: as ministry and as implementer it would stand twice."""
    seen = set()
    for role in sorted(sheet.roles.all(), key=lambda one: (codes.ROLES[one.kind], one.kind == RoleKind.MINISTRY)):  # type: ignore[index]
        code = codes.ROLES[role.kind]  # type: ignore[index]
        if (code, role.agency_id) in seen:
            continue
        seen.add((code, role.agency_id))
        element = add(
            activity, "participating-org", role=code, type=_type_of(role.agency), ref=role.agency.iati_ref.strip()
        )
        narratives(element, *_names(role.agency))


def _dates(activity: Any, sheet: Intervention) -> None:
    for code, day in (
        (codes.PLANNED_START, sheet.planned_start),
        (codes.ACTUAL_START, sheet.actual_start),
        (codes.PLANNED_END, sheet.planned_end),
        (codes.ACTUAL_END, sheet.actual_end),
    ):
        if day is not None:
            add(activity, "activity-date", type=code, iso_date=day.isoformat())


def _scope(sheet: Intervention) -> str:
    lines = list(sheet.lines.all())
    regions = regions_of(lines)
    if not regions or any(line.unit is None for line in lines):
        return codes.NATIONAL
    if len(regions) > 1:
        return codes.SEVERAL_REGIONS
    units = {line.unit.pk: line.unit.level for line in lines if line.unit is not None}
    return codes.ONE_DEPARTMENT if len(units) == 1 and max(units.values()) > 1 else codes.ONE_REGION


def _units(sheet: Intervention) -> list[AdminUnit]:
    found = {line.unit.pk: line.unit for line in sheet.lines.all() if line.unit is not None}
    for indicator in sheet.indicators.all():
        found |= {value.unit.pk: value.unit for value in indicator.values.all() if value.unit is not None}
    return sorted(found.values(), key=lambda unit: unit.pcode)


def _location(activity: Any, unit: AdminUnit, country: str) -> None:
    location = add(activity, "location", ref=unit.pcode)
    add(location, "location-reach", code=codes.BENEFICIARIES_ARE_THERE)
    narratives(add(location, "name"), unit.name)
    add(location, "administrative", vocabulary=codes.ISO_COUNTRIES, level="0", code=country)
    if unit.latitude is not None and unit.longitude is not None:
        point = add(location, "point", srsName=codes.WGS84)
        etree.SubElement(point, "pos").text = f"{number(unit.latitude)} {number(unit.longitude)}"
    add(location, "exactness", code=codes.APPROXIMATE)
    add(location, "location-class", code=codes.ADMINISTRATIVE_REGION)
    add(location, "feature-designation", code=codes.DESIGNATIONS[unit.level])  # type: ignore[index]


def _tags(activity: Any, sheet: Intervention) -> None:
    for target in sheet.sdg_targets.all():
        narratives(add(activity, "tag", vocabulary=codes.SDG_TARGETS, code=target.code), target.name_fr, target.name_en)
    instruments = {line.instrument.code: line.instrument for line in sheet.lines.all()}
    entries = [("instruments", code, one.name_fr, one.name_en) for code, one in sorted(instruments.items())]
    entries += [
        ("axes", f"{axis.policy}-{axis.number}".replace(" ", "-"), axis.name_fr, axis.name_en)
        for axis in sheet.policy_axes.all()
    ]
    for name, code, french, english in entries:
        tag = add(activity, "tag", vocabulary=codes.OWN, vocabulary_uri=codes.vocabulary_uri(name), code=code)
        narratives(tag, french, english)

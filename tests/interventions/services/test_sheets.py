"""Sheets entered and corrected, whose they are, and their course."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.models import TransitionRecord
from core.workflow import TransitionRefused
from interventions.enums import InterventionState, InterventionStatus, RoleKind
from interventions.queries.history import history_of
from interventions.services.course import archive, confirm, flag, publish, restore, send_back, submit, verify
from interventions.services.interventions import Part, create_intervention, edit_intervention, set_roles
from interventions.services.lines import add_line
from interventions.services.stale import Stale
from tests.interventions.factories import (
    AxisFactory,
    FigureFactory,
    GroupFactory,
    InstrumentFactory,
    InterventionFactory,
    LineFactory,
    RoleFactory,
    UnitFactory,
)
from tests.interventions.people import agency_of
from tests.taskforce.factories import AgencyFactory, CountryFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def focal_point(body):
    return member(body)


@pytest.fixture
def data_manager(body):
    return member(body, role="data_manager").user


@pytest.fixture
def sheet(body, focal_point):
    """A published sheet of the focal point's agency, with two lines that go on."""
    made = InterventionFactory(country=body.country, lead=agency_of(focal_point), published=True)
    LineFactory(intervention=made, ends_on=None)
    LineFactory(intervention=made, ends_on=None)
    return made


def lead_of(person):
    return Part(agency_of(person), RoleKind.ACCOUNTABLE)


# Entered


def test_a_new_sheet_is_a_draft_with_its_agencies_and_a_code_of_its_own(body, focal_point):
    axis, funder = AxisFactory(country=body.country), AgencyFactory()
    parts = [lead_of(focal_point), Part(funder, RoleKind.FUNDER, Decimal("60.5"))]

    first = create_intervention(
        body.country, actor=focal_point.user, parts=parts, policy_axes=[axis], title="  Filets   sociaux "
    )
    second = create_intervention(body.country, actor=focal_point.user, parts=parts, title="Cantines")

    year = timezone.localdate().year
    assert (first.state, first.title, first.code) == ("draft", "Filets sociaux", f"NER-{year}-001")
    assert second.code == f"NER-{year}-002"
    assert {(role.agency, role.kind, role.share) for role in first.roles.all()} == {
        (agency_of(focal_point), "accountable", None),
        (funder, "funder", Decimal("60.5")),
    }
    assert list(first.policy_axes.all()) == [axis]
    assert first.verified_by == focal_point.user


def test_a_code_of_one_s_own_is_kept_and_stands_once_in_a_country(body, focal_point):
    create_intervention(body.country, actor=focal_point.user, parts=[lead_of(focal_point)], title="A", code="PNSF")

    with pytest.raises(ValidationError, match="porte déjà ce code"):
        create_intervention(body.country, actor=focal_point.user, parts=[lead_of(focal_point)], title="B", code="PNSF")


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (lambda a, b: [Part(a, "accountable"), Part(b, "accountable")], "une seule structure responsable"),
        (lambda a, b: [Part(a, "funder"), Part(a, "funder")], "tient deux fois le rôle .*Financement"),
        (lambda a, b: [Part(a, "funder", Decimal(60)), Part(b, "funder", Decimal(41))], "font 101 %"),
    ],
)
def test_parts_that_cannot_be_together(parts, message, body, secretary):
    with pytest.raises(ValidationError, match=message):
        create_intervention(
            body.country, actor=secretary, parts=parts(AgencyFactory(), AgencyFactory()), title="Filets sociaux"
        )


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 251}, "title"),
        ({"title": "Filets\0sociaux"}, "title"),
        ({"title": "A", "currency": "F CFA"}, "currency"),
        ({"title": "A", "currency": "€€€"}, "currency"),
        ({"title": "A", "visibility": "everybody"}, "visibility"),
    ],
)
def test_what_a_sheet_cannot_hold_is_told_by_field(fields, name, body, focal_point):
    with pytest.raises(ValidationError) as refusal:
        create_intervention(body.country, actor=focal_point.user, parts=[lead_of(focal_point)], **fields)

    assert set(refusal.value.message_dict) == {name}


def test_axes_are_of_the_country(body, focal_point):
    abroad = AxisFactory(country=CountryFactory(senegal=True))

    with pytest.raises(ValidationError, match="axes de politique de ce pays"):
        create_intervention(body.country, actor=focal_point.user, parts=[], title="A", policy_axes=[abroad])


def test_a_technical_assistance_has_no_figures(sheet, focal_point):
    FigureFactory(line=sheet.lines.first())

    with pytest.raises(ValidationError, match="n’a pas de bénéficiaires"):
        edit_intervention(sheet, actor=focal_point.user, kind="assistance")


def test_who_writes_over_what_they_have_not_seen_is_told(sheet, focal_point):
    edit_intervention(sheet, actor=focal_point.user, version=0, title="Premier")

    with pytest.raises(Stale) as stale:
        edit_intervention(sheet, actor=focal_point.user, version=0, title="Second")

    assert stale.value.current.title == "Premier"
    sheet.refresh_from_db()
    assert (sheet.title, sheet.version) == ("Premier", 1)


# Handed over, entered for somebody


def test_an_agency_does_not_give_its_sheet_away_by_itself(sheet, focal_point, secretary):
    other = AgencyFactory()

    with pytest.raises(ValidationError, match="reste responsable"):
        set_roles(sheet, [Part(other, RoleKind.ACCOUNTABLE)], actor=focal_point.user)
    set_roles(sheet, [Part(other, RoleKind.ACCOUNTABLE)], actor=secretary)

    assert [role.agency for role in sheet.roles.filter(kind="accountable")] == [other]


def test_what_the_data_manager_enters_waits_for_the_agency(body, focal_point, data_manager):
    agency = agency_of(focal_point)
    sheet = create_intervention(
        body.country, actor=data_manager, parts=[lead_of(focal_point)], on_behalf_of=agency, title="Bons alimentaires"
    )
    assert (sheet.on_behalf_of, sheet.verified_at) == (agency, None)

    confirm(sheet, actor=focal_point.user)

    sheet.refresh_from_db()
    assert (sheet.on_behalf_of, sheet.verified_by) == (None, focal_point.user)


def test_the_agency_s_own_entry_replaces_what_was_entered_for_it(sheet, focal_point, data_manager):
    edit_intervention(sheet, actor=data_manager, summary="Saisi par la gestionnaire.")
    sheet.refresh_from_db()
    assert sheet.on_behalf_of == agency_of(focal_point)

    edit_intervention(sheet, actor=focal_point.user, summary="Écrit par la structure.")

    sheet.refresh_from_db()
    assert (sheet.on_behalf_of, sheet.summary) == (None, "Écrit par la structure.")


def test_a_line_of_the_data_manager_is_to_be_confirmed_too(sheet, focal_point, data_manager):
    add_line(sheet, actor=data_manager, unit=UnitFactory(), instrument=InstrumentFactory(), starts_on=date(2026, 2, 1))

    sheet.refresh_from_db()
    assert sheet.on_behalf_of == agency_of(focal_point)


# Its course


def test_a_sheet_goes_to_the_secretariat_and_is_published(body, focal_point, secretary):
    sheet = create_intervention(body.country, actor=focal_point.user, parts=[lead_of(focal_point)], title="Filets")
    with pytest.raises(ValidationError, match="au moins une ligne"):
        submit(sheet, actor=focal_point.user)
    add_line(
        sheet,
        actor=focal_point.user,
        unit=UnitFactory(),
        instrument=InstrumentFactory(),
        target_group=GroupFactory(),
        starts_on=date(2026, 1, 1),
    )

    submit(sheet, actor=focal_point.user)
    publish(sheet, actor=secretary)

    sheet.refresh_from_db()
    assert sheet.state == InterventionState.PUBLISHED
    records = TransitionRecord.objects.order_by("pk").values_list("after", "actor_label")
    assert list(records) == [("submitted", str(focal_point.user)), ("published", str(secretary))]


def test_nothing_is_published_without_a_lead(body, secretary):
    sheet = InterventionFactory(country=body.country)
    LineFactory(intervention=sheet)

    with pytest.raises(ValidationError, match="Nommez la structure responsable"):
        publish(sheet, actor=secretary)


def test_a_sheet_is_sent_back_with_a_reason_only(sheet, secretary):
    with pytest.raises(TransitionRefused):
        send_back(sheet, reason="", actor=secretary)

    send_back(sheet, reason="Le lieu manque.", actor=secretary)

    sheet.refresh_from_db()
    assert sheet.state == InterventionState.DRAFT
    assert TransitionRecord.objects.get().comment == "Le lieu manque."


def test_the_archive_is_written_by_nobody_and_left_as_a_draft(sheet, focal_point, secretary):
    archive(sheet, actor=secretary)
    with pytest.raises(ValidationError, match="archivée"):
        edit_intervention(sheet, actor=focal_point.user, title="Autre")
    with pytest.raises(ValidationError, match="archivée"):
        verify(sheet.lines.first(), actor=focal_point.user)

    restore(sheet, actor=secretary)

    sheet.refresh_from_db()
    assert sheet.state == InterventionState.DRAFT


def test_a_flag_stays_until_the_agency_writes(sheet, focal_point, secretary):
    flag(sheet, text="Les montants ont changé ?", actor=secretary)
    verify(sheet.lines.first(), actor=focal_point.user)
    sheet.refresh_from_db()
    assert sheet.flag == "Les montants ont changé ?"

    edit_intervention(sheet, actor=focal_point.user, summary="Montants revus.")

    sheet.refresh_from_db()
    assert (sheet.flag, sheet.flagged_at, sheet.flagged_by) == ("", None, None)


# « Toujours valable ? »


def test_one_line_verified_leaves_the_others_until_the_last(sheet, focal_point):
    first, second = sheet.lines.all()
    verify(first, actor=focal_point.user)
    sheet.refresh_from_db()
    second.refresh_from_db()
    assert (sheet.verified_at, second.verified_at) == (None, None)

    verify(second, actor=focal_point.user)

    sheet.refresh_from_db()
    assert sheet.verified_by == focal_point.user


def test_a_sheet_is_verified_with_its_lines_that_go_on(sheet, focal_point):
    over = LineFactory(intervention=sheet, starts_on=date(2015, 1, 1), ends_on=date(2015, 12, 31))

    verify(sheet, actor=focal_point.user)

    assert sheet.lines.filter(verified_at__isnull=False).count() == 2
    over.refresh_from_db()
    assert over.verified_at is None


def test_the_data_manager_says_that_a_sheet_holds_without_making_it_one_to_confirm(sheet, data_manager):
    verify(sheet, actor=data_manager)

    sheet.refresh_from_db()
    assert (sheet.on_behalf_of, sheet.verified_by) == (None, data_manager)


# Read


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, InterventionStatus.UNKNOWN),
        ({"planned_start": 1}, InterventionStatus.PLANNED),
        ({"planned_start": 0}, InterventionStatus.ONGOING),
        ({"planned_start": -9, "planned_end": 0}, InterventionStatus.ONGOING),
        ({"planned_start": -9, "planned_end": -1}, InterventionStatus.COMPLETED),
        ({"planned_start": -9, "actual_start": 1}, InterventionStatus.PLANNED),
        ({"planned_start": -9, "planned_end": -1, "actual_end": 5}, InterventionStatus.ONGOING),
        ({"planned_start": -9, "halt": "suspended"}, InterventionStatus.SUSPENDED),
    ],
)
def test_the_status_follows_from_the_dates(fields, status):
    today = date(2026, 11, 21)
    days = {name: today + timedelta(days=n) if isinstance(n, int) else n for name, n in fields.items()}
    sheet = InterventionFactory.build(country=None, **{"planned_start": None, "planned_end": None, **days})

    assert sheet.status_on(today) == status


def test_the_history_tells_who_changed_what(sheet, focal_point, secretary):
    edit_intervention(sheet, actor=focal_point.user, registry="RNU")
    RoleFactory(intervention=sheet, kind="funder")
    send_back(sheet, reason="À compléter.", actor=secretary)

    told = [(event.actor, event.text) for event in history_of(sheet)]

    assert (str(secretary), "Publiée → Brouillon") in told
    assert any(actor == str(focal_point.user) and "registre utilisé" in text.lower() for actor, text in told)

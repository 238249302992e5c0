"""Thematic groups as bodies of their own, their pilots; who leads on what."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from core.fields import period
from taskforce.enums import BodyKind, BodyState, OfficeRole
from taskforce.models import LeadAgency, TaskForce, Theme
from taskforce.queries import bodies_visible_to, forget_grants
from taskforce.queries.groups import groups_of, leads_by_theme, pilot_on
from taskforce.queries.members import ending, seat_holders
from taskforce.services.bodies import begin_lead
from taskforce.services.groups import change_pilot, create_group
from tests.taskforce.factories import (
    AgencyFactory,
    MandateFactory,
    PersonFactory,
    SeatFactory,
    TaskForceFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)


def signed_in(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def parent():
    return TaskForceFactory(name="Protection sociale")


@pytest.fixture
def secretary(parent):
    return member(parent, role="secretariat").user


def test_a_group_is_a_body_of_its_own_run_by_the_parents_secretariat(parent, secretary):
    pilot, first, second = AgencyFactory(kind="ministry"), AgencyFactory(), AgencyFactory()

    group = create_group(
        parent, name="Groupe  ciblage", starts_on=DAY, pilot=pilot, members=[first, second], actor=secretary
    )

    assert (group.name, group.kind, group.parent, group.state) == (
        "Groupe ciblage",
        BodyKind.THEMATIC_GROUP,
        parent,
        BodyState.PROPOSED,
    )
    assert (group.country, group.time_zone, group.slug) == (parent.country, parent.time_zone, "groupe-ciblage")
    assert pilot_on(group, DAY).agency == pilot
    assert {seat.agency for seat in group.seats.all()} == {first, second}
    office = group.offices.get()
    assert (office.role, office.person.user) == (OfficeRole.SECRETARIAT, secretary)
    forget_grants(secretary)
    assert secretary.has_perm("taskforce.manage_body", group)


def test_a_group_may_have_its_own_secretariat_and_no_structure(parent, secretary):
    other = PersonFactory(account=True)

    group = create_group(parent, name="Extension", starts_on=DAY, secretary=other, actor=secretary)

    assert group.offices.get().person == other
    assert not group.seats.exists()
    # Somebody else's body now, of the same country: read, not run.
    forget_grants(secretary)
    assert not secretary.has_perm("taskforce.manage_body", group)


def test_its_members_are_not_the_parents(parent, secretary):
    titular = member(parent, role="titular").user

    group = create_group(parent, name="Ciblage", starts_on=DAY, actor=secretary)

    assert group not in bodies_visible_to(titular)


def test_two_groups_never_share_an_address_and_one_parent_no_name(parent, secretary):
    first = create_group(parent, name="Ciblage", starts_on=DAY, actor=secretary)
    elsewhere = TaskForceFactory()
    second = create_group(elsewhere, name="Ciblage", starts_on=DAY, actor=member(elsewhere, role="secretariat").user)
    reserved = create_group(parent, name="Annuaire", starts_on=DAY, actor=secretary)

    assert (first.slug, second.slug, reserved.slug) == ("ciblage", "ciblage-2", "annuaire-2")
    with pytest.raises(ValidationError):
        create_group(parent, name="ciblage ", starts_on=DAY, actor=secretary)
    parent.state = BodyState.CLOSED
    with pytest.raises(ValidationError):
        create_group(parent, name="Nouveau", starts_on=DAY, actor=secretary)


def test_another_pilot_ends_the_one_in_place_the_day_before(parent, secretary):
    first, second = AgencyFactory(), AgencyFactory()
    group = create_group(parent, name="Ciblage", starts_on=DAY, pilot=first, actor=secretary)

    change_pilot(group, second, starts_on=date(2026, 6, 1), actor=secretary)

    assert pilot_on(group, date(2026, 5, 31)).agency == first
    assert pilot_on(group, date(2026, 6, 1)).agency == second
    for agency, day in ((second, date(2026, 7, 1)), (first, date(2026, 6, 1)), (first, date(2026, 4, 1))):
        with pytest.raises(ValidationError):
            change_pilot(group, agency, starts_on=day, actor=secretary)


def test_a_lead_by_theme_is_no_pilot(parent, secretary):
    group = create_group(parent, name="Ciblage", starts_on=DAY, actor=secretary)
    begin_lead(group, AgencyFactory(), theme=Theme.objects.create(name="Suivi"), starts_on=DAY, actor=secretary)

    assert pilot_on(group, DAY) is None


def test_the_parent_lists_its_groups_the_closed_last(parent, secretary):
    pilot = AgencyFactory()
    closed = TaskForceFactory(parent=parent, name="A", state=BodyState.CLOSED)
    shown = create_group(parent, name="Ciblage", starts_on=DAY, pilot=pilot, actor=secretary)
    forget_grants(secretary)

    groups = groups_of(parent, secretary, DAY)

    assert [(group.body, [lead.agency for lead in group.pilots]) for group in groups] == [
        (shown, [pilot]),
        (closed, []),
    ]


def test_leads_stand_by_theme_as_of_any_day(parent):
    theme = Theme.objects.create(name="Évaluation")
    other = Theme.objects.create(name="Zones")
    general, early, late = AgencyFactory(acronym="A"), AgencyFactory(acronym="B"), AgencyFactory(acronym="C")
    for agency, on, days in (
        (general, None, period(date(2016, 1, 1))),
        (early, theme, period(date(2016, 1, 1), date(2020, 12, 31))),
        (late, theme, period(date(2021, 1, 1))),
        (late, other, period(date(2030, 1, 1))),
    ):
        LeadAgency.objects.create(task_force=parent, agency=agency, theme=on, period=days)

    rows = leads_by_theme(parent, date(2020, 12, 31))

    assert [
        (str(row.theme), [str(lead.agency) for lead in row.current], [str(lead.agency) for lead in row.others])
        for row in rows
    ] == [
        ("None", ["A"], []),
        ("Évaluation", ["B"], ["C"]),
        ("Zones", [], ["C"]),
    ]


def test_seats_and_their_holders_in_one_query(parent, django_assert_num_queries):
    today = date(2026, 11, 21)
    held, vacant = SeatFactory(task_force=parent), SeatFactory(task_force=parent)
    leaving = MandateFactory(
        seat=held, person__civility="mr", person__family_name="Sow", period=period(date(2024, 1, 1), date(2026, 12, 1))
    )
    MandateFactory(seat=held, rank=1, period=period(date(2024, 1, 1), date(2026, 12, 1)))
    MandateFactory(seat=held, rank=1, period=period(date(2026, 12, 2)))
    MandateFactory(seat=vacant, rank=1)

    with django_assert_num_queries(1):
        lines = seat_holders(parent, today)

    assert {line.seat for line in lines if line.is_vacant} == {vacant}
    [(seat, holder)] = ending(lines, on=today)
    assert (seat, holder.person_id, holder.ends_on) == (held, leaving.person_id, date(2026, 12, 1))
    assert holder.name == leaving.person.full_name


class TestPages:
    def test_the_secretariat_creates_a_group_and_finds_it(self, parent, secretary):
        pilot = AgencyFactory(acronym="METSS", kind="ministry")
        SeatFactory(task_force=parent, agency=pilot)
        client = signed_in(secretary)
        url = reverse("taskforce:group_create", args=[parent.slug])
        assert pilot.pk in client.get(f"{url}?memes=oui").context["form"].initial["members"]

        response = client.post(
            url, {"name": "Groupe informel", "pilot": pilot.pk, "starts_on": "1/3/2026", "members": [pilot.pk]}
        )

        group = TaskForce.objects.get(slug="groupe-informel")
        assert response.url == reverse("taskforce:body_detail", args=[group.slug])
        page = client.get(response.url).content.decode()
        assert "pilote" in page
        assert parent.get_absolute_url() in page
        assert (
            group.get_absolute_url()
            in client.get(reverse("taskforce:body_detail", args=[parent.slug])).content.decode()
        )
        assert parent.get_absolute_url() in client.get(group.get_absolute_url()).content.decode()

    def test_a_name_in_use_is_said_and_nothing_is_lost(self, parent, secretary):
        create_group(parent, name="Ciblage", starts_on=DAY, actor=secretary)
        forget_grants(secretary)

        response = signed_in(secretary).post(
            reverse("taskforce:group_create", args=[parent.slug]), {"name": "Ciblage", "starts_on": "1/3/2026"}
        )

        assert response.status_code == 422
        assert TaskForce.objects.filter(parent=parent).count() == 1

    def test_an_administrator_may_too(self, parent):
        client = signed_in(UserFactory(administrator=True))

        client.post(reverse("taskforce:group_create", args=[parent.slug]), {"name": "Ciblage", "starts_on": "1/3/2026"})

        assert TaskForce.objects.filter(parent=parent).exists()

    def test_only_a_group_has_a_pilot_to_change(self, parent, secretary):
        client = signed_in(secretary)
        assert client.get(reverse("taskforce:pilot_change", args=[parent.slug])).status_code == 404
        group = create_group(parent, name="Ciblage", starts_on=DAY, actor=secretary)
        agency = AgencyFactory()

        client.post(
            reverse("taskforce:pilot_change", args=[group.slug]), {"agency": agency.pk, "starts_on": "1/6/2026"}
        )

        assert pilot_on(group, date(2026, 6, 1)).agency == agency

    def test_the_page_of_leads_is_read_as_of_any_day(self, parent, secretary):
        LeadAgency.objects.create(
            task_force=parent, agency=AgencyFactory(), period=period(date(2016, 1, 1), date(2020, 12, 31))
        )
        client = signed_in(secretary)
        url = reverse("taskforce:lead_list", args=[parent.slug])

        assert client.get(url).context["led"] == 0
        assert client.get(f"{url}?date=1/6/2018").context["led"] == 1
        assert client.get(f"{url}?date=demain").status_code == 200

"""Who sees whom: lists and rules are one policy."""

from datetime import timedelta

import pytest

from core.fields import period
from taskforce.models import ActionItem
from taskforce.queries import (
    actions_visible_to,
    contacts_visible_to,
    decisions_visible_to,
    incomplete,
    mandates_ending_soon,
    mandates_on,
    missing_facts,
    most_urgent,
    people_visible_to,
    roster_on,
    similar_people,
    to_renew,
    visible_bodies,
)
from tests.taskforce.factories import (
    LONG_AGO,
    ActionItemFactory,
    AgencyFactory,
    CountryFactory,
    DecisionFactory,
    MandateFactory,
    OfficeFactory,
    PersonFactory,
    SeatFactory,
    TaskForceFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db

WHO = ["titular", "observer", "secretariat", "ended", "none", "neighbour", "abroad", "data_manager", "administrator"]


def user_as(who, body):
    if who == "administrator":
        return UserFactory(administrator=True)
    if who == "neighbour":
        return member(TaskForceFactory(country=body.country), role="secretariat").user
    if who == "abroad":
        return member(TaskForceFactory(country=CountryFactory(senegal=True)), role="secretariat").user
    return member(body, role=who).user


@pytest.mark.parametrize("who", WHO)
def test_who_sees_a_member_of_the_body_and_reads_the_address(who):
    body = TaskForceFactory()
    user, person = user_as(who, body), member(body)
    sees = people_visible_to(user).filter(pk=person.pk).exists()
    reads = contacts_visible_to(user).filter(pk=person.pk).exists()
    assert sees == (who not in {"ended", "none"})
    assert reads == (who in {"titular", "observer", "secretariat", "administrator"})


@pytest.mark.parametrize("who", WHO)
def test_who_may_write_the_record_and_invite(who):
    body = TaskForceFactory()
    user, person, loose = user_as(who, body), member(body), PersonFactory()
    runs = {"secretariat", "administrator"}
    assert user.has_perm("taskforce.edit_person", person) == (who in runs)
    assert user.has_perm("taskforce.invite_person", person) == (who in runs)
    assert user.has_perm("taskforce.change_address", person) == (who in runs)
    assert user.has_perm("taskforce.edit_person", loose) == (who in runs | {"neighbour", "abroad"})


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("is_restricted", [True, False])
def test_lists_and_rules_of_the_register_agree(who, is_restricted):
    body = TaskForceFactory()
    user = user_as(who, body)
    action = ActionItemFactory(task_force=body, is_restricted=is_restricted)
    decision = DecisionFactory(task_force=body, is_restricted=is_restricted)
    may = user.has_perm("taskforce.view_register", body) and (not is_restricted or who == "secretariat")
    assert actions_visible_to(user).filter(pk=action.pk).exists() == may
    assert decisions_visible_to(user).filter(pk=decision.pk).exists() == may


def test_an_address_is_changed_by_who_runs_every_body_of_the_person():
    body, other = TaskForceFactory(), TaskForceFactory()
    secretary = member(body, role="secretariat")
    person = member(body)
    MandateFactory(person=person, seat__task_force=other)
    assert secretary.user.has_perm("taskforce.edit_person", person)
    assert not secretary.user.has_perm("taskforce.change_address", person)
    assert person.user.has_perm("taskforce.change_address", person)


def test_namesakes_without_case_accents_or_order():
    known = PersonFactory(given_name="Aïssa", family_name="Oumarou")
    PersonFactory(given_name="Aïssatou", family_name="Oumarou")
    for given, family in [("aissa", "OUMAROU"), ("Oumarou", "Aïssa"), (" AÏSSA ", "oumarou")]:
        assert list(similar_people(given, family)) == [known]
    assert not similar_people("Aïssa", "Oumarou", but=known.pk).exists()


def test_the_roster_groups_by_seat_members_first():
    body = TaskForceFactory()
    observer = SeatFactory(task_force=body, agency__acronym="AAA", observer=True)
    seat = SeatFactory(task_force=body, agency__acronym="Éva")
    MandateFactory(seat=seat, rank=2)
    MandateFactory(seat=seat, rank=1)
    SeatFactory(task_force=body, agency__acronym="eau", period=period(LONG_AGO))
    entries = roster_on(body, body.today())
    assert [str(entry.seat.agency) for entry in entries] == ["eau", "Éva", "AAA"]
    assert entries[1].titular is None and [m.rank for m in entries[1].substitutes] == [1, 2]
    assert entries[2].seat == observer


@pytest.mark.parametrize("days", [-1, 0, 1, 59, 60, 61])
def test_the_renewal_list_is_the_same_from_the_roster(days):
    body = TaskForceFactory()
    today = body.today()
    mandate = MandateFactory(seat__task_force=body, period=period(LONG_AGO, today + timedelta(days=days)))
    followed = MandateFactory(seat__task_force=body, period=period(LONG_AGO, today + timedelta(days=3)))
    MandateFactory(seat=followed.seat, rank=0, period=period(today + timedelta(days=4)))
    renewed = to_renew(mandates_on(body, today), on=today)
    assert renewed == list(mandates_ending_soon(body, on=today))
    assert (mandate in renewed) == (0 <= days <= 60)


def test_the_most_urgent_with_the_counts_of_all():
    body = TaskForceFactory()
    today = body.today()
    for number in range(1, 6):
        ActionItemFactory(task_force=body, number=number, due_on=today - timedelta(days=number), owner_all=number > 2)
    ActionItemFactory(task_force=body, number=6, state="done")
    ActionItemFactory(task_force=body, number=7)
    shown, counts = most_urgent(ActionItem.objects.all(), on=today, limit=2)
    assert [action.number for action in shown] == [5, 4]
    assert counts == {"open": 6, "overdue": 5, "incomplete": 3}
    assert most_urgent(ActionItem.objects.none(), on=today, limit=2) == ([], {"open": 0, "overdue": 0, "incomplete": 0})
    flagged = set(incomplete(ActionItem.objects.all()))
    assert flagged == {action for action in ActionItem.objects.all() if missing_facts(action)}


def test_the_bodies_of_the_frame_are_read_once(django_assert_num_queries):
    user = member(TaskForceFactory()).user
    OfficeFactory(person=user.person, role="chair", task_force=TaskForceFactory())
    assert len(visible_bodies(user)) == 2
    with django_assert_num_queries(0):
        assert len(visible_bodies(user)) == 2
        assert str(user)


def test_an_agency_filter_of_somebody_without_a_role_is_empty():
    AgencyFactory()
    assert visible_bodies(PersonFactory(account=True).user) == []

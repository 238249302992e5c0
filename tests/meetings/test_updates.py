"""The round table: own contributions, joint ones, those reported for another, their order."""

import pytest
from django.core.exceptions import ValidationError

from core.actors import SYSTEM
from core.models import Draft
from core.services.drafts import StaleVersion
from meetings.enums import MeetingState, MinutesState, SectionKind
from meetings.models import AgencyUpdate, Minutes
from meetings.queries import last_update_before
from meetings.services.minutes import ensure_minutes
from meetings.services.updates import add_update, as_contribution, move_update, remove_update, save_update
from tests.meetings.factories import AgencyUpdateFactory, MeetingFactory
from tests.taskforce.factories import AgencyFactory, SeatFactory, UserFactory, member

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def meeting():
    return MeetingFactory(state=MeetingState.HELD)


def signed_in(client, person):
    client.force_login(person.user, backend=BACKEND)
    return person


def url(update, action="modifier"):
    return f"/reunions/{update.meeting_id}/tour-de-table/{update.pk}/{action}/"


# Services -----------------------------------------------------------------------------------------


def test_a_place_is_made_once_and_stays_empty_until_somebody_writes(meeting):
    agency = AgencyFactory()
    first = add_update(meeting, agency=agency, actor=SYSTEM)
    assert add_update(meeting, agency=agency, actor=SYSTEM) == first
    joint = add_update(meeting, label=" Contribution commune ", actor=SYSTEM)
    assert add_update(meeting, label="Contribution commune", actor=SYSTEM) == joint
    assert [update.position for update in AgencyUpdate.objects.order_by("position")] == [1, 2]
    assert (first.body, first.version) == ("", 0)


def test_a_place_needs_a_name(meeting):
    with pytest.raises(ValidationError) as refusal:
        add_update(meeting, actor=SYSTEM)
    assert "label" in refusal.value.message_dict


def test_a_save_makes_a_version_and_the_same_one_makes_none(meeting):
    user = UserFactory()
    update = add_update(meeting, agency=AgencyFactory(), actor=user)
    save_update(update, body="<p>x</p>", base_version=0, actor=user, policy_axis="PNPS, axe 2")
    again = save_update(update, body="<p>x</p>", base_version=0, actor=user, policy_axis="PNPS, axe 2 ")
    assert (again.version, again.policy_axis, again.updated_by) == (1, "PNPS, axe 2", user)
    reporter = AgencyFactory()
    assert save_update(update, body="<p>x</p>", base_version=1, actor=user, reported_by=reporter).version == 2


def test_a_save_on_an_older_version_carries_the_text_both_began_with(meeting):
    user = UserFactory()
    update = add_update(meeting, agency=AgencyFactory(), actor=user)
    save_update(update, body="<p>base</p>", base_version=0, actor=user)
    save_update(update, body="<p>leur</p>", base_version=1, actor=user)
    with pytest.raises(StaleVersion) as refusal:
        save_update(update, body="<p>mien</p>", base_version=1, actor=user)
    assert (refusal.value.base, refusal.value.theirs, refusal.value.version) == ("<p>base</p>", "<p>leur</p>", 2)


def test_a_version_that_nobody_knows_has_no_base(meeting):
    update = AgencyUpdateFactory(meeting=meeting, body="<p>x</p>", version=7)
    with pytest.raises(StaleVersion) as refusal:
        save_update(update, body="<p>y</p>", base_version=3, actor=UserFactory())
    assert refusal.value.base is None


@pytest.mark.parametrize("what", ["closed", "shared"])
def test_a_contribution_does_not_change_any_more(meeting, what):
    update = AgencyUpdateFactory(meeting=meeting)
    ensure_minutes(meeting, actor=SYSTEM)
    if what == "closed":
        type(meeting).objects.update(state=MeetingState.CLOSED)
    else:
        Minutes.objects.update(state=MinutesState.CIRCULATED)
    for act in (
        lambda: save_update(update, body="<p>y</p>", base_version=1, actor=UserFactory()),
        lambda: add_update(meeting, agency=AgencyFactory(), actor=SYSTEM),
        lambda: move_update(update, 1, actor=SYSTEM),
        lambda: remove_update(update, actor=SYSTEM),
    ):
        with pytest.raises(ValidationError, match="ne se modifie plus"):
            act()


def test_the_order_is_changed_step_by_step(meeting):
    first, second, third = (add_update(meeting, agency=AgencyFactory(), actor=SYSTEM) for _agency in range(3))
    move_update(third, -1, actor=SYSTEM)
    move_update(first, -1, actor=SYSTEM)
    assert list(AgencyUpdate.objects.order_by("position")) == [first, third, second]
    assert sorted(AgencyUpdate.objects.values_list("position", flat=True)) == [1, 2, 3]


def test_only_an_empty_place_is_removed(meeting):
    written = AgencyUpdateFactory(meeting=meeting)
    with pytest.raises(ValidationError, match="a un texte"):
        remove_update(written, actor=SYSTEM)
    empty = add_update(meeting, agency=AgencyFactory(), actor=SYSTEM)
    remove_update(empty, actor=SYSTEM)
    remove_update(empty, actor=SYSTEM)
    assert list(AgencyUpdate.objects.all()) == [written]


def test_the_round_table_is_limited_by_its_length_not_by_its_numbers(meeting, monkeypatch):
    monkeypatch.setattr("meetings.services.updates.MOST_UPDATES", 2)
    AgencyUpdateFactory(meeting=meeting, position=900)
    add_update(meeting, agency=AgencyFactory(), actor=SYSTEM)
    with pytest.raises(ValidationError, match="déjà 2 contributions"):
        add_update(meeting, agency=AgencyFactory(), actor=SYSTEM)


def test_the_last_text_of_the_agency_in_this_body(meeting):
    agency = AgencyFactory()
    update = add_update(meeting, agency=agency, actor=SYSTEM)
    assert last_update_before(update) is None
    AgencyUpdateFactory(agency=agency, meeting=MeetingFactory(starts_at=meeting.starts_at.replace(month=1)))
    assert last_update_before(update) is None
    january = MeetingFactory(task_force=meeting.task_force, starts_at=meeting.starts_at.replace(month=1))
    february = MeetingFactory(task_force=meeting.task_force, starts_at=meeting.starts_at.replace(month=2))
    written = AgencyUpdateFactory(agency=agency, meeting=january)
    AgencyUpdateFactory(agency=agency, meeting=february, body="", version=0)
    assert last_update_before(update) == written
    assert last_update_before(AgencyUpdate(meeting=meeting, label="commune")) is None


def test_a_contribution_is_taken_with_its_agency_in_front(meeting):
    update = AgencyUpdateFactory(meeting=meeting, agency__acronym="FAO", body="<p>Projet.</p><p>Suite.</p>")
    assert as_contribution(update) == "<p><strong>FAO.</strong> Projet.</p><p>Suite.</p>"
    update.reported_by = AgencyFactory(acronym="UNICEF")
    update.body = "<ul><li>a</li></ul>"
    assert as_contribution(update) == "<p><strong>FAO (rapporté par UNICEF).</strong> </p><ul><li>a</li></ul>"
    joint = AgencyUpdate(label="A & B", body="<p>x</p>")
    assert as_contribution(joint) == "<p><strong>A &amp; B.</strong> x</p>"


# Pages --------------------------------------------------------------------------------------------


def test_a_focal_point_writes_for_the_own_agency_only(client, meeting):
    person = signed_in(client, member(meeting.task_force))
    own = person.mandates.get().seat.agency
    other = AgencyUpdateFactory(meeting=meeting, agency=SeatFactory(task_force=meeting.task_force).agency)
    page = client.get(f"/reunions/{meeting.pk}/tour-de-table/").content.decode()
    assert "Écrire la contribution" in page
    assert "Ajouter une contribution" not in page
    assert url(other) not in page
    begun = client.post(f"/reunions/{meeting.pk}/tour-de-table/ajouter/", {"agency": own.pk})
    update = AgencyUpdate.objects.get(agency=own)
    assert begun["Location"] == url(update)
    saved = client.post(url(update), {"base_version": 0, "body": "L’appui se poursuit.", "done": "1"}, follow=True)
    assert "est enregistrée" in saved.content.decode()
    update.refresh_from_db()
    assert (update.body, update.updated_by) == ("<p>L’appui se poursuit.</p>", person.user)
    for path in (url(other), url(other, "brouillon"), url(other, "deplacer"), url(other, "retirer")):
        assert client.post(path, {"base_version": 1, "body": "x"}).status_code == 403
    assert client.post(f"/reunions/{meeting.pk}/tour-de-table/ajouter/", {"agency": other.agency_id}).status_code == 403
    assert client.post(f"/reunions/{meeting.pk}/tour-de-table/ajouter/", {"label": "commune"}).status_code == 403
    assert client.post(f"/reunions/{meeting.pk}/tour-de-table/ajouter/", {}).status_code == 403


def test_an_ended_mandate_writes_nothing(client, meeting):
    person = signed_in(client, member(meeting.task_force, role="ended"))
    agency = person.mandates.get().seat.agency
    update = AgencyUpdateFactory(meeting=meeting, agency=agency)
    assert client.get(f"/reunions/{meeting.pk}/tour-de-table/").status_code == 404
    assert client.post(url(update), {"base_version": 1, "body": "x"}).status_code == 404


def test_an_observer_writes_for_the_own_agency_too(client, meeting):
    person = signed_in(client, member(meeting.task_force, role="observer"))
    update = add_update(meeting, agency=person.mandates.get().seat.agency, actor=SYSTEM)
    assert client.get(url(update)).status_code == 200


def test_the_secretariat_writes_joint_and_reported_ones(client, meeting):
    signed_in(client, member(meeting.task_force, role="secretariat"))
    reporter, absent = SeatFactory(task_force=meeting.task_force).agency, AgencyFactory(acronym="Banque mondiale")
    add = f"/reunions/{meeting.pk}/tour-de-table/ajouter/"
    client.post(add, {"label": "Contribution commune"})
    client.post(add, {"agency": absent.pk})
    update = AgencyUpdate.objects.get(agency=absent)
    data = {"base_version": 0, "body": "Cartographie en cours.", "reported_by": reporter.pk, "done": "1"}
    assert client.post(url(update), data).status_code == 302
    update.refresh_from_db()
    assert update.reported_by == reporter
    joint = AgencyUpdate.objects.get(agency=None)
    assert client.post(url(joint), {"base_version": 0, "body": "x", "label": ""}).status_code == 200
    assert client.post(url(joint), {"base_version": 0, "body": "x", "label": "Commune"}).status_code == 302
    page = client.get(f"/reunions/{meeting.pk}/tour-de-table/").content.decode()
    assert f"rapporté par {reporter}" in page
    client.post(url(joint, "deplacer"), {"sens": "bas"})
    assert list(AgencyUpdate.objects.order_by("position")) == [update, joint]
    client.post(url(joint, "deplacer"), {"sens": "ailleurs"})
    assert list(AgencyUpdate.objects.order_by("position")) == [update, joint]
    assert "a un texte" in client.post(url(joint, "retirer"), follow=True).content.decode()
    assert client.post(add, {}).status_code == 200
    assert client.post(add, {"agency": "x"}).status_code == 200
    assert client.post(add, {"label": "a\x00"}).status_code == 200


def test_a_rapporteur_who_is_a_focal_point_writes_for_all(client, meeting):
    person = signed_in(client, member(meeting.task_force))
    type(meeting).objects.update(rapporteur=person)
    other = AgencyUpdateFactory(meeting=meeting)
    assert client.get(url(other)).status_code == 200
    assert client.post(f"/reunions/{meeting.pk}/tour-de-table/ajouter/", {"label": "commune"}).status_code == 302


def test_the_last_text_is_brought_without_losing_what_was_typed(client, meeting):
    person = signed_in(client, member(meeting.task_force))
    agency = person.mandates.get().seat.agency
    earlier = MeetingFactory(task_force=meeting.task_force, starts_at=meeting.starts_at.replace(month=1))
    AgencyUpdateFactory(meeting=earlier, agency=agency, body="<p>En janvier.</p>", policy_axis="PNPS, axe 2")
    update = add_update(meeting, agency=agency, actor=SYSTEM)
    prefilled = client.get(url(update) + "?prefill=1").content.decode()
    assert ">\nEn janvier.</textarea>" in prefilled
    assert "PNPS, axe 2" in prefilled
    update.refresh_from_db()
    assert update.body == ""
    typed = {"base_version": 0, "body": "Déjà tapé", "body-writing": "text", "policy_axis": "axe 4", "prefill": "1"}
    page = client.post(url(update), typed).content.decode()
    assert ">\nDéjà tapé\n\nEn janvier.</textarea>" in page
    assert "axe 4" in page
    update.refresh_from_db()
    assert update.version == 0


def test_two_people_of_an_agency_see_both_texts(client, meeting):
    person = signed_in(client, member(meeting.task_force))
    update = add_update(meeting, agency=person.mandates.get().seat.agency, actor=SYSTEM)
    save_update(update, body="<p>Un a b c</p>", base_version=0, actor=person.user)
    save_update(update, body="<p>Un a b c</p><p>leur</p>", base_version=1, actor=UserFactory())
    mine = {"base_version": 1, "body": "<p>Un a b c mien</p>", "policy_axis": "axe 3", "done": "1"}
    assert client.post(url(update), mine, **JSON).status_code == 409
    conflict = client.post(url(update), mine)
    assert conflict.status_code == 409
    assert conflict.context["merged"].html == "<p>Un a b c mien</p><p>leur</p>"
    assert "axe 3" in conflict.content.decode()


def test_a_draft_of_a_contribution_says_that_somebody_writes(client, meeting):
    person = signed_in(client, member(meeting.task_force, given_name="Aïssa", family_name="Oumarou"))
    update = add_update(meeting, agency=person.mandates.get().seat.agency, actor=SYSTEM)
    answer = client.post(url(update, "brouillon"), {"base_version": 0, "body": "<p>x</p>"}, **JSON).json()
    assert answer["kept"]
    assert Draft.objects.get().text == "<p>x</p>"
    signed_in(client, member(meeting.task_force, role="secretariat"))
    assert (
        "Aïssa Oumarou est en train d’écrire" in client.get(f"/reunions/{meeting.pk}/tour-de-table/").content.decode()
    )
    section = ensure_minutes(meeting, actor=SYSTEM).sections.get(kind=SectionKind.CONTEXT)
    page = client.get(f"/reunions/{meeting.pk}/compte-rendu/{section.pk}/modifier/").content.decode()
    assert "Aïssa Oumarou est en train d’écrire" in page


def test_a_closed_round_table_is_read_only_and_says_why(client, meeting):
    person = signed_in(client, member(meeting.task_force))
    update = AgencyUpdateFactory(meeting=meeting, agency=person.mandates.get().seat.agency)
    type(meeting).objects.update(state=MeetingState.CLOSED)
    page = client.get(f"/reunions/{meeting.pk}/tour-de-table/").content.decode()
    assert "ne se modifie plus" in page
    assert url(update) not in page
    assert client.get(url(update)).status_code == 403


def test_removing_twice_is_no_error_and_removing_nothing_is(client, meeting):
    signed_in(client, member(meeting.task_force, role="secretariat"))
    update = add_update(meeting, agency=AgencyFactory(), actor=SYSTEM)
    for _click in range(2):
        assert client.post(url(update, "retirer")).status_code == 302
    assert AgencyUpdate.objects.count() == 0
    assert client.post(f"/reunions/{meeting.pk}/tour-de-table/{10**9}/retirer/").status_code == 404


def test_unknown_ids_and_ids_of_others_are_not_found(client, meeting):
    signed_in(client, member(meeting.task_force, role="secretariat"))
    foreign = AgencyUpdateFactory(meeting=MeetingFactory())
    assert client.get(url(foreign)).status_code == 404
    foreign.meeting_id = meeting.pk
    assert client.get(url(foreign)).status_code == 404
    assert client.get(f"/reunions/{10**30}/tour-de-table/").status_code == 404
    assert client.get(f"/reunions/{meeting.pk}/tour-de-table/{10**30}/modifier/").status_code == 404
    assert client.post(f"/reunions/{meeting.pk}/tour-de-table/ajouter/", {"agency": 10**30}).status_code == 200

"""The text of minutes: sections in step with the agenda, versions, refused saves, pages."""

import threading
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import close_old_connections

from core.actors import SYSTEM
from core.models import Draft
from core.services.drafts import StaleVersion, save_draft
from meetings.enums import ItemKind, MeetingState, MinutesState, SectionKind, Visibility
from meetings.models import Minutes, MinutesSection, SectionVersion
from meetings.services.agenda import add_item, delete_item, move_item
from meetings.services.minutes import ensure_minutes, save_section, sync_sections
from tests.meetings.factories import (
    AgencyUpdateFactory,
    AgendaItemFactory,
    MeetingActionFactory,
    MeetingDecisionFactory,
    MeetingFactory,
)
from tests.taskforce.factories import TaskForceFactory, UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting():
    meeting = MeetingFactory(state=MeetingState.HELD)
    AgendaItemFactory(meeting=meeting, position=1, title="Point de situation")
    AgendaItemFactory(meeting=meeting, position=2, title="Divers", kind=ItemKind.OTHER)
    return meeting


@pytest.fixture
def section(meeting):
    return ensure_minutes(meeting, actor=SYSTEM).sections.get(kind=SectionKind.CONTEXT)


@pytest.fixture
def secretariat(meeting, client):
    user = member(meeting.task_force, role="secretariat", given_name="Mariama", family_name="Saley").user
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return user


def titles(meeting):
    return [section.title for section in MinutesSection.objects.filter(minutes__meeting=meeting).order_by("position")]


def edit_url(section):
    return f"/reunions/{section.minutes.meeting_id}/compte-rendu/{section.pk}/modifier/"


def draft_url(section):
    return f"/reunions/{section.minutes.meeting_id}/compte-rendu/{section.pk}/brouillon/"


JSON = {"HTTP_ACCEPT": "application/json"}

# Sections -----------------------------------------------------------------------------------------


def test_minutes_have_a_section_for_each_point_and_are_made_once(meeting):
    first = ensure_minutes(meeting, actor=SYSTEM)
    assert ensure_minutes(meeting, actor=SYSTEM) == first
    assert titles(meeting) == [
        "Contexte",
        "1. Point de situation",
        "2. Divers",
        "Tour de table",
        "Conclusions",
        "Prochaine réunion",
    ]


def test_open_actions_of_an_earlier_meeting_call_for_their_follow_up(meeting):
    earlier = MeetingFactory(task_force=meeting.task_force, starts_at=datetime(2016, 2, 9, 9, 30, tzinfo=UTC))
    MeetingActionFactory(meeting=earlier)
    ensure_minutes(meeting, actor=SYSTEM)
    assert titles(meeting)[:2] == ["Contexte", "Suivi des actions"]


def test_actions_of_this_meeting_or_done_ones_call_for_nothing(meeting):
    earlier = MeetingFactory(task_force=meeting.task_force, starts_at=datetime(2016, 2, 9, 9, 30, tzinfo=UTC))
    MeetingActionFactory(meeting=earlier, action__state="done")
    MeetingActionFactory(meeting=meeting)
    MeetingActionFactory(meeting=MeetingFactory(starts_at=datetime(2016, 2, 9, 9, 30, tzinfo=UTC)))
    ensure_minutes(meeting, actor=SYSTEM)
    assert "Suivi des actions" not in titles(meeting)


def test_sections_follow_the_agenda(meeting):
    ensure_minutes(meeting, actor=SYSTEM)
    item, _created = add_item(meeting, title="Plan de travail", actor=SYSTEM)
    assert titles(meeting)[1:4] == ["1. Point de situation", "2. Plan de travail", "3. Divers"]
    move_item(item, -1, actor=SYSTEM)
    assert titles(meeting)[1:4] == ["1. Plan de travail", "2. Point de situation", "3. Divers"]
    delete_item(item, actor=SYSTEM)
    assert titles(meeting)[1:3] == ["1. Point de situation", "2. Divers"]


def test_a_point_with_a_text_cannot_be_removed(meeting):
    ensure_minutes(meeting, actor=SYSTEM)
    item = meeting.agenda.get(position=1)
    save_section(item.section, body="<p>x</p>", base_version=0, actor=UserFactory())
    with pytest.raises(ValidationError, match="a déjà un texte au compte rendu"):
        delete_item(item, actor=SYSTEM)
    assert "1. Point de situation" in titles(meeting)


def test_shared_minutes_keep_their_sections(meeting):
    Minutes.objects.filter(pk=ensure_minutes(meeting, actor=SYSTEM).pk).update(state=MinutesState.CIRCULATED)
    AgendaItemFactory(meeting=meeting, position=3, title="Trop tard")
    sync_sections(meeting, actor=SYSTEM)
    assert "3. Trop tard" not in titles(meeting)


@pytest.mark.django_db(transaction=True)
def test_two_people_begin_the_minutes_at_once(meeting):
    failures = []

    def begin():
        try:
            ensure_minutes(meeting, actor=SYSTEM)
        except Exception as error:
            failures.append(error)
        finally:
            close_old_connections()

    threads = [threading.Thread(target=begin) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Minutes.objects.count() == 1
    assert len(titles(meeting)) == 6


# Versions -----------------------------------------------------------------------------------------


def test_a_save_makes_a_version_and_forgets_the_draft(section):
    user = UserFactory()
    save_draft(section, author=user, text="<p>avant</p>", base_version=0, stored="")
    saved = save_section(section, body="<p>Un <b>texte</b></p>", base_version=0, actor=user)
    assert (saved.version, saved.body, saved.updated_by) == (1, "<p>Un <strong>texte</strong></p>", user)
    version = SectionVersion.objects.get()
    assert (version.number, version.body, version.author) == (1, saved.body, user)
    assert Draft.objects.count() == 0


def test_the_same_text_makes_no_version_whatever_its_base(section):
    user = UserFactory()
    save_section(section, body="<p>x</p>", base_version=0, actor=user)
    again = save_section(section, body="<p>x</p><p></p>", base_version=0, actor=user)
    assert again.version == 1
    assert SectionVersion.objects.count() == 1


def test_a_save_on_an_older_version_is_refused_with_every_text(section):
    first, second = UserFactory(), UserFactory()
    save_section(section, body="<p>base</p>", base_version=0, actor=first)
    save_section(section, body="<p>leur</p>", base_version=1, actor=first)
    save_draft(section, author=second, text="<p>brouillon</p>", base_version=1, stored="<p>leur</p>")
    with pytest.raises(StaleVersion) as refusal:
        save_section(section, body="<p>mien</p>", base_version=1, actor=second)
    stale = refusal.value
    assert (stale.mine, stale.theirs, stale.base) == ("<p>mien</p>", "<p>leur</p>", "<p>base</p>")
    assert (stale.version, stale.author) == (2, first)
    assert stale.at is not None
    section.refresh_from_db()
    assert (section.body, section.version) == ("<p>leur</p>", 2)
    assert Draft.objects.get().text == "<p>brouillon</p>"


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_once_one_is_refused(section):
    user = UserFactory()
    save_section(section, body="<p>base</p>", base_version=0, actor=user)
    outcomes = []
    start = threading.Barrier(2)

    def save(text):
        start.wait()
        try:
            save_section(section, body=text, base_version=1, actor=user)
            outcomes.append("saved")
        except StaleVersion:
            outcomes.append("stale")
        finally:
            close_old_connections()

    threads = [threading.Thread(target=save, args=[f"<p>{number}</p>"]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", "stale"]
    assert list(SectionVersion.objects.values_list("number", flat=True)) == [2, 1]


@pytest.mark.parametrize(
    ("meeting_state", "minutes_state", "words"),
    [
        (MeetingState.CLOSED, MinutesState.DRAFT, "ne se modifie plus"),
        (MeetingState.CANCELLED, MinutesState.DRAFT, "ne se modifie plus"),
        (MeetingState.HELD, MinutesState.CIRCULATED, "Partagé pour observations"),
        (MeetingState.HELD, MinutesState.APPROVED, "Adopté"),
    ],
)
def test_a_text_that_no_longer_changes_is_refused(section, meeting_state, minutes_state, words):
    type(section.minutes.meeting).objects.update(state=meeting_state)
    Minutes.objects.update(state=minutes_state)
    with pytest.raises(ValidationError) as refusal:
        save_section(section, body="<p>x</p>", base_version=0, actor=UserFactory())
    assert words.lower() in refusal.value.messages[0].lower()


# Pages --------------------------------------------------------------------------------------------


def test_saving_stays_on_the_page_and_says_when(client, secretariat, section):
    response = client.post(edit_url(section), {"base_version": 0, "body": "un\n\n- deux", "body-writing": "text"})
    assert response.status_code == 302
    page = client.get(response["Location"]).content.decode()
    assert "Enregistré à " in page
    section.refresh_from_db()
    assert section.body == "<p>un</p><ul><li>deux</li></ul>"


def test_continuing_leads_to_the_next_section_and_at_the_end_to_the_whole(client, secretariat, section):
    sections = list(section.minutes.sections.order_by("position"))
    data = {"base_version": 0, "body": "x", "next": "1"}
    assert client.post(edit_url(sections[0]), data)["Location"] == edit_url(sections[1])
    assert client.post(edit_url(sections[-1]), data)["Location"].endswith("/compte-rendu/")


def test_the_script_gets_the_version_and_stays(client, secretariat, section):
    answer = client.post(edit_url(section), {"base_version": 0, "body": "<p>x</p>"}, **JSON).json()
    assert (answer["version"], answer["url"], answer["user"]) == (1, "", secretariat.pk)
    assert answer["at"]


def test_a_double_click_is_one_version(client, secretariat, section):
    for _click in range(2):
        assert client.post(edit_url(section), {"base_version": 0, "body": "<p>x</p>"}).status_code == 302
    assert SectionVersion.objects.count() == 1


def test_a_stale_save_shows_both_texts_and_one_that_holds_both(client, secretariat, section):
    other = member(
        section.minutes.meeting.task_force, role="secretariat", given_name="Ibrahim", family_name="Garba"
    ).user
    save_section(section, body="<p>Un a b c</p><p>Deux d e f</p>", base_version=0, actor=secretariat)
    save_section(section, body="<p>Un a b c</p><p>Deux d e f leur</p>", base_version=1, actor=other)
    mine = {"base_version": 1, "body": "<p>Un a b c mien</p><p>Deux d e f</p>", "body-writing": "html"}
    assert client.post(edit_url(section), mine, **JSON).status_code == 409
    response = client.post(edit_url(section), mine)
    assert response.status_code == 409
    assert response.context["merged"].html == "<p>Un a b c mien</p><p>Deux d e f leur</p>"
    page = response.content.decode()
    assert "Garba" in page
    assert "Un a b c mien" in page
    assert 'name="base_version" value="2"' in page
    saved = client.post(edit_url(section), {"base_version": 2, "body": response.context["merged"].html})
    assert saved.status_code == 302
    section.refresh_from_db()
    assert section.body == "<p>Un a b c mien</p><p>Deux d e f leur</p>"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"base_version": 0, "body": "abc\x00"}, "illisible"),
        ({"body": "texte précieux"}, "rechargez la page"),
        ({"base_version": "x", "body": "texte précieux"}, "rechargez la page"),
        ({"base_version": -1, "body": "texte précieux"}, "base_version"),
        ({"base_version": 0, "body": "é" * 600_000}, "trop long"),
    ],
)
def test_what_cannot_be_saved_comes_back_as_it_was_typed(client, secretariat, section, data, words):
    response = client.post(edit_url(section), data)
    assert response.status_code == 200
    page = response.content.decode()
    assert words in page
    assert data["body"][:10] in page
    assert client.post(edit_url(section), data, **JSON).status_code == 400
    section.refresh_from_db()
    assert section.version == 0


def test_300_kb_and_an_empty_text_are_saved(client, secretariat, section):
    long = "<p>Bonjour à <b>tous</b>.</p>" * 11_000
    assert client.post(edit_url(section), {"base_version": 0, "body": long, "body-writing": "html"}).status_code == 302
    assert client.get(edit_url(section)).status_code == 200
    assert client.get(f"/reunions/{section.minutes.meeting_id}/compte-rendu/").status_code == 200
    assert client.post(edit_url(section), {"base_version": 1, "body": ""}).status_code == 302
    section.refresh_from_db()
    assert (section.body, section.version) == ("", 2)


def test_a_draft_is_kept_offered_taken_up_and_put_aside(client, secretariat, section):
    answer = client.post(draft_url(section), {"base_version": 0, "body": "<p>en cours</p>"}, **JSON).json()
    assert answer["kept"]
    assert answer["newer"] == ""
    assert "Un texte non enregistré du" in client.get(edit_url(section)).content.decode()
    taken = client.get(edit_url(section) + "?brouillon=1")
    assert ">\nen cours</textarea>" in taken.content.decode()
    assert Draft.objects.count() == 1
    client.post(edit_url(section), {"discard": "1"})
    assert Draft.objects.count() == 0
    assert not client.post(draft_url(section), {"base_version": 0, "body": ""}, **JSON).json()["kept"]


def test_who_drafts_on_an_older_version_is_told(client, secretariat, section):
    other = member(
        section.minutes.meeting.task_force, role="secretariat", given_name="Ibrahim", family_name="Garba"
    ).user
    save_section(section, body="<p>leur</p>", base_version=0, actor=other)
    answer = client.post(draft_url(section), {"base_version": 0, "body": "<p>mien</p>"}, **JSON).json()
    assert "Garba vient d’enregistrer une autre version" in answer["newer"]


def test_a_draft_from_an_older_version_meets_the_newer_one_when_saved(client, secretariat, section):
    client.post(draft_url(section), {"base_version": 0, "body": "<p>mien</p>"}, **JSON)
    save_section(section, body="<p>leur</p>", base_version=0, actor=UserFactory())
    taken = client.get(edit_url(section) + "?brouillon=1").content.decode()
    assert 'name="base_version" value="0"' in taken
    assert client.post(edit_url(section), {"base_version": 0, "body": "<p>mien</p>"}).status_code == 409


def test_the_text_of_a_page_is_not_taken_for_somebody_else_s(client, secretariat, section):
    data = {"base_version": 0, "body": "<p>x</p>"}
    for path in (edit_url(section), draft_url(section)):
        assert client.post(path, data, HTTP_X_SOCLE_USER=str(secretariat.pk + 1), **JSON).status_code == 401
    assert (SectionVersion.objects.count(), Draft.objects.count()) == (0, 0)
    assert client.post(edit_url(section), data, HTTP_X_SOCLE_USER=str(secretariat.pk), **JSON).status_code == 200


def test_get_never_writes(client, secretariat, section, django_assert_num_queries):
    before = list(MinutesSection.objects.values())
    for query in ("?brouillon=1", "?version=1", "?version=²", "?version=99999999999999999999", "?reprendre=1"):
        assert client.get(edit_url(section) + query).status_code == 200
    assert list(MinutesSection.objects.values()) == before
    assert client.get(draft_url(section)).status_code == 405
    assert client.get(f"/reunions/{section.minutes.meeting_id}/compte-rendu/commencer/").status_code == 405


def test_an_older_version_can_be_read_compared_and_taken_up(client, secretariat, section):
    save_section(section, body="<p>Un premier texte</p>", base_version=0, actor=secretariat)
    save_section(section, body="<p>Un second texte</p>", base_version=1, actor=secretariat)
    history = client.get(f"/reunions/{section.minutes.meeting_id}/compte-rendu/{section.pk}/versions/")
    page = history.content.decode()
    assert "De la version 1 à la version 2" in page
    assert "premier" in page
    url = f"/reunions/{section.minutes.meeting_id}/compte-rendu/{section.pk}/versions/?nouvelle=1&ancienne=zéro"
    assert client.get(url).status_code == 200
    taken = client.get(edit_url(section) + "?version=1").content.decode()
    assert "Un premier texte" in taken
    assert 'name="base_version" value="2"' in taken


def test_the_page_shows_reminders_and_flags(client, secretariat, section):
    meeting = section.minutes.meeting
    add_item(meeting, title="Adoption", kind=ItemKind.DECISION, actor=SYSTEM)
    save_section(section, body="<p>Le 8 mars 2015, le groupe…</p>", base_version=0, actor=secretariat)
    page = client.get(edit_url(section)).content.decode()
    assert "appelle une décision" in page
    assert "la réunion est datée du" in page


def test_the_minutes_are_begun_from_their_page(client, secretariat, meeting):
    assert "n’est pas commencé" in client.get(f"/reunions/{meeting.pk}/compte-rendu/").content.decode()
    response = client.post(f"/reunions/{meeting.pk}/compte-rendu/commencer/")
    assert response["Location"] == edit_url(MinutesSection.objects.order_by("position").first())
    assert client.get(f"/reunions/{meeting.pk}/compte-rendu/rediger/").status_code == 302


def test_who_only_reads_sees_what_is_written_and_no_restricted_point(client, meeting):
    minutes = ensure_minutes(meeting, actor=SYSTEM)
    restricted = meeting.agenda.get(position=1)
    type(restricted).objects.filter(pk=restricted.pk).update(visibility=Visibility.RESTRICTED)
    save_section(restricted.section, body="<p>Réservé</p>", base_version=0, actor=SYSTEM)
    save_section(minutes.sections.get(kind=SectionKind.CONTEXT), body="<p>Pour tous</p>", base_version=0, actor=SYSTEM)
    AgencyUpdateFactory(meeting=meeting, agency__acronym="FAO", body="<p>Projet FAO</p>")
    MeetingDecisionFactory(meeting=meeting, decision__text="Se réunir chaque mois.")
    titular = member(meeting.task_force).user
    client.force_login(titular, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"/reunions/{meeting.pk}/compte-rendu/").status_code == 404
    Minutes.objects.update(state=MinutesState.CIRCULATED)
    page = client.get(f"/reunions/{meeting.pk}/compte-rendu/").content.decode()
    assert "Pour tous" in page
    assert "Projet FAO" in page
    assert "Se réunir chaque mois." in page
    assert "Réservé" not in page
    assert "Modifier" not in page
    assert client.get(edit_url(restricted.section)).status_code == 404
    assert client.get(edit_url(minutes.sections.get(kind=SectionKind.CONTEXT))).status_code == 403


@pytest.mark.parametrize("path", ["modifier/", "versions/", "brouillon/"])
def test_ids_of_other_meetings_and_bodies_are_unknown(client, secretariat, section, path):
    elsewhere = ensure_minutes(MeetingFactory(task_force=TaskForceFactory()), actor=SYSTEM).sections.first()
    method = client.post if path == "brouillon/" else client.get
    own, other = section.minutes.meeting_id, elsewhere.minutes.meeting_id
    for meeting_pk, section_pk in ((own, elsewhere.pk), (other, elsewhere.pk), (own, 10**9), (10**30, section.pk)):
        url = f"/reunions/{meeting_pk}/compte-rendu/{section_pk}/{path}"
        assert method(url).status_code == 404
    if path == "brouillon/":
        refused = client.post(f"/reunions/{own}/compte-rendu/{elsewhere.pk}/{path}", **JSON)
        assert refused.status_code == 404
        assert "copiez-la" in refused.json()["error"]


def test_the_right_to_write_ends_with_the_minutes_being_shared(client, secretariat, section):
    Minutes.objects.update(state=MinutesState.CIRCULATED)
    assert client.get(edit_url(section)).status_code == 403
    refused = client.post(draft_url(section), {"base_version": 0, "body": "x"}, **JSON)
    assert refused.status_code == 403
    assert "Votre saisie reste dans cette page" in refused.json()["error"]


@pytest.mark.parametrize("count", [1, 12])
def test_pages_cost_the_same_at_any_size(client, secretariat, section, count, django_assert_max_num_queries):
    meeting = section.minutes.meeting
    for number in range(count):
        AgendaItemFactory(meeting=meeting, position=10 + number)
        AgencyUpdateFactory(meeting=meeting, updated_by=member(meeting.task_force).user)
        MeetingDecisionFactory(meeting=meeting)
        MeetingActionFactory(meeting=meeting)
    sync_sections(meeting, actor=SYSTEM)
    for other in section.minutes.sections.all():
        save_section(other, body=f"<p>{other.pk}</p>", base_version=0, actor=secretariat)
    for url in (
        f"/reunions/{meeting.pk}/compte-rendu/",
        edit_url(section),
        f"/reunions/{meeting.pk}/compte-rendu/{section.pk}/versions/",
        f"/reunions/{meeting.pk}/tour-de-table/",
    ):
        client.get(url)  # content types are read once a process
        with django_assert_max_num_queries(12):
            assert client.get(url).status_code == 200

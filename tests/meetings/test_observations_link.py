"""A member without an account observes shared minutes by the link of the mail."""

import threading
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.actors import SYSTEM
from core.models import OutgoingEmail, SignedLink, Solicitation, SolicitationState
from core.notifications import outbox
from meetings.enums import CorrectionState, MeetingState, Visibility
from meetings.models import AgendaItem, CorrectionRequest, Minutes, MinutesReading
from meetings.notifications.shared import MinutesShared
from meetings.queries.circulation import people_to_remind
from meetings.queries.observers import observers
from meetings.services.adoption import adopt_minutes
from meetings.services.circulation import circulate_minutes, take_minutes_back
from meetings.services.corrections import accept_correction, propose_correction
from meetings.services.observation_reminders import queue_due_observation_reminders
from taskforce.models import Mandate, Person
from tests.meetings.circulating import circulated, next_meeting, tomorrow
from tests.taskforce.factories import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    return circulated()


def mail(made, kind="minutes-shared", person=None):
    return OutgoingEmail.objects.filter(kind=kind, recipient=(person or made.titular).email).latest("pk")


def visit(row):
    """A browser that followed the link of a mail; where it stands, or None for the neutral page."""
    client = Client()
    response = client.get(urlsplit(outbox.secrets_of(row)["link"]).path)
    return client, response["Location"] if response.status_code == 302 else None


def written():
    """Rows that this transaction wrote, by table; sessions and the cache's counts left out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return {table: rows for table, rows in cursor.fetchall() if table not in {"django_session", "socle_cache"}}


def open_form(row):
    client, base = visit(row)
    assert client.post(base).status_code == 303
    return client, base + "formulaire/"


def text(response):
    return response.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def place(made, kind="context"):
    return f"s{made.sections[kind].pk}"


def say(row, **typed):
    client, form = open_form(row)
    return client, client.post(form, typed)


def remark(made, words="La date est fausse."):
    return {f"remarque_{place(made)}": words}


# The mail ----------------------------------------------------------------------------------------


def test_who_sits_has_a_link_and_the_secretariat_the_page(made):
    row = mail(made)
    assert "/lien/" in outbox.secrets_of(row)["link"]
    assert "/lien/" not in row.text + row.html, "not stored in words"
    assert "{{secret:link}}" in row.html
    assert "link" not in outbox.secrets_of(mail(made, person=made.secretary))
    solicitation = Solicitation.objects.get()
    assert solicitation.deadline == made.minutes.observations_deadline == SignedLink.objects.get().expires_at


def test_scanners_change_nothing(made):
    row = mail(made)
    before = written()
    client, base = visit(row)
    for path in (base, base + "formulaire/"):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    client.head(urlsplit(outbox.secrets_of(row)["link"]).path)
    assert written() == before


# Reading -----------------------------------------------------------------------------------------


def test_the_page_shows_the_text_by_section_with_a_box_each_and_its_version(made):
    client, form = open_form(mail(made))
    page = text(client.get(form))
    assert "Version 1, du" in page
    for section in made.sections.values():
        assert f'name="remarque_s{section.pk}"' in page
        assert "Second alinéa, état 1" in page
    assert "Décisions" in page
    assert 'name="sans_observation"' in page


def test_restricted_points_are_not_on_it_and_what_was_typed_about_one_is_kept(made):
    client, form = open_form(mail(made))
    section = made.sections["item"]
    AgendaItem.objects.filter(pk=section.agenda_item_id).update(visibility=Visibility.RESTRICTED)
    page = text(client.get(form))
    assert f"remarque_s{section.pk}" not in page
    assert "Plan de travail" not in page
    assert made.minutes.meeting.decision_links.get().decision.text not in page
    answer = client.post(form, {f"remarque_s{section.pk}": "Budget à revoir."})
    assert answer.status_code == 422
    assert "n’est plus affiché" in text(answer)
    assert "Budget à revoir." in text(answer)
    assert not CorrectionRequest.objects.exists()


# Answering ---------------------------------------------------------------------------------------


def test_observations_on_several_sections_leave_together(made):
    typed = remark(made) | {f"remarque_{place(made, 'conclusions')}": "Ajouter Zinder.", "remarque_cr": "Merci."}
    client, answer = say(mail(made), **typed)
    assert answer.status_code == 303
    assert "La date est fausse." in text(client.get(answer["Location"]))
    rows = CorrectionRequest.objects.order_by("pk")
    assert [(row.section_id, row.agency, row.person, row.is_remark, row.on_record) for row in rows] == [
        (made.sections["context"].pk, made.agency, made.titular, True, False),
        (made.sections["conclusions"].pk, made.agency, made.titular, True, False),
        (None, made.agency, made.titular, True, False),
    ]
    solicitation = Solicitation.objects.get()
    assert (solicitation.state, solicitation.channel) == (SolicitationState.SUBMITTED, "link")


def test_a_form_sent_twice_is_one_observation_and_another_can_follow(made):
    client, form = open_form(mail(made))
    for _press in range(2):
        assert client.post(form, remark(made)).status_code == 303
    assert CorrectionRequest.objects.count() == 1
    assert client.post(form, remark(made, "Autre chose.")).status_code == 303
    assert CorrectionRequest.objects.count() == 2


def test_another_text_is_proposed_from_the_version_that_was_read(made):
    section = made.sections["context"]
    body = {
        f"texte_{place(made)}": "Premier alinéa de Niamey.\r\n\r\nSecond alinéa, état 1.",
        f"base_{place(made)}": "2",
    }
    _client, answer = say(mail(made), **body)
    assert answer.status_code == 303
    row = CorrectionRequest.objects.get()
    assert (row.is_remark, row.body) == (False, "<p>Premier alinéa de Niamey.</p><p>Second alinéa, état 1.</p>")
    assert (row.base_version, row.base_body) == (2, section.body)


def test_boxes_sent_as_they_came_are_no_observation(made):
    client, form = open_form(mail(made))
    form_page = client.get(form).context["form"]
    typed = {bound.html_name: bound.value() or "" for bound in form_page}
    answer = client.post(form, typed)
    assert answer.status_code == 422
    assert "au moins une observation" in text(answer)
    assert client.post(form, typed | remark(made)).status_code == 303
    assert CorrectionRequest.objects.get().is_remark


def test_nothing_to_say_is_one_act(made):
    client, answer = say(mail(made), sans_observation="1", version="1")
    assert answer.status_code == 303
    assert "Vous n’avez pas d’observation" in text(client.get(answer["Location"]))
    reading = MinutesReading.objects.get()
    assert (reading.person, reading.version) == (made.titular, 1)
    assert not CorrectionRequest.objects.exists()
    assert Solicitation.objects.get().state == SolicitationState.SUBMITTED
    assert not people_to_remind(Minutes.objects.get()).exists()


def test_nothing_to_say_beside_an_observation_loses_neither(made):
    client, answer = say(mail(made), sans_observation="1", version="1", **remark(made))
    assert answer.status_code == 422
    assert "La date est fausse." in text(answer)
    assert not CorrectionRequest.objects.exists()
    assert not MinutesReading.objects.exists()


def accepted_change(made, **facts):
    other = member(made.body, role="titular")
    correction = propose_correction(
        made.minutes,
        other.mandates.get().seat.agency,
        target=made.sections["context"],
        body="<p>Texte retenu.</p>",
        is_remark=False,
        base_version=2,
        person=other,
        actor=SYSTEM,
    )
    accept_correction(correction, body="<p>Texte retenu.</p>", base_version=2, actor=made.secretary.user, **facts)


def test_a_new_version_is_shown_and_nothing_to_say_asks_to_read_it(made):
    client, form = open_form(mail(made))
    accepted_change(made)
    answer = client.post(form, {"sans_observation": "1", "version": "1"})
    assert answer.status_code == 422
    assert "voici la version 2" in text(answer)
    assert "Texte retenu." in text(answer)
    assert client.post(form, {"sans_observation": "1", "version": "2"}).status_code == 303
    assert MinutesReading.objects.get().version == 2


def test_a_mail_about_a_new_version_asks_again_and_the_page_in_use_still_serves(made):
    client, form = open_form(mail(made))
    first = mail(made)
    accepted_change(made, tell_members=True)
    assert mail(made) != first
    assert client.post(form, remark(made)).status_code == 303
    again, base = visit(mail(made))
    assert base is not None
    assert "Version 2" in text(again.get(base + "formulaire/"))


@pytest.mark.parametrize("typed", [{"remarque_cr": "x" * 8001}, {"remarque_cr": "a\x00b"}, {"remarque_cr": "   "}, {}])
def test_a_bad_answer_is_said_and_writes_nothing(made, typed):
    _client, answer = say(mail(made), **typed)
    assert answer.status_code == 422
    assert not CorrectionRequest.objects.exists()
    assert Solicitation.objects.get().state == SolicitationState.OPENED


def test_what_is_typed_is_text_never_markup(made):
    client, answer = say(mail(made), **remark(made, "<script>alert(1)</script> & « x »"))
    page = text(client.get(answer["Location"]))
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_invented_and_hostile_places_are_refused_without_an_error(made):
    other = circulated()
    client, form = open_form(mail(made))
    for key in (f"remarque_s{other.sections['context'].pk}", "remarque_s99999999999999", "remarque_t-1", "remarque_"):
        answer = client.post(form, {key: "Intrus"})
        assert answer.status_code == 422
    assert not CorrectionRequest.objects.exists()
    answer = client.post(form, remark(made) | {f"base_{place(made)}": "-3", "version": "abc"})
    assert answer.status_code == 422


# Links that open nothing -------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["taken back", "adopted", "too late", "left", "other address", "shared again"])
def test_a_link_that_should_no_longer_open_is_the_neutral_page(made, change):
    row = mail(made)
    client, form = open_form(row)
    if change in {"taken back", "shared again"}:
        take_minutes_back(made.minutes, comment="À revoir.", actor=made.secretary.user)
        if change == "shared again":
            circulate_minutes(made.minutes, until=tomorrow(made.body), actor=made.secretary.user)
    elif change == "adopted":
        after = next_meeting(made.minutes)
        adopt_minutes(
            made.minutes, mode="consensus", adopted_on=after.date, at_meeting=after, actor=made.secretary.user
        )
    elif change == "too late":
        Minutes.objects.update(observations_until=made.body.today() - timedelta(days=1))
    elif change == "left":
        Mandate.objects.filter(person=made.titular).delete()
    else:
        Person.objects.filter(pk=made.titular.pk).update(email="autre@example.org")
    before = written()
    assert visit(row)[1] is None
    assert client.get(form).status_code == 404
    assert client.post(form, remark(made)).status_code == 404
    assert written() == before


def test_what_was_asked_ends_with_the_round_and_the_next_round_asks_again(made):
    first = mail(made)
    take_minutes_back(made.minutes, comment="À revoir.", actor=made.secretary.user)
    assert Solicitation.objects.get().state == SolicitationState.REVOKED
    assert MinutesShared.reason_to_skip(first) != ""
    circulate_minutes(made.minutes, until=tomorrow(made.body), actor=made.secretary.user)
    second = mail(made)
    assert second != first, "the same text shared again is mailed again: its links are others"
    assert MinutesShared.reason_to_skip(first) != ""
    assert MinutesShared.reason_to_skip(second) == ""
    assert visit(second)[1] is not None


def test_a_token_is_nobodys_guess(made):
    row = mail(made)
    path = urlsplit(outbox.secrets_of(row)["link"]).path
    assert Client().get(path[:-4] + "abc/").status_code == 404
    base = visit(row)[1]
    assert Client().get(base + "formulaire/").status_code == 404, "not without the browser's cookie"
    assert Client().post(base + "formulaire/", remark(made)).status_code == 404


# Reminders and the board -------------------------------------------------------------------------


def remind_at(made):
    last = made.minutes.observations_deadline
    Minutes.objects.update(circulated_at=last - timedelta(days=9))
    return queue_due_observation_reminders(last - timedelta(hours=8))


def test_the_reminder_has_the_link_that_serves(made):
    assert remind_at(made) == 1
    row = mail(made, "minutes-reminder")
    assert visit(mail(made))[1] is None, "the newest mail has the link that serves"
    assert visit(row)[1] is not None


def test_whoever_has_the_page_open_is_reminded_later(made):
    open_form(mail(made))
    Solicitation.objects.update(opened_at=made.minutes.observations_deadline - timedelta(hours=9))
    assert remind_at(made) == 0
    assert visit(mail(made))[1] is not None


def test_the_secretariat_sees_who_answered(made, client):
    silent = member(made.body, role="titular")
    say(mail(made), **remark(made))
    minutes = Minutes.objects.get()
    found = observers(minutes, minutes.corrections.all(), minutes.readings.all())
    assert {one.person: (one.observations, one.has_answered, one.by_link) for one in found} == {
        made.titular: (1, True, True),
        silent: (0, False, False),
    }
    client.force_login(made.secretary.user)
    url = reverse("meetings:correction_list", args=[minutes.meeting_id])
    page = text(client.get(url))
    assert "Qui a répondu" in page
    assert "par son lien" in page
    assert "1 personne n’a pas encore répondu" in page
    client.force_login(made.titular.user)
    assert "Qui a répondu" not in text(client.get(url))
    correction = CorrectionRequest.objects.get()
    assert correction.state == CorrectionState.OPEN


@pytest.mark.django_db(transaction=True)
def test_an_answer_while_the_minutes_are_taken_back_ends_without_a_deadlock():
    made = circulated(state=MeetingState.CLOSED)
    client, form = open_form(mail(made))
    codes = []

    def answer():
        try:
            codes.append(client.post(form, remark(made)).status_code)
        finally:
            connection.close()

    def take():
        try:
            take_minutes_back(Minutes.objects.get(), comment="À revoir.", actor=SYSTEM)
        finally:
            connection.close()

    threads = [threading.Thread(target=answer), threading.Thread(target=take)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert Minutes.objects.get().state == "draft"
    assert codes[0] in {303, 404, 422}
    assert CorrectionRequest.objects.count() == (codes[0] == 303)

"""Many at once, each on a connection of its own: one answer, no code guessed twice, one reminder."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from core.actors import SYSTEM
from core.models import LinkCode, OutgoingEmail, SignedLink, Solicitation, TransitionRecord
from core.solicitations.answers import LinkRefused, submit_by_link
from core.solicitations.queries import live_link, reminder_due_at
from core.solicitations.services import queue_due_reminders, revoke
from core.workflow import TransitionRefused
from tests.core.solicitations.conftest import code_of, path_of, token_of
from tests.processes import in_processes

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count, act):
    """Run `act(n)` in `count` threads that start together; what each returned or raised."""
    start = threading.Barrier(count)
    results = [None] * count

    def run(n):
        try:
            start.wait(60)
            results[n] = act(n)
        except Exception as error:
            results[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def visit(solicitation):
    client = Client()
    client.get(path_of(solicitation))
    return client, f"/reponse/{solicitation.public_id}/"


def test_fifty_simultaneous_posts_have_one_effect(ask):
    solicitation = ask("trial-coded")
    client, base = visit(solicitation)
    client.post(base + "formulaire/", {"text": "Oui"})
    digits = code_of(solicitation)
    cookie = client.cookies["socle_reponse"].value

    def post(_n):
        clicking = Client(headers={"cookie": f"socle_reponse={cookie}"})
        return clicking.post(base + "code/", {"code": digits})

    answers = at_once(50, post)

    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(303, base + "recu/")}
    assert Solicitation.objects.get().target.name_en == "+"
    assert TransitionRecord.objects.filter(after="submitted").count() == 1
    assert LinkCode.objects.get().tries == 0


def test_fifty_simultaneous_wrong_codes_are_five_tries(ask):
    solicitation = ask("trial-coded")
    client, base = visit(solicitation)
    client.post(base + "formulaire/", {"text": "Oui"})
    wrong = "111111" if code_of(solicitation) != "111111" else "222222"
    cookie = client.cookies["socle_reponse"].value

    def post(_n):
        guessing = Client(headers={"cookie": f"socle_reponse={cookie}"})
        return guessing.post(base + "code/", {"code": wrong}).status_code

    assert set(at_once(50, post)) == {422}
    assert LinkCode.objects.get().tries == 5


def test_an_answer_and_a_revocation_at_once_end_in_one_of_the_two(ask):
    solicitation = ask()
    link = live_link(token_of(solicitation))

    def act(n):
        if n == 0:
            return revoke(Solicitation.objects.get(), actor=SYSTEM)
        return submit_by_link(SignedLink.objects.get(pk=link.pk), {"text": "Oui"})

    results = at_once(2, act)

    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) == 1
    assert isinstance(refused[0], LinkRefused | TransitionRefused)
    solicitation.refresh_from_db()
    assert (solicitation.state == "submitted") == (solicitation.target.name_en == "+")


def test_eight_beats_at_once_write_each_reminder_once(ask):
    many = [ask() for _ in range(12)]
    moment = max(reminder_due_at(solicitation, 7) for solicitation in many)

    def beat():
        for minute in range(3):
            queue_due_reminders(moment + timedelta(minutes=minute))

    assert in_processes(*[beat] * 8) == [0] * 8
    reminders = OutgoingEmail.objects.filter(unique_key__startswith="solicitation-reminder:")
    assert reminders.count() == 12
    # Each living link is the one that the reminder carries.
    assert SignedLink.objects.filter(revoked_at=None, mail_key__in=reminders.values("unique_key")).count() == 12
    assert SignedLink.objects.count() == 24

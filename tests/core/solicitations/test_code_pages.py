"""The page of the mailed code: tries, expiry, sending again, and what no guessing gains."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core.models import LinkCode, SignedLink
from tests.core.solicitations.conftest import base, code_of, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_the_code(visitor, ask):
    solicitation = ask("trial-coded")
    opened(visitor, solicitation)
    visitor.post(base(solicitation) + "formulaire/", {"text": "Oui"})
    return solicitation


def wrong_code(solicitation):
    return "111111" if code_of(solicitation) != "111111" else "222222"


def test_five_wrong_codes_end_the_code_but_not_the_answer(visitor, at_the_code):
    wrong = wrong_code(at_the_code)
    for _try in range(5):
        assert visitor.post(base(at_the_code) + "code/", {"code": wrong}).status_code == 422
    right = visitor.post(base(at_the_code) + "code/", {"code": code_of(at_the_code)})
    assert right.status_code == 422
    assert "Demandez un autre code" in right.content.decode()

    LinkCode.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    assert visitor.post(base(at_the_code) + "code/renvoi/").status_code == 303
    assert LinkCode.objects.count() == 2
    assert visitor.post(base(at_the_code) + "code/", {"code": code_of(at_the_code)})["Location"].endswith("/recu/")


def test_an_expired_code_is_refused_and_another_one_helps(visitor, at_the_code):
    LinkCode.objects.update(
        expires_at=timezone.now() - timedelta(seconds=1), created_at=timezone.now() - timedelta(minutes=31)
    )
    late = visitor.post(base(at_the_code) + "code/", {"code": code_of(at_the_code)})
    assert late.status_code == 422
    assert "plus valable" in late.content.decode()
    visitor.post(base(at_the_code) + "code/renvoi/")
    assert visitor.post(base(at_the_code) + "code/", {"code": code_of(at_the_code)}).status_code == 303


def test_only_the_last_code_serves(visitor, at_the_code):
    first = code_of(at_the_code)
    LinkCode.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    visitor.post(base(at_the_code) + "code/renvoi/")
    if first != code_of(at_the_code):
        assert visitor.post(base(at_the_code) + "code/", {"code": first}).status_code == 422


def test_asking_again_at_once_sends_nothing_and_asking_often_is_refused(visitor, at_the_code):
    visitor.post(base(at_the_code) + "code/renvoi/")
    assert LinkCode.objects.count() == 1
    for _time in range(4):
        LinkCode.objects.filter(created_at__gt=timezone.now() - timedelta(minutes=1)).update(
            created_at=timezone.now() - timedelta(minutes=2)
        )
        visitor.post(base(at_the_code) + "code/renvoi/")
    assert LinkCode.objects.count() == 5
    LinkCode.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    page = visitor.post(base(at_the_code) + "code/renvoi/")
    assert page.status_code == 422
    assert "Attendez une heure" in page.content.decode()


def test_brute_force_stops_for_the_day_even_with_new_codes(visitor, at_the_code):
    tried = 0
    for _round in range(4):
        wrong = wrong_code(at_the_code)
        for _try in range(5):
            visitor.post(base(at_the_code) + "code/", {"code": wrong})
        tried += 5
        LinkCode.objects.update(created_at=timezone.now() - timedelta(minutes=2))
        visitor.post(base(at_the_code) + "code/renvoi/")
    assert sum(LinkCode.objects.values_list("tries", flat=True)) == 15 < tried
    page = visitor.post(base(at_the_code) + "code/", {"code": code_of(at_the_code)})
    assert page.status_code == 422
    assert "demain" in page.content.decode()


def test_wrong_codes_are_counted_per_address_over_links(ask):
    clients = []
    for _link in range(3):
        solicitation = ask("trial-coded", email="directrice@example.org")
        client = opened(Client(), solicitation)
        client.post(base(solicitation) + "formulaire/", {"text": "Oui"})
        clients.append((client, solicitation))
    for client, solicitation in clients[:2]:
        wrong = wrong_code(solicitation)
        for _round in range(2):
            for _try in range(5):
                client.post(base(solicitation) + "code/", {"code": wrong})
            LinkCode.objects.update(created_at=timezone.now() - timedelta(minutes=2))
            client.post(base(solicitation) + "code/renvoi/")
    client, solicitation = clients[2]
    wrong = wrong_code(solicitation)
    for _try in range(5):
        client.post(base(solicitation) + "code/", {"code": wrong})
    LinkCode.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    client.post(base(solicitation) + "code/renvoi/")
    page = client.post(base(solicitation) + "code/", {"code": code_of(solicitation)})
    assert page.status_code == 422
    assert "demain" in page.content.decode()


@pytest.mark.parametrize("code", ["", "abc", "١٢٣٤٥٦", "1" * 500, "12345"])
def test_what_is_no_code_is_refused_and_costs_no_try(visitor, at_the_code, code):
    page = visitor.post(base(at_the_code) + "code/", {"code": code})
    assert page.status_code == 422
    assert "Saisissez les six chiffres" in page.content.decode()
    assert LinkCode.objects.get().tries == 0


def test_a_right_code_with_a_truncated_link_is_worth_nothing(at_the_code):
    stranger = Client()
    assert stranger.post(base(at_the_code) + "code/", {"code": code_of(at_the_code)}).status_code == 404


def test_a_code_refused_when_the_form_is_sent_is_said_at_once_and_the_text_is_kept(visitor, at_the_code):
    LinkCode.objects.update(expires_at=timezone.now())
    link = SignedLink.objects.get()
    for _code in range(4):
        LinkCode.objects.create(link=link, code_hash="x", expires_at=timezone.now())
    page = visitor.post(base(at_the_code) + "formulaire/", {"text": "Autrement"})
    assert page.status_code == 422
    assert "Attendez une heure" in page.content.decode()
    assert "Autrement" in page.content.decode()
    link.refresh_from_db()
    assert link.typed["text"] == ["Autrement"]

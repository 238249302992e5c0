"""The public pages: the way from the link to the receipt, and everything that a link must not do."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core.actors import SYSTEM
from core.models import LinkCode, OutgoingEmail, SignedLink, Solicitation, TransitionRecord
from core.solicitations.services import new_link, readdress, revoke
from tests.checksums import fingerprint
from tests.core.solicitations.conftest import Trial, base, code_of, opened, path_of
from tests.taskforce.factories import UserFactory

pytestmark = pytest.mark.django_db


# The way --------------------------------------------------------------------------------------


def test_the_link_moves_its_token_into_a_cookie_and_leaves_the_address(visitor, ask):
    solicitation = ask()
    token = path_of(solicitation).split("/")[2]

    response = visitor.get(path_of(solicitation))

    cookie = response.cookies["socle_reponse"]
    assert response["Location"] == base(solicitation)
    assert token not in response["Location"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", base(solicitation))
    page = visitor.get(base(solicitation))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert token not in page.content.decode()
    assert "Continuer" in page.content.decode()


def test_from_welcome_to_receipt_without_a_code(visitor, ask):
    solicitation = ask()
    opened(visitor, solicitation)

    assert visitor.post(base(solicitation))["Location"] == base(solicitation) + "formulaire/"
    solicitation.refresh_from_db()
    assert solicitation.state == "opened"
    assert "Texte" in visitor.get(base(solicitation) + "formulaire/").content.decode()
    assert visitor.post(base(solicitation) + "formulaire/", {"text": ""}).status_code == 422

    answer = visitor.post(base(solicitation) + "formulaire/", {"text": "Oui"})

    assert answer["Location"] == base(solicitation) + "recu/"
    receipt = visitor.get(base(solicitation) + "recu/").content.decode()
    assert "Votre réponse est enregistrée" in receipt
    solicitation.refresh_from_db()
    assert (solicitation.state, solicitation.channel) == ("submitted", "link")
    assert solicitation.answer["by"].endswith("(lien personnel)")
    record = TransitionRecord.objects.latest("pk")
    assert record.actor_user is None
    assert str(solicitation.addressee) in record.actor_label


def test_with_a_code_what_was_typed_waits_in_the_database(visitor, ask, django_capture_on_commit_callbacks):
    solicitation = ask("trial-coded")
    opened(visitor, solicitation)

    with django_capture_on_commit_callbacks(execute=True):
        answer = visitor.post(base(solicitation) + "formulaire/", {"text": "Oui, Aïssa"})

    assert answer["Location"] == base(solicitation) + "code/"
    assert "Aïssa" not in str(visitor.cookies)
    assert SignedLink.objects.get(revoked_at=None).typed["text"] == ["Oui, Aïssa"]
    row = OutgoingEmail.objects.get(kind="link-code")
    assert row.recipient == solicitation.email
    assert row.state == "sent", "in the request, not by a worker later"
    digits = code_of(solicitation)
    assert re.fullmatch(r"\d{6}", digits)
    assert digits not in row.subject + row.text + row.html
    page = visitor.get(base(solicitation) + "code/").content.decode().replace("<wbr>", "")
    assert "Oui, Aïssa" in page
    assert solicitation.email not in page, "whoever holds the link learns no address"
    assert LinkCode.objects.get().code_hash != digits

    wrong = visitor.post(base(solicitation) + "code/", {"code": "000000" if digits != "000000" else "1"})
    assert wrong.status_code == 422
    assert "Il reste 4" in wrong.content.decode()
    assert "Oui, Aïssa" in wrong.content.decode()
    spaced = f" {digits[:3]} {digits[3:]} "
    assert visitor.post(base(solicitation) + "code/", {"code": spaced})["Location"].endswith("/recu/")

    solicitation.refresh_from_db()
    link = SignedLink.objects.get()
    assert solicitation.answer["text"] == "Oui, Aïssa"
    assert link.used_at is not None
    assert link.typed == {}


def test_modifying_before_the_code_keeps_what_was_typed_and_mails_no_second_code(visitor, ask):
    solicitation = ask("trial-coded")
    opened(visitor, solicitation)
    visitor.post(base(solicitation) + "formulaire/", {"text": "Un"})
    assert "Un" in visitor.get(base(solicitation) + "formulaire/").content.decode()

    visitor.post(base(solicitation) + "formulaire/", {"text": "Deux"})
    visitor.post(base(solicitation) + "code/", {"code": code_of(solicitation)})

    solicitation.refresh_from_db()
    assert solicitation.answer["text"] == "Deux"
    assert LinkCode.objects.count() == 1


def test_a_refusal_of_the_kind_is_shown_beside_the_text_and_nothing_is_written(visitor, ask):
    solicitation = ask()
    opened(visitor, solicitation)
    page = visitor.post(base(solicitation) + "formulaire/", {"text": "interdit"})
    assert page.status_code == 422
    assert "Ce texte est interdit." in page.content.decode()
    assert 'value="interdit"' in page.content.decode()
    solicitation.refresh_from_db()
    assert solicitation.state == "opened"
    assert SignedLink.objects.get().used_at is None


def test_what_may_be_answered_again_is(visitor, ask):
    solicitation = ask("trial-open")
    opened(visitor, solicitation)
    for text in ("Un", "Deux"):
        assert visitor.post(base(solicitation) + "formulaire/", {"text": text}).status_code == 303
    solicitation.refresh_from_db()
    assert solicitation.answer["text"] == "Deux"
    assert opened(Client(), solicitation).get(base(solicitation)).status_code == 200


def test_somebody_signed_in_answers_as_the_link_s_holder(client, ask):
    solicitation = ask()
    stranger = UserFactory()
    client.force_login(stranger, "allauth.account.auth_backends.AuthenticationBackend")
    opened(client, solicitation)
    assert client.post(base(solicitation) + "formulaire/", {"text": "Oui"}).status_code == 303
    solicitation.refresh_from_db()
    assert str(solicitation.addressee) in solicitation.answer["by"]
    assert "_auth_user_id" in client.session


def test_a_second_click_shows_the_receipt_of_the_first(visitor, ask):
    solicitation = ask()
    opened(visitor, solicitation)
    for _click in range(2):
        answer = visitor.post(base(solicitation) + "formulaire/", {"text": "Oui"})
        assert answer["Location"] == base(solicitation) + "recu/"
    assert Solicitation.objects.get().target.name_en == "+"


def test_the_page_speaks_the_addressee_s_language(visitor, ask):
    solicitation = ask()
    person = solicitation.addressee
    person.language = "en"
    person.save()
    opened(visitor, solicitation)
    assert 'lang="en"' in visitor.get(base(solicitation)).content.decode()


def test_unreadable_characters_are_refused_in_words_and_never_stored(visitor, ask):
    solicitation = ask("trial-coded")
    opened(visitor, solicitation)
    page = visitor.post(base(solicitation) + "formulaire/", {"text": "a\x00b"})
    assert page.status_code == 422
    assert visitor.post(base(solicitation) + "formulaire/", {"text": "Oui", "autre": "a\x00b"}).status_code == 303
    assert "autre" not in SignedLink.objects.get().typed


def test_a_huge_post_is_refused_in_words(visitor, ask):
    solicitation = ask("trial-coded")
    opened(visitor, solicitation)
    page = visitor.post(base(solicitation) + "formulaire/", {"text": "Oui", "autre": "x" * 300_000})
    assert page.status_code == 422
    assert "trop long" in page.content.decode()


# What a link must not do -------------------------------------------------------------------------------


def neutral(client, path):
    response = client.get(path)
    return response.status_code, response.content, response["Referrer-Policy"], response["Cache-Control"]


def test_every_bad_link_gives_one_and_the_same_page(ask):
    paths = {}
    for name in ("answered", "expired", "revoked", "replaced", "readdressed", "forbidden"):
        solicitation = ask()
        paths[name] = path_of(solicitation)
        if name == "answered":
            client = opened(Client(), solicitation)
            client.post(base(solicitation) + "formulaire/", {"text": "Oui"})
        elif name == "expired":
            solicitation.links.update(expires_at=timezone.now() - timedelta(seconds=1))
        elif name == "revoked":
            revoke(solicitation, actor=SYSTEM)
        elif name == "replaced":
            new_link(solicitation)
        elif name == "readdressed":
            readdress(solicitation, "autre@example.org", actor=SYSTEM)
    live = path_of(ask())
    assert Client().get(live).status_code == 302
    paths |= {
        "wrong": "/lien/faux/",
        "cut": live[:-3] + "/",
        "accents": "/lien/é%20à/",
        "no cookie": base(solicitation),
    }
    paths["another's page"] = "/reponse/00000000-0000-0000-0000-000000000000/"
    pages = {name: neutral(Client(), path) for name, path in paths.items() if name != "forbidden"}
    Trial.refused = "Le siège a pris fin."
    pages["forbidden"] = neutral(Client(), paths["forbidden"])

    assert {page[0] for page in pages.values()} == {404}
    assert len(set(pages.values())) == 1
    assert pages["wrong"][2] == "no-referrer"
    assert "no-store" in pages["wrong"][3]


def test_a_link_revoked_while_the_page_is_open_ends_there(visitor, ask):
    solicitation = ask()
    opened(visitor, solicitation)
    revoke(solicitation, actor=SYSTEM)
    assert visitor.get(base(solicitation)).status_code == 404
    assert visitor.post(base(solicitation)).status_code == 404
    assert visitor.post(base(solicitation) + "formulaire/", {"text": "Oui"}).status_code == 404
    solicitation.refresh_from_db()
    assert solicitation.state == "revoked"


def test_what_was_typed_while_the_link_died_is_given_back(visitor, ask):
    solicitation = ask()
    opened(visitor, solicitation)
    revoke(solicitation, actor=SYSTEM)
    typed = {"text": "Une réponse <b>longue</b>", "autre-TOTAL_FORMS": "12345"}
    page = visitor.post(base(solicitation) + "formulaire/", typed)
    assert page.status_code == 404
    assert "Une réponse &lt;b&gt;longue&lt;/b&gt;</textarea>" in page.content.decode()
    assert "12345" not in page.content.decode()
    # And of a link that never was, the very same.
    assert Client().post("/reponse/00000000-0000-0000-0000-000000000000/formulaire/", typed).content == page.content


def test_one_link_s_cookie_opens_no_other_solicitation(visitor, ask):
    mine, other = ask(), ask()
    opened(visitor, mine)
    cookie = visitor.cookies["socle_reponse"].value
    response = Client(headers={"cookie": f"socle_reponse={cookie}"}).get(base(other))
    assert response.status_code == 404


def test_a_forged_cookie_opens_nothing(ask):
    solicitation = ask()
    token = path_of(solicitation).split("/")[2]
    for value in (token, f'"{token}:1:x"', "x" * 3000):
        assert Client(headers={"cookie": f"socle_reponse={value}"}).get(base(solicitation)).status_code == 404


@pytest.mark.parametrize("kind", ["trial", "trial-coded", "trial-open"])
def test_a_scanner_changes_no_table(visitor, ask, kind):
    solicitation = ask(kind)
    path = path_of(solicitation)
    before = fingerprint()

    for _time in range(2):
        for page in (path, base(solicitation), base(solicitation) + "formulaire/", base(solicitation) + "code/"):
            visitor.get(page, follow=True)
            visitor.head(page)
            Client().get(page)
            visitor.options(page)
    visitor.get(base(solicitation) + "recu/")
    visitor.get(base(solicitation) + "fichier/tdr/")
    visitor.get(base(solicitation) + "code/renvoi/")

    assert fingerprint() == before


def test_a_post_from_another_site_is_refused(ask):
    solicitation = ask()
    client = opened(Client(enforce_csrf_checks=True), solicitation)
    assert client.post(base(solicitation)).status_code == 403
    solicitation.refresh_from_db()
    assert solicitation.state == "sent"

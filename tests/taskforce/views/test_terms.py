"""Pages of terms of reference: writing without losing anything, sharing, commenting, answering, adopting."""

import re
from datetime import date, timedelta

import pytest

from core.actors import SYSTEM
from core.models import Draft, OutgoingEmail, Solicitation
from taskforce.enums import TermsMark, TermsState
from taskforce.models import TermsComment, TermsOfReference, TermsReview, TermsSection
from taskforce.queries.terms import sections_of
from taskforce.services.terms import create_terms, save_section
from taskforce.services.terms_course import comment_terms, share_terms
from tests.taskforce.asked import directed
from tests.taskforce.factories import MandateFactory, SeatFactory, TaskForceFactory, TermsFactory, member

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def body():
    return TaskForceFactory(slug="niger")


@pytest.fixture
def secretariat(body, client):
    return sign_in(client, member(body, role="secretariat", given_name="Mariama", family_name="Saley").user)


@pytest.fixture
def terms(body):
    """A draft with one written section, « Contexte »."""
    terms = create_terms(body, actor=SYSTEM)
    write(sections_of(terms).first(), "<p>Plusieurs agences agissent.</p>")
    return terms


def sign_in(client, user):
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return user


def write(section, text, actor=SYSTEM):
    return save_section(section, title=section.title, body=text, base_version=section.version, actor=actor)


def share(terms):
    return share_terms(terms, comments_until=terms.task_force.today() + timedelta(days=9), actor=SYSTEM)


def address(terms, rest=""):
    return f"/termes/{terms.pk}/{rest}"


def section_address(section, rest):
    return f"/termes/{section.terms_id}/sections/{section.pk}/{rest}/"


def page(response):
    return re.sub(r"\s+", " ", response.content.decode()).replace("<wbr>", "")


# Writing --------------------------------------------------------------------------------------


def test_the_secretariat_begins_a_text_with_the_usual_headings(client, secretariat, body):
    assert "Rédiger les termes de référence" in page(client.get("/niger/termes-de-reference/"))
    response = client.post("/niger/termes-de-reference/nouvelle-version/", follow=True)

    terms = TermsOfReference.objects.get()
    assert response.redirect_chain[-1][0] == address(terms, "plan/")
    assert "Objectifs" in page(response)
    # Pressed twice: the same text.
    client.post("/niger/termes-de-reference/nouvelle-version/")
    assert TermsOfReference.objects.count() == 1


def test_a_section_is_written_and_the_next_one_opens(client, secretariat, terms):
    first, second = sections_of(terms)[:2]
    response = client.post(
        section_address(second, "modifier"),
        {"base_version": 0, "title": "Buts", "body": "Réfléchir ensemble.", "next": "1"},
    )
    second.refresh_from_db()
    assert (second.title, second.body) == ("Buts", "<p>Réfléchir ensemble.</p>")
    third = sections_of(terms)[2]
    assert response["Location"] == section_address(third, "modifier")
    assert client.get(address(terms, "rediger/"))["Location"] == section_address(third, "modifier")
    assert first.pk != third.pk


def test_a_stale_save_shows_both_texts_and_loses_nothing(client, secretariat, terms):
    section = sections_of(terms).first()
    write(section, "<p>Le texte d’un autre.</p>")
    typed = {"base_version": 1, "title": "Contexte", "body": "Le mien."}
    response = client.post(section_address(section, "modifier"), typed)

    assert response.status_code == 409
    assert "Le texte d’un autre." in page(response)
    assert "Le mien." in page(response)
    section.refresh_from_db()
    assert section.body == "<p>Le texte d’un autre.</p>"
    assert client.post(section_address(section, "modifier"), typed, **JSON).json() == {"version": 2}
    merged = {"base_version": 2, "title": "Contexte", "body": "Les deux.", "merged": "1"}
    assert client.post(section_address(section, "modifier"), merged).status_code == 302
    section.refresh_from_db()
    assert section.body == "<p>Les deux.</p>"


def test_what_is_typed_is_kept_and_offered_again(client, secretariat, terms):
    section = sections_of(terms).first()
    kept = client.post(section_address(section, "brouillon"), {"base_version": 1, "body": "En cours."}, **JSON)
    assert kept.json()["kept"] is True
    assert "Un texte non enregistré" in page(client.get(section_address(section, "modifier")))
    assert "En cours." in page(client.get(section_address(section, "modifier") + "?brouillon=1"))
    client.post(section_address(section, "modifier"), {"discard": "1"})
    assert not Draft.objects.exists()


def test_a_bad_section_form_keeps_the_words(client, secretariat, terms):
    section = sections_of(terms).first()
    response = client.post(
        section_address(section, "modifier"), {"base_version": 1, "title": " ", "body": "Mes mots précieux."}
    )
    assert "Mes mots précieux." in page(response)
    section.refresh_from_db()
    assert section.body == "<p>Plusieurs agences agissent.</p>"


def test_a_text_typed_while_the_session_ended_is_shown_again(client, terms):
    section = sections_of(terms).first()
    response = client.post(section_address(section, "modifier"), {"base_version": 1, "body": "Mes mots précieux."})
    assert response.status_code == 401
    assert "Mes mots précieux." in page(response)


def test_sections_are_added_moved_removed_and_put_back(client, secretariat, terms):
    client.post(address(terms, "sections/ajouter/"), {"title": "Financement"})
    added = TermsSection.objects.get(title="Financement")
    client.post(section_address(added, "deplacer"), {"sens": "haut"})
    assert sections_of(terms)[8] == added
    first = sections_of(terms).first()
    client.post(section_address(first, "retirer"))
    assert first not in sections_of(terms)
    assert "Remettre" in page(client.get(address(terms, "plan/")))
    client.post(section_address(first, "remettre"))
    assert sections_of(terms).last() == first
    assert client.post(address(terms, "sections/ajouter/"), {"title": ""}).status_code == 422
    client.post(address(terms, "titre/"), {"title": "TdR de la Task Force"})
    terms.refresh_from_db()
    assert terms.title == "TdR de la Task Force"


def test_versions_are_compared(client, secretariat, terms):
    section = sections_of(terms).first()
    section.refresh_from_db()
    write(section, "<p>Quelques agences agissent.</p>")
    shown = page(client.get(section_address(section, "versions")))
    assert "<ins>" in shown
    assert "<del>" in shown


# Sharing --------------------------------------------------------------------------------------


def test_what_leaves_is_shown_first(client, secretariat, terms, body):
    person = MandateFactory(seat__task_force=body).person
    head = directed(SeatFactory(task_force=body))
    until = f"{body.today() + timedelta(days=9):%d/%m/%Y}"
    shown = client.post(address(terms, "partage/"), {"comments_until": until, "directors": "on"})

    assert "3 courriels vont partir" in page(shown)
    for email in (person.email, head.address_of_record):
        assert email in page(shown)
    assert not OutgoingEmail.objects.exists()
    again = client.post(address(terms, "partage/"), {"comments_until": until, "edit": "1", "confirm": "1"})
    assert "Écrire aussi aux directeurs" in page(again)
    assert not OutgoingEmail.objects.exists()

    client.post(address(terms, "partage/"), {"comments_until": until, "directors": "on", "confirm": "1"})
    terms.refresh_from_db()
    assert (terms.state, OutgoingEmail.objects.count()) == (TermsState.SHARED, 3)
    assert Solicitation.objects.get().addressee == head.person
    # Pressed twice.
    client.post(address(terms, "partage/"), {"comments_until": until, "directors": "on", "confirm": "1"})
    assert OutgoingEmail.objects.count() == 3


def test_titles_alone_are_not_shared(client, secretariat, terms, body):
    terms.all_sections.update(body="")
    until = f"{body.today() + timedelta(days=9):%d/%m/%Y}"
    response = client.post(address(terms, "partage/"), {"comments_until": until, "confirm": "1"})
    assert "Le texte est encore vide" in page(response)
    assert f'value="{until}"' in page(response), "what was typed stays"
    terms.refresh_from_db()
    assert terms.state == TermsState.DRAFT


@pytest.mark.parametrize("until", ["", "hier", "1/1/2016"])
def test_a_deadline_that_cannot_be_is_said(client, secretariat, terms, until):
    response = client.post(address(terms, "partage/"), {"comments_until": until, "confirm": "1"})
    assert response.status_code == 422
    terms.refresh_from_db()
    assert terms.state == TermsState.DRAFT


def test_taking_back_wants_a_reason(client, secretariat, terms):
    share(terms)
    assert client.post(address(terms, "reprise/"), {"comment": ""}).status_code == 422
    client.post(address(terms, "reprise/"), {"comment": "Une erreur."})
    terms.refresh_from_db()
    assert terms.state == TermsState.DRAFT
    assert "Une erreur." in page(client.get(address(terms)))


# Commenting -----------------------------------------------------------------------------------


def test_a_member_comments_for_the_agency_and_agrees(client, terms, body):
    share(terms)
    mandate = MandateFactory(seat__task_force=body, person=member(body, role="none"))
    sign_in(client, mandate.person.user)
    section = sections_of(terms).first()
    assert "Nous sommes d’accord" in page(client.get(address(terms)))
    assert not TermsReview.objects.exists()

    client.post(address(terms, "lu/"))
    assert TermsReview.objects.get().mark == TermsMark.SEEN
    response = client.post(address(terms, "commentaires/"), {"section": section.pk, "text": "À préciser.\nMerci."})
    comment = TermsComment.objects.get()
    assert (comment.agency, comment.person, comment.section) == (mandate.seat.agency, mandate.person, section)
    assert response["Location"].endswith(f"#commentaire-{comment.pk}")
    client.post(address(terms, "accord/"))
    assert TermsReview.objects.get().mark == TermsMark.AGREED


def test_a_refused_comment_is_shown_again_in_its_place(client, terms, body):
    share(terms)
    sign_in(client, member(body).user)
    section = sections_of(terms).first()
    response = client.post(address(terms, "commentaires/"), {"section": section.pk, "text": "x" * 4001})
    assert response.status_code == 422
    assert "x" * 4001 in page(response)
    gone = client.post(address(terms, "commentaires/"), {"section": 2**40, "text": "Mes mots précieux."})
    assert gone.status_code == 422
    assert "Mes mots précieux." in page(gone)
    assert not TermsComment.objects.exists()


def test_a_comment_typed_while_the_text_was_formalised_is_shown_again(client, terms, body):
    share(terms)
    TermsOfReference.objects.update(state="formalised")
    sign_in(client, member(body).user)
    response = client.post(address(terms, "commentaires/"), {"text": "Mes mots précieux."})
    assert response.status_code == 422
    assert "Mes mots précieux." in page(response)
    assert "ne reçoit plus de commentaires" in page(response)
    assert not TermsComment.objects.exists()
    TermsOfReference.objects.update(state="adopted", adopted_on=date(2016, 4, 1), adopted_by="UNCT")
    assert client.post(address(terms, "commentaires/"), {"text": "Trop tard."}).status_code == 403


def test_who_sits_for_two_agencies_says_for_which(client, terms, body):
    share(terms)
    person = member(body, role="none")
    first, second = (MandateFactory(seat__task_force=body, person=person).seat.agency for _ in range(2))
    sign_in(client, person.user)
    assert client.post(address(terms, "commentaires/"), {"text": "À préciser."}).status_code == 422
    client.post(address(terms, "commentaires/"), {"text": "À préciser.", "agency": second.pk})
    assert TermsComment.objects.get().agency == second
    stranger = SeatFactory(task_force=body).agency
    client.post(address(terms, "accord/"), {"agency": stranger.pk})
    assert not TermsReview.objects.filter(agency__in=[first, stranger]).exists()


def test_the_secretariat_answers_and_the_member_reads_it(client, terms, body, secretariat):
    share(terms)
    sitting = member(body)
    agency = sitting.mandates.get().seat.agency
    comment = comment_terms(terms, agency, text="À préciser.", person=sitting, actor=SYSTEM)
    answer = address(terms, f"commentaires/{comment.pk}/reponse/")
    assert "À préciser." in page(client.get(address(terms, "agences/")))
    assert client.post(answer, {"answer": "not_taken", "answer_text": ""}).status_code == 422
    client.post(answer, {"answer": "not_taken", "answer_text": "C’est au paragraphe suivant."})
    sign_in(client, sitting.user)
    shown = page(client.get(address(terms)))
    assert "C’est au paragraphe suivant." in shown
    assert "Non retenu" in shown


def test_the_board_counts_and_reminds(client, terms, body, secretariat):
    silent = MandateFactory(seat__task_force=body)
    share(terms)
    before = OutgoingEmail.objects.count()
    shown = page(client.get(address(terms, "agences/rappel/")))
    assert "Un courriel va partir" in shown
    assert silent.person.email in shown
    assert OutgoingEmail.objects.count() == before
    client.post(address(terms, "agences/rappel/"))
    client.post(address(terms, "agences/rappel/"))
    assert OutgoingEmail.objects.filter(kind="terms-reminder").count() == 1


def test_what_an_agency_said_by_letter_is_entered(client, terms, body, secretariat):
    seat = SeatFactory(task_force=body)
    share(terms)
    section = sections_of(terms).first()
    url = address(terms, "agences/reponse/")
    assert client.post(url, {"agency": seat.agency_id}).status_code == 422
    assert client.post(url, {"agency": 2**40, "text": "Mes mots."}).status_code == 422
    client.post(url, {"agency": seat.agency_id, "section": section.pk, "text": "Par lettre.", "agreed": "on"})
    comment = TermsComment.objects.get()
    assert (comment.agency, comment.section, comment.person) == (seat.agency, section, None)
    assert TermsReview.objects.get().mark == TermsMark.AGREED


# Discussed, formalised, adopted ---------------------------------------------------------------


def test_the_course_to_adoption(client, terms, body, secretariat):
    share(terms)
    client.post(
        address(terms, "discussion/"),
        {"event": "Réunion de l’équipe-pays", "forum": "UNCT", "held_on": "1/2/2016", "outcome": "noted"},
    )
    terms.refresh_from_db()
    assert terms.state == TermsState.DISCUSSED
    section = sections_of(terms).first()
    write(section, "<p>Plusieurs agences agissent au Niger.</p>")
    assert "Le texte a été modifié depuis" in page(client.get(address(terms)))
    assert "<ins>" in page(client.get(address(terms, "changements/?depuis=partage")))
    client.post(address(terms, "formalisation/"))
    facts = {"adopted_by": "UNCT", "adopted_event": "Équipe-pays", "adopted_on": "1/4/2016"}
    assert "UNCT" in page(client.get(address(terms, "adoption/")))
    shown = client.post(address(terms, "adoption/"), facts)
    assert "Un courriel va partir" in page(shown)
    assert TermsOfReference.objects.get().state == TermsState.FORMALISED
    client.post(address(terms, "adoption/"), {**facts, "confirm": "1"})

    stored = TermsOfReference.objects.get()
    assert (stored.state, stored.adopted_on) == (TermsState.ADOPTED, date(2016, 4, 1))
    assert client.get(section_address(section, "modifier")).status_code == 403
    assert "version 1, adoptée le" in page(client.get("/niger/instance/"))
    assert "en vigueur depuis le" in page(client.get("/niger/"))
    client.post("/niger/termes-de-reference/nouvelle-version/")
    new = TermsOfReference.objects.get(number=2)
    assert sections_of(new).first().body == "<p>Plusieurs agences agissent au Niger.</p>"
    assert "Les deux textes sont identiques." in page(client.get(address(new, "changements/?depuis=1")))


@pytest.mark.parametrize("rest", ["partage/", "adoption/", "reprise/", "agences/rappel/"])
def test_a_step_out_of_turn_leads_back(client, secretariat, body, rest):
    states = {"partage/": "shared", "adoption/": "discussed", "reprise/": "draft", "agences/rappel/": "draft"}
    terms = TermsFactory(task_force=body, state=states[rest])
    for call in (client.get, client.post):
        assert call(address(terms, rest)).status_code == 302
    terms.refresh_from_db()
    assert terms.state == states[rest]


@pytest.mark.parametrize("asked", ["9", "x", "1'--"])
def test_an_unknown_version_to_compare_with_is_not_found(client, secretariat, terms, asked):
    assert client.get(address(terms, f"changements/?depuis={asked}")).status_code == 404

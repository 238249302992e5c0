"""A director designates from the mail's link: the page, what may be typed, what follows, what is refused."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from core.actors import SYSTEM
from core.fields import period
from core.models import Artefact, LinkCode, OutgoingEmail, SignedLink
from core.notifications import outbox
from core.solicitations.queries import live_link, reminder_due_at
from core.solicitations.services import queue_due_reminders, remind
from taskforce.models import (
    AgencyOffice,
    DesignatedPerson,
    DesignationRequest,
    OfficeHead,
    Person,
    TermsOfReference,
    TermsSection,
)
from taskforce.services.designation_answers import accept_designation, return_designation
from taskforce.services.designations import Letter, answer_on_record, prepare_requests, send_requests
from taskforce.services.mandates import end_mandate
from taskforce.services.seats import end_seat
from tests.checksums import fingerprint
from tests.taskforce.factories import LONG_AGO, MandateFactory, PersonFactory, SeatFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db

TITULAR = {
    "p0-civility": "ms",
    "p0-given_name": "Aïssa",
    "p0-family_name": "Oumarou",
    "p0-job_title": "Chargée de programme",
    "p0-email": "Aissa.Oumarou@example.org",
    "p0-phone": "+227 90 00 00 00",
}
SUBSTITUTE = {"p1-given_name": "Ibrahim", "p1-family_name": "Sani", "p1-email": "sani@example.org"}
ANSWER = {"answer": "designate", "lines": "2", **TITULAR, **SUBSTITUTE}


@pytest.fixture
def body():
    body = TaskForceFactory()
    body.secretary = member(body, role="secretariat")
    return body


@pytest.fixture
def asked(body):
    """A request that was sent to the director of a member agency."""
    return ask(body)


def ask(body, **kwargs):
    seat = kwargs.pop("seat", None) or SeatFactory(task_force=body)
    office = AgencyOffice.objects.create(agency=seat.agency, country=body.country, duty_station="Niamey")
    director = PersonFactory(agency=seat.agency)
    OfficeHead.objects.create(
        office=office, person=director, address_of_record=f"direction{seat.pk}@example.org", period=period(LONG_AGO)
    )
    today = body.today()
    [made] = prepare_requests(
        body,
        [seat],
        deadline=today + timedelta(days=20),
        starts_on=today + timedelta(days=1),
        letter=Letter("SP/TF", body.secretary, "Secrétaire"),
        actor=body.secretary.user,
        **kwargs,
    )
    assert send_requests([made], actor=body.secretary.user) == 1
    return DesignationRequest.objects.get(pk=made.pk)


def mails(kind):
    return OutgoingEmail.objects.filter(kind=kind).order_by("pk")


def link_in(row):
    return "/lien/" + outbox.secrets_of(row)["link"].partition("/lien/")[2]


def visit(row, client=None):
    """A browser that followed the link of a mail, and where it stands."""
    client = client or Client()
    response = client.get(link_in(row))
    assert response.status_code == 302
    return client, response["Location"]


def director(made):
    return visit(
        OutgoingEmail.objects.filter(kind__startswith="designation", about_id=made.solicitation_id).latest("pk")
    )


def answer(made, data=ANSWER, **more):
    """The director's whole way, with the code of the mail."""
    client, base = director(made)
    client.post(base)
    typed = client.post(base + "formulaire/", {**data, **more})
    assert typed.status_code == 303, re.findall(r'field-error">(.*?)</div>', typed.content.decode(), re.DOTALL)
    digits = outbox.secrets_of(mails("link-code").last())["code"]
    return client, base, client.post(base + "code/", {"code": digits})


# The page --------------------------------------------------------------------------------------------


def test_the_mail_carries_the_letter_and_goes_to_the_address_of_record(asked, body):
    row = mails("designation-asked").get()
    assert row.recipient == f"direction{asked.seat_id}@example.org"
    assert asked.reference in row.text
    assert row.attachments[0]["document"] == "designation-letter"
    assert body.secretary.email in row.headers["Reply-To"]


def test_the_page_says_who_asks_and_who_sits(body):
    seat = SeatFactory(task_force=body)
    sitting = MandateFactory(seat=seat)
    made = ask(body, seat=seat)
    client, base = director(made)

    page = client.get(base).content.decode().replace("<wbr>", "")

    assert str(body.secretary) in page
    assert str(sitting.person) in page
    assert made.reference in page
    assert sitting.person.email not in page
    assert len(re.findall("<form", page)) == 1


def test_a_director_names_a_titular_and_substitutes(asked):
    client, base, response = answer(asked)

    assert response["Location"].endswith("/recu/")
    asked.refresh_from_db()
    named = list(asked.persons.order_by("rank"))
    assert [(person.rank, person.full_name, person.email) for person in named] == [
        (0, "Mme Aïssa Oumarou", "aissa.oumarou@example.org"),
        (1, "Ibrahim Sani", "sani@example.org"),
    ]
    assert asked.state == "submitted"
    assert not asked.seat.mandates.exists(), "mandates change on acceptance only"
    assert not Person.objects.filter(family_name="Oumarou").exists()
    receipt = client.get(base + "recu/").content.decode()
    assert "Mme Aïssa Oumarou" in receipt


def test_receipts_go_to_the_director_the_persons_named_and_the_secretariat(asked, body):
    answer(asked)

    assert [row.recipient for row in mails("designation-receipt")] == [asked.solicitation.email]
    assert [row.recipient for row in mails("designation-named")] == ["aissa.oumarou@example.org", "sani@example.org"]
    assert [row.recipient for row in mails("designation-submitted")] == [body.secretary.email]
    assert "Aïssa Oumarou, Chargée de programme" in mails("designation-submitted").get().text


def test_acceptance_begins_the_mandates_and_invites_the_persons(asked, body):
    answer(asked)
    asked.refresh_from_db()
    accept_designation(asked, actor=body.secretary.user)
    assert [mandate.rank for mandate in asked.seat.mandates.order_by("rank")] == [0, 1]
    assert sorted(mails("account-invite").values_list("recipient", flat=True)) == [
        "aissa.oumarou@example.org",
        "sani@example.org",
    ]


def test_nine_substitutes_are_added_one_by_one_without_javascript_and_nothing_typed_is_lost(asked):
    client, base = director(asked)
    data = dict(ANSWER)
    for count in range(3, 11):
        page = client.post(base + "formulaire/", {**data, "ajouter": "1"})
        text = page.content.decode()
        assert page.status_code == 200
        assert 'value="Oumarou"' in text
        assert "à corriger" not in text
        rank = count - 1
        data |= {
            "lines": str(count),
            f"p{rank}-given_name": f"Prénom{rank}",
            f"p{rank}-family_name": f"Nom{rank}",
            f"p{rank}-email": f"suppleant{rank}@example.org",
        }
    full = client.post(base + "formulaire/", {**data, "ajouter": "1"}).content.decode()
    assert 'name="ajouter"' not in full
    assert "p10-" not in full
    assert not SignedLink.objects.filter(solicitation=asked.solicitation).get().typed, "a button keeps nothing"

    answer(asked, data)
    assert list(asked.persons.order_by("rank").values_list("family_name", flat=True)) == [
        "Oumarou",
        "Sani",
        *(f"Nom{rank}" for rank in range(2, 10)),
    ]


def test_lines_are_moved_up_and_taken_out(asked):
    client, base = director(asked)
    third = {"lines": "3", "p2-given_name": "Zara", "p2-family_name": "Moussa", "p2-email": "moussa@example.org"}
    moved = client.post(base + "formulaire/", {**ANSWER, **third, "monter": "2"}).content.decode()
    assert re.search(r'name="p1-family_name"[^>]*value="Moussa"', moved) or 'value="Moussa"' in moved
    assert moved.index('value="Moussa"') < moved.index('value="Sani"')
    removed = client.post(base + "formulaire/", {**ANSWER, **third, "retirer": "1"}).content.decode()
    assert 'value="Sani"' not in removed
    assert 'value="Moussa"' in removed


@pytest.mark.parametrize(
    "press", [{"retirer": "0"}, {"retirer": "99"}, {"monter": "x"}, {"ajouter": "1", "lines": "x" * 50}]
)
def test_odd_buttons_harm_nothing(asked, press):
    client, base = director(asked)
    page = client.post(base + "formulaire/", {**ANSWER, **press})
    assert page.status_code == 200
    assert 'value="Oumarou"' in page.content.decode()


def test_somebody_known_of_the_same_agency_is_picked_from_the_list(asked):
    known = PersonFactory(agency=asked.seat.agency, job_title="Économiste")
    stranger = PersonFactory()
    client, base = director(asked)
    page = client.get(base + "formulaire/").content.decode().replace("<wbr>", "")
    assert known.family_name in page
    assert known.email not in page
    assert stranger.family_name not in page

    assert client.post(base + "formulaire/", {"answer": "designate", "p0-person": str(stranger.pk)}).status_code == 422
    answer(asked, {"answer": "designate", "lines": "2", "p0-person": str(known.pk)})
    person = asked.persons.get()
    assert (person.person, person.email, person.job_title) == (known, known.email, "Économiste")


def test_known_and_typed_at_once_is_refused(asked):
    known = PersonFactory(agency=asked.seat.agency)
    client, base = director(asked)
    page = client.post(base + "formulaire/", {**ANSWER, "p0-person": str(known.pk)})
    assert page.status_code == 422
    assert "pas les deux" in page.content.decode()


def test_a_known_person_without_an_address_needs_one(asked):
    known = PersonFactory(agency=asked.seat.agency, email="")
    client, base = director(asked)
    data = {"answer": "designate", "lines": "2", "p0-person": str(known.pk)}
    page = client.post(base + "formulaire/", data)
    assert page.status_code == 422
    assert "pas l’adresse électronique" in page.content.decode()
    answer(asked, {**data, "p0-email": "connue@example.org"})
    assert asked.persons.get().email == "connue@example.org"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"p0-family_name": ""}, "Écrivez le nom"),
        ({"p0-given_name": ""}, "Écrivez le prénom"),
        ({"p0-email": ""}, "les invitations y partent"),
        ({"p0-email": "pas une adresse"}, "adresse"),
        ({"p1-email": "aissa.oumarou@example.ORG"}, "déjà donnée plus haut"),
        ({"p1-family_name": ""}, "Écrivez le nom"),
        ({"p0-family_name": "O\x00"}, "caractère"),
        ({"p0-family_name": "x" * 200}, "100"),
        ({"answer": "peut-être"}, "choix"),
        ({"note": "x" * 5000}, "4000"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(asked, change, said):
    client, base = director(asked)
    page = client.post(base + "formulaire/", {**ANSWER, **change})
    text = page.content.decode().replace("\u00a0", " ").replace("\u202f", "")
    assert page.status_code == 422
    assert said in text
    assert 'value="Ibrahim"' in text
    assert not asked.persons.exists()


def test_without_a_substitute_the_designation_is_incomplete_and_may_be_sent(asked):
    client, base = director(asked)
    data = {"answer": "designate", "lines": "2", **TITULAR}
    client.post(base + "formulaire/", data)
    assert "incomplète" in client.get(base + "code/").content.decode()
    answer(asked, data)
    assert asked.persons.count() == 1
    assert "incomplète" in mails("designation-receipt").get().text
    assert "incomplète" in mails("designation-submitted").get().text


def test_an_agency_may_decline_with_a_word_whatever_was_typed_below(asked):
    client, base = director(asked)
    client.post(base + "formulaire/", {**ANSWER, "answer": "decline", "p0-email": "x", "note": "Pas de personnel."})
    page = client.get(base + "code/").content.decode()
    assert "ne souhaite pas siéger" in page
    assert "Oumarou" not in page
    client, base, _sent = answer(asked, {**ANSWER, "answer": "decline", "note": "Pas de personnel."})
    receipt = client.get(base + "recu/").content.decode()
    assert "Le secrétariat en prendra acte" in receipt
    assert "Prochaines dates" not in receipt, "no meeting is announced to who does not sit"
    asked.refresh_from_db()
    assert (asked.declined, asked.note, asked.persons.count()) == (True, "Pas de personnel.", 0)
    assert not mails("designation-named").exists()
    assert "Pas de personnel." in mails("designation-submitted").get().text


def test_a_titular_of_another_seat_is_pointed_out(asked):
    elsewhere = MandateFactory(person=PersonFactory(email="sani@example.org"))
    client, base = director(asked)
    client.post(base + "formulaire/", ANSWER)
    page = client.get(base + "code/").content.decode()
    assert "siège déjà comme titulaire" in page
    assert str(elsewhere.seat.task_force) in page
    answer(asked)
    assert asked.persons.count() == 2, "a warning forbids nothing"


def test_a_renewal_starts_from_who_sits(body):
    seat = SeatFactory(task_force=body)
    known = MandateFactory(seat=seat, person=PersonFactory(agency=seat.agency)).person
    made = ask(body, seat=seat)
    client, base = director(made)
    assert made.purpose == "renewal"
    page = client.get(base + "formulaire/").content.decode()
    assert re.search(rf'<option value="{known.pk}" selected', page)


def test_a_replacement_asks_for_one_person(body):
    seat = SeatFactory(task_force=body)
    MandateFactory(seat=seat)
    leaving = MandateFactory(seat=seat, rank=1)
    made = ask(body, seat=seat, purpose="replacement", replaces=leaving)
    client, base = director(made)
    page = client.get(base + "formulaire/").content.decode()
    assert str(leaving.person) in page
    assert "p1-" not in page
    assert 'name="ajouter"' not in page
    answer(made, {**ANSWER, "lines": "5"})
    assert made.persons.get().rank_label == "Suppléante 1"
    assert "incomplète" not in mails("designation-receipt").get().text


def test_a_returned_answer_comes_back_filled_in_and_the_former_links_die(asked, body):
    answer(asked)
    former = link_in(mails("designation-named").first())
    asked.refresh_from_db()
    return_designation(asked, "Il manque un deuxième suppléant.", actor=body.secretary.user)

    client, base = visit(mails("designation-returned").get())
    page = client.get(base + "formulaire/").content.decode()
    assert 'value="Oumarou"' in page
    answer(asked)
    assert Client().get(former).status_code == 404
    assert asked.persons.count() == 2


# « Ce n’était pas moi » -------------------------------------------------------------------------------


def test_a_person_named_says_that_it_is_a_mistake(asked, body):
    answer(asked)
    client, base = visit(mails("designation-named").first())
    page = client.get(base).content.decode()
    assert "Mme Aïssa Oumarou" in page
    assert "Sani" not in page, "each reads of oneself only"
    assert not DesignatedPerson.objects.exclude(objection_at=None).exists()

    client.post(base)
    assert not DesignatedPerson.objects.exclude(objection_at=None).exists()
    assert client.post(base + "formulaire/", {"note": "J’ai quitté l’agence."}).status_code == 303

    assert DesignatedPerson.objects.get(rank=0).objection_at is not None
    told = mails("designation-contested").get()
    assert told.recipient == body.secretary.email
    assert "J’ai quitté l’agence." in told.text
    asked.refresh_from_db()
    with pytest.raises(ValidationError):
        accept_designation(asked, actor=body.secretary.user)
    assert client.post(base + "formulaire/", {}).status_code == 303
    assert mails("designation-contested").count() == 1


def test_a_director_whose_answer_it_is_not_says_so_and_it_cannot_be_accepted(asked, body):
    answer(asked)
    client, base = visit(mails("designation-receipt").get())
    assert "Sani" in client.get(base).content.decode()
    client.post(base + "formulaire/", {})
    asked.refresh_from_db()
    assert asked.disowned_at is not None
    assert mails("designation-contested").count() == 1
    with pytest.raises(ValidationError, match="n’est pas la sienne"):
        accept_designation(asked, actor=body.secretary.user)


def test_an_answer_on_paper_sends_the_same_receipts(asked, body):
    from core.solicitations.base import kind_of

    form = kind_of(asked.solicitation).get_form(asked.solicitation, ANSWER)
    assert form.is_valid()
    answer_on_record(asked, form, channel="paper", actor=body.secretary.user)
    assert asked.solicitation.channel == "paper"
    assert mails("designation-named").count() == 2
    assert mails("designation-receipt").count() == 1


# What the link must not do ------------------------------------------------------------------------------


def neutral(path):
    response = Client().get(path)
    return response.status_code, response.content


def test_the_link_dies_with_what_it_rests_on(body):
    wrong = neutral("/lien/faux/")
    changed, moved, left, ended, closed = (ask(body) for _ in range(5))
    paths = {
        made.pk: link_in(mails("designation-asked").get(about_id=made.solicitation_id))
        for made in (changed, moved, left, ended)
    }
    OfficeHead.objects.filter(office=changed.office).update(address_of_record="nouvelle@example.org")
    OfficeHead.objects.filter(office=moved.office).update(person=PersonFactory())
    OfficeHead.objects.filter(office=left.office).update(period=period(LONG_AGO, body.today() - timedelta(days=1)))
    end_seat(ended.seat, body.today() - timedelta(days=1), actor=SYSTEM)

    assert {neutral(path) for path in paths.values()} == {wrong}
    assert neutral(link_in(mails("designation-asked").get(about_id=closed.solicitation_id)))[0] == 302
    type(body).objects.update(state="closed")
    assert neutral(link_in(mails("designation-asked").get(about_id=closed.solicitation_id))) == wrong


def test_the_address_of_record_changes_while_the_director_types(asked):
    client, base = director(asked)
    client.post(base + "formulaire/", ANSWER)
    digits = outbox.secrets_of(mails("link-code").get())["code"]
    OfficeHead.objects.filter(office=asked.office).update(address_of_record="nouvelle@example.org")

    assert client.post(base + "code/", {"code": digits}).status_code == 404
    asked.refresh_from_db()
    assert asked.state == "opened"
    assert not asked.persons.exists()


def test_scanners_change_nothing(asked):
    row = mails("designation-asked").get()
    client, base = visit(row)
    before = fingerprint()
    for path in (
        link_in(row),
        base,
        base + "formulaire/",
        base + "code/",
        base + "recu/",
        base + "fichier/termes-de-reference/",
    ):
        client.get(path, follow=True)
        client.head(path)
        Client().get(path, follow=True)
    assert fingerprint() == before


def test_a_reminder_before_and_after_the_deadline_each_with_its_own_link(asked):
    solicitation = asked.solicitation
    for days in (7, 1, -3):
        moment = reminder_due_at(solicitation, days)
        assert queue_due_reminders(moment) == 1
        assert queue_due_reminders(moment + timedelta(minutes=1)) == 0
    rows = list(mails("designation-reminder"))
    assert len(rows) == 3
    assert live_link(link_in(rows[-1]).split("/")[2]) is not None
    assert live_link(link_in(rows[0]).split("/")[2]) is None


def test_nobody_is_reminded_where_the_address_changed(asked):
    SignedLink.objects.update(created_at=timezone.now() - timedelta(hours=1))
    OfficeHead.objects.filter(office=asked.office).update(address_of_record="nouvelle@example.org")
    assert remind([asked.solicitation], actor=SYSTEM) == 0
    queue_due_reminders(reminder_due_at(asked.solicitation, 7))
    [row] = mails("designation-reminder")
    assert row.state == "skipped"
    assert "adresse officielle" in row.error


def test_a_mandate_that_ends_meanwhile_does_not_hinder_the_answer(body):
    seat = SeatFactory(task_force=body)
    mandate = MandateFactory(seat=seat)
    made = ask(body, seat=seat)
    end_mandate(mandate, date(2016, 12, 31), "departed", actor=SYSTEM)
    _client, _base, response = answer(made)
    assert response["Location"].endswith("/recu/")


@pytest.mark.parametrize("known", [0, 40])
def test_the_form_takes_the_same_queries_whatever_the_agency_s_size(asked, known, django_assert_max_num_queries):
    for _ in range(known):
        PersonFactory(agency=asked.seat.agency)
    client, base = director(asked)
    with django_assert_max_num_queries(20):
        assert client.get(base + "formulaire/").status_code == 200


def test_the_code_is_mailed_to_the_address_of_record(asked):
    client, base = director(asked)
    client.post(base + "formulaire/", ANSWER)
    assert mails("link-code").get().recipient == asked.solicitation.email
    assert LinkCode.objects.count() == 1


# The terms of reference ---------------------------------------------------------------------------------


@pytest.fixture
def terms(body):
    text = TermsOfReference.objects.create(task_force=body, number=1, title="Termes de référence", state="shared")
    TermsSection.objects.create(terms=text, position=1, title="Objet", body="<p>Coordonner les appuis.</p>")
    return text


def test_the_mail_carries_the_terms_and_the_page_shows_and_gives_them(terms, body, settings):
    made = ask(body)
    assert [part["document"] for part in mails("designation-asked").get().attachments] == [
        "designation-letter",
        "terms",
    ]
    client, base = director(made)
    page = client.get(base).content.decode()
    assert "Coordonner les appuis." in page
    assert "fichier/" not in page, "no file yet: the worker makes it with the mail"
    assert client.get(base + "fichier/termes-de-reference/").status_code == 404

    artefact = Artefact.objects.create(
        document="terms",
        object_id=terms.pk,
        format="pdf",
        version=1,
        filename="termes.pdf",
        sha256="a" * 64,
        content_sha256="b" * 64,
        size=4,
        file=ContentFile(b"%PDF", name="termes.pdf"),
    )
    assert "fichier/termes-de-reference/" in client.get(base).content.decode()
    response = client.get(base + "fichier/termes-de-reference/")
    assert b"".join(response.streaming_content) == b"%PDF"
    assert "no-store" in response["Cache-Control"]
    assert Client().get(base + "fichier/termes-de-reference/").status_code == 404
    artefact.file.delete(save=False)


def test_a_text_taken_back_is_shown_to_no_director(terms, body):
    made = ask(body)
    type(terms).objects.filter(pk=terms.pk).update(state="draft")
    client, base = director(made)
    assert "Coordonner les appuis." not in client.get(base).content.decode()


def test_thirty_letters_leave_in_few_statements_each(body, django_assert_max_num_queries):
    today = body.today()
    seats = []
    for _ in range(30):
        seat = SeatFactory(task_force=body)
        office = AgencyOffice.objects.create(agency=seat.agency, country=body.country, duty_station="Niamey")
        OfficeHead.objects.create(
            office=office, person=PersonFactory(), address_of_record=f"d{seat.pk}@example.org", period=period(LONG_AGO)
        )
        seats.append(seat)
    made = prepare_requests(
        body,
        seats,
        deadline=today + timedelta(days=20),
        starts_on=today + timedelta(days=1),
        letter=Letter("SP/TF", body.secretary, "Secrétaire"),
        actor=body.secretary.user,
    )
    with django_assert_max_num_queries(30 * 9 + 40):
        assert send_requests(made, actor=body.secretary.user) == 30

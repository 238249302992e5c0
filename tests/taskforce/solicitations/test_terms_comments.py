"""A director comments terms of reference by the link of a mail, without an account."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core.actors import SYSTEM
from core.fields import period
from core.models import OutgoingEmail, SignedLink, Solicitation, SolicitationState
from core.notifications import outbox
from core.solicitations.services import queue_due_reminders
from taskforce.enums import TermsMark
from taskforce.models import OfficeHead, TermsComment, TermsReview
from taskforce.services.seats import end_seat
from taskforce.services.terms_course import formalise_terms, record_discussion, remind_agencies, share_terms, take_back
from tests.checksums import fingerprint
from tests.taskforce.asked import directed
from tests.taskforce.factories import SeatFactory, TaskForceFactory, TermsFactory, TermsSectionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def terms():
    """Shared with the director of its one member, for ten days."""
    terms = TermsFactory(task_force=TaskForceFactory())
    terms.section = TermsSectionFactory(terms=terms, title="Objectifs", body="<p>Réfléchir ensemble.</p>")
    terms.seat = SeatFactory(task_force=terms.task_force)
    terms.head = directed(terms.seat, email="direction@example.org")
    until = terms.task_force.today() + timedelta(days=10)
    share_terms(terms, comments_until=until, directors=True, actor=SYSTEM)
    return terms


def mail(kind="terms-comments-request"):
    return OutgoingEmail.objects.filter(kind=kind).latest("pk")


def visit(row):
    """A browser that followed the link of a mail; where it stands, or None for the neutral page."""
    client = Client()
    link = "/lien/" + outbox.secrets_of(row)["link"].partition("/lien/")[2]
    response = client.get(link)
    return client, response["Location"] if response.status_code == 302 else None


def say(row, **typed):
    client, base = visit(row)
    client.post(base)
    return client, base, client.post(base + "formulaire/", typed)


def test_the_mail_goes_to_the_address_of_record_without_the_link_in_its_words(terms):
    row = mail()
    assert row.recipient == "direction@example.org"
    assert "/lien/" not in row.text + row.html
    assert TermsReview.objects.get().mark == ""


def test_looking_changes_nothing(terms):
    row = mail()
    before = fingerprint()
    client, base = visit(row)
    page = client.get(base).content.decode()
    client.head(base)
    assert str(terms.head.person) in page
    assert fingerprint() == before


def test_a_director_comments_and_agrees_as_often_as_wanted(terms):
    key = f"section_{terms.section.pk}"
    client, base, response = say(mail(), **{key: "Nommer la saisonnalité.", "general": "Texte utile."})
    assert response.status_code == 303
    page = client.get(response["Location"]).content.decode()
    assert "Nommer la saisonnalité." in page

    assert set(TermsComment.objects.values_list("section", "text", "agency", "person")) == {
        (terms.section.pk, "Nommer la saisonnalité.", terms.seat.agency_id, terms.head.person_id),
        (None, "Texte utile.", terms.seat.agency_id, terms.head.person_id),
    }
    assert TermsReview.objects.get().mark == TermsMark.COMMENTED
    assert Solicitation.objects.get().state == SolicitationState.SUBMITTED
    say(mail(), agreed="on")
    assert TermsReview.objects.get().mark == TermsMark.AGREED
    assert TermsComment.objects.count() == 2


def test_the_page_shows_the_words_and_a_box_for_each_section(terms):
    client, base = visit(mail())
    client.post(base)
    page = client.get(base + "formulaire/").content.decode()
    assert "Réfléchir ensemble." in page
    assert f'name="section_{terms.section.pk}"' in page


def test_an_empty_answer_says_what_to_do_and_writes_nothing(terms):
    before = TermsReview.objects.get().mark
    _client, _base, response = say(mail(), general="   ")
    assert response.status_code == 422
    assert "au moins un commentaire" in response.content.decode()
    assert TermsReview.objects.get().mark == before
    assert not TermsComment.objects.exists()


def test_a_link_ends_with_what_it_asks(terms, monkeypatch):
    row = mail()
    assert SignedLink.objects.get().expires_at == terms.comments_deadline
    assert visit(row)[1] is not None
    SignedLink.objects.update(expires_at=timezone.now())
    assert visit(row)[1] is None


@pytest.mark.parametrize("change", ["taken back", "formalised", "left", "other address", "other director"])
def test_a_link_that_should_no_longer_open_is_the_neutral_page(terms, change):
    row = mail()
    if change == "taken back":
        take_back(terms, comment="À revoir.", actor=SYSTEM)
    elif change == "formalised":
        record_discussion(
            terms, event="UNCT", forum="", held_on=terms.task_force.today(), outcome="noted", note="", actor=SYSTEM
        )
        assert visit(row)[1] is not None
        formalise_terms(terms, actor=SYSTEM)
    elif change == "left":
        end_seat(terms.seat, terms.task_force.today() - timedelta(days=1), actor=SYSTEM)
    elif change == "other address":
        OfficeHead.objects.update(address_of_record="autre@example.org")
    else:
        today = terms.task_force.today()
        OfficeHead.objects.update(period=period(today - timedelta(days=90), today - timedelta(days=1)))
    before = fingerprint()

    assert visit(row)[1] is None
    assert fingerprint() == before


def test_taking_the_text_back_revokes_and_a_new_round_asks_again(terms):
    first = mail()
    take_back(terms, comment="À revoir.", actor=SYSTEM)
    assert Solicitation.objects.get().state == SolicitationState.REVOKED
    until = terms.task_force.today() + timedelta(days=5)
    share_terms(terms, comments_until=until, directors=True, actor=SYSTEM)
    assert mail() != first
    assert visit(first)[1] is None
    assert visit(mail())[1] is not None


def test_the_silent_are_reminded_by_the_secretariat_and_three_days_before(terms):
    SignedLink.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert remind_agencies(terms, actor=SYSTEM) == 1
    assert mail("terms-comments-reminder").recipient == "direction@example.org"
    assert visit(mail("terms-comments-request"))[1] is None

    soon = terms.comments_deadline - timedelta(days=2)
    assert queue_due_reminders(soon) == 1
    assert queue_due_reminders(soon) == 0


def test_whoever_has_answered_is_left_alone(terms):
    say(mail(), agreed="on")
    SignedLink.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert remind_agencies(terms, actor=SYSTEM) == 0
    assert queue_due_reminders(terms.comments_deadline - timedelta(days=2)) == 0

"""The letter to a director: what it says, that it stays as it was written, that the mail carries it."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from core.documents.base import content_sha256
from core.fields import period
from core.models import Artefact, OutgoingEmail
from core.notifications import outbox
from taskforce.documents.designation_letter import DesignationLetter, subject_of
from taskforce.enums import DesignationPurpose, TermsState
from taskforce.models import TermsOfReference
from taskforce.services.designations import extend_deadline, remind
from tests.taskforce.asked import asked, directed
from tests.taskforce.factories import MandateFactory, SeatFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def seat():
    body = TaskForceFactory(name="Protection sociale – Niger", acronym="TF-PS")
    found = SeatFactory(task_force=body, agency__acronym="PAM", agency__name_fr="Programme alimentaire mondial")
    directed(found, given_name="Benoît", family_name="Lemaire", civility="mr", job_title="Représentant")
    return found


def html(request):
    document = DesignationLetter()
    text = document.render_html(document.canonical(request))
    return text.replace("\xa0", " ").replace("\u202f", " ")


def sha(request):
    return content_sha256(DesignationLetter().canonical(request))


def test_it_says_who_asks_whom_for_what_by_when(seat):
    request = asked(seat, written_on=date(2026, 11, 2), answer_by=date(2026, 11, 20), starts_on=date(2026, 12, 1))
    text = html(request)
    for words in (
        "SP/2026/001",
        "2 novembre 2026",
        "M. Benoît Lemaire",
        "Représentant",
        "Programme alimentaire mondial",
        "Niamey",
        "Monsieur,",
        "vendredi 20 novembre 2026",
        "1er décembre 2026",
    ):
        assert words in text, words


def test_a_renewal_names_who_sits_on_the_day_of_the_letter(seat):
    MandateFactory(seat=seat, person__family_name="Souley", period=period(date(2024, 1, 1), date(2026, 12, 31)))
    MandateFactory(seat=seat, person__family_name="Ancienne", period=period(date(2016, 1, 1), date(2017, 12, 31)))
    text = html(asked(seat, purpose=DesignationPurpose.RENEWAL))
    assert "Souley" in text
    assert "31 décembre 2026" in text
    assert "Ancienne" not in text


def test_a_replacement_names_the_person_replaced(seat):
    mandate = MandateFactory(seat=seat, rank=1, person__family_name="Djibo")
    request = asked(seat, purpose=DesignationPurpose.REPLACEMENT, replaces=mandate)
    assert "Djibo" in subject_of(request)
    assert "suppléante" in html(request).lower()


def test_it_goes_by_the_terms_of_reference(seat):
    terms = TermsOfReference.objects.create(
        task_force=seat.task_force, number=1, title="Termes de référence", state=TermsState.SHARED
    )
    request = asked(seat, terms=terms)
    before = sha(request)
    assert "version 1, partagés entre les agences" in html(request)
    # Adopted after the letter was written: the letter stays as it is.
    TermsOfReference.objects.update(
        state=TermsState.ADOPTED, adopted_on=date(2026, 11, 15), adopted_by="Le groupe", adopted_at=timezone.now()
    )
    request.terms.refresh_from_db()
    assert sha(request) == before
    later = asked(SeatFactory(task_force=seat.task_force), terms=request.terms, written_on=date(2026, 11, 16))
    assert "adoptés le 15 novembre 2026" in html(later)


def test_another_deadline_or_another_titular_does_not_rewrite_it(seat):
    request = asked(seat)
    before = sha(request)
    extend_deadline(
        request, seat.task_force.today() + timedelta(days=90), actor=member(seat.task_force, role="secretariat").user
    )
    MandateFactory(seat=seat, period=period(seat.task_force.today()))
    request.refresh_from_db()
    assert sha(request) == before


def test_it_is_written_in_the_language_of_the_director(seat):
    request = asked(seat)
    request.director.language = "en"
    assert DesignationLetter().canonical(request)["language"] == "en"


def test_the_mail_carries_it_as_pdf(seat, smtp):
    request = asked(seat)
    remind(request, actor=member(seat.task_force, role="secretariat").user)
    mail = OutgoingEmail.objects.get(kind="designation-reminder")
    assert outbox.send_email(mail.pk) is True
    [part] = [part for part in smtp.messages[0].walk() if part.get_content_type() == "application/pdf"]
    assert part.get_filename().endswith("-2026-001.pdf")
    text = PdfReader(BytesIO(part.get_payload(decode=True))).pages[0].extract_text()
    assert "SP/2026/001" in text
    # Made once, kept: the next mail takes the same file.
    assert Artefact.objects.get(document="designation-letter").object_id == request.pk

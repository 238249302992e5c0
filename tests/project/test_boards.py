"""Whatever is registered on a plug board does what its board promises."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from core.digests import DigestLine
from core.documents.base import content_sha256, documents
from core.exports.base import exports
from core.fields import period
from core.models import LinkCode
from core.notifications.base import Mailbox, messages_board, schedules_board
from core.solicitations.base import solicitations
from interventions.models import CampaignRequest
from meetings.models import AgendaProposal, DistributionEntry, Invitation, InvitationAnswer
from meetings.queries.contributions import Contributor
from taskforce.models import DesignatedPerson, DesignationRequest, Invite, Mandate, MandateNotice, TermsOfReference
from taskforce.queries.digests import DigestReader
from tests.project import html
from tests.project.strict import make_strict


def due(action):
    """The world's action, with a date."""
    action.due_on = action.due_on or date(2026, 11, 30)
    return action


def collected(world):
    """The request of a collection as if it asked the person whom the messages are checked with."""
    request = CampaignRequest.objects.select_related("solicitation").get(pk=world.collection.pk)
    request.solicitation.addressee = world.invitation.person
    request.solicitation.email = world.invitation.person.email
    return request


def to(world, request):
    """The request as if its director were the person whom the messages are checked with."""
    person = world.invitation.person
    request = DesignationRequest.objects.select_related("seat__agency", "task_force", "solicitation").get(pk=request.pk)
    request.director = request.solicitation.addressee = person
    request.solicitation.email = person.email
    return request


def designee(world):
    """The person whom the messages are checked with, named by a director."""
    person = world.invitation.person
    facts = {name: getattr(person, name) for name in ("civility", "given_name", "family_name", "email")}
    return DesignatedPerson(request=to(world, world.answered), person=person, **facts)


def adopted(world):
    """The world's terms of reference in force, as the database holds them."""
    return TermsOfReference.objects.select_related("task_force__country").get(pk=world.terms_adopted.pk)


# How each message is addressed. A new message adds its line here.
MESSAGES = {
    "designation-accepted": lambda cls, world: cls(to(world, world.answered), mandates=[world.mandate]),
    "designation-recorded": lambda cls, world: cls(
        world.invitation.person, request=world.answered, mandates=[world.mandate], accepted_by="Mme Aïssa Oumarou"
    ),
    "designation-asked": lambda cls, world: cls(
        to(world, world.designation).solicitation,
        "https://socle.example.org/lien/secret/",
        request=to(world, world.designation),
    ),
    "designation-contested": lambda cls, world: cls(
        world.invitation.person,
        request=world.answered,
        who="Mme Aïssa Oumarou",
        email="aissa@example.org",
        note="Je n’ai rien demandé.",
    ),
    "designation-named": lambda cls, world: cls(
        to(world, world.answered).solicitation, "https://socle.example.org/lien/secret/", designee=designee(world)
    ),
    "designation-receipt": lambda cls, world: cls(
        to(world, world.answered).solicitation,
        "https://socle.example.org/lien/secret/",
        request=to(world, world.answered),
    ),
    "designation-reminder": lambda cls, world: cls(
        to(world, world.designation).solicitation,
        "https://socle.example.org/lien/secret/",
        request=to(world, world.designation),
    ),
    "designation-submitted": lambda cls, world: cls(
        world.invitation.person,
        request=world.answered,
        designees=list(world.answered.persons.all()),
        arrived=timezone.now(),
    ),
    "link-code": lambda cls, world: cls(
        to(world, world.designation).solicitation,
        code=LinkCode(pk=1, expires_at=timezone.now() + timedelta(minutes=30)),
        digits="123456",
    ),
    "designation-returned": lambda cls, world: cls(
        to(world, world.answered).solicitation,
        "https://socle.example.org/lien/secret/",
        request=world.answered,
        reason="Il manque une adresse.",
    ),
    "designation-welcome": lambda cls, world: cls(
        Mandate(seat=world.answered.seat, person=world.invitation.person, period=world.mandate.period),
        request=world.answered,
    ),
    "mandates-ending": lambda cls, world: cls(
        world.invitation.person,
        body=world.body,
        mandates=[
            Mandate(
                seat=world.answered.seat,
                person=world.invitation.person,
                period=period(date(2016, 4, 1), date(2017, 3, 31)),
            )
        ],
        notices=[MandateNotice(pk=1)],
        on=date(2017, 2, 1),
    ),
    "account": lambda cls, world: cls(
        Mailbox(world.invitation.person.email, str(world.invitation.person), world.invitation.person.language),
        prefix="account/email/login_code",
        values={},
        hidden={"code": "BCDF-GHJK"},
    ),
    "account-invite": lambda cls, world: cls(
        world.invitation.person,
        invite=Invite(pk=1, person=world.invitation.person, expires_at=timezone.now()),
        link="https://socle.example.org/invitation/secret/",
        body=world.body,
    ),
    "meeting-cancelled": lambda cls, world: cls(world.invitation, reason="Jour férié."),
    "meeting-invitation": lambda cls, world: cls(world.invitation),
    "meeting-moved": lambda cls, world: cls(world.invitation, before=world.meeting.starts_at - timedelta(days=1)),
    "meeting-postponed": lambda cls, world: cls(world.invitation, reason="Jour férié."),
    "meeting-reminder": lambda cls, world: cls(world.invitation, days=7),
    "stand-in-asked": lambda cls, world: cls(
        world.invitation, absent=world.person, answer=InvitationAnswer(pk=1), chosen=True
    ),
    "stand-in-released": lambda cls, world: cls(
        world.invitation, absent=world.person, answer=InvitationAnswer(pk=1), comes=True
    ),
    "stand-in-missing": lambda cls, world: cls(world.invitation, absent=world.person, answer=InvitationAnswer(pk=1)),
    "contributions-call": lambda cls, world: cls(
        world.meeting_to_come,
        Contributor(world.invitation.person, world.titular_agency, lacks_update=True, has_proposed=False),
        days=10,
    ),
    "action-due": lambda cls, world: cls(world.invitation.person, action=due(world.action)),
    "action-reminder": lambda cls, world: cls(
        world.invitation.person,
        body=world.body,
        actions=[due(world.action)],
        batch="5f1c1b7e-0000-4000-8000-000000000000",
        sender="Mme Aïssa Oumarou",
    ),
    "overdue-actions": lambda cls, world: cls(
        world.invitation.person,
        body=world.body,
        agency=world.titular_agency,
        actions=[due(world.action)],
        week="2026-W48",
    ),
    "weekly-digest": lambda cls, world: cls(
        DigestReader(world.invitation.person, {world.body.pk: world.body}),
        week="2026-W48",
        sections=[("Actions", [DigestLine("A-2026-01 · Ciblage", "https://socle.example.org/a/", "en retard", True)])],
    ),
    "agenda-proposal-answered": lambda cls, world: cls(
        AgendaProposal(
            pk=1,
            meeting=world.meeting,
            title="Ciblage",
            proposed_by=world.invitation.person,
            state="refused",
            answer="Hors du mandat.",
        )
    ),
    "minutes-shared": lambda cls, world: cls(world.invitation.person, minutes=world.minutes),
    "minutes-adopted": lambda cls, world: cls(world.invitation.person, minutes=world.minutes),
    "minutes-reminder": lambda cls, world: cls(world.invitation.person, minutes=world.minutes_of_meeting_shared),
    "minutes-observation-answered": lambda cls, world: cls(
        world.invitation.person, correction=world.correction_of_meeting_shared
    ),
    "minutes-tampered": lambda cls, world: cls(
        world.invitation.person, body=world.body, problems=["section:1 · body"], digest="0" * 24
    ),
    "minutes-published": lambda cls, world: cls(
        DistributionEntry(person=world.invitation.person, language=world.invitation.person.language),
        minutes=world.minutes,
        version=1,
    ),
    "terms-shared": lambda cls, world: cls(
        world.invitation.person, terms=world.terms, until=world.terms.comments_until
    ),
    "terms-reminder": lambda cls, world: cls(world.invitation.person, terms=world.terms),
    "terms-adopted": lambda cls, world: cls(world.invitation.person, terms=adopted(world)),
    "terms-comments-request": lambda cls, world: cls(
        to(world, world.designation).solicitation,
        "https://socle.example.org/lien/secret/",
        review=world.terms_review,
    ),
    "terms-comments-reminder": lambda cls, world: cls(
        to(world, world.designation).solicitation,
        "https://socle.example.org/lien/secret/",
        review=world.terms_review,
    ),
    "collection-request": lambda cls, world: cls(
        collected(world).solicitation, "https://socle.example.org/lien/secret/", asked=world.collection
    ),
    "collection-reminder": lambda cls, world: cls(
        collected(world).solicitation, "https://socle.example.org/lien/secret/", asked=world.collection
    ),
}


@pytest.fixture(autouse=True)
def _strict_templates(monkeypatch):
    make_strict(monkeypatch)


# Documents -------------------------------------------------------------------------------


def a_document(cls, world):
    """The document and an object of it that the secretariat may ask for."""
    document = cls()
    user = world.users["secretariat"]
    for obj in document.queryset(user).order_by("pk"):
        if user.has_perm(document.permission, obj):
            return document, obj
    raise AssertionError(f"{cls.slug}: nothing in the world can be asked for")


@pytest.mark.parametrize("cls", list(documents), ids=lambda cls: cls.slug)
class TestDocuments:
    def test_it_has_a_name_and_a_right(self, cls):
        assert str(cls.title)
        assert cls.permission
        assert cls.formats

    def test_it_is_made_from_plain_data(self, cls, world):
        document, obj = a_document(cls, world)

        canonical = document.canonical(obj)

        assert content_sha256(canonical) == content_sha256(document.canonical(obj))
        assert document.filename(obj).isascii()

    def test_its_html_is_sound(self, cls, world):
        document, obj = a_document(cls, world)
        if not document.template:
            pytest.skip("a data format")
        page = html.tree(document.render_html(document.canonical(obj)).encode())

        assert page.get("lang") == "fr"
        assert page.findtext(".//title").strip()
        assert page.findall(".//h1")
        assert not html.english_words(page)
        assert not html.poor_typography(page)
        assert not [fault for fault in html.forbidden_by_csp(page) if not fault.startswith("<style")]
        assert not page.xpath("//*[starts-with(@src, 'http') or starts-with(@href, 'http://') and self::link]")

    def test_whoever_may_not_see_the_object_does_not_get_it(self, cls, world):
        _, obj = a_document(cls, world)

        for role in ("ended", "other_secretariat"):
            assert not cls().queryset(world.users[role]).filter(pk=obj.pk).exists(), role


# Messages ----------------------------------------------------------------------------------


def test_every_message_has_its_line():
    assert set(MESSAGES) == {cls.slug for cls in messages_board}


@pytest.mark.parametrize("cls", list(messages_board), ids=lambda cls: cls.slug)
class TestMessages:
    def message(self, cls, world):
        world.invitation.meeting = world.meeting
        return MESSAGES[cls.slug](cls, world)

    def test_it_has_a_label_a_category_and_two_templates(self, cls):
        assert str(cls.label)
        assert str(cls.category)
        for suffix in ("txt", "html"):
            get_template(f"{cls.template_base()}.{suffix}")

    def test_it_has_a_subject_and_both_bodies(self, cls, world):
        mail = self.message(cls, world).render()

        assert mail.subject.strip()
        assert "\n" not in mail.subject
        assert len(mail.subject) <= 250
        assert len(mail.text.strip().splitlines()) > 3
        assert "<" not in mail.text
        page = html.tree(mail.html.encode())
        assert page.get("lang") == "fr"
        assert not html.english_words(page)
        assert not html.poor_typography(page)

    def test_both_bodies_lead_to_the_same_places(self, cls, world):
        mail = self.message(cls, world).render()
        links = {link for link in html.tree(mail.html.encode()).xpath("//a/@href") if link.startswith("http")}

        assert {link for link in links if link not in mail.text} == set()

    def test_its_row_can_be_written_once(self, cls, world):
        row = self.message(cls, world).row()

        assert row.kind == cls.slug
        assert row.recipient == world.invitation.person.email
        # Mails of accounts are the platform's: no secretariat reads them.
        assert row.scope_id == (None if cls.slug == "account" else world.body.pk)
        row.save()

    def test_it_speaks_english_to_who_asked_for_it(self, cls, world):
        invitation = Invitation.objects.select_related("person").get(pk=world.invitation.pk)
        invitation.person.language = "en"
        world.things["invitation"], before = invitation, world.invitation
        try:
            mail = self.message(cls, world).render()
        finally:
            world.things["invitation"] = before

        assert html.tree(mail.html.encode()).get("lang") == "en"


# Solicitations -------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", list(solicitations), ids=lambda cls: cls.slug)
class TestSolicitations:
    def test_it_has_a_label_and_its_templates(self, cls):
        assert str(cls.label)
        assert cls.model
        for template in (cls.welcome_template, cls.template, cls.summary_template, cls.done_template):
            get_template(template)

    def test_its_reminders_come_before_its_links_end(self, cls):
        assert cls.link_valid_for.days > max((-days for days in cls.reminder_days), default=0)


# Exports -------------------------------------------------------------------------------------


def an_export(cls, world):
    user = world.users["secretariat"]
    for obj in cls.visible_to(user):
        if user.has_perm(cls.permission, obj):
            return obj
    raise AssertionError(f"{cls.slug}: nothing in the world can be asked for")


@pytest.mark.parametrize("cls", list(exports), ids=lambda cls: cls.slug)
class TestExports:
    def download(self, cls, world, extension):
        path = reverse("exports:download", args=[cls.slug, an_export(cls, world).pk, extension])
        response = world.client("secretariat").get(path)
        assert response.status_code == 200
        return b"".join(response.streaming_content)

    def test_it_begins_with_its_headings(self, cls, world):
        form = cls.form_class({})
        assert form.is_valid()
        # Some know their columns when they know their rows.
        export = cls(an_export(cls, world), form.cleaned_data, world.users["secretariat"])
        headings = [str(column.heading) for column in export.columns]
        assert str(cls.title) and cls.permission
        assert headings and all(headings)
        assert len(set(headings)) == len(headings)

        sheet = load_workbook(io.BytesIO(self.download(cls, world, "xlsx"))).worksheets[0]
        lines = csv.reader(io.StringIO(self.download(cls, world, "csv").decode("utf-8-sig")), delimiter=";")

        assert [cell.value for cell in next(sheet.iter_rows())] == headings
        assert next(iter(lines)) == headings

    def test_it_is_refused_to_who_may_not_read_it(self, cls, world):
        path = reverse("exports:download", args=[cls.slug, an_export(cls, world).pk, "csv"])

        # The tables of a country are asked for by whoever holds anything: each row follows the visibility of its sheet
        # (tests/interventions/views/test_exchange.py).
        strangers = ("ended",) if cls.permission == "interventions.view_country" else ("ended", "other_secretariat")
        for role in strangers:
            assert world.client(role).get(path).status_code in {403, 404}, role


def test_every_schedule_reads_its_scope(world, django_assert_max_num_queries):
    from django.utils import timezone

    for cls in schedules_board:
        with django_assert_max_num_queries(3):
            upcoming = cls(scope=world.body, now=timezone.now()).upcoming()
        assert [row.at for row in upcoming] == sorted(row.at for row in upcoming)
        assert all(row.label and row.count >= 0 for row in upcoming)

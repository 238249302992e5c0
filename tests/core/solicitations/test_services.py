"""Asking, reminding, taking back, expiring: states, links and mails."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core.actors import SYSTEM
from core.models import EmailState, LinkCode, OutgoingEmail, SignedLink, Solicitation, TransitionRecord
from core.notifications import outbox
from core.solicitations.links import hash_of
from core.solicitations.queries import board, live_link, reminder_due_at
from core.solicitations.services import (
    accept,
    answer_on_record,
    expire_due,
    forget_old,
    new_link,
    postpone,
    queue_due_reminders,
    readdress,
    remind,
    revoke,
    send,
    send_back,
)
from core.workflow import TransitionRefused
from tests.core.solicitations.conftest import Trial, TrialForm, token_of
from tests.taskforce.factories import TaskForceFactory

pytestmark = pytest.mark.django_db


def form(text="Oui"):
    bound = TrialForm({"text": text})
    assert bound.is_valid()
    return bound


def shift(solicitation, **changes):
    Solicitation.objects.filter(pk=solicitation.pk).update(**changes)
    solicitation.refresh_from_db()


# Sending --------------------------------------------------------------------------------------


def test_a_draft_sends_nothing(ask):
    solicitation = ask(sent=False)

    assert solicitation.state == "draft"
    assert not OutgoingEmail.objects.exists()
    assert not SignedLink.objects.exists()


def test_sending_writes_one_mail_with_the_link_as_a_secret_and_keeps_only_its_hash(ask):
    solicitation = ask()

    [row] = OutgoingEmail.objects.all()
    link = solicitation.links.get()
    token = token_of(solicitation)
    assert solicitation.state == "sent"
    assert row.recipient == solicitation.email
    assert "{{secret:link}}" not in row.subject
    assert token not in row.text + row.html + str(row.headers)
    assert len(token) >= 43, "256 random bits in base64"
    assert link.token_hash == hash_of(token)
    assert link.mail_key == row.unique_key
    assert live_link(token) == link


def test_sending_again_sends_nothing(ask):
    solicitation = ask()

    assert send([solicitation], actor=SYSTEM) == 0
    assert OutgoingEmail.objects.count() == 1


def test_without_an_address_or_when_its_kind_refuses_nothing_leaves(ask):
    nameless = ask(sent=False)
    shift(nameless, email="")
    refused = ask(sent=False)
    assert send([nameless], actor=SYSTEM) == 0
    Trial.refused = "Le siège a pris fin."
    assert send([refused], actor=SYSTEM) == 0
    refused.refresh_from_db()
    assert refused.state == "draft"


def test_sixty_leave_in_few_statements(ask, django_assert_max_num_queries):
    body = TaskForceFactory()
    many = [ask(sent=False, scope=body) for _ in range(60)]
    with django_assert_max_num_queries(60 * 5 + 40):
        assert send(many, actor=SYSTEM) == 60
    assert OutgoingEmail.objects.count() == 60


# Links ----------------------------------------------------------------------------------------


def test_a_newer_link_kills_the_older(ask):
    solicitation = ask()
    old = token_of(solicitation)

    url = new_link(solicitation)

    assert live_link(old) is None
    assert live_link(url.rstrip("/").rpartition("/")[2]) is not None
    assert SignedLink.objects.filter(revoked_at=None).count() == 1


@pytest.mark.parametrize("token", ["", "x", "é" * 40, "\udcff", "a" * 5000])
def test_no_other_token_opens_anything(ask, token):
    ask()
    assert live_link(token) is None


def test_a_truncated_or_longer_token_opens_nothing(ask):
    token = token_of(ask())
    assert live_link(token[:-1]) is None
    assert live_link(token + "A") is None
    assert live_link(token.swapcase()) is None


def test_a_link_ends(ask):
    solicitation = ask()
    token = token_of(solicitation)
    SignedLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert live_link(token) is None


def test_a_link_dies_when_the_address_of_record_changes_and_the_reminder_goes_to_the_new_one(ask):
    solicitation = ask()
    token = token_of(solicitation)
    SignedLink.objects.update(created_at=timezone.now() - timedelta(hours=1))

    readdress(solicitation, "nouvelle@example.org", actor=SYSTEM)
    assert live_link(token) is None
    assert remind([solicitation], actor=SYSTEM) == 1

    assert OutgoingEmail.objects.latest("pk").recipient == "nouvelle@example.org"
    assert OutgoingEmail.objects.earliest("pk").state == EmailState.SKIPPED, "it had not left yet"


def test_a_mail_whose_link_was_replaced_while_it_waited_does_not_leave(ask, smtp, settings):
    settings.SOCLE_DEMO = False
    solicitation = ask()
    row = OutgoingEmail.objects.get()
    new_link(solicitation)

    outbox.send_email(row.pk)

    row.refresh_from_db()
    assert row.state == EmailState.SKIPPED
    assert "plus récent" in row.error
    assert smtp.messages == []


# Taking back, answering on record ----------------------------------------------------------------


def test_a_revoked_request_opens_nothing_and_its_mail_does_not_leave(ask):
    solicitation = ask()
    token = token_of(solicitation)

    revoke(solicitation, actor=SYSTEM, comment="Agence partie.")

    assert live_link(token) is None
    row = OutgoingEmail.objects.get()
    assert row.state == EmailState.SKIPPED
    assert row.secrets == b""
    assert TransitionRecord.objects.latest("pk").comment == "Agence partie."
    with pytest.raises(TransitionRefused):
        revoke(solicitation, actor=SYSTEM)


def test_a_paper_answer_is_written_with_its_scan(ask):
    solicitation = ask()
    token = token_of(solicitation)
    scan = SimpleUploadedFile("lettre.pdf", b"%PDF-1.7 lettre")

    answer_on_record(solicitation, form(), channel="paper", actor=SYSTEM, scan=scan, note="Reçue au courrier.")

    assert (solicitation.state, solicitation.channel) == ("submitted", "paper")
    assert solicitation.answer["text"] == "Oui"
    assert solicitation.answer_note == "Reçue au courrier."
    assert solicitation.scan.read() == b"%PDF-1.7 lettre"
    assert live_link(token) is None
    solicitation.scan.delete(save=False)


@pytest.mark.parametrize("content", [b"", b"MZ\x90", b"<html>%PDF-", b"PK\x03\x04"])
def test_a_scan_that_is_none_is_refused_and_nothing_is_written(ask, content):
    solicitation = ask()
    with pytest.raises(ValidationError, match="ni un PDF"):
        answer_on_record(
            solicitation, form(), channel="paper", actor=SYSTEM, scan=SimpleUploadedFile("lettre.pdf", content)
        )
    solicitation.refresh_from_db()
    assert solicitation.state == "sent"
    assert solicitation.answer == {}


def test_an_expired_request_still_takes_a_paper_answer_but_a_revoked_one_does_not(ask):
    late, gone = ask(), ask()
    SignedLink.objects.filter(solicitation=late).update(expires_at=timezone.now() - timedelta(days=1))
    assert expire_due() == 1
    revoke(gone, actor=SYSTEM)
    late.refresh_from_db()
    assert late.state == "expired"

    answer_on_record(late, form(), channel="mail", actor=SYSTEM)
    assert late.state == "submitted"
    with pytest.raises(TransitionRefused):
        answer_on_record(gone, form(), channel="mail", actor=SYSTEM)


def test_an_answer_is_accepted_or_sent_back_with_a_reason_and_asked_again(ask):
    solicitation = ask()
    answer_on_record(solicitation, form(), channel="mail", actor=SYSTEM)
    with pytest.raises(TransitionRefused):
        send_back(solicitation, actor=SYSTEM, comment=" ")

    send_back(solicitation, actor=SYSTEM, comment="Il manque un suppléant.")
    assert send([solicitation], actor=SYSTEM) == 1
    assert live_link(token_of(solicitation)) is not None

    answer_on_record(solicitation, form("Mieux"), channel="mail", actor=SYSTEM)
    accept(solicitation, actor=SYSTEM)
    assert solicitation.state == "accepted"


def test_what_may_be_answered_again_keeps_its_state(ask):
    solicitation = ask("trial-open")
    answer_on_record(solicitation, form("Un"), channel="portal", actor=SYSTEM)
    answer_on_record(solicitation, form("Deux"), channel="portal", actor=SYSTEM)
    assert solicitation.answer["text"] == "Deux"
    assert TransitionRecord.objects.filter(after="submitted").count() == 1


def test_only_the_kind_s_own_target_is_asked_about(ask):
    from core.solicitations.services import solicit

    body = TaskForceFactory()
    with pytest.raises(TypeError):
        solicit("trial", body, scope=body, addressee=body, email="", actor=SYSTEM)


# The clock ----------------------------------------------------------------------------------------


def at(solicitation, days, hours=0):
    return reminder_due_at(solicitation, days) + timedelta(hours=hours)


def reminders():
    return OutgoingEmail.objects.filter(unique_key__startswith="solicitation-reminder:")


def test_a_reminder_leaves_once_with_a_link_of_its_own(ask):
    solicitation = ask()
    old = token_of(solicitation)
    moment = at(solicitation, 7)

    assert queue_due_reminders(moment - timedelta(minutes=1)) == 0
    assert queue_due_reminders(moment) == 1
    assert queue_due_reminders(moment + timedelta(minutes=1)) == 0

    assert reminders().get().state == EmailState.QUEUED
    assert live_link(old) is None
    assert live_link(token_of(solicitation)) is not None


def test_after_six_hours_without_beat_the_reminder_leaves_late(ask):
    solicitation = ask()
    assert queue_due_reminders(at(solicitation, 7, hours=6)) == 1
    assert reminders().get().state == EmailState.QUEUED


def test_after_a_week_without_beat_only_the_last_reminder_leaves(ask):
    solicitation = ask()
    token = token_of(solicitation)
    assert queue_due_reminders(at(solicitation, 1)) == 2
    states = dict(reminders().values_list("unique_key", "state"))
    assert sorted(states.values()) == [EmailState.QUEUED, EmailState.SKIPPED]
    assert live_link(token) is None
    assert SignedLink.objects.filter(revoked_at=None).count() == 1


def test_past_the_deadline_the_row_says_why_it_did_not_leave_and_the_link_stays(ask):
    solicitation = ask()
    token = token_of(solicitation)
    assert queue_due_reminders(solicitation.deadline + timedelta(hours=1)) == 2
    assert {row.state for row in reminders()} == {EmailState.SKIPPED}
    assert live_link(token) is not None


def test_who_was_asked_after_a_reminder_was_due_is_not_reminded_by_it(ask):
    solicitation = ask(deadline=timedelta(days=3))
    assert queue_due_reminders(timezone.now()) == 0
    assert queue_due_reminders(at(solicitation, 1)) == 1


def test_who_has_just_opened_the_page_is_reminded_later(ask):
    solicitation = ask()
    moment = at(solicitation, 7)
    shift(solicitation, state="opened", opened_at=moment - timedelta(minutes=20))
    assert queue_due_reminders(moment) == 0
    assert queue_due_reminders(moment + timedelta(hours=2)) == 1


def test_nobody_is_reminded_of_what_is_answered_or_revoked(ask):
    answered, revoked = ask(), ask()
    answer_on_record(answered, form(), channel="mail", actor=SYSTEM)
    revoke(revoked, actor=SYSTEM)
    assert queue_due_reminders(at(answered, 7)) == 0


def test_another_deadline_has_reminders_of_its_own(ask):
    solicitation = ask()
    queue_due_reminders(at(solicitation, 7))
    postpone(solicitation, solicitation.deadline + timedelta(days=30), actor=SYSTEM)
    assert queue_due_reminders(at(solicitation, 7)) == 1
    assert reminders().count() == 2
    assert solicitation.links.get(revoked_at=None).expires_at > solicitation.deadline


def test_a_double_click_on_remind_is_one_mail(ask):
    solicitation = ask()
    SignedLink.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert remind([solicitation], actor=SYSTEM) == 1
    assert remind([solicitation], actor=SYSTEM) == 0


def test_the_board_tells_who_is_late_and_the_last_mail_in_few_queries(ask, django_assert_num_queries):
    body = TaskForceFactory()
    late, waiting = ask(scope=body), ask(scope=body)
    shift(late, deadline=timezone.now() - timedelta(days=1))
    ask()

    with django_assert_num_queries(3):
        rows = [(row, str(row.addressee), str(row.target)) for row in board("trial", body)]

    assert [(row.pk, row.late, row.last_mail_state) for row, *_ in rows] == [
        (late.pk, True, "queued"),
        (waiting.pk, False, "queued"),
    ]


def test_what_was_typed_and_never_sent_is_forgotten_and_old_codes_too(ask):
    now = timezone.now()
    old, recent = ask("trial-coded").links.get(), ask("trial-coded").links.get()
    for link, days in ((old, 31), (recent, 29)):
        SignedLink.objects.filter(pk=link.pk).update(typed={"text": ["Oui"]}, typed_at=now - timedelta(days=days))
        for age in (8, 1):
            LinkCode.objects.create(
                link=link, code_hash="x", created_at=now - timedelta(days=age), expires_at=now - timedelta(days=age)
            )

    assert forget_old(now) == 3

    assert SignedLink.objects.get(pk=old.pk).typed == {}
    assert SignedLink.objects.get(pk=recent.pk).typed == {"text": ["Oui"]}
    assert LinkCode.objects.count() == 2

"""Observations: made until the last day, merged when the text moved, answered once, each in a new version."""

import random
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from core.actors import SYSTEM
from core.merge import merge_html
from core.models import Draft, OutgoingEmail
from core.services.drafts import StaleVersion, save_draft
from meetings.enums import CorrectionState, SectionKind
from meetings.models import AgencyUpdate, CorrectionRequest, Minutes, MinutesSection
from meetings.queries.circulation import corrections_of, people_to_remind, proposed_text
from meetings.services.circulation import mark_read
from meetings.services.corrections import (
    accept_correction,
    propose_correction,
    refuse_correction,
    withdraw_correction,
)
from meetings.services.minutes import save_section
from meetings.services.observation_reminders import queue_due_observation_reminders
from tests.meetings.circulating import circulated, written_minutes
from tests.taskforce.factories import member

pytestmark = pytest.mark.django_db


def observe(made, body, *, target=None, who=None, **facts):
    who = who or made.titular
    agency = who.mandates.get().seat.agency
    target = target or made.sections["context"]
    facts = {"is_remark": False, "base_version": target.version, "person": who, "actor": who.user} | facts
    return propose_correction(made.minutes, agency, target=target, body=body, **facts)


def accept(made, correction, **facts):
    correction = CorrectionRequest.objects.get(pk=correction.pk)
    target = correction.target
    facts = {"body": proposed_text(correction).html, "base_version": target.version if target else 0} | facts
    return accept_correction(correction, actor=made.secretary.user, **facts)


def text_of(made):
    return MinutesSection.objects.get(pk=made.sections["context"].pk).body


def test_accepting_writes_the_text_makes_a_version_and_tells_the_author():
    made = circulated()
    correction = observe(made, "<p>Premier alinéa corrigé.</p><p>Second alinéa, état 1.</p>", note="Date exacte")
    accept(made, correction, answer="Merci.")
    correction.refresh_from_db()
    assert text_of(made) == "<p>Premier alinéa corrigé.</p><p>Second alinéa, état 1.</p>"
    assert (correction.state, correction.answer, correction.version.number) == ("accepted", "Merci.", 2)
    mail = OutgoingEmail.objects.get(kind="minutes-observation-answered")
    assert mail.recipient == made.titular.email
    assert OutgoingEmail.objects.filter(kind="minutes-shared").count() == 2


def test_members_are_told_of_a_new_version_only_when_asked():
    made = circulated()
    accept(made, observe(made, "<p>Autre texte.</p>"), tell_members=True)
    assert OutgoingEmail.objects.filter(kind="minutes-shared").count() == 4


def test_two_observations_on_one_section_are_both_kept():
    made = circulated()
    other = member(made.body, role="titular")
    first = observe(made, "<p>Premier alinéa de context, précisé.</p><p>Second alinéa, état 1.</p>")
    second = observe(made, "<p>Premier alinéa de context.</p><p>Second alinéa, état 1, complété.</p>", who=other)
    accept(made, first)
    accept(made, second)
    assert text_of(made) == "<p>Premier alinéa de context, précisé.</p><p>Second alinéa, état 1, complété.</p>"
    assert made.minutes.versions.count() == 3


def test_accepting_on_an_older_text_is_refused_and_writes_nothing():
    made = circulated()
    correction = observe(made, "<p>Autre texte.</p>")
    before = text_of(made)
    with pytest.raises(StaleVersion) as stale:
        accept(made, correction, body="<p>Autre.</p>", base_version=1)
    assert stale.value.theirs == before
    assert text_of(made) == before
    assert CorrectionRequest.objects.get().is_open


def test_an_agency_update_can_be_corrected_as_well():
    made = circulated()
    update = AgencyUpdate.objects.get()
    accept(made, observe(made, "<p>L’appui se termine.</p>", target=update))
    update.refresh_from_db()
    assert (update.body, update.version) == ("<p>L’appui se termine.</p>", 2)
    assert "se termine" in made.minutes.versions.order_by("-number")[0].content


def test_a_remark_on_the_whole_is_kept_without_a_new_version():
    made = circulated()
    remark = propose_correction(
        made.minutes, made.agency, target=None, body="<p>Très clair.</p>", is_remark=True, person=made.titular,
        actor=made.titular.user,
    )  # fmt: skip
    accept(made, remark, body=None)
    assert CorrectionRequest.objects.get().version is None
    assert made.minutes.versions.count() == 1


def test_refusing_needs_a_reason_and_answers_once():
    made = circulated()
    correction = observe(made, "<p>Autre texte.</p>")
    with pytest.raises(ValidationError, match="Dites pourquoi"):
        refuse_correction(correction, answer=" ", actor=made.secretary.user)
    refuse_correction(correction, answer="Ce n’est pas ce qui s’est dit.", actor=made.secretary.user)
    for again in (
        lambda: refuse_correction(correction, answer="Encore", actor=made.secretary.user),
        lambda: accept(made, correction),
        lambda: withdraw_correction(correction, actor=made.titular.user),
    ):
        with pytest.raises(ValidationError, match="déjà « non retenue »"):
            again()


def test_the_same_observation_twice_is_one_and_the_same_text_none():
    made = circulated()
    assert observe(made, "<p>Autre.</p>") == observe(made, "<p>Autre.</p>")
    with pytest.raises(ValidationError, match="changez ce qui doit l’être"):
        observe(made, text_of(made))
    with pytest.raises(ValidationError, match="Écrivez le texte"):
        observe(made, "<p> </p>")


def test_after_the_last_day_only_the_secretariat_records_one():
    made = circulated()
    Minutes.objects.update(observations_until=made.body.today() - timedelta(days=1))
    with pytest.raises(ValidationError, match="Le délai d’observations est passé"):
        observe(made, "<p>Trop tard.</p>")
    late = observe(made, "<p>Au téléphone.</p>", person=None, on_record=True, actor=made.secretary.user)
    assert late.on_record


def test_a_text_of_other_minutes_is_refused_and_a_draft_is_forgotten():
    made, other = circulated(), circulated()
    with pytest.raises(ValidationError, match="n’est pas de ce compte rendu"):
        observe(made, "<p>Autre.</p>", target=other.sections["context"])
    section = made.sections["context"]
    save_draft(section, author=made.titular.user, text="<p>En</p>", base_version=2, stored="", key="observation")
    observe(made, "<p>En entier.</p>")
    assert not Draft.objects.exists()


def test_observations_on_restricted_points_are_for_who_reads_them():
    made = circulated()
    section = made.sections[SectionKind.ITEM]
    section.agenda_item.visibility = "restricted"
    section.agenda_item.save()
    observe(made, "<p>Autre.</p>", target=section)
    assert corrections_of(made.minutes, restricted=True).count() == 1
    assert corrections_of(made.minutes, restricted=False).count() == 0


def test_the_reminder_leaves_once_to_who_has_said_nothing(django_assert_num_queries):
    made = circulated()
    silent, reader = member(made.body, role="titular"), member(made.body, role="titular")
    mark_read(made.minutes, person=reader, actor=reader.user)
    observe(made, "<p>Autre.</p>")
    until = made.body.today() + timedelta(days=1)
    shared_at = made.minutes.circulated_at - timedelta(days=9)
    Minutes.objects.update(observations_until=until, circulated_at=shared_at)
    assert list(people_to_remind(made.minutes)) == [silent]
    assert queue_due_observation_reminders() + queue_due_observation_reminders() == 1
    assert OutgoingEmail.objects.get(kind="minutes-reminder").recipient == silent.email


def test_a_reminder_too_late_says_why_it_did_not_leave():
    made = circulated()
    shared_at = made.minutes.circulated_at - timedelta(days=9)
    Minutes.objects.update(observations_until=made.body.today() - timedelta(days=1), circulated_at=shared_at)
    assert queue_due_observation_reminders() == 1
    assert "délai d’observations était passé" in OutgoingEmail.objects.get(kind="minutes-reminder").error


def test_a_thousand_rounds_of_two_editors_lose_nothing():
    """Two people save from what they saw, in any order; whoever comes second merges: every word typed stays."""
    chance = random.Random(20161108)
    section = written_minutes().sections.get(kind=SectionKind.CONTEXT)
    paragraphs = [f"<p>Alinéa {place} écrit par le groupe.</p>" for place in range(4)]
    section = save_section(section, body="".join(paragraphs), base_version=section.version, actor=SYSTEM)
    for number in range(1000):
        seen = section
        places = chance.sample(range(4), 2)
        words = [f"mot{number}a", f"mot{number}b"]
        for place, word in zip(places, words, strict=True):
            mine = seen.body.split("</p>")[:-1]
            mine[place] = f"<p>Alinéa {place} écrit par le groupe, {word}."
            body = "".join(f"{part}</p>" for part in mine)
            try:
                section = save_section(section, body=body, base_version=seen.version, actor=SYSTEM)
            except StaleVersion as stale:
                merged = merge_html(stale.base, mine=stale.mine, theirs=stale.theirs)
                assert merged.overlaps == 0
                section = save_section(section, body=merged.html, base_version=stale.version, actor=SYSTEM)
        assert all(word in section.body for word in words)
    assert section.version == 3 + 2000
    assert CorrectionState.OPEN == "open"

"""Adoption: the recorded act, what the database then refuses, errata on top."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from core.documents.base import documents
from core.models import OutgoingEmail
from core.origins import origins_of
from meetings.documents.frozen import content_of
from meetings.enums import ItemOutcome, MeetingState, MinutesState, VersionKind
from meetings.models import AgencyUpdate, Minutes, MinutesApproval, MinutesSection, MinutesVersion, SectionVersion
from meetings.queries import closing_conditions
from meetings.records import chained
from meetings.services.adoption import add_erratum, adopt_minutes
from meetings.services.agenda import add_standing_item
from meetings.services.closing import reopen_meeting
from meetings.services.corrections import propose_correction
from meetings.services.verification import verify
from taskforce.models import Decision
from tests.meetings.circulating import adopted, circulated, next_meeting

pytestmark = pytest.mark.django_db


def adopt(made, **facts):
    following = next_meeting(made.minutes)
    facts = {"mode": "consensus", "adopted_on": following.date, "at_meeting": following} | facts
    return adopt_minutes(made.minutes, actor=made.secretary.user, **facts)


def test_the_act_keeps_the_shared_text_and_chains_the_body():
    first = adopted()
    second = adopted(first.body, days_ago=20)
    assert (first.approval.number, second.approval.number) == (1, 2)
    assert first.approval.previous == ""
    assert second.approval.previous == first.approval.fingerprint
    assert second.approval.fingerprint == chained(first.approval.fingerprint, second.approval.record)
    versions = list(first.minutes.versions.order_by("number"))
    assert [version.kind for version in versions] == [VersionKind.CIRCULATED, VersionKind.ADOPTED]
    assert versions[0].sha256 == versions[1].sha256
    assert Minutes.objects.get(pk=first.minutes.pk).state == MinutesState.APPROVED
    told = OutgoingEmail.objects.filter(kind="minutes-adopted", about_id=first.minutes.pk)
    assert told.count() == 2


def test_adoption_settles_its_point_on_the_next_agenda():
    made = circulated()
    following = next_meeting(made.minutes)
    item, _created = add_standing_item(following, "previous-minutes", actor=made.secretary.user)
    assert item.previous_minutes == made.minutes
    codes = [condition.code for condition in closing_conditions(following)]
    assert "undecided" in codes
    adopt_minutes(
        made.minutes,
        mode="consensus",
        adopted_on=following.date,
        at_meeting=following,
        actor=made.secretary.user,
    )
    item.refresh_from_db()
    assert item.outcome == ItemOutcome.TREATED
    codes = [condition.code for condition in closing_conditions(following)]
    assert "undecided" not in codes


def test_conditions_of_adoption():
    made = circulated(state=MeetingState.HELD)
    with pytest.raises(ValidationError, match="n’est pas close"):
        adopt(made)
    made = circulated()
    with pytest.raises(ValidationError, match="Choisissez la réunion"):
        adopt(made, at_meeting=None)
    with pytest.raises(ValidationError, match="à venir"):
        adopt(made, adopted_on=made.body.today() + timedelta(days=1))
    with pytest.raises(ValidationError, match="L’adoption suit la réunion"):
        adopt(made, adopted_on=made.minutes.meeting.date)
    with pytest.raises(ValidationError, match="voix pour"):
        adopt(made, mode="vote")
    with pytest.raises(ValidationError, match="qui suit celle-ci"):
        adopt(made, at_meeting=circulated().minutes.meeting)
    section = made.sections["context"]
    propose_correction(
        made.minutes, made.agency, target=section, body="<p>Autre.</p>", is_remark=False, base_version=2,
        person=made.titular, actor=made.titular.user,
    )  # fmt: skip
    with pytest.raises(ValidationError, match="1 observation attend une réponse"):
        adopt(made)
    assert not MinutesApproval.objects.exists()


def test_tacit_adoption_needs_the_rule_and_the_end_of_the_delay():
    made = circulated()
    with pytest.raises(ValidationError, match="ne prévoient pas d’adoption tacite"):
        adopt(made, mode="tacit", at_meeting=None)
    made.body.tacit_adoption = True
    made.body.save(update_fields=["tacit_adoption"])
    with pytest.raises(ValidationError, match="vient après"):
        adopt(made, mode="tacit", at_meeting=None, adopted_on=made.body.today())
    Minutes.objects.filter(pk=made.minutes.pk).update(observations_until=made.body.today() - timedelta(days=1))
    approval = adopt(made, mode="tacit", at_meeting=None, adopted_on=made.body.today())
    assert approval.rule.startswith("Les règles de l’instance")
    assert approval.at_meeting is None


def test_adopting_twice_is_refused_and_a_closed_meeting_stays_closed():
    made = adopted()
    with pytest.raises(ValidationError, match="déjà adopté"):
        adopt(made)
    with pytest.raises(ValidationError, match="ne se rouvre plus"):
        reopen_meeting(made.minutes.meeting, reason="Erreur", actor=made.secretary.user)


@pytest.mark.django_db(transaction=True)
def test_two_adoptions_at_once_are_one():
    made = circulated()
    following = next_meeting(made.minutes)
    barrier, outcomes = threading.Barrier(2), []

    def run():
        try:
            barrier.wait()
            adopt_minutes(
                Minutes.objects.get(pk=made.minutes.pk),
                mode="consensus", adopted_on=following.date, at_meeting=following, actor=made.secretary.user,
            )  # fmt: skip
            outcomes.append("done")
        except ValidationError as error:
            outcomes.append(error.messages[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["Ce compte rendu est déjà adopté.", "done"]
    assert MinutesApproval.objects.count() == 1


CHANGES = [
    "UPDATE meetings_minutessection SET body = 'x'",
    "DELETE FROM meetings_sectionversion",
    "UPDATE meetings_sectionversion SET body = 'x'",
    "UPDATE meetings_agencyupdate SET body = 'x'",
    "UPDATE meetings_minutes SET state = 'draft'",
    "UPDATE meetings_minutes SET observations_until = NULL",
    "DELETE FROM meetings_meetingdecision",
    "UPDATE taskforce_decision SET text = 'x'",
    "UPDATE meetings_minutesversion SET content = 'x'",
    "DELETE FROM meetings_minutesversion",
    "UPDATE meetings_minutesapproval SET adopted_on = '2020-01-01'",
    "DELETE FROM meetings_minutesapproval",
]


@pytest.mark.parametrize("sql", CHANGES)
def test_the_database_refuses_a_change_of_an_adopted_text(sql):
    adopted()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_orm_and_the_admin_are_refused_as_well(client):
    made = adopted()
    section = made.sections["context"]
    for change in (
        lambda: MinutesSection.objects.filter(pk=section.pk).update(body="x"),
        lambda: SectionVersion.objects.create(section=section, number=9, body="x"),
        lambda: MinutesSection.objects.create(minutes=made.minutes, kind="round_table", position=9),
        lambda: AgencyUpdate.objects.create(meeting=made.minutes.meeting, label="Tous", position=9),
        lambda: MinutesVersion.objects.filter(minutes=made.minutes).delete(),
        lambda: Minutes.objects.filter(pk=made.minutes.pk).update(state="draft"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert verify(made.body) == []


def test_an_erratum_is_a_version_on_top_and_the_adopted_text_stays():
    made = adopted()
    kept = made.approval.version.content
    erratum = add_erratum(
        made.minutes, place="context_text", body="<p>Premier alinéa rectifié.</p>", reason="Erreur de nom.",
        base_version=2, actor=made.secretary.user,
    )  # fmt: skip
    assert (erratum.number, erratum.version.number, erratum.version.kind) == (1, 3, VersionKind.ERRATUM)
    assert content_of(erratum.version)["context_text"] == "<p>Premier alinéa rectifié.</p>"
    assert MinutesVersion.objects.get(pk=made.approval.version_id).content == kept
    with pytest.raises(ValidationError, match="par quelqu’un d’autre"):
        add_erratum(
            made.minutes, place="context_text", body="<p>Autre.</p>", reason="x", base_version=2,
            actor=made.secretary.user,
        )  # fmt: skip
    with pytest.raises(ValidationError, match="Choisissez le passage"):
        add_erratum(
            made.minutes, place="decision:D-1", body="<p>A</p>", reason="x", base_version=3, actor=made.secretary.user
        )
    assert verify(made.body) == []


def test_the_words_of_a_decision_are_rectified_too_and_the_register_says_so():
    made = adopted()
    decision = Decision.objects.get()
    facts = {"place": f"decision:{decision.reference}", "reason": "Mot oublié.", "actor": made.secretary.user}
    for body, said in (("<p></p>", "Écrivez la décision"), (f"<p>{decision.text}</p>", "changez")):
        with pytest.raises(ValidationError, match=said):
            add_erratum(made.minutes, body=body, base_version=2, **facts)
    add_erratum(made.minutes, body="<p>Se réunir <b>chaque trimestre</b>.</p>", base_version=2, **facts)
    made.minutes.refresh_from_db()
    html = documents.get("minutes")().render_html(documents.get("minutes")().canonical(made.minutes))
    assert "Se réunir chaque trimestre." in html and "Mot oublié." in html
    decision.refresh_from_db()
    assert decision.text != "Se réunir chaque trimestre.", "the register keeps what was adopted"
    assert origins_of(made.secretary.user, [decision])[decision.pk].label.endswith(" · Rectificatif n° 1")
    assert verify(made.body) == []

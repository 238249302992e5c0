"""The course of terms of reference: shared, commented by agency, discussed, formalised, adopted."""

from datetime import date, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError

from core.actors import SYSTEM
from core.models import EmailState, OutgoingEmail, TransitionRecord
from core.workflow import TransitionRefused
from taskforce.enums import TermsAnswer, TermsMark, TermsOutcome, TermsState
from taskforce.models import TermsComment, TermsOfReference, TermsReview
from taskforce.queries.terms import directors_of, review_board, terms_visible_to, waited_for
from taskforce.services.terms_course import (
    adopt_terms,
    agree,
    answer_comment,
    comment_terms,
    formalise_terms,
    mark_seen,
    record_discussion,
    remind_agencies,
    reopen_terms,
    share_terms,
    take_back,
)
from tests.taskforce.asked import directed
from tests.taskforce.factories import (
    AgencyFactory,
    MandateFactory,
    PersonFactory,
    SeatFactory,
    TaskForceFactory,
    TermsFactory,
    TermsSectionFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def body():
    return TaskForceFactory()


@pytest.fixture
def terms(body):
    """A written draft."""
    terms = TermsFactory(task_force=body)
    TermsSectionFactory(terms=terms)
    return terms


def share(terms, *, days=10, **kwargs):
    return share_terms(terms, comments_until=terms.task_force.today() + timedelta(days=days), actor=SYSTEM, **kwargs)


def discuss(terms, **kwargs):
    facts = {"event": "Réunion de l’équipe-pays", "forum": "UNCT", "outcome": TermsOutcome.NOTED, "note": ""}
    return record_discussion(terms, **{**facts, "held_on": date(2016, 2, 1), **kwargs}, actor=SYSTEM)


def mails(kind):
    return OutgoingEmail.objects.filter(kind=kind)


# Sharing --------------------------------------------------------------------------------------


def test_sharing_tells_who_sits_or_serves_once(terms, body):
    told = {member(body, role=role).email for role in ("titular", "substitute", "secretariat", "chair")}
    member(body, role="observer")
    member(body, role="ended")
    share(terms)

    assert (terms.state, terms.round) == (TermsState.SHARED, 1)
    assert set(mails("terms-shared").values_list("recipient", flat=True)) == told
    assert terms.all_sections.get().shared_version == 1
    with pytest.raises(TransitionRefused):
        share(terms)
    assert mails("terms-shared").count() == len(told)


def test_a_text_without_words_or_a_past_deadline_is_not_shared(body):
    empty = TermsFactory(task_force=body)
    TermsSectionFactory(terms=empty, body="", version=0)
    with pytest.raises(ValidationError) as refused:
        share(empty)
    assert refused.value.code == "empty"
    TermsSectionFactory(terms=empty)
    with pytest.raises(ValidationError) as refused:
        share(empty, days=-1)
    assert list(refused.value.error_dict) == ["comments_until"]
    empty.refresh_from_db()
    assert empty.state == TermsState.DRAFT


def test_taken_back_and_shared_again_is_another_round(terms, body):
    seat = SeatFactory(task_force=body)
    share(terms)
    agree(terms, seat.agency, person=None, actor=SYSTEM)
    with pytest.raises(TransitionRefused):
        take_back(terms, comment=" ", actor=SYSTEM)
    take_back(terms, comment="À revoir.", actor=SYSTEM)
    share(terms)

    assert terms.round == 2
    [row] = review_board(terms)
    # An agreement with the former text is none with this one.
    assert (row.mark, row.is_waited_for) == ("", True)
    assert TransitionRecord.objects.filter(after=TermsState.DRAFT, comment="À revoir.").exists()


# What agencies say ----------------------------------------------------------------------------


def test_seen_commented_agreed(terms, body):
    seat = SeatFactory(task_force=body)
    person = PersonFactory()
    share(terms)
    section = terms.all_sections.get()

    mark_seen(terms, seat.agency, person=person, actor=SYSTEM)
    assert review_board(terms)[0].mark == TermsMark.SEEN
    comment_terms(terms, seat.agency, text="À préciser.", section=section, person=person, actor=SYSTEM)
    mark_seen(terms, seat.agency, person=person, actor=SYSTEM)
    [row] = review_board(terms)
    assert (row.mark, row.comments, row.unanswered) == (TermsMark.COMMENTED, 1, 1)
    agree(terms, seat.agency, person=person, actor=SYSTEM)
    assert review_board(terms)[0].mark == TermsMark.AGREED
    assert TermsReview.objects.get().person == person


def test_the_same_comment_twice_is_one(terms, body):
    seat = SeatFactory(task_force=body)
    share(terms)
    for _press in range(2):
        comment_terms(terms, seat.agency, text="Une fois. ", person=None, actor=SYSTEM)
    assert TermsComment.objects.count() == 1


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4001, "a\x00b"])
def test_a_comment_that_cannot_stand_is_refused(terms, text):
    share(terms)
    with pytest.raises(ValidationError):
        comment_terms(terms, AgencyFactory(), text=text, person=None, actor=SYSTEM)
    assert not TermsComment.objects.exists()


@pytest.mark.parametrize("state", [TermsState.DRAFT, TermsState.FORMALISED])
def test_a_text_that_is_not_open_takes_no_comment(body, state):
    terms = TermsFactory(task_force=body, state=state)
    for act in (mark_seen, agree):
        with pytest.raises(ValidationError) as refused:
            act(terms, AgencyFactory(), person=None, actor=SYSTEM)
        assert refused.value.code == "not-open"
    with pytest.raises(ValidationError):
        comment_terms(terms, AgencyFactory(), text="Trop tard.", person=None, actor=SYSTEM)
    assert not TermsReview.objects.exists()


def test_a_comment_is_answered_and_a_refusal_says_why(terms, body):
    share(terms)
    comment = comment_terms(terms, AgencyFactory(), text="À préciser.", person=None, actor=SYSTEM)
    with pytest.raises(ValidationError):
        answer_comment(comment, answer=TermsAnswer.NOT_TAKEN, text="", actor=SYSTEM)
    with pytest.raises(ValidationError):
        answer_comment(comment, answer="", text="oui", actor=SYSTEM)
    user = UserFactory()
    answer_comment(comment, answer=TermsAnswer.TAKEN, text="", actor=user)
    comment.refresh_from_db()
    assert (comment.answer, comment.answered_by) == (TermsAnswer.TAKEN, user)


def test_the_late_are_reminded_once_a_day(terms, body):
    late, done = MandateFactory(seat__task_force=body), MandateFactory(seat__task_force=body)
    share(terms)
    agree(terms, done.seat.agency, person=done.person, actor=SYSTEM)

    assert [row.agency for row in waited_for(terms)] == [late.seat.agency]
    assert remind_agencies(terms, actor=SYSTEM) == 1
    assert remind_agencies(terms, actor=SYSTEM) == 0
    assert mails("terms-reminder").get().recipient == late.person.email


def test_an_agency_is_late_after_the_last_day(terms, body):
    seat = SeatFactory(task_force=body)
    share(terms, days=0)
    today = body.today()
    assert [row.is_late for row in review_board(terms, on=today)] == [False]
    assert [(row.agency, row.is_late) for row in review_board(terms, on=today + timedelta(days=1))] == [
        (seat.agency, True)
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_costs_the_same_for_all(terms, body, count, django_assert_num_queries):
    share(terms)
    for _seat in range(count):
        seat = SeatFactory(task_force=body)
        comment_terms(terms, seat.agency, text="À préciser.", person=None, actor=SYSTEM)
    ContentType.objects.get_for_model(TermsReview)  # kept once read, by whoever asks first
    with django_assert_num_queries(4):
        assert len(review_board(terms)) == count


# Discussed, formalised, adopted ---------------------------------------------------------------


def test_the_whole_course(terms, body):
    people = [member(body, role=role) for role in ("titular", "observer", "secretariat")]
    share(terms)
    discussion = discuss(terms)
    assert (terms.state, discussion.held_on) == (TermsState.DISCUSSED, date(2016, 2, 1))
    discuss(terms, event="Réunion de la Task Force", held_on=date(2016, 2, 11))
    formalise_terms(terms, actor=SYSTEM)
    with pytest.raises(TransitionRefused):
        reopen_terms(terms, comment="", actor=SYSTEM)
    reopen_terms(terms, comment="Une coquille.", actor=SYSTEM)
    formalise_terms(terms, actor=SYSTEM)
    adopt_terms(terms, event="Équipe-pays", adopted_by="UNCT", adopted_on=date(2016, 4, 1), actor=SYSTEM)

    stored = TermsOfReference.objects.get()
    assert (stored.state, stored.adopted_on, stored.adopted_by) == (TermsState.ADOPTED, date(2016, 4, 1), "UNCT")
    assert set(mails("terms-adopted").values_list("recipient", flat=True)) == {person.email for person in people}
    assert mails("terms-adopted").filter(state=EmailState.QUEUED).count() == 3
    with pytest.raises(TransitionRefused):
        adopt_terms(stored, event="", adopted_by="UNCT", adopted_on=date(2016, 4, 2), actor=SYSTEM)


def test_facts_that_cannot_be_are_refused(terms, body):
    tomorrow = body.today() + timedelta(days=1)
    with pytest.raises(ValidationError) as refused:
        discuss(terms)
    assert refused.value.code == "not-shared"
    share(terms)
    for facts in ({"held_on": tomorrow}, {"held_on": date(1916, 2, 1)}, {"event": " "}, {"outcome": "x"}):
        with pytest.raises(ValidationError):
            discuss(terms, **facts)
    assert not terms.discussions.exists()
    TermsOfReference.objects.filter(pk=terms.pk).update(state="formalised")
    for adopted_by, day in (("", date(2016, 4, 1)), ("UNCT", tomorrow)):
        with pytest.raises(ValidationError):
            adopt_terms(terms, event="", adopted_by=adopted_by, adopted_on=day, actor=SYSTEM)


# Who reads ------------------------------------------------------------------------------------

MEMBERS = ["titular", "substitute", "resident_coordinator"]
READERS = {
    TermsState.DRAFT: ["secretariat", "chair"],
    TermsState.SHARED: ["secretariat", "chair", *MEMBERS],
    TermsState.DISCUSSED: ["secretariat", "chair", *MEMBERS],
    TermsState.FORMALISED: ["secretariat", "chair", *MEMBERS],
    TermsState.ADOPTED: ["secretariat", "chair", *MEMBERS, "observer", "data_manager"],
}


@pytest.mark.parametrize("state", list(TermsState))
@pytest.mark.parametrize(
    "role", ["secretariat", "chair", *MEMBERS, "observer", "ended", "data_manager", "elsewhere", "none"]
)
def test_the_list_shows_exactly_what_may_be_read(body, state, role):
    facts = {"adopted_on": date(2016, 4, 1), "adopted_by": "UNCT"} if state == TermsState.ADOPTED else {}
    terms = TermsFactory(task_force=body, state=state, **facts)
    if role == "elsewhere":
        user = member(TaskForceFactory(country__senegal=True), role="secretariat").user
    elif role == "none":
        user = UserFactory()
    else:
        user = member(body, role=role).user
    listed = terms_visible_to(user).filter(pk=terms.pk).exists()

    assert listed == user.has_perm("taskforce.view_terms", terms)
    assert listed == (role in READERS[state])


def test_directors_are_those_of_members_in_the_country(body):
    seat = SeatFactory(task_force=body)
    head = directed(seat)
    directed(SeatFactory(task_force=body, observer=True))
    directed(SeatFactory())
    assert directors_of(body) == [head]

"""The text of terms of reference: begun, written, ordered, immutable once adopted."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from core.actors import SYSTEM
from core.models import Draft
from core.services.drafts import StaleVersion, save_draft
from taskforce.enums import TermsOutcome, TermsState
from taskforce.models import TermsDiscussion, TermsOfReference, TermsSection, TermsSectionVersion
from taskforce.queries.terms import adopted_terms, changes_between, changes_since_shared, sections_of, shared_terms
from taskforce.services.terms import (
    MOST_SECTIONS,
    add_section,
    create_terms,
    move_section,
    remove_section,
    rename_terms,
    restore_section,
    save_section,
    usual_headings,
)
from taskforce.services.terms_course import share_terms
from tests.taskforce.factories import TaskForceFactory, TermsFactory, TermsSectionFactory, UserFactory

pytestmark = pytest.mark.django_db


def titles(terms):
    return [section.title for section in sections_of(terms)]


def write(section, text, *, user=None, base=None, title=None):
    return save_section(
        section,
        title=title or section.title,
        body=text,
        base_version=section.version if base is None else base,
        actor=user or SYSTEM,
    )


def test_a_first_text_is_proposed_with_the_usual_headings():
    body = TaskForceFactory(name="Task Force Protection sociale")
    terms = create_terms(body, actor=SYSTEM)

    assert (terms.number, terms.state, terms.based_on) == (1, TermsState.DRAFT, None)
    assert "Task Force Protection sociale" in terms.title
    assert titles(terms) == usual_headings()
    assert not any(section.body for section in sections_of(terms))
    assert create_terms(body, actor=SYSTEM) == terms


def test_a_new_version_starts_as_a_copy_of_the_adopted_one():
    adopted = TermsFactory(adopted=True)
    terms = create_terms(adopted.task_force, actor=SYSTEM)

    assert adopted_terms(adopted.task_force) == adopted
    assert (terms.number, terms.based_on, terms.title) == (2, adopted, adopted.title)
    assert titles(terms) == []


def make_adopted(*texts):
    terms = TermsFactory()
    for number, text in enumerate(texts, start=1):
        write(TermsSectionFactory(terms=terms, title=f"Titre {number}", body="", version=0), text)
    TermsOfReference.objects.filter(pk=terms.pk).update(
        state="adopted", round=1, adopted_on=date(2016, 4, 1), adopted_by="Équipe-pays"
    )
    terms.refresh_from_db()
    return terms


def test_the_copy_holds_the_words_and_says_what_it_changed():
    adopted = make_adopted("<p>un</p>", "<p>deux</p>")
    new = create_terms(adopted.task_force, actor=SYSTEM)
    first, second = sections_of(new)

    assert [section.body for section in (first, second)] == ["<p>un</p>", "<p>deux</p>"]
    assert [change.kind for change in changes_between(adopted, new)] == ["same", "same"]
    write(first, "<p>un et demi</p>", title="Premier")
    remove_section(second, actor=SYSTEM)
    add_section(new, "Troisième", actor=SYSTEM)
    changes = changes_between(adopted, new)
    assert [(change.kind, change.title, change.old_text, change.new_text) for change in changes] == [
        ("changed", "Premier", "un", "un et demi"),
        ("added", "Troisième", "", ""),
        ("removed", "Titre 2", "deux", ""),
    ]
    assert changes[0].old_title == "Titre 1"
    # The adopted text says what it said.
    assert [section.body for section in sections_of(adopted)] == ["<p>un</p>", "<p>deux</p>"]


def test_a_save_on_an_older_version_is_refused_with_both_texts():
    section = TermsSectionFactory(body="", version=0)
    mine, theirs = UserFactory(), UserFactory()
    save_draft(section, author=mine, text="<p>mon brouillon</p>", base_version=0, stored="")
    write(section, "<p>la leur</p>", user=theirs, base=0)
    with pytest.raises(StaleVersion) as refused:
        write(section, "<p>la mienne</p>", user=mine, base=0)

    assert (refused.value.mine, refused.value.theirs) == ("<p>la mienne</p>", "<p>la leur</p>")
    assert refused.value.author == theirs
    assert Draft.objects.filter(author=mine).exists()
    section.refresh_from_db()
    assert section.body == "<p>la leur</p>"
    write(section, "<p>les deux</p>", user=mine, base=1)
    assert not Draft.objects.filter(author=mine).exists()
    assert list(section.versions.values_list("number", "body")) == [(2, "<p>les deux</p>"), (1, "<p>la leur</p>")]


def test_another_title_is_a_version_and_the_same_text_is_none():
    section = TermsSectionFactory(title="Objet", body="", version=0)
    write(section, "<p>un</p>")
    section.refresh_from_db()
    assert write(section, "<p>un</p>", base=0).version == 1
    assert write(section, "<p>un</p>", title="Objectifs").version == 2
    assert list(section.versions.values_list("title", flat=True)) == ["Objectifs", "Objet"]


def test_sections_move_go_and_come_back():
    terms = TermsFactory()
    for title in ("A", "B", "C"):
        TermsSectionFactory(terms=terms, title=title, position=ord(title) - 64)
    a, b, _c = sections_of(terms)
    move_section(a, 1, actor=SYSTEM)
    assert titles(terms) == ["B", "A", "C"]
    move_section(b, -5, actor=SYSTEM)
    assert titles(terms) == ["B", "A", "C"]
    remove_section(a, actor=SYSTEM)
    assert titles(terms) == ["B", "C"]
    with pytest.raises(ValidationError) as refused:
        write(a, "<p>trop tard</p>")
    assert refused.value.code == "removed"
    restore_section(a, actor=SYSTEM)
    assert titles(terms) == ["B", "C", "A"]
    assert TermsSection.objects.get(pk=a.pk).body == a.body


def test_a_section_that_never_held_a_word_goes_altogether():
    section = TermsSectionFactory(body="", version=0)
    remove_section(section, actor=SYSTEM)
    assert not TermsSection.objects.filter(pk=section.pk).exists()


@pytest.mark.parametrize("title", ["", "   ", "x" * 201, "a\x00b"])
def test_a_title_that_cannot_stand_is_refused(title):
    terms = TermsFactory()
    with pytest.raises(ValidationError):
        add_section(terms, title, actor=SYSTEM)
    with pytest.raises(ValidationError):
        rename_terms(terms, title, actor=SYSTEM)


def test_a_text_has_a_bounded_number_of_sections():
    terms = TermsFactory()
    TermsSection.objects.bulk_create(
        TermsSection(terms=terms, position=n, title=str(n)) for n in range(1, MOST_SECTIONS + 1)
    )
    with pytest.raises(ValidationError):
        add_section(terms, "Une de trop", actor=SYSTEM)


@pytest.mark.parametrize("state", [TermsState.SHARED, TermsState.FORMALISED])
def test_the_words_rest_while_they_are_read(state):
    section = TermsSectionFactory(terms=TermsFactory(state=state, round=1))
    for act in (
        lambda: write(section, "<p>autre</p>"),
        lambda: add_section(section.terms, "Autre", actor=SYSTEM),
        lambda: remove_section(section, actor=SYSTEM),
        lambda: move_section(section, 1, actor=SYSTEM),
        lambda: rename_terms(section.terms, "Autre", actor=SYSTEM),
    ):
        with pytest.raises(ValidationError) as refused:
            act()
        assert refused.value.code == "not-writable"


def test_what_changed_since_the_text_was_shared():
    terms = TermsFactory()
    section = TermsSectionFactory(terms=terms, title="Objet", body="", version=0)
    write(section, "<p>avant</p>")
    share_terms(terms, comments_until=terms.task_force.today(), actor=SYSTEM)
    assert shared_terms(terms.task_force) == terms
    assert [change.kind for change in changes_since_shared(terms)] == ["same"]
    TermsOfReference.objects.filter(pk=terms.pk).update(state="discussed")
    section.refresh_from_db()
    write(section, "<p>après</p>")
    add_section(terms, "Ajout", actor=SYSTEM)
    changes = changes_since_shared(terms)
    assert [(c.kind, c.old_text, c.new_text) for c in changes] == [("changed", "avant", "après"), ("added", "", "")]


# Adopted --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE taskforce_termsofreference SET title = 'autre' WHERE id = %(terms)s",
        "UPDATE taskforce_termsofreference SET state = 'draft' WHERE id = %(terms)s",
        "DELETE FROM taskforce_termsofreference WHERE id = %(terms)s",
        "UPDATE taskforce_termssection SET body = '<p>autre</p>' WHERE terms_id = %(terms)s",
        "DELETE FROM taskforce_termssection WHERE terms_id = %(terms)s",
        "UPDATE taskforce_termssection SET terms_id = %(terms)s WHERE terms_id = %(other)s",
        "INSERT INTO taskforce_termssection (terms_id, position, title, body, version)"
        " VALUES (%(terms)s, 9, 'x', '', 0)",
        "UPDATE taskforce_termssectionversion SET body = 'x' WHERE section_id IN"
        " (SELECT id FROM taskforce_termssection WHERE terms_id = %(terms)s)",
        "DELETE FROM taskforce_termssectionversion WHERE section_id IN"
        " (SELECT id FROM taskforce_termssection WHERE terms_id = %(terms)s)",
        "UPDATE taskforce_termsdiscussion SET note = 'x' WHERE terms_id = %(terms)s",
        "DELETE FROM taskforce_termsdiscussion WHERE terms_id = %(terms)s",
    ],
)
def test_an_adopted_text_is_immutable_in_the_database(statement):
    terms = TermsFactory()
    write(TermsSectionFactory(terms=terms, body="", version=0), "<p>un</p>")
    TermsDiscussion.objects.create(
        terms=terms, event="Équipe-pays", held_on=date(2016, 2, 1), outcome=TermsOutcome.NOTED
    )
    TermsOfReference.objects.filter(pk=terms.pk).update(
        state="adopted", adopted_on=date(2016, 4, 1), adopted_by="Équipe-pays"
    )
    other = TermsSectionFactory().terms
    with pytest.raises(IntegrityError, match="immutable"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, {"terms": terms.pk, "other": other.pk})

    assert TermsSection.objects.get(terms=terms).body == "<p>un</p>"
    assert TermsSectionVersion.objects.filter(section__terms=terms).count() == 1
    # Another text goes on changing.
    other.title = "Autre"
    other.save()


def test_two_versions_are_never_under_way_at_once():
    terms = TermsFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        TermsFactory(task_force=terms.task_force, number=2)

"""Drafts stand aside of the saved text; nothing here knows a meeting beyond the row it hangs on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import Draft
from core.richtext import RichTextRefused
from core.services.drafts import WRITING, discard_draft, drafts_seen, save_draft
from tests.meetings.factories import AgencyUpdateFactory, MinutesSectionFactory
from tests.taskforce.factories import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def section():
    return MinutesSectionFactory(body="<p>Texte.</p>", version=3)


def test_a_draft_replaces_the_last_one_of_its_author(section):
    first, second = UserFactory(), UserFactory()
    save_draft(section, author=first, text="<p>un</p>", base_version=3, stored=section.body)
    save_draft(section, author=first, text="<b>deux</b>", base_version=3, stored=section.body)
    save_draft(section, author=second, text="<p>autre</p>", base_version=2, stored=section.body)
    assert sorted(Draft.objects.values_list("author", "text", "base_version")) == sorted(
        [(first.pk, "<p><strong>deux</strong></p>", 3), (second.pk, "<p>autre</p>", 2)]
    )


def test_a_draft_that_says_what_is_stored_is_no_draft(section):
    user = UserFactory()
    save_draft(section, author=user, text="<p>autre</p>", base_version=3, stored=section.body)
    assert save_draft(section, author=user, text="<p>Texte.</p>", base_version=3, stored=section.body) is None
    assert Draft.objects.count() == 0


def test_a_draft_of_nothing_over_a_text_is_kept(section):
    draft = save_draft(section, author=UserFactory(), text="", base_version=3, stored=section.body)
    assert draft is not None
    assert draft.text == ""


def test_a_text_that_cannot_be_stored_is_refused(section):
    with pytest.raises(RichTextRefused):
        save_draft(section, author=UserFactory(), text="a\x00", base_version=3, stored=section.body)
    assert Draft.objects.count() == 0


def test_only_the_author_s_draft_is_put_aside(section):
    first, second = UserFactory(), UserFactory()
    for user in (first, second):
        save_draft(section, author=user, text="<p>x</p>", base_version=3, stored=section.body)
    assert discard_draft(section, author=first)
    assert not discard_draft(section, author=first)
    assert Draft.objects.get().author == second


def test_who_writes_now_is_seen_and_the_own_draft_is_offered(section, django_assert_num_queries):
    update = AgencyUpdateFactory(meeting=section.minutes.meeting)
    reader = UserFactory()
    writer = PersonFactory(account=True, given_name="Mariama", family_name="Saley").user
    asleep = UserFactory()
    save_draft(section, author=reader, text="<p>mien</p>", base_version=3, stored=section.body)
    save_draft(section, author=asleep, text="<p>y</p>", base_version=3, stored=section.body)
    Draft.objects.filter(author=asleep).update(updated_at=timezone.now() - WRITING - timedelta(minutes=1))
    save_draft(update, author=writer, text="<p>z</p>", base_version=1, stored=update.body)
    drafts_seen([section], reader=reader)  # content types are read once a process
    with django_assert_num_queries(1):
        seen = drafts_seen([section, update], reader=reader, about=section, stored=section.body)
    assert seen.own is not None
    assert seen.own.text == "<p>mien</p>"
    assert seen.writers(section) == []
    assert [str(user) for user in seen.writers(update)] == ["Mme Mariama Saley"]
    assert drafts_seen([section], reader=reader, about=section, stored="<p>mien</p>").own is None

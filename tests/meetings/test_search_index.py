"""The index follows what is written, by whatever way it is written."""

import pytest
from django.core.management import call_command
from django.db import connection

from core.models import SearchEntry, SearchMark
from core.search.base import sources
from core.search.indexing import index_marked, reindex
from core.tasks import index_search
from meetings.models import AgendaItem, Meeting, MinutesSection
from taskforce.models import Agency, AgencyAlias
from tests.meetings.factories import (
    AgencyUpdateFactory,
    AgendaItemFactory,
    MeetingFactory,
    MinutesSectionFactory,
)
from tests.taskforce.factories import (
    ActionItemFactory,
    AgencyFactory,
    DecisionFactory,
    PersonFactory,
    TaskForceFactory,
    TermsFactory,
    TermsSectionFactory,
)

pytestmark = pytest.mark.django_db


def entry(kind, obj):
    index_marked()
    return SearchEntry.objects.filter(kind=kind, object_id=obj.pk).first()


def test_what_is_created_is_found():
    action = ActionItemFactory(text="Préparer une note sur les cantines.")

    found = entry("action", action)

    assert found.title == f"{action.reference} – Préparer une note sur les cantines."
    assert found.scope_id == action.task_force_id
    assert found.target == action
    assert found.get_absolute_url() == f"/actions/{action.pk}/"
    assert not SearchMark.objects.exists()


def test_what_is_edited_is_indexed_again():
    action = ActionItemFactory(text="Ancien texte.")
    assert "Ancien" in entry("action", action).title

    action.text = "Nouveau texte."
    action.save()

    assert "Nouveau" in entry("action", action).title


def test_what_is_deleted_is_forgotten():
    item = AgendaItemFactory(title="Point à retirer")
    assert entry("item", item)
    pk = item.pk

    item.delete()
    index_marked()

    assert not SearchEntry.objects.filter(kind="item", object_id=pk).exists()


def test_a_bulk_update_is_seen():
    items = [AgendaItemFactory(title="Divers"), AgendaItemFactory(title="Divers")]
    index_marked()

    AgendaItem.objects.filter(pk__in=[item.pk for item in items]).update(title="Renommé")

    assert {entry("item", item).title for item in items} == {"Renommé"}


def test_bulk_creation_is_seen():
    meeting = MeetingFactory()
    items = AgendaItem.objects.bulk_create(AgendaItem(meeting=meeting, position=n, title=f"P{n}") for n in (1, 2))

    assert [entry("item", item).title for item in items] == ["P1", "P2"]


def test_sql_is_seen():
    person = PersonFactory(family_name="Avant")
    index_marked()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE taskforce_person SET family_name = 'Après' WHERE id = %s", [person.pk])
    assert "Après" in entry("person", person).title

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM taskforce_person WHERE id = %s", [person.pk])
    assert entry("person", person) is None


def test_a_section_follows_its_point_and_its_meeting():
    item = AgendaItemFactory(title="Ciblage", position=2)
    section = MinutesSectionFactory(kind="item", agenda_item=item, minutes__meeting=item.meeting)
    assert entry("minutes", section).title == "2. Ciblage"

    AgendaItem.objects.filter(pk=item.pk).update(title="Registre social")
    assert entry("minutes", section).title == "2. Registre social"

    starts_at = item.meeting.starts_at.replace(year=2017)
    Meeting.objects.filter(pk=item.meeting_id).update(starts_at=starts_at, ends_at=starts_at.replace(hour=23))
    found = entry("minutes", section)
    assert found.year == 2017
    assert "2017" in found.facts


def test_an_action_follows_its_owners():
    action = ActionItemFactory()
    agency = AgencyFactory(acronym="XYZ")
    owner = action.owners.create(agency=agency)
    assert "XYZ" in entry("action", action).facts

    Agency.objects.filter(pk=agency.pk).update(acronym="ZYX")
    assert "ZYX" in entry("action", action).facts

    owner.delete()
    assert "ZYX" not in entry("action", action).facts


def test_an_agency_follows_its_other_names():
    agency = AgencyFactory()
    alias = AgencyAlias.objects.create(agency=agency, label="Vieux Nom")
    assert "Vieux Nom" in entry("agency", agency).facts

    alias.delete()
    assert "Vieux Nom" not in entry("agency", agency).facts


def test_what_has_no_words_has_no_entry():
    section, update = MinutesSectionFactory(body=""), AgencyUpdateFactory(body="")
    assert entry("minutes", section) is None
    assert entry("update", update) is None

    MinutesSection.objects.filter(pk=section.pk).update(body="<p>Écrit.</p>")
    assert entry("minutes", section).text == "Écrit."

    MinutesSection.objects.filter(pk=section.pk).update(body="")
    assert entry("minutes", section) is None


def test_a_section_taken_out_of_the_text_is_forgotten():
    section = TermsSectionFactory(terms=TermsFactory())
    assert entry("terms", section)

    section.removed_at = section.terms.created_at
    section.save()

    assert entry("terms", section) is None


def test_the_words_are_those_of_the_bodys_language():
    english = TaskForceFactory(language="en")
    meeting = MeetingFactory(task_force=english)

    assert entry("meeting", meeting).language == "en"
    assert "March" in entry("meeting", meeting).title


def test_an_action_brought_in_from_the_past_belongs_to_its_year():
    assert entry("action", ActionItemFactory(year=2016)).year == 2016


def test_an_address_is_never_indexed():
    person = PersonFactory(email="secret@example.org", phone="+227 90 00 00 00")

    found = entry("person", person)

    assert "secret" not in f"{found.title} {found.facts} {found.text} {found.vector}"
    assert "227" not in f"{found.title} {found.facts} {found.text} {found.vector}"


def test_an_empty_index_fills_itself_and_the_command_makes_it_again(capsys):
    DecisionFactory()
    SearchMark.objects.all().delete()
    index_search()
    assert SearchEntry.objects.filter(kind="decision").count() == 1

    SearchEntry.objects.filter(kind="decision").update(title="Faux", object_id=999_999)
    call_command("reindex_search")

    assert "indexée" in capsys.readouterr().out
    assert SearchEntry.objects.get(kind="decision").title.startswith("D-2016-")
    assert not SearchMark.objects.exists()


def test_nothing_is_done_twice():
    DecisionFactory()
    assert index_marked() > 0
    assert index_marked() == 0


def test_a_text_of_forty_pages_is_indexed():
    section = MinutesSectionFactory(body="<p>" + "mot rare " * 40_000 + "</p>")

    assert len(entry("minutes", section).text) <= 200_000


def test_every_table_that_a_source_reads_marks_what_changes():
    """What a source watches, and its own table, carry the trigger: otherwise its entries would go stale."""
    reindex()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname LIKE 'pgtrigger_marks_search%%'"
        )
        marked = {name for (name,) in cursor.fetchall()}
    wanted = {source.model._meta.db_table for source in sources()}
    wanted |= {table for source in sources() for table in source.watches}

    assert wanted <= marked
    for source in sources():
        for lookup in source.watches.values():
            assert list(source.model.objects.filter(**{f"{lookup}__in": [0]})) == []

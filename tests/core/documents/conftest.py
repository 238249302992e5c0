"""A small document of the tests, made from a country: its page prints the country's name."""

import pytest

from core.documents.base import Document, documents
from taskforce.models import Country


class NoteDocument(Document):
    slug = "note-for-tests"
    title = "Note"
    model = Country
    permission = "tests.read_note"
    template = "none: see render_html"
    # What the next HTML is; the tests change it.
    html = "<!doctype html><html lang='fr'><title>Note</title><h1>{name}</h1></html>"
    readers: set[int] = set()
    previews = False

    def queryset(self, user):
        return Country.objects.filter(pk__in=Country.objects.all() if user.pk in self.readers else [])

    def get_context(self, obj):
        return {"name": obj.name_fr}

    def filename(self, obj):
        return f"note-{obj.iso3.lower()}"

    def is_preview(self, obj):
        return self.previews

    def render_html(self, canonical):
        return self.html.format(name=canonical["content"]["name"])


@pytest.fixture
def note(monkeypatch):
    """The class, registered for this test; `note.readers` are the ids of those who may read it."""
    import rules

    monkeypatch.setitem(documents._by_slug, NoteDocument.slug, NoteDocument)
    monkeypatch.setattr(NoteDocument, "readers", set())
    monkeypatch.setattr(NoteDocument, "html", NoteDocument.html)
    monkeypatch.setattr(NoteDocument, "previews", False)
    rules.add_perm(NoteDocument.permission, rules.predicate(lambda user: user.pk in NoteDocument.readers))
    yield NoteDocument
    rules.remove_perm(NoteDocument.permission)


@pytest.fixture
def country(db):
    from tests.taskforce.factories import CountryFactory

    return CountryFactory()


@pytest.fixture
def reader(db, note):
    from tests.taskforce.factories import UserFactory

    user = UserFactory()
    note.readers.add(user.pk)
    return user

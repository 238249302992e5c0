"""What can be found, as one table; and the rows whose entries are no longer up to date."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

# The text search configuration by the language of a text (core/migrations).
CONFIGS = {"fr": "socle_french", "en": "socle_english"}
TITLE_LENGTH = 300


class SearchEntry(models.Model):
    """One thing that can be found: its words, and where it is read. Who may find it is never stored here.

    A copy, made again at any time by `manage.py reindex_search`.
    """

    # The slug of its source (core.search.base).
    kind = models.SlugField(max_length=40)
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.BigIntegerField()
    target = GenericForeignKey("content_type", "object_id")
    # The key of the body it belongs to; None for what belongs to none (agencies, people).
    scope_id = models.BigIntegerField(null=True, blank=True)
    language = models.CharField(max_length=2, default="fr")
    title = models.CharField(max_length=TITLE_LENGTH)
    # The title as `core.text.normalise` writes it, for names that are misspelt.
    key = models.CharField(max_length=TITLE_LENGTH * 2)
    facts = models.TextField(blank=True)
    text = models.TextField(blank=True)
    date = models.DateField(null=True, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    url_name = models.CharField(max_length=100)
    url_arg = models.CharField(max_length=100)
    # « #section-12 », « ?liste=decisions ».
    url_suffix = models.CharField(max_length=100, blank=True)
    # Title A, facts B, text C.
    vector = SearchVectorField()
    indexed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once")]
        indexes = [
            # Without the list of pending rows: readers would walk through it.
            GinIndex(fields=["vector"], name="search_entry_vector", fastupdate=False),
            # Who reads few bodies reads few of the matches.
            models.Index(fields=["scope_id"], name="search_entry_scope"),
            GinIndex(OpClass("key", name="gin_trgm_ops"), name="search_entry_key", fastupdate=False),
        ]

    def __str__(self):
        return f"{self.kind}: {self.title}"

    def get_absolute_url(self):
        return reverse(self.url_name, args=[self.url_arg]) + self.url_suffix


class SearchMark(models.Model):
    """A row of `table_name` was written or deleted; the triggers of `core.search.triggers` write these."""

    table_name = models.CharField(max_length=63)
    object_id = models.BigIntegerField()
    marked_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.table_name} {self.object_id}"

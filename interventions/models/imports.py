"""Coverage files brought in: what was received, what was read, what somebody corrected, what it changed."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text import normalise
from interventions.enums import EffectKind, ImportState, MappingKind, RowStatus, Severity


class ImportProvider(models.Model):
    """Who sends files: what was corrected in one of theirs is proposed for the next."""

    country = models.ForeignKey(
        "taskforce.Country", on_delete=models.PROTECT, related_name="import_providers", verbose_name=_("pays")
    )
    name = models.CharField(_("fournisseur"), max_length=120)
    normalised = models.CharField(max_length=120, editable=False)

    class Meta:
        verbose_name = _("fournisseur de fichiers")
        verbose_name_plural = _("fournisseurs de fichiers")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "normalised"],
                name="import_provider_once",
                violation_error_message=_("Ce fournisseur existe déjà."),
            )
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.normalised = normalise(self.name)[:120]
        super().save(*args, **kwargs)


class ImportMapping(models.Model):
    """What a heading or a word of a provider means: a field, a P-code, a structure, an instrument, a group."""

    provider = models.ForeignKey(ImportProvider, on_delete=models.CASCADE, related_name="mappings")
    kind = models.CharField(max_length=12, choices=MappingKind)
    # As the file writes it.
    written = models.CharField(max_length=250)
    normalised = models.CharField(max_length=250, editable=False)
    # The field ("" = not read), the P-code, the id of the agency, the code of the instrument or of the group.
    chosen = models.CharField(max_length=120, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("correspondance")
        ordering = ["kind", "written"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "kind", "normalised"], name="import_mapping_once"),
        ]

    def __str__(self):
        return f"{self.written} → {self.chosen}"

    def save(self, *args, **kwargs):
        self.normalised = normalise(self.written)[:250]
        super().save(*args, **kwargs)


class ImportBatch(models.Model):
    """One coverage file on its way in. Nothing of it is a line until somebody confirms what the dry run shows."""

    TRANSITIONS = {
        ImportState.RECEIVED: {ImportState.READ, ImportState.REFUSED, ImportState.DISCARDED},
        ImportState.READ: {ImportState.RECEIVED, ImportState.APPLYING, ImportState.DISCARDED},
        ImportState.REFUSED: {ImportState.RECEIVED, ImportState.DISCARDED},
        ImportState.APPLYING: {ImportState.APPLIED, ImportState.READ},
        ImportState.APPLIED: {ImportState.UNDOING},
        ImportState.UNDOING: {ImportState.UNDONE, ImportState.APPLIED},
    }

    country = models.ForeignKey(
        "taskforce.Country", on_delete=models.PROTECT, related_name="import_batches", verbose_name=_("pays")
    )
    provider = models.ForeignKey(
        ImportProvider, on_delete=models.PROTECT, related_name="batches", verbose_name=_("fournisseur")
    )
    name = models.CharField(_("fichier"), max_length=200)
    # Private: served by a view that asks for the right, never by its address.
    file = models.FileField(upload_to="imports/%Y/%m/", max_length=300)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    state = models.CharField(_("état"), max_length=10, choices=ImportState, default=ImportState.RECEIVED)
    # Why it could not be read or applied, in French.
    error = models.TextField(blank=True)
    # Of rows whose dates have none.
    default_year = models.PositiveSmallIntegerField(_("année par défaut"), null=True, blank=True)
    # The list that the P-codes come from.
    vintage = models.CharField(_("millésime des P-codes"), max_length=40, blank=True)
    # What somebody corrected, as `imports.coverage.read` takes it: sheets, columns, values, cells.
    mapping = models.JSONField(default=dict, blank=True)
    # What was found: {"counts", "sheets": [{title, header_row, first_row, columns: […]}], "unknown": {kind: {…}}}.
    findings = models.JSONField(default=dict, blank=True)
    # Of everything that the dry run would change: who confirms confirms this and nothing else.
    digest = models.CharField(max_length=64, blank=True)
    # Each reading and each correction counts one: who corrects an older one is told.
    version = models.PositiveIntegerField(default=0)
    # Rows read or lines written, of how many (0: not known yet).
    progress = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    # A worker's claim; past it another may take over.
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # What applying it came to: {"created", "changed", "interventions"…}.
    made = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("import de couverture")
        verbose_name_plural = _("imports de couverture")
        ordering = ["-created_at", "-pk"]
        constraints = [
            # A double click: one batch.
            models.UniqueConstraint(
                fields=["country", "created_by", "sha256"],
                condition=models.Q(state__in=[ImportState.RECEIVED, ImportState.READ, ImportState.APPLYING]),
                name="import_batch_once",
                violation_error_message=_("Ce fichier est déjà en cours d’import."),
            )
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(state__in=[ImportState.RECEIVED, ImportState.APPLYING, ImportState.UNDOING]),
                name="import_batch_at_work",
            ),
            models.Index(fields=["country", "-created_at"], name="import_batch_of_country"),
        ]

    def __str__(self):
        return self.name

    @property
    def is_at_work(self) -> bool:
        """A worker reads, writes or undoes it, or is about to."""
        return self.state in {ImportState.RECEIVED, ImportState.APPLYING, ImportState.UNDOING}


class ImportRow(models.Model):
    """One row of the file as it was read, and what it would change."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    sheet = models.CharField(max_length=100, blank=True)
    number = models.PositiveIntegerField()
    # Its place among the sheets of the file.
    position = models.PositiveIntegerField()
    status = models.CharField(max_length=14, choices=RowStatus)
    # The worst that is told of it.
    severity = models.CharField(max_length=8, choices=Severity, blank=True)
    # What its cells say: field → text.
    values = models.JSONField(default=dict)
    # What it comes to, in words: {"intervention", "place", "instrument", …, "changes": [[what, before, after]]}.
    outcome = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("ligne importée")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="import_row_once")]
        indexes = [
            models.Index(fields=["batch", "status", "position"], name="import_row_status"),
            models.Index(fields=["batch", "sheet", "number"], name="import_row_number"),
        ]

    def __str__(self):
        return f"{self.sheet} {self.number}"


class ImportIssue(models.Model):
    """Something to tell of the file, of a sheet (`row` 0), a row (`column` "") or a cell."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="issues")
    position = models.PositiveIntegerField()
    sheet = models.CharField(max_length=100, blank=True)
    row = models.PositiveIntegerField(default=0)
    column = models.CharField(max_length=3, blank=True)
    code = models.CharField(max_length=40)
    message = models.TextField()
    severity = models.CharField(max_length=8, choices=Severity)

    class Meta:
        verbose_name = _("remarque d’import")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="import_issue_once")]
        indexes = [models.Index(fields=["batch", "sheet", "row"], name="import_issue_place")]

    def __str__(self):
        return self.message


class ImportEffect(models.Model):
    """One thing that applying a batch wrote, with what was there before: what undoing it needs."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="effects")
    kind = models.CharField(max_length=20, choices=EffectKind)
    # Gone once the batch is undone, or when somebody removed it.
    intervention = models.ForeignKey(
        "interventions.Intervention", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    line = models.ForeignKey(
        "interventions.CoverageLine", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    label = models.CharField(max_length=300)
    # Fields and figures as they were; empty for what was made.
    before = models.JSONField(default=dict, blank=True)
    # The version that the import left: another one says that somebody wrote since.
    version = models.PositiveIntegerField(default=0)
    is_undone = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("effet d’un import")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "line"], condition=models.Q(line__isnull=False), name="import_effect_line_once"
            )
        ]

    def __str__(self):
        return self.label

"""What every app shares: transitions, outgoing mail, document jobs, artefacts, drafts."""

import uuid

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.notifications.models import Bounce
from core.search.models import SearchEntry, SearchMark
from core.solicitations.models import AnswerChannel, LinkCode, SignedLink, Solicitation, SolicitationState

__all__ = [
    "AnswerChannel",
    "Artefact",
    "Bounce",
    "DocumentJob",
    "Draft",
    "EmailState",
    "JobState",
    "LinkCode",
    "OutgoingEmail",
    "SearchEntry",
    "SearchMark",
    "SignedLink",
    "Solicitation",
    "SolicitationState",
    "TransitionRecord",
    "WorkerHeartbeat",
]


class TransitionRecord(models.Model):
    """One change of state: what, from where to where, who, when, why."""

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.BigIntegerField()
    target = GenericForeignKey("content_type", "object_id")
    before = models.CharField(max_length=40)
    after = models.CharField(max_length=40)
    actor_user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_label = models.CharField(max_length=200)
    comment = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id", "at"])]

    def __str__(self):
        return f"{self.before} → {self.after}"

    @classmethod
    def record(cls, obj, *, before, after, actor, comment=""):
        return cls.objects.create(
            content_type=ContentType.objects.get_for_model(obj),
            object_id=obj.pk,
            before=before,
            after=after,
            actor_user=actor.user,
            actor_label=str(actor)[:200],
            comment=comment,
        )


class EmailState(models.TextChoices):
    QUEUED = "queued", _("À envoyer")
    SENDING = "sending", _("Envoi en cours")
    SENT = "sent", _("Envoyé")
    FAILED = "failed", _("Échec")
    SKIPPED = "skipped", _("Non envoyé")
    # Its recipient wants it in the weekly digest.
    DIGEST = "digest", _("Attend le courriel de la semaine")


class OutgoingEmail(models.Model):
    """A mail that leaves, is leaving or has left. The row is first; a worker sends it after commit.

    `unique_key` makes a reminder exactly one row. Secrets never lie in the bodies: they hold
    `{{secret:NAME}}` and `secrets` holds the encrypted values until the mail has left.
    """

    unique_key = models.CharField(max_length=200, unique=True)
    kind = models.SlugField(max_length=60)
    # The scope whose secretariat may see the row; empty for mails of the platform (accounts).
    scope_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    scope_id = models.BigIntegerField(null=True, blank=True)
    about_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    about_id = models.BigIntegerField(null=True, blank=True)
    recipient_name = models.CharField(max_length=200, blank=True)
    recipient = models.EmailField()
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    # The page it leads to, for the digest.
    url = models.CharField(max_length=500, blank=True)
    headers = models.JSONField(default=dict, blank=True)
    # [{"name", "content_type", "content" (text)}] or [{"artefact": pk}]
    attachments = models.JSONField(default=list, blank=True)
    secrets = models.BinaryField(blank=True, default=b"")
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=EmailState, default=EmailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Why it failed or was not sent, for the people who read the outbox.
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # When it is useful to try (again); None once sent or given up.
    next_attempt_at = models.DateTimeField(null=True, blank=True, default=timezone.now)
    # After it the mail tells nothing useful (the code has expired, the meeting has begun): never sent.
    useful_until = models.DateTimeField(null=True, blank=True)
    # Claimed by a worker until then; past it another may take over.
    claimed_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(state__in=["queued", "sending"]),
                name="outgoing_email_due",
            ),
            models.Index(fields=["scope_type", "scope_id", "-created_at"], name="outgoing_email_scope"),
            models.Index(fields=["about_type", "about_id"], name="outgoing_email_about"),
        ]

    def __str__(self):
        return f"{self.subject} → {self.recipient}"


class JobState(models.TextChoices):
    QUEUED = "queued", _("En attente")
    RUNNING = "running", _("En cours")
    DONE = "done", _("Prêt")
    FAILED = "failed", _("Échec")


class Artefact(models.Model):
    """A generated file, immutable: regenerating makes another version, never overwrites."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.SlugField(max_length=60)
    object_id = models.BigIntegerField()
    format = models.CharField(max_length=10)
    # 1, 2, 3… of the official files of this document; 0 for a preview.
    version = models.PositiveIntegerField()
    # Made while the object was still being worked on: seen by whoever asked, deleted after some days.
    is_preview = models.BooleanField(default=False)
    filename = models.CharField(max_length=200)
    # SHA-256 of the file, and of the canonical content it was made from (64 hexadecimal digits).
    sha256 = models.CharField(max_length=64)
    content_sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    file = models.FileField(upload_to="artefacts/%Y/%m/", max_length=300)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "object_id", "format", "version"],
                condition=models.Q(is_preview=False),
                name="artefact_version",
            ),
            models.UniqueConstraint(
                fields=["document", "object_id", "format", "content_sha256"], name="artefact_content"
            ),
        ]

    def __str__(self):
        return f"{self.filename} v{self.version}"


class DocumentJob(models.Model):
    """Somebody asked for a document. The row is the truth; Celery only carries its id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.SlugField(max_length=60)
    object_id = models.BigIntegerField()
    format = models.CharField(max_length=10)
    is_preview = models.BooleanField(default=False)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    # The rows it was made from (core.documents.stamps): the same again gives the same artefact at once.
    source_stamp = models.CharField(max_length=64, blank=True)
    artefact = models.ForeignKey(Artefact, null=True, blank=True, on_delete=models.PROTECT, related_name="jobs")
    created_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(state__in=["queued", "running"]),
                name="document_job_waiting",
            ),
            models.Index(fields=["document", "object_id", "source_stamp"], name="document_job_stamp"),
        ]
        constraints = [
            # A double click is one job.
            models.UniqueConstraint(
                fields=["requested_by", "document", "object_id", "format"],
                condition=models.Q(state__in=["queued", "running"]),
                name="document_job_once",
            )
        ]

    def __str__(self):
        return f"{self.document} {self.object_id} ({self.state})"


class Draft(models.Model):
    """What somebody is typing, saved every few seconds; no history. Only « Enregistrer » makes a version.

    `key` names the text within the object ("body" of a section, of an update).
    """

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.BigIntegerField()
    key = models.CharField(max_length=40, default="body")
    base_version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "content_type", "object_id", "key"], name="draft_one_per_text")
        ]

    def __str__(self):
        return f"{self.author}: {self.content_type} {self.object_id}"


class WorkerHeartbeat(models.Model):
    """Last sign of life of a background process, read by `/sante/`."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()

    def __str__(self):
        return self.name

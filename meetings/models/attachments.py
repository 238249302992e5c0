"""Files of a meeting: those of its agenda, and the scan of the signed sign-in sheet. Kept privately."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.search.triggers import marks_search
from meetings.enums import AttachmentKind, TextState, Visibility


@pghistory.track()
class Attachment(models.Model):
    """A file of a meeting, or of one point of its agenda (`meetings.services.attachments` checks it).

    It is read by whoever reads the point: the file of a restricted point is restricted.
    """

    meeting = models.ForeignKey(
        "meetings.Meeting", on_delete=models.PROTECT, related_name="attachments", verbose_name=_("réunion")
    )
    agenda_item = models.ForeignKey(
        "meetings.AgendaItem",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="attachments",
        verbose_name=_("point à l’ordre du jour"),
    )
    kind = models.CharField(_("nature"), max_length=12, choices=AttachmentKind, default=AttachmentKind.DOCUMENT)
    # As it is shown and downloaded; cleaned (core.uploads.clean_name).
    name = models.CharField(_("nom du fichier"), max_length=120)
    # By the content, never by what the browser said.
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("taille"))
    sha256 = models.CharField(max_length=64)
    file = models.FileField(_("fichier"), upload_to="attachments/%Y/%m/", max_length=300)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("déposé par")
    )
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("pièce jointe")
        verbose_name_plural = _("pièces jointes")
        ordering = ["uploaded_at", "pk"]
        triggers = [marks_search()]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=AttachmentKind.DOCUMENT) | models.Q(agenda_item__isnull=True),
                name="attachment_sheet_is_the_meetings",
            ),
            # A button pressed twice: one file.
            models.UniqueConstraint(
                fields=["meeting", "agenda_item", "kind", "sha256"],
                name="attachment_once",
                nulls_distinct=False,
                violation_error_message=_("Ce fichier est déjà joint ici."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_restricted(self) -> bool:
        return self.agenda_item is not None and self.agenda_item.visibility == Visibility.RESTRICTED


class AttachmentText(models.Model):
    """The words of a file, for search alone; a copy, read again at any time. Apart: lists of files do without it."""

    attachment = models.OneToOneField(Attachment, primary_key=True, on_delete=models.CASCADE, related_name="words")
    state = models.CharField(max_length=12, choices=TextState, default=TextState.WAITING)
    text = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # A worker reads it until then, unless it was killed.
    claimed_until = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["claimed_until"], condition=models.Q(state="waiting"), name="text_waiting")]
        triggers = [marks_search(meetings_attachment="attachment_id")]

    def __str__(self):
        return f"{self.attachment_id}: {self.state}"

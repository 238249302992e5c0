"""What becomes of minutes once they are written: versions, observations, adoption, errata, readings.

A row of `MinutesApproval` freezes its minutes: from then on the database refuses a change of their text
(`models/freezing.py`), whoever asks.
"""

import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.enums import AdoptionMode, CorrectionState, VersionKind
from meetings.models.freezing import written_once


class MinutesVersion(models.Model):
    """The text as it was shared, adopted or rectified; numbered, never changed."""

    minutes = models.ForeignKey("meetings.Minutes", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    kind = models.CharField(_("nature"), max_length=12, choices=VersionKind)
    # The one writing (core.documents.base.canonical_json) of what is printed; without restricted points.
    content = models.TextField()
    # Of `content`; 64 hexadecimal digits.
    sha256 = models.CharField(max_length=64, db_index=True)
    # What made the version, in words for its readers.
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("par")
    )

    class Meta:
        verbose_name = _("version du compte rendu")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["minutes", "number"], name="minutes_version_once")]
        triggers = [written_once()]

    def __str__(self):
        return gettext("Version %(number)d (%(kind)s)") % {
            "number": self.number,
            "kind": str(self.get_kind_display()).lower(),
        }


@pghistory.track()
class CorrectionRequest(models.Model):
    """What a member proposes while the minutes are shared (« observation »): another text, or a remark.

    About a section, about an agency's contribution, or about the whole (neither).
    """

    TRANSITIONS = {
        CorrectionState.OPEN: {CorrectionState.ACCEPTED, CorrectionState.REFUSED, CorrectionState.WITHDRAWN},
    }
    TRANSITIONS_WITH_REASON = {(CorrectionState.OPEN, CorrectionState.REFUSED)}

    minutes = models.ForeignKey("meetings.Minutes", on_delete=models.PROTECT, related_name="corrections")
    section = models.ForeignKey(
        "meetings.MinutesSection", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    update = models.ForeignKey(
        "meetings.AgencyUpdate", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    agency = models.ForeignKey(
        "taskforce.Agency",
        on_delete=models.PROTECT,
        related_name="minutes_corrections",
        verbose_name=_("au nom de"),
    )
    person = models.ForeignKey(
        "taskforce.Person", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("auteur")
    )
    # Entered by the secretariat for somebody (said in the room, by telephone, by mail).
    on_record = models.BooleanField(_("saisie par le secrétariat"), default=False)
    is_remark = models.BooleanField(_("remarque"), default=False)
    # Sanitised HTML (core.richtext): the text proposed, or the remark.
    body = models.TextField(_("texte"), blank=True)
    # What the proposal started from.
    base_body = models.TextField(blank=True)
    base_version = models.PositiveIntegerField(default=0)
    note = models.CharField(_("explication"), max_length=500, blank=True)
    state = models.CharField(_("état"), max_length=12, choices=CorrectionState, default=CorrectionState.OPEN)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.TextField(_("réponse"), blank=True)
    # The text that acceptance wrote, and the version of the minutes that it made.
    applied_body = models.TextField(blank=True)
    version = models.ForeignKey(MinutesVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("observation")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(section__isnull=True) | models.Q(update__isnull=True),
                name="correction_of_one_text",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=CorrectionState.REFUSED) | ~models.Q(answer=""),
                name="correction_refused_with_a_reason",
                violation_error_message=_("Dites pourquoi l’observation n’est pas retenue."),
            ),
        ]

    def __str__(self):
        return f"{self.agency} · {self.target_title}"

    @property
    def target(self):
        """The text it is about; None for the whole."""
        return self.section if self.section_id else self.update if self.update_id else None

    @property
    def target_title(self) -> str:
        if self.section_id:
            return self.section.title
        if self.update_id:
            return gettext("Tour de table : %(agency)s") % {"agency": self.update}
        return gettext("Ensemble du compte rendu")

    @property
    def is_open(self) -> bool:
        return self.state == CorrectionState.OPEN


@pghistory.track()
class MinutesApproval(models.Model):
    """The act of adoption. Each one carries the fingerprint of the body's one before: a chain.

    `record` holds, in one canonical writing, everything that the adoption freezes, restricted points too;
    it is compared, never shown. `fingerprint` = SHA-256 of (`previous`, line feed, `record`).
    """

    minutes = models.OneToOneField("meetings.Minutes", on_delete=models.PROTECT, related_name="approval")
    task_force = models.ForeignKey("taskforce.TaskForce", on_delete=models.PROTECT, related_name="minutes_approvals")
    # 1, 2, 3… in the body.
    number = models.PositiveIntegerField()
    version = models.OneToOneField(MinutesVersion, on_delete=models.PROTECT, related_name="approval")
    mode = models.CharField(_("mode"), max_length=12, choices=AdoptionMode)
    at_meeting = models.ForeignKey(
        "meetings.Meeting", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("réunion")
    )
    adopted_on = models.DateField(_("date"))
    votes_for = models.PositiveSmallIntegerField(_("pour"), null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(_("contre"), null=True, blank=True)
    abstentions = models.PositiveSmallIntegerField(_("abstentions"), null=True, blank=True)
    remarks = models.TextField(_("remarques"), blank=True)
    # The rule that allowed a tacit adoption, as it stood.
    rule = models.TextField(blank=True)
    record = models.TextField()
    previous = models.CharField(max_length=64, blank=True)
    fingerprint = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("adoption")
        ordering = ["task_force", "number"]
        constraints = [
            models.UniqueConstraint(fields=["task_force", "number"], name="approval_number_once"),
            models.CheckConstraint(
                condition=~models.Q(mode=AdoptionMode.TACIT) | ~models.Q(rule=""), name="tacit_approval_names_its_rule"
            ),
        ]
        triggers = [written_once()]

    def __str__(self):
        return gettext("Adoption n° %(number)d") % {"number": self.number}


@pghistory.track()
class Erratum(models.Model):
    """A numbered change on top of an adopted text, which stays (« rectificatif »)."""

    minutes = models.ForeignKey("meetings.Minutes", on_delete=models.PROTECT, related_name="errata")
    number = models.PositiveSmallIntegerField(_("numéro"))
    version = models.OneToOneField(MinutesVersion, on_delete=models.PROTECT, related_name="erratum")
    # The place in the content (`meetings.canonical`), and its title as it was.
    place = models.CharField(max_length=40)
    title = models.CharField(max_length=300)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.TextField(_("raison"))
    # SHA-256 of (fingerprint of the adoption or of the erratum before, line feed, what this one says).
    previous = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("rectificatif")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["minutes", "number"], name="erratum_number_once")]
        triggers = [written_once()]

    def __str__(self):
        return gettext("Rectificatif n° %(number)d") % {"number": self.number}


class MinutesReading(models.Model):
    """« J’ai lu » : a member has read a version."""

    minutes = models.ForeignKey("meetings.Minutes", on_delete=models.CASCADE, related_name="readings")
    version = models.PositiveSmallIntegerField()
    person = models.ForeignKey("taskforce.Person", on_delete=models.PROTECT, related_name="minutes_readings")
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("lecture")
        ordering = ["read_at"]
        constraints = [models.UniqueConstraint(fields=["minutes", "version", "person"], name="minutes_read_once")]

    def __str__(self):
        return f"{self.person} · {self.version}"

"""Who is asked and who came."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.enums import ATTENDING, REPRESENTING, AttendanceStatus, AttendMode, Capacity, PartStat


class Invitation(models.Model):
    """One per person and meeting; the answer is an RFC 5545 PARTSTAT."""

    meeting = models.ForeignKey(
        "meetings.Meeting", on_delete=models.CASCADE, related_name="invitations", verbose_name=_("réunion")
    )
    person = models.ForeignKey(
        "taskforce.Person", on_delete=models.PROTECT, related_name="invitations", verbose_name=_("personne")
    )
    partstat = models.CharField(_("réponse"), max_length=14, choices=PartStat, default=PartStat.NEEDS_ACTION)
    # Of who accepts; empty: in person, or not said.
    attend_mode = models.CharField(_("participation"), max_length=10, choices=AttendMode, blank=True)
    delegated_to = models.ForeignKey(
        "taskforce.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("représentée par"),
    )
    # Who was told that this person does not come, and asked to stand in: the substitute next in rank, or
    # `delegated_to` itself.
    stand_in = models.ForeignKey(
        "taskforce.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("suppléance demandée à"),
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("invitation")
        ordering = ["person__family_name", "person__given_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person"],
                name="invitation_once",
                violation_error_message=_("Cette personne est déjà invitée à cette réunion."),
            )
        ]

    def __str__(self):
        return f"{self.person}: {self.meeting}"

    @property
    def is_remote(self) -> bool:
        return self.partstat == PartStat.ACCEPTED and self.attend_mode == AttendMode.REMOTE


@pghistory.track()
class Attendance(models.Model):
    """A person's presence at a meeting, for an agency, in a capacity. One row a person: never present and excused."""

    meeting = models.ForeignKey(
        "meetings.Meeting", on_delete=models.CASCADE, related_name="attendances", verbose_name=_("réunion")
    )
    person = models.ForeignKey(
        "taskforce.Person", on_delete=models.PROTECT, related_name="attendances", verbose_name=_("personne")
    )
    agency = models.ForeignKey(
        "taskforce.Agency",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="attendances",
        verbose_name=_("agence ou structure"),
    )
    mandate = models.ForeignKey(
        "taskforce.Mandate", null=True, blank=True, on_delete=models.PROTECT, related_name="attendances"
    )
    capacity = models.CharField(_("qualité"), max_length=16, choices=Capacity)
    status = models.CharField(_("présence"), max_length=12, choices=AttendanceStatus)
    # A one-off proxy: acts as titular or substitute this once without a mandate, on somebody's word.
    proxy_granted_by = models.CharField(_("procuration donnée par"), max_length=200, blank=True)
    represented_by = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="represents",
        verbose_name=_("représenté(e) par"),
    )
    arrived_at = models.TimeField(_("arrivée"), null=True, blank=True)
    left_at = models.TimeField(_("départ"), null=True, blank=True)

    class Meta:
        verbose_name = _("présence")
        ordering = ["agency__acronym", "person__family_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person"],
                name="attendance_once",
                violation_error_message=_("Cette personne figure déjà dans la liste des présences de cette réunion."),
            ),
            models.CheckConstraint(
                condition=~models.Q(capacity__in=[Capacity.TITULAR, Capacity.SUBSTITUTE])
                | models.Q(mandate__isnull=False)
                | ~models.Q(proxy_granted_by=""),
                name="attendance_capacity_has_a_mandate",
                violation_error_message=_("Sans mandat en vigueur ni procuration, la qualité est « sans mandat »."),
            ),
            models.CheckConstraint(
                condition=models.Q(arrived_at__isnull=True)
                | models.Q(left_at__isnull=True)
                | models.Q(left_at__gt=models.F("arrived_at")),
                name="attendance_leaves_after_arriving",
                violation_error_message=_("L’heure de départ précède l’heure d’arrivée. Corrigez l’une des deux."),
            ),
            models.CheckConstraint(
                condition=models.Q(status=AttendanceStatus.REPRESENTED, represented_by__isnull=False)
                | (~models.Q(status=AttendanceStatus.REPRESENTED) & models.Q(represented_by__isnull=True)),
                name="attendance_represented_by_someone",
                violation_error_message=_("Indiquez par qui la personne est représentée."),
            ),
            models.CheckConstraint(
                condition=~models.Q(capacity__in=sorted(REPRESENTING)) | models.Q(agency__isnull=False),
                name="attendance_represents_an_agency",
                violation_error_message=_("Indiquez l’agence que la personne représente."),
            ),
        ]

    def __str__(self):
        return f"{self.person}: {self.get_status_display()}"

    @property
    def is_attending(self) -> bool:
        return self.status in ATTENDING

    @property
    def represents_agency(self) -> bool:
        """Counts its agency as represented (invariant 1)."""
        return self.is_attending and self.capacity in REPRESENTING

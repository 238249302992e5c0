"""Seats, mandates and dated functions."""

import pghistory
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.fields import PeriodField, last_day, no_overlap, starts_before_end
from taskforce.enums import MandateEnd, OfficeRole, Role, SeatStatus

END_BEFORE_START = _("La date de fin précède la date de début. Corrigez l’une des deux.")


@pghistory.track()
class Seat(models.Model):
    """An agency's membership of a body (« structure membre »), dated."""

    task_force = models.ForeignKey(
        "taskforce.TaskForce", on_delete=models.PROTECT, related_name="seats", verbose_name=_("instance")
    )
    agency = models.ForeignKey(
        "taskforce.Agency", on_delete=models.PROTECT, related_name="seats", verbose_name=_("agence ou structure")
    )
    status = models.CharField(_("qualité"), max_length=10, choices=SeatStatus, default=SeatStatus.MEMBER)
    counts = models.BooleanField(_("compte pour le quorum"), default=True)
    period = PeriodField(_("période"))

    class Meta:
        verbose_name = _("structure membre")
        verbose_name_plural = _("structures membres")
        ordering = ["agency__acronym"]
        constraints = [
            starts_before_end(name="seat_period", message=END_BEFORE_START),
            no_overlap(
                "task_force",
                "agency",
                name="seat_once",
                message=_("Cette structure est déjà membre de l’instance à ces dates."),
            ),
            models.CheckConstraint(
                condition=models.Q(status=SeatStatus.MEMBER) | models.Q(counts=False),
                name="observer_never_counts",
                violation_error_message=_("Un observateur ne compte pas pour le quorum."),
            ),
        ]

    def __str__(self):
        return f"{self.agency} — {self.task_force}"

    @property
    def starts_on(self):
        return self.period.lower

    @property
    def ends_on(self):
        """The last day, included; None when open."""
        return last_day(self.period)


@pghistory.track()
class Mandate(models.Model):
    """A person holding a seat over a period with a rank: 0 titular, 1..n substitutes in order.

    Never edited in place once used: ended, and a new one begins (see services.mandates).
    """

    seat = models.ForeignKey(
        Seat, on_delete=models.PROTECT, related_name="mandates", verbose_name=_("structure membre")
    )
    person = models.ForeignKey(
        "taskforce.Person", on_delete=models.PROTECT, related_name="mandates", verbose_name=_("personne")
    )
    rank = models.PositiveSmallIntegerField(_("rang"), default=0)
    period = PeriodField(_("période"))
    is_focal_point = models.BooleanField(_("point focal"), default=True)
    end_reason = models.CharField(_("motif de fin"), max_length=20, choices=MandateEnd, blank=True)
    # The accepted request that it came from; None for one that the secretariat entered by itself.
    designation = models.ForeignKey(
        "taskforce.DesignationRequest",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="mandates",
        verbose_name=_("désignation"),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("mandat")
        ordering = ["seat__agency__acronym", "rank", "period"]
        constraints = [
            starts_before_end(name="mandate_period", message=END_BEFORE_START),
            no_overlap(
                "seat",
                "rank",
                name="mandate_rank_once",
                message=_(
                    "Ce rang est déjà tenu à ces dates pour cette structure. Terminez d’abord le mandat en cours."
                ),
            ),
            no_overlap(
                "seat",
                "person",
                name="mandate_person_once",
                message=_("Cette personne représente déjà cette structure à ces dates."),
            ),
            models.CheckConstraint(
                condition=models.Q(rank__lte=9),
                name="mandate_rank_limit",
                violation_error_message=_("Neuf suppléants au plus."),
            ),
        ]

    def __str__(self):
        return f"{self.person} — {self.seat}"

    @property
    def is_titular(self) -> bool:
        return self.rank == 0

    @property
    def starts_on(self):
        return self.period.lower

    @property
    def ends_on(self):
        """The last day, included; None when open."""
        return last_day(self.period)

    @property
    def rank_label(self) -> str:
        """« Titulaire », « Suppléante 1 », « Observateur », in the person's gender."""
        feminine = self.person.is_feminine
        if self.seat.status == SeatStatus.OBSERVER:
            label = gettext("Observatrice") if feminine else gettext("Observateur")
            return (
                label
                if self.is_titular
                else gettext("%(label)s (suppléance %(rank)d)") % {"label": label, "rank": self.rank}
            )
        if self.is_titular:
            return gettext("Titulaire")
        return (gettext("Suppléante %(rank)d") if feminine else gettext("Suppléant %(rank)d")) % {"rank": self.rank}

    @property
    def role(self) -> Role:
        if self.seat.status == SeatStatus.OBSERVER:
            return Role.OBSERVER
        return Role.TITULAR if self.is_titular else Role.SUBSTITUTE


@pghistory.track()
class Office(models.Model):
    """A dated function (« fonction ») that is not a seat. Hand-over is a new row."""

    role = models.CharField(_("fonction"), max_length=30, choices=OfficeRole)
    person = models.ForeignKey(
        "taskforce.Person", on_delete=models.PROTECT, related_name="offices", verbose_name=_("personne")
    )
    task_force = models.ForeignKey(
        "taskforce.TaskForce",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="offices",
        verbose_name=_("instance"),
    )
    country = models.ForeignKey(
        "taskforce.Country",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="offices",
        verbose_name=_("pays"),
    )
    period = PeriodField(_("période"))

    class Meta:
        verbose_name = _("fonction")
        ordering = ["role", "period"]
        constraints = [
            starts_before_end(name="office_period", message=END_BEFORE_START),
            models.CheckConstraint(
                condition=(
                    models.Q(role=OfficeRole.DATA_MANAGER, country__isnull=False, task_force__isnull=True)
                    | (
                        ~models.Q(role=OfficeRole.DATA_MANAGER)
                        & models.Q(task_force__isnull=False, country__isnull=True)
                    )
                ),
                name="office_scope",
                violation_error_message=_(
                    "Le gestionnaire de données sert un pays, les autres fonctions une instance."
                ),
            ),
            no_overlap(
                "task_force",
                "role",
                "person",
                name="office_once",
                message=_("Cette personne tient déjà cette fonction à ces dates."),
                condition=models.Q(task_force__isnull=False),
            ),
            no_overlap(
                "country",
                "person",
                name="office_country_once",
                message=_("Cette personne tient déjà cette fonction à ces dates."),
                condition=models.Q(country__isnull=False),
            ),
            no_overlap(
                "task_force",
                "role",
                name="office_chair_once",
                message=_("Cette fonction est déjà tenue à ces dates. Terminez d’abord celle en cours."),
                condition=models.Q(role__in=[OfficeRole.CHAIR, OfficeRole.RESIDENT_COORDINATOR]),
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()} : {self.person}"

    @property
    def starts_on(self):
        return self.period.lower

    @property
    def ends_on(self):
        """The last day, included; None when open."""
        return last_day(self.period)

"""Interventions: the sheet, who takes part, and what one is classified by."""

from datetime import date

import pghistory
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.search.triggers import marks_search
from interventions.enums import (
    Halt,
    InterventionKind,
    InterventionState,
    InterventionStatus,
    RoleKind,
    TargetingMethod,
    Visibility,
)

# Titles and code without accents and in capitals: what words of a list are looked for in, as its index has them.
WORDS = models.Func(
    "title",
    "title_en",
    "code",
    arg_joiner=" || E'\\n' || ",
    template="upper(socle_unaccent(%(expressions)s))",
    output_field=models.TextField(),
)


@pghistory.track()
class Intervention(models.Model):
    """A programme, project, pilot or technical assistance in a country. What it does where: its coverage lines.

    `status_on` derives planned, ongoing or completed from the dates; only a halt is entered.
    """

    TRANSITIONS = {
        InterventionState.DRAFT: {InterventionState.SUBMITTED, InterventionState.PUBLISHED, InterventionState.ARCHIVED},
        InterventionState.SUBMITTED: {InterventionState.DRAFT, InterventionState.PUBLISHED},
        InterventionState.PUBLISHED: {InterventionState.ARCHIVED, InterventionState.DRAFT},
        InterventionState.ARCHIVED: {InterventionState.DRAFT},
    }
    # Sent back to the agency.
    TRANSITIONS_WITH_REASON = {
        (InterventionState.SUBMITTED, InterventionState.DRAFT),
        (InterventionState.PUBLISHED, InterventionState.DRAFT),
    }

    country = models.ForeignKey(
        "taskforce.Country", on_delete=models.PROTECT, related_name="interventions", verbose_name=_("pays")
    )
    code = models.CharField(_("code"), max_length=60)
    title = models.CharField(_("intitulé"), max_length=250)
    title_en = models.CharField(_("intitulé en anglais"), max_length=250, blank=True)
    kind = models.CharField(_("nature"), max_length=12, choices=InterventionKind, default=InterventionKind.PROGRAMME)
    summary = models.TextField(_("résumé"), max_length=4000, blank=True)
    summary_en = models.TextField(_("résumé en anglais"), max_length=4000, blank=True)
    targeting_method = models.CharField(_("méthode de ciblage"), max_length=20, choices=TargetingMethod, blank=True)
    # What « pauvre et vulnérable » means here: definitions differ between agencies and are compared.
    vulnerability_definition = models.TextField(
        _("définition de « pauvre et vulnérable »"), max_length=2000, blank=True
    )
    registry = models.CharField(_("registre utilisé"), max_length=200, blank=True)
    legal_basis = models.CharField(_("base légale"), max_length=300, blank=True)
    planned_start = models.DateField(_("début prévu"), null=True, blank=True)
    planned_end = models.DateField(_("fin prévue"), null=True, blank=True)
    actual_start = models.DateField(_("début réel"), null=True, blank=True)
    actual_end = models.DateField(_("fin réelle"), null=True, blank=True)
    halt = models.CharField(_("arrêt"), max_length=10, choices=Halt, blank=True, default=Halt.NONE)
    # ISO 4217, of every amount of the sheet.
    currency = models.CharField(_("monnaie"), max_length=3, default="XOF")
    visibility = models.CharField(_("visibilité"), max_length=10, choices=Visibility, default=Visibility.PARTNERS)
    state = models.CharField(_("état"), max_length=10, choices=InterventionState, default=InterventionState.DRAFT)
    policy_axes = models.ManyToManyField(
        "interventions.PolicyAxis", blank=True, related_name="interventions", verbose_name=_("axes de politique")
    )
    sdg_targets = models.ManyToManyField(
        "interventions.SdgTarget", blank=True, related_name="interventions", verbose_name=_("cibles ODD")
    )
    # Entered by the data manager for an agency: to be confirmed by it. Empty once it has.
    on_behalf_of = models.ForeignKey(
        "taskforce.Agency",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("saisie pour le compte de"),
    )
    # « Toujours valable ? »
    verified_at = models.DateTimeField(_("vérifiée le"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # What the secretariat asks the agency to look at; empty once it has.
    flag = models.CharField(_("à revoir"), max_length=500, blank=True)
    flagged_at = models.DateTimeField(_("signalée le"), null=True, blank=True)
    flagged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("intervention")
        ordering = ["title", "pk"]
        triggers = [marks_search()]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "code"],
                name="intervention_code_once",
                violation_error_message=_("Une intervention de ce pays porte déjà ce code."),
            ),
            models.CheckConstraint(
                condition=models.Q(planned_start=None)
                | models.Q(planned_end=None)
                | models.Q(planned_end__gte=models.F("planned_start")),
                name="intervention_planned_in_order",
                violation_error_message=_("La fin prévue précède le début prévu."),
            ),
            models.CheckConstraint(
                condition=models.Q(actual_start=None)
                | models.Q(actual_end=None)
                | models.Q(actual_end__gte=models.F("actual_start")),
                name="intervention_actual_in_order",
                violation_error_message=_("La fin réelle précède le début réel."),
            ),
        ]
        indexes = [
            models.Index(fields=["country", "state", "title"], name="intervention_list"),
            # The list in its French order, a page at a time.
            models.Index(
                "country",
                models.Func(Lower("title"), function="socle_unaccent", output_field=models.TextField()),
                "title",
                "id",
                name="intervention_by_title",
            ),
            GinIndex(OpClass(WORDS, name="gin_trgm_ops"), name="intervention_words"),
        ]

    def __str__(self):
        return self.title

    @property
    def start(self) -> date | None:
        return self.actual_start or self.planned_start

    @property
    def end(self) -> date | None:
        return self.actual_end or self.planned_end

    def status_on(self, day: date) -> InterventionStatus:
        """Where the work stands on `day`: a halt is said, the rest follows from the dates."""
        if self.halt:
            return InterventionStatus(self.halt)
        if self.start is None:
            return InterventionStatus.UNKNOWN
        if day < self.start:
            return InterventionStatus.PLANNED
        if self.end is not None and day > self.end:
            return InterventionStatus.COMPLETED
        return InterventionStatus.ONGOING


@pghistory.track()
class InterventionRole(models.Model):
    """An agency's part. The accountable one is the *lead* wherever a lead is counted."""

    intervention = models.ForeignKey(Intervention, on_delete=models.CASCADE, related_name="roles")
    agency = models.ForeignKey(
        "taskforce.Agency", on_delete=models.PROTECT, related_name="intervention_roles", verbose_name=_("structure")
    )
    kind = models.CharField(_("rôle"), max_length=12, choices=RoleKind)
    # Per cent of the budget, where it is known.
    share = models.DecimalField(_("part (%)"), max_digits=5, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("rôle d’une structure")
        verbose_name_plural = _("rôles des structures")
        ordering = ["kind", "agency__acronym"]
        triggers = [marks_search(interventions_intervention="intervention_id")]
        constraints = [
            models.UniqueConstraint(
                fields=["intervention", "agency", "kind"],
                name="intervention_role_once",
                violation_error_message=_("Cette structure tient déjà ce rôle."),
            ),
            models.UniqueConstraint(
                fields=["intervention"],
                condition=models.Q(kind=RoleKind.ACCOUNTABLE),
                name="intervention_one_lead",
                violation_error_message=_("Une intervention a une seule structure responsable."),
            ),
            models.CheckConstraint(
                condition=models.Q(share=None) | models.Q(share__gte=0, share__lte=100),
                name="intervention_share_percent",
                violation_error_message=_("La part est un pourcentage, de 0 à 100."),
            ),
        ]
        indexes = [
            # Who is there: see `queries.tally.PRESENT`.
            models.Index(
                fields=["intervention", "agency"],
                condition=models.Q(kind__in=[RoleKind.ACCOUNTABLE, RoleKind.IMPLEMENTER]),
                name="role_present",
            ),
            # Whether an agency has any part in a country: see `queries.sheets.options_of`.
            models.Index(fields=["agency", "intervention"], name="role_of_agency"),
        ]

    def __str__(self):
        return f"{self.agency} ({self.get_kind_display()})"


class NotADuplicate(models.Model):
    """Somebody looked at two interventions that resemble each other: they are two."""

    first = models.ForeignKey(Intervention, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Intervention, on_delete=models.CASCADE, related_name="+")
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("paire vérifiée")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
            # One row a pair.
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="pair_in_order"),
        ]

    def __str__(self):
        return f"{self.first} / {self.second}"

"""Coverage lines (4W): who does what, where, for whom, when; their figures and indicators."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.search.triggers import marks_search
from interventions.enums import (
    AgeBand,
    Aggregation,
    Counted,
    FigureKind,
    Frequency,
    IndicatorKind,
    Precision,
    Sex,
    TransferModality,
)
from interventions.figures import Cell


@pghistory.track()
class CoverageLine(models.Model):
    """One row of the 4W: an intervention in a unit, with an instrument, for a group, from a date.

    Without a unit the line is « national / diffus »: it counts in totals and classifies no department.
    """

    intervention = models.ForeignKey(
        "interventions.Intervention", on_delete=models.CASCADE, related_name="lines", verbose_name=_("intervention")
    )
    unit = models.ForeignKey(
        "interventions.AdminUnit",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="lines",
        verbose_name=_("lieu"),
    )
    instrument = models.ForeignKey(
        "interventions.Instrument", on_delete=models.PROTECT, related_name="lines", verbose_name=_("instrument")
    )
    target_group = models.ForeignKey(
        "interventions.TargetGroup",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="lines",
        verbose_name=_("groupe cible"),
    )
    starts_on = models.DateField(_("début"))
    # The last day, included; None: not known or open.
    ends_on = models.DateField(_("fin"), null=True, blank=True)
    transfer_value = models.DecimalField(
        _("valeur du transfert"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    frequency = models.CharField(_("fréquence"), max_length=10, choices=Frequency, blank=True)
    modality = models.CharField(_("modalité"), max_length=10, choices=TransferModality, blank=True)
    # In the currency of the intervention.
    budget = models.DecimalField(_("budget"), max_digits=16, decimal_places=2, null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    # « Toujours valable ? »
    verified_at = models.DateTimeField(_("vérifiée le"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Of the line and its figures: who writes over what they have not seen is told.
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("ligne de couverture")
        verbose_name_plural = _("lignes de couverture")
        ordering = ["unit__pcode", "starts_on", "pk"]
        triggers = [marks_search(interventions_intervention="intervention_id")]
        constraints = [
            models.UniqueConstraint(
                fields=["intervention", "unit", "instrument", "target_group", "starts_on"],
                name="coverage_line_once",
                nulls_distinct=False,
                violation_error_message=_(
                    "Cette intervention a déjà une ligne pour ce lieu, cet instrument, ce groupe et ce début."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="coverage_line_in_order",
                violation_error_message=_("La fin précède le début."),
            ),
            models.CheckConstraint(
                condition=(models.Q(transfer_value=None) | models.Q(transfer_value__gte=0))
                & (models.Q(budget=None) | models.Q(budget__gte=0)),
                name="coverage_line_amounts",
                violation_error_message=_("Un montant n’est pas négatif."),
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "instrument"], name="coverage_by_place"),
            models.Index(fields=["starts_on", "ends_on"], name="coverage_by_time"),
        ]

    def __str__(self):
        place = self.unit or _("national")
        return f"{self.intervention}, {place}"


@pghistory.track()
class CoverageFigure(models.Model):
    """How many, of whom, counted how, as of when. Nothing known is no row: null is not zero."""

    line = models.ForeignKey(CoverageLine, on_delete=models.CASCADE, related_name="figures")
    kind = models.CharField(_("nombre"), max_length=10, choices=FigureKind)
    # Households and people are never added to each other.
    counted = models.CharField(_("unité"), max_length=10, choices=Counted)
    sex = models.CharField(_("sexe"), max_length=1, choices=Sex, blank=True, default=Sex.ALL)
    age_band = models.CharField(_("âge"), max_length=10, choices=AgeBand, blank=True, default=AgeBand.ALL)
    with_disability = models.BooleanField(_("en situation de handicap"), default=False)
    value = models.PositiveBigIntegerField(_("valeur"))
    precision = models.CharField(_("méthode"), max_length=12, choices=Precision, default=Precision.COUNTED)
    as_of = models.DateField(_("à la date du"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("chiffre")
        ordering = ["kind", "counted", "sex", "age_band"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "kind", "counted", "sex", "age_band", "with_disability"],
                name="coverage_figure_once",
                violation_error_message=_("Ce chiffre existe déjà pour cette ligne."),
            )
        ]
        indexes = [
            # What tallies add up, read from the index alone.
            models.Index(
                fields=["counted", "sex", "line"],
                include=["value"],
                condition=models.Q(kind=FigureKind.REACHED, age_band=AgeBand.ALL, with_disability=False),
                name="figure_reached",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.value} {self.get_counted_display()}"

    @property
    def cell(self) -> Cell:
        """What it counts, without how many."""
        return Cell(self.kind, self.counted, self.sex, self.age_band, self.with_disability)


class Indicator(models.Model):
    """What an intervention measures. How values add up over areas and periods belongs to the indicator."""

    intervention = models.ForeignKey(
        "interventions.Intervention",
        on_delete=models.CASCADE,
        related_name="indicators",
        verbose_name=_("intervention"),
    )
    name = models.CharField(_("indicateur"), max_length=250)
    kind = models.CharField(_("nature"), max_length=10, choices=IndicatorKind)
    measure = models.CharField(_("unité de mesure"), max_length=60)
    over_areas = models.CharField(_("entre lieux"), max_length=10, choices=Aggregation, default=Aggregation.SUM)
    over_periods = models.CharField(_("entre périodes"), max_length=10, choices=Aggregation, default=Aggregation.LATEST)
    baseline = models.DecimalField(_("situation de départ"), max_digits=16, decimal_places=4, null=True, blank=True)
    baseline_on = models.DateField(_("date de départ"), null=True, blank=True)
    target = models.DecimalField(_("cible"), max_digits=16, decimal_places=4, null=True, blank=True)
    target_on = models.DateField(_("échéance de la cible"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("indicateur")
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["intervention", "name"],
                name="indicator_once",
                violation_error_message=_("Cet indicateur existe déjà."),
            )
        ]

    def __str__(self):
        return self.name


class IndicatorValue(models.Model):
    """A value for a unit (None: the whole intervention) and a period."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="values")
    unit = models.ForeignKey(
        "interventions.AdminUnit",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("lieu"),
    )
    starts_on = models.DateField(_("du"))
    ends_on = models.DateField(_("au"))
    value = models.DecimalField(_("valeur"), max_digits=16, decimal_places=4)
    # What the mean of several values is weighted by, where the indicator asks for one.
    weight = models.DecimalField(_("poids"), max_digits=16, decimal_places=4, null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("valeur d’un indicateur")
        verbose_name_plural = _("valeurs d’un indicateur")
        ordering = ["starts_on", "unit__pcode"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "unit", "starts_on", "ends_on"],
                name="indicator_value_once",
                nulls_distinct=False,
                violation_error_message=_("Cette valeur existe déjà pour ce lieu et cette période."),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="indicator_value_in_order",
                violation_error_message=_("La fin précède le début."),
            ),
        ]

    def __str__(self):
        return f"{self.indicator}: {self.value}"

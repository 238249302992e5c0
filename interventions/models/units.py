"""Administrative units by P-code, their other names and their shapes."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.search.triggers import marks_search
from core.text import normalise
from interventions.enums import UnitLevel


@pghistory.track()
class AdminUnit(models.Model):
    """A region, department or commune, as an OCHA list of a given vintage names it.

    A P-code alone does not say which unit is meant: between two vintages eighteen codes of Niger changed their
    meaning. Whoever resolves a code asks for the name or the vintage as well (`interventions.places`).
    """

    country = models.ForeignKey(
        "taskforce.Country", on_delete=models.PROTECT, related_name="admin_units", verbose_name=_("pays")
    )
    pcode = models.CharField(_("P-code"), max_length=20, unique=True)
    level = models.PositiveSmallIntegerField(_("niveau"), choices=UnitLevel)
    name = models.CharField(_("nom"), max_length=120)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("rattachée à")
    )
    # The first and the last day on which the unit exists; None: always, still.
    valid_from = models.DateField(_("existe depuis"), null=True, blank=True)
    valid_until = models.DateField(_("a cessé d’exister le"), null=True, blank=True)
    # The name of the list (« v02 »), beside the date that it gives itself.
    vintage = models.CharField(_("millésime"), max_length=40, blank=True)
    # The chief town, in degrees, for shapes drawn where none are loaded.
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)

    class Meta:
        verbose_name = _("unité administrative")
        verbose_name_plural = _("unités administratives")
        ordering = ["pcode"]
        triggers = [marks_search()]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level=UnitLevel.REGION, parent=None)
                | models.Q(level__gt=UnitLevel.REGION, parent__isnull=False),
                name="unit_parent_by_level",
                violation_error_message=_("Une région n’est rattachée à rien, les autres niveaux le sont."),
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from=None)
                | models.Q(valid_until=None)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="unit_dates_in_order",
                violation_error_message=_("La fin de validité précède le début."),
            ),
        ]
        indexes = [models.Index(fields=["country", "level"], name="unit_of_country")]

    def __str__(self):
        return self.name

    def exists_on(self, day) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


class AdminUnitAlias(models.Model):
    """Another name of a unit (« Doutchi » for Dogondoutchi). The same word may name units of two regions."""

    unit = models.ForeignKey(AdminUnit, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("unité"))
    label = models.CharField(_("autre nom"), max_length=120)
    # See core.text.normalise.
    normalised = models.CharField(max_length=120, editable=False)

    class Meta:
        verbose_name = _("autre nom d’une unité")
        verbose_name_plural = _("autres noms d’unités")
        ordering = ["label"]
        triggers = [marks_search(interventions_adminunit="unit_id")]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "normalised"],
                name="unit_alias_once",
                violation_error_message=_("Cette unité porte déjà ce nom."),
            )
        ]
        indexes = [models.Index(fields=["normalised"], name="unit_alias_word")]

    def __str__(self):
        return self.label

    def save(self, *args, **kwargs):
        self.normalised = normalise(self.label)
        super().save(*args, **kwargs)


class FormerCode(models.Model):
    """What a P-code meant in an older list: « NE007001 » was Damagaram Takaya, is Belbedji."""

    country = models.ForeignKey("taskforce.Country", on_delete=models.CASCADE, related_name="+", verbose_name=_("pays"))
    pcode = models.CharField(_("P-code"), max_length=20)
    vintage = models.CharField(_("millésime"), max_length=40)
    name = models.CharField(_("nom d’alors"), max_length=120)
    unit = models.ForeignKey(AdminUnit, on_delete=models.CASCADE, related_name="former_codes", verbose_name=_("unité"))

    class Meta:
        verbose_name = _("ancien code")
        verbose_name_plural = _("anciens codes")
        ordering = ["pcode", "vintage"]
        constraints = [models.UniqueConstraint(fields=["pcode", "vintage"], name="former_code_once")]

    def __str__(self):
        return f"{self.pcode} ({self.vintage})"


class BoundarySet(models.Model):
    """Shapes of one level of one country, as a file brought them; the latest is drawn."""

    country = models.ForeignKey(
        "taskforce.Country", on_delete=models.CASCADE, related_name="boundary_sets", verbose_name=_("pays")
    )
    level = models.PositiveSmallIntegerField(_("niveau"), choices=UnitLevel)
    source = models.CharField(_("source"), max_length=200)
    licence = models.CharField(_("licence"), max_length=200)
    vintage = models.CharField(_("millésime"), max_length=40, blank=True)
    # Cells around chief towns, not surveyed limits.
    is_schematic = models.BooleanField(_("limites schématiques"), default=False)
    # The viewBox that all paths of the set share: "0 0 width height".
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    # What the viewBox shows, in degrees: a set drawn into the frame of another lies exactly over it.
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("jeu de limites")
        verbose_name_plural = _("jeux de limites")
        ordering = ["-created_at"]

    def __str__(self):
        return f"{self.country} {self.get_level_display()} ({self.source})"


class Boundary(models.Model):
    """One unit's shape: a path in the coordinates of its set, simplified once when it was loaded."""

    boundary_set = models.ForeignKey(BoundarySet, on_delete=models.CASCADE, related_name="boundaries")
    unit = models.ForeignKey(AdminUnit, on_delete=models.CASCADE, related_name="boundaries", verbose_name=_("unité"))
    path = models.TextField()
    # Where a label or a mark stands, inside the shape.
    label_x = models.IntegerField()
    label_y = models.IntegerField()

    class Meta:
        verbose_name = _("limite")
        constraints = [models.UniqueConstraint(fields=["boundary_set", "unit"], name="boundary_once")]

    def __str__(self):
        return str(self.unit)


@pghistory.track()
class AreaProfile(models.Model):
    """One figure about a unit (population, poverty, food-security phase…), with its source and date."""

    unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, related_name="profiles", verbose_name=_("unité"))
    measure = models.CharField(_("mesure"), max_length=80)
    value = models.DecimalField(_("valeur"), max_digits=16, decimal_places=4)
    source = models.CharField(_("source"), max_length=200)
    as_of = models.DateField(_("date"))

    class Meta:
        verbose_name = _("donnée de contexte")
        verbose_name_plural = _("données de contexte")
        ordering = ["unit", "measure", "-as_of"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "measure", "as_of"],
                name="area_profile_once",
                violation_error_message=_("Cette donnée existe déjà à cette date."),
            )
        ]

    def __str__(self):
        return f"{self.unit} {self.measure}"

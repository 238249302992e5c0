"""Agencies, their other names and their offices."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import PeriodField, no_overlap, starts_before_end
from core.search.triggers import marks_search
from core.text import in_language, normalise
from taskforce.enums import AgencyKind


@pghistory.track()
class Agency(models.Model):
    """Any institution: UN agency, ministry, donor, NGO…; `kind` tells which."""

    acronym = models.CharField(_("sigle"), max_length=60)
    name_fr = models.CharField(_("nom"), max_length=250)
    name_en = models.CharField(_("nom en anglais"), max_length=250, blank=True)
    kind = models.CharField(_("nature"), max_length=20, choices=AgencyKind)
    # None: an organisation of the world; otherwise a structure of that country.
    country = models.ForeignKey(
        "taskforce.Country",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="agencies",
        verbose_name=_("pays"),
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("rattachée à")
    )
    iati_ref = models.CharField(_("référence IATI"), max_length=80, blank=True)
    website = models.URLField(_("site"), blank=True)

    class Meta:
        verbose_name = _("agence ou structure")
        verbose_name_plural = _("agences et structures")
        ordering = ["acronym"]
        triggers = [marks_search()]
        constraints = [
            models.UniqueConstraint(
                "acronym",
                "country",
                name="agency_acronym_once",
                nulls_distinct=False,
                violation_error_message=_("Une structure porte déjà ce sigle dans ce pays."),
            )
        ]

    def __str__(self):
        return self.acronym or self.name

    @property
    def name(self) -> str:
        """In the language of the page, where it is known in it."""
        return in_language(self.name_fr, self.name_en)

    @property
    def label(self) -> str:
        return self.acronym if self.acronym == self.name else f"{self.acronym} — {self.name}"


class AgencyAlias(models.Model):
    """Another name under which an agency is written (« BIT », « OIT », « ILO »)."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("agence"))
    label = models.CharField(_("autre nom"), max_length=250)
    # Lower case, no accents, single spaces: see core.text.normalise.
    normalised = models.CharField(max_length=250, unique=True, editable=False)

    class Meta:
        verbose_name = _("autre nom")
        verbose_name_plural = _("autres noms")
        ordering = ["label"]
        triggers = [marks_search(taskforce_agency="agency_id")]

    def __str__(self):
        return self.label

    def save(self, *args, **kwargs):
        self.normalised = normalise(self.label)
        super().save(*args, **kwargs)


class AgencyOffice(models.Model):
    """An agency's office in a country or duty station."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="offices", verbose_name=_("agence"))
    country = models.ForeignKey(
        "taskforce.Country", null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("pays")
    )
    duty_station = models.CharField(_("lieu d’affectation"), max_length=120)

    class Meta:
        verbose_name = _("bureau")
        verbose_name_plural = _("bureaux")
        # Its own mark is for people, who are found by where they are posted.
        triggers = [marks_search(taskforce_agency="agency_id", taskforce_agencyoffice="id")]
        ordering = ["agency__acronym", "duty_station"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "duty_station"],
                name="agency_office_once",
                violation_error_message=_("Ce bureau existe déjà."),
            )
        ]

    def __str__(self):
        return f"{self.agency} {self.duty_station}"


@pghistory.track()
class OfficeHead(models.Model):
    """Who heads an office, from when to when; `address_of_record` is where letters go."""

    office = models.ForeignKey(AgencyOffice, on_delete=models.PROTECT, related_name="heads", verbose_name=_("bureau"))
    person = models.ForeignKey(
        "taskforce.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("personne")
    )
    address_of_record = models.EmailField(_("adresse officielle"))
    is_interim = models.BooleanField(_("par intérim"), default=False)
    period = PeriodField(_("période"))

    class Meta:
        verbose_name = _("direction de bureau")
        constraints = [
            starts_before_end(name="office_head_period", message=_("La date de fin précède la date de début.")),
            no_overlap("office", name="office_head_once", message=_("Ce bureau a déjà une direction à ces dates.")),
        ]

    def __str__(self):
        return f"{self.person} ({self.office})"

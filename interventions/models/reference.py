"""Reference data, bilingual and edited without code: what an intervention is classified by."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.search.triggers import marks_search
from core.text import normalise
from interventions.enums import ComplementarityKind, Counted, LifeStage, Sex, Side


class Named(models.Model):
    """A stable code and a name in two languages."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_fr = models.CharField(_("nom"), max_length=200)
    name_en = models.CharField(_("nom en anglais"), max_length=200)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)
    is_active = models.BooleanField(_("proposé"), default=True)

    class Meta:
        abstract = True
        ordering = ["position", "name_fr"]

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        """In the language of the page."""
        return self.name_en if (get_language() or "fr").startswith("en") else self.name_fr


class Instrument(Named):
    """A kind of benefit or service (« transfert monétaire inconditionnel »), with its class in each list of the field."""

    side = models.CharField(_("nature"), max_length=10, choices=Side)
    # World Bank ASPIRE; ILO C102/R202 function; OECD-DAC purpose code of five digits.
    aspire_class = models.CharField(_("classe ASPIRE"), max_length=80, blank=True)
    ilo_function = models.CharField(_("fonction BIT (C102, R202)"), max_length=80, blank=True)
    dac_code = models.CharField(_("code-objet CAD"), max_length=5, blank=True)

    class Meta(Named.Meta):
        verbose_name = _("instrument")
        triggers = [marks_search()]


class InstrumentAlias(models.Model):
    """Another name of an instrument (« cash for work »), as files write it."""

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="aliases")
    label = models.CharField(_("autre nom"), max_length=120)
    normalised = models.CharField(max_length=120, unique=True, editable=False)

    class Meta:
        verbose_name = _("autre nom d’un instrument")
        verbose_name_plural = _("autres noms d’instruments")
        ordering = ["label"]

    def __str__(self):
        return self.label

    def save(self, *args, **kwargs):
        self.normalised = normalise(self.label)
        super().save(*args, **kwargs)


class TargetGroup(Named):
    """Whom an intervention is for; a tree (« enfants » above « enfants de moins de cinq ans »)."""

    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("inclus dans")
    )
    life_stage = models.CharField(_("âge de la vie"), max_length=20, choices=LifeStage)
    counted = models.CharField(_("unité comptée"), max_length=10, choices=Counted)
    sex = models.CharField(_("sexe"), max_length=1, choices=Sex, blank=True)
    age_from = models.PositiveSmallIntegerField(_("âge minimal"), null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(_("âge maximal"), null=True, blank=True)

    class Meta(Named.Meta):
        verbose_name = _("groupe cible")
        verbose_name_plural = _("groupes cibles")


class PolicyAxis(Named):
    """An axis of a national policy (« PNPS, axe 2 »). `to_check`: not yet confirmed by the secretariat."""

    country = models.ForeignKey(
        "taskforce.Country", on_delete=models.PROTECT, related_name="policy_axes", verbose_name=_("pays")
    )
    policy = models.CharField(_("politique"), max_length=80)
    number = models.PositiveSmallIntegerField(_("axe"))
    to_check = models.BooleanField(_("à vérifier"), default=False)

    class Meta(Named.Meta):
        verbose_name = _("axe de politique")
        verbose_name_plural = _("axes de politique")
        constraints = [
            models.UniqueConstraint(
                fields=["country", "policy", "number"],
                name="policy_axis_once",
                violation_error_message=_("Cet axe existe déjà."),
            )
        ]


class SpfGuarantee(Named):
    """A guarantee of the social protection floor (Recommendation 202)."""

    life_stages = ArrayField(models.CharField(max_length=20, choices=LifeStage), verbose_name=_("âges de la vie"))
    instruments = models.ManyToManyField(
        Instrument, related_name="guarantees", verbose_name=_("instruments"), blank=True
    )

    class Meta(Named.Meta):
        verbose_name = _("garantie du socle")
        verbose_name_plural = _("garanties du socle")


class SdgTarget(Named):
    """A target of the Sustainable Development Goals (« 1.3 »)."""

    # As the United Nations write it, and IATI's vocabulary 8.
    code = models.CharField(
        _("code"),
        max_length=5,
        unique=True,
        validators=[RegexValidator(r"^\d{1,2}\.(\d{1,2}|[a-d])$", _("Écrivez le code comme « 1.3 » ou « 8.b »."))],
    )

    class Meta(Named.Meta):
        verbose_name = _("cible ODD")
        verbose_name_plural = _("cibles ODD")


class Complementarity(models.Model):
    """Two instruments that do more together, and why."""

    first = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="+", verbose_name=_("premier"))
    second = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="+", verbose_name=_("second"))
    kind = models.CharField(_("nature"), max_length=20, choices=ComplementarityKind)
    rationale_fr = models.TextField(_("raison"), max_length=1000)
    rationale_en = models.TextField(_("raison en anglais"), max_length=1000)
    is_active = models.BooleanField(_("prise en compte"), default=True)

    class Meta:
        verbose_name = _("complémentarité")
        ordering = ["first__position", "second__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second", "kind"],
                name="complementarity_once",
                violation_error_message=_("Cette complémentarité existe déjà."),
            ),
            models.CheckConstraint(
                condition=~models.Q(first=models.F("second")),
                name="complementarity_of_two",
                violation_error_message=_("Choisissez deux instruments différents."),
            ),
        ]

    def __str__(self):
        return f"{self.first} + {self.second}"

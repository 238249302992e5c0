"""Countries and their bodies."""

import math
from zoneinfo import ZoneInfo

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import PeriodField, last_day, no_overlap, starts_before_end
from core.search.triggers import marks_search
from core.text import in_language
from taskforce.enums import BodyKind, BodyState, Language
from taskforce.validators import RESERVED_SLUGS, validate_time_zone


class Country(models.Model):
    """The scope of data: holds bodies (and later interventions and workshops)."""

    iso3 = models.CharField(_("code ISO"), max_length=3, unique=True)
    iso2 = models.CharField(_("code ISO à deux lettres"), max_length=2, unique=True)
    name_fr = models.CharField(_("nom"), max_length=120)
    name_en = models.CharField(_("nom en anglais"), max_length=120)
    time_zone = models.CharField(_("fuseau horaire"), max_length=60, validators=[validate_time_zone])

    class Meta:
        verbose_name = _("pays")
        verbose_name_plural = _("pays")
        ordering = ["name_fr"]
        triggers = [marks_search()]

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        """In the language of the page."""
        return in_language(self.name_fr, self.name_en)


class Theme(models.Model):
    """A subject that people are specialists of and agencies lead on."""

    name = models.CharField(_("nom"), max_length=160)

    class Meta:
        verbose_name = _("thème")
        ordering = ["name"]
        triggers = [marks_search()]
        constraints = [
            models.UniqueConstraint(
                Lower("name"), name="theme_name_once", violation_error_message=_("Ce thème existe déjà.")
            )
        ]

    def __str__(self):
        return self.name


@pghistory.track()
class TaskForce(models.Model):
    """A body of a country: task force, thematic group, committee."""

    TRANSITIONS = {
        BodyState.PROPOSED: {BodyState.ACTIVE, BodyState.CLOSED},
        BodyState.ACTIVE: {BodyState.DORMANT, BodyState.CLOSED},
        BodyState.DORMANT: {BodyState.ACTIVE, BodyState.CLOSED},
    }

    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="bodies", verbose_name=_("pays"))
    kind = models.CharField(_("nature"), max_length=30, choices=BodyKind, default=BodyKind.TASK_FORCE)
    name = models.CharField(_("nom"), max_length=200)
    acronym = models.CharField(_("sigle"), max_length=30, blank=True)
    slug = models.SlugField(_("adresse"), max_length=60, unique=True)
    time_zone = models.CharField(_("fuseau horaire"), max_length=60, validators=[validate_time_zone])
    language = models.CharField(_("langue"), max_length=2, choices=Language, default=Language.FRENCH)
    state = models.CharField(_("état"), max_length=20, choices=BodyState, default=BodyState.PROPOSED)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("rattachée à")
    )
    joins = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("groupe existant rejoint"),
    )
    host_agency = models.ForeignKey(
        "taskforce.Agency",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("agence hôte"),
    )
    convened_by = models.ForeignKey(
        "taskforce.Agency",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("réunie par"),
    )
    government_request_on = models.DateField(_("demande du gouvernement"), null=True, blank=True)
    # None: no quorum rule. Otherwise the share of counting seats that must be represented (0 < share ≤ 1).
    quorum_share = models.DecimalField(
        _("quorum (part des structures membres)"), max_digits=4, decimal_places=3, null=True, blank=True
    )
    # Before each convened meeting its members are asked for agenda items and for their agency's update.
    calls_for_contributions = models.BooleanField(_("appels à contributions avant les réunions"), default=True)

    # So many days before a meeting its agenda is settled: what members propose later is marked « tardif ». None: never.
    agenda_freeze_days = models.PositiveSmallIntegerField(
        _("ordre du jour arrêté (jours avant la réunion)"), null=True, blank=True
    )

    # The body's rules take minutes as adopted when nobody has objected by the deadline; the secretariat still records it.
    tacit_adoption = models.BooleanField(_("adoption tacite des comptes rendus"), default=False)

    class Meta:
        verbose_name = _("instance")
        ordering = ["country__name_fr", "name"]
        triggers = [marks_search()]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quorum_share__isnull=True) | models.Q(quorum_share__gt=0, quorum_share__lte=1),
                name="quorum_share_is_a_share",
                violation_error_message=_("Le quorum est une part comprise entre 0 et 1 (par exemple 0,5)."),
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("taskforce:body_home", args=[self.slug])

    def clean(self):
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": _("Cette adresse est réservée. Choisissez-en une autre.")})

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def today(self):
        """The date in the body's time zone."""
        return timezone.localdate(timezone=self.tz)

    def quorum_for(self, counting_seats: int) -> int | None:
        """Seats that must be represented for `counting_seats`; None without a rule or while proposed.

        Rounded up; « sans objet » while the body is proposed (domain page of taskforce).
        """
        if self.quorum_share is None or self.state == BodyState.PROPOSED:
            return None
        return math.ceil(counting_seats * self.quorum_share)


@pghistory.track()
class LeadAgency(models.Model):
    """The agency that leads a body, for a time and optionally for one theme. Several may."""

    task_force = models.ForeignKey(
        TaskForce, on_delete=models.PROTECT, related_name="leads", verbose_name=_("instance")
    )
    agency = models.ForeignKey("taskforce.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("agence"))
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("thème"))
    period = PeriodField(_("période"))

    class Meta:
        verbose_name = _("chef de file")
        verbose_name_plural = _("chefs de file")
        constraints = [
            starts_before_end(name="lead_period", message=_("La date de fin précède la date de début.")),
            no_overlap(
                "task_force",
                "agency",
                "theme",
                name="lead_once",
                message=_("Cette agence est déjà chef de file sur ce thème à ces dates."),
            ),
            # Two NULL themes are not equal for PostgreSQL: without a theme takes a rule of its own.
            no_overlap(
                "task_force",
                "agency",
                name="lead_once_without_theme",
                message=_("Cette agence est déjà chef de file à ces dates."),
                condition=models.Q(theme__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.agency} ({self.theme or '—'})"

    @property
    def last_day(self):
        """The last day, included; None when open."""
        return last_day(self.period)

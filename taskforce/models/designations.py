"""Asking a director who represents an agency, and what was answered."""

import pghistory
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from taskforce.enums import Civility, DesignationPurpose

SCANS = "designations/%Y/%m/"


@pghistory.track()
class DesignationRequest(models.Model):
    """The letter to a director (« demande de désignation »), for one seat.

    Its state, deadline, link and reminders are those of its solicitation. Mandates change only when the
    secretariat accepts the answer (services.designations).
    """

    task_force = models.ForeignKey(
        "taskforce.TaskForce", on_delete=models.PROTECT, related_name="designations", verbose_name=_("instance")
    )
    # The seat's own body, repeated for the numbering.
    seat = models.ForeignKey(
        "taskforce.Seat", on_delete=models.PROTECT, related_name="designations", verbose_name=_("structure membre")
    )
    office = models.ForeignKey(
        "taskforce.AgencyOffice", on_delete=models.PROTECT, related_name="designations", verbose_name=_("bureau")
    )
    director = models.ForeignKey(
        "taskforce.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("directeur ou directrice")
    )
    purpose = models.CharField(_("objet"), max_length=12, choices=DesignationPurpose, default=DesignationPurpose.FIRST)
    # The mandate for which a successor is asked; only with the purpose « replacement ».
    replaces = models.ForeignKey(
        "taskforce.Mandate",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replacement_requests",
        verbose_name=_("mandat à remplacer"),
    )
    # The days asked for: both included, no last day for an open mandate.
    starts_on = models.DateField(_("mandats à partir du"))
    ends_on = models.DateField(_("jusqu’au (dernier jour)"), null=True, blank=True)

    # The letter: « prefix/year/number », who signs it, and the scan of the signed original.
    prefix = models.CharField(_("référence"), max_length=60)
    year = models.PositiveSmallIntegerField(_("année"))
    number = models.PositiveIntegerField(_("numéro"))
    written_on = models.DateField(_("date de la lettre"))
    # As the letter says it; the solicitation's own deadline may be put off later.
    answer_by = models.DateField(_("réponse attendue pour le"))
    signatory = models.ForeignKey(
        "taskforce.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("signataire")
    )
    signatory_function = models.CharField(_("qualité du signataire"), max_length=160)
    # The text that the letter goes by: adopted, or shared at the time.
    terms = models.ForeignKey(
        "taskforce.TermsOfReference",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("termes de référence"),
    )
    signed_letter = models.FileField(_("lettre signée"), upload_to=SCANS, max_length=300, blank=True)

    solicitation = models.OneToOneField(
        "core.Solicitation", null=True, blank=True, on_delete=models.PROTECT, related_name="designation"
    )

    # The answer: « ne souhaite pas siéger », or the persons.
    declined = models.BooleanField(_("ne souhaite pas siéger"), default=False)
    note = models.TextField(_("message"), max_length=4000, blank=True)
    # « Ce n’était pas moi »: the director said that the answer is not the office's own.
    disowned_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("demande de désignation")
        verbose_name_plural = _("demandes de désignation")
        ordering = ["-year", "-number", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["task_force", "year", "number"],
                name="designation_number_once",
                violation_error_message=_("Une demande de cette instance porte déjà ce numéro cette année."),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="designation_days",
                violation_error_message=_("La date de fin précède la date de début. Corrigez l’une des deux."),
            ),
            models.CheckConstraint(
                condition=models.Q(replaces__isnull=False, purpose=DesignationPurpose.REPLACEMENT)
                | (models.Q(replaces__isnull=True) & ~models.Q(purpose=DesignationPurpose.REPLACEMENT)),
                name="designation_replaces_one",
                violation_error_message=_("Un remplacement vise un mandat ; les autres demandes n’en visent aucun."),
            ),
        ]
        indexes = [models.Index(fields=["seat", "-created_at"], name="designation_of_seat")]

    def __str__(self):
        return f"{self.reference} — {self.seat.agency}"

    @property
    def reference(self) -> str:
        """As printed on the letter: « SP/TF-PS/2016/003 »."""
        return f"{self.prefix}/{self.year}/{self.number:03d}"

    @property
    def deadline_day(self):
        """The last day on which to answer, where the body is; None without a deadline."""
        deadline = self.solicitation.deadline if self.solicitation is not None else None
        return timezone.localdate(deadline, self.task_force.tz) if deadline else None

    @property
    def state(self) -> str:
        """The solicitation's; a request without one is still being prepared."""
        return self.solicitation.state if self.solicitation is not None else "draft"


class DesignatedPerson(models.Model):
    """Somebody whom the director named, as typed; `person` once the portal knows who it is."""

    request = models.ForeignKey(
        DesignationRequest, on_delete=models.CASCADE, related_name="persons", verbose_name=_("demande")
    )
    rank = models.PositiveSmallIntegerField(_("rang"), default=0)
    person = models.ForeignKey(
        "taskforce.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="designated_as",
        verbose_name=_("personne"),
    )
    civility = models.CharField(_("civilité"), max_length=4, choices=Civility, blank=True)
    given_name = models.CharField(_("prénom"), max_length=100, blank=True)
    # Blank to the form alone: the constraint says it in words of ours.
    family_name = models.CharField(_("nom"), max_length=100, blank=True)
    job_title = models.CharField(_("poste"), max_length=160, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=40, blank=True)
    # « Ce n’était pas moi » : when the person named said so.
    objection_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("personne désignée")
        verbose_name_plural = _("personnes désignées")
        ordering = ["request", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "rank"],
                name="designated_rank_once",
                violation_error_message=_("Deux personnes ont le même rang. Gardez-en une par rang."),
            ),
            models.UniqueConstraint(
                models.F("request"),
                Lower("email"),
                condition=~models.Q(email=""),
                name="designated_email_once",
                violation_error_message=_("La même adresse est donnée deux fois. Chaque personne a sa propre adresse."),
            ),
            models.CheckConstraint(
                condition=models.Q(rank__lte=9),
                name="designated_rank_limit",
                violation_error_message=_("Neuf suppléants au plus."),
            ),
            models.CheckConstraint(
                condition=~models.Q(family_name=""),
                name="designated_has_a_name",
                violation_error_message=_("Écrivez le nom de la personne."),
            ),
        ]

    def __str__(self):
        return self.full_name

    @property
    def full_name(self) -> str:
        """« Mme Aïssa Oumarou », as typed."""
        return " ".join(part for part in (self.get_civility_display(), self.given_name, self.family_name) if part)

    @property
    def is_titular(self) -> bool:
        return self.rank == 0

    @property
    def language(self) -> str:
        """The language to write in: the person's own where the portal knows them, else the body's."""
        return self.person.language if self.person is not None else self.request.task_force.language

    @property
    def rank_label(self) -> str:
        """« Titulaire », « Suppléante 1 »; of who is named for a rank that somebody leaves, that rank's."""
        replaced = self.request.replaces
        rank = self.rank if replaced is None else replaced.rank
        if rank == 0:
            return gettext("Titulaire")
        labels = {
            Civility.MS: gettext("Suppléante %(rank)d"),
            Civility.MR: gettext("Suppléant %(rank)d"),
        }
        return labels.get(self.civility, gettext("Suppléant(e) %(rank)d")) % {"rank": rank}


class MandateNotice(models.Model):
    """The secretariat was told that a mandate ends on this day: once, whatever the number of workers."""

    mandate = models.ForeignKey("taskforce.Mandate", on_delete=models.CASCADE, related_name="notices")
    ends_on = models.DateField()
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mandate", "ends_on"], name="mandate_notice_once")]

    def __str__(self):
        return f"{self.mandate_id} {self.ends_on}"

"""Who receives the published minutes of a body without being of it."""

import pghistory
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from taskforce.enums import Language


@pghistory.track()
class DistributionEntry(models.Model):
    """A line of a body's distribution list: somebody the portal knows, or an address with a name.

    It counts from `starts_on` to `ends_on`, both included; an ended line stays for the record.
    """

    task_force = models.ForeignKey(
        "taskforce.TaskForce", on_delete=models.PROTECT, related_name="distribution", verbose_name=_("instance")
    )
    person = models.ForeignKey(
        "taskforce.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("personne"),
    )
    name = models.CharField(_("nom"), max_length=200, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    language = models.CharField(_("langue"), max_length=2, choices=Language, default=Language.FRENCH)
    # « Coordonnatrice résidente », « Directeur de cabinet »…
    function = models.CharField(_("fonction"), max_length=150, blank=True)
    starts_on = models.DateField(_("à partir du"))
    ends_on = models.DateField(_("jusqu’au"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("destinataire des comptes rendus")
        verbose_name_plural = _("liste de diffusion")
        ordering = ["task_force", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, email="", name="")
                | (models.Q(person__isnull=True) & ~models.Q(email="") & ~models.Q(name="")),
                name="distribution_person_or_address",
                violation_error_message=_("Choisissez une personne, ou écrivez un nom et une adresse."),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="distribution_ends_after_start",
                violation_error_message=_("La date de fin précède la date de début. Corrigez l’une des deux."),
            ),
            models.UniqueConstraint(
                fields=["task_force", "person"],
                condition=models.Q(ends_on__isnull=True, person__isnull=False),
                name="distribution_person_once",
                violation_error_message=_("Cette personne est déjà sur la liste."),
            ),
            models.UniqueConstraint(
                "task_force",
                Lower("email"),
                condition=models.Q(ends_on__isnull=True) & ~models.Q(email=""),
                name="distribution_address_once",
                violation_error_message=_("Cette adresse est déjà sur la liste."),
            ),
        ]

    def __str__(self):
        return self.person.full_name if self.person is not None else self.name

    @property
    def address(self) -> str:
        """Where the mail goes: a person's address as it stands today."""
        return self.person.email if self.person is not None else self.email

    def is_active(self, day) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

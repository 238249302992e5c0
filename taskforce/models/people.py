"""People, with or without an account."""

import pghistory
import rules
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.choices import choice_label
from core.search.triggers import marks_search
from taskforce.enums import Civility, Language


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_administrator=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """An account: an e-mail address that signs in. Rights come from mandates and offices, never from here.

    An administrator configures the platform and reads no restricted text: there is no account that
    every permission check lets through.
    """

    email = models.EmailField(_("adresse électronique"), unique=True)
    language = models.CharField(_("langue"), max_length=2, choices=Language, default=Language.FRENCH)
    is_active = models.BooleanField(_("compte actif"), default=True)
    is_administrator = models.BooleanField(_("administre la plateforme"), default=False)
    date_joined = models.DateTimeField(_("inscription"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = _("compte")
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="user_email_once", violation_error_message=_("Un compte porte déjà cette adresse.")
            )
        ]

    def __str__(self):
        person = getattr(self, "person", None)
        return str(person) if person else self.email

    @property
    def is_staff(self) -> bool:
        return self.is_administrator

    @property
    def is_superuser(self) -> bool:
        return False

    def has_perm(self, perm, obj=None) -> bool:
        """Asks the rules (`rules.py` of each app) and nobody else: Django's stored permissions are not used."""
        return self.is_active and rules.has_perm(perm, self, obj)

    def has_perms(self, perms, obj=None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label) -> bool:
        return self.is_active and self.is_administrator


@pghistory.track()
class Person(models.Model):
    """A human being known to the portal; may have an account or none."""

    user = models.OneToOneField(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="person", verbose_name=_("compte")
    )
    civility = models.CharField(_("civilité"), max_length=4, choices=Civility, blank=True)
    given_name = models.CharField(_("prénom"), max_length=100, blank=True)
    family_name = models.CharField(_("nom"), max_length=100)
    job_title = models.CharField(_("poste"), max_length=160, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=40, blank=True)
    language = models.CharField(_("langue des courriels"), max_length=2, choices=Language, default=Language.FRENCH)
    agency = models.ForeignKey(
        "taskforce.Agency",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
        verbose_name=_("agence ou structure"),
    )
    office = models.ForeignKey(
        "taskforce.AgencyOffice",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
        verbose_name=_("bureau"),
    )
    themes = models.ManyToManyField(
        "taskforce.Theme", blank=True, related_name="specialists", verbose_name=_("spécialiste de")
    )

    class Meta:
        verbose_name = _("personne")
        ordering = ["family_name", "given_name"]
        triggers = [marks_search()]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~models.Q(email=""),
                name="person_email_once",
                violation_error_message=_("Une personne porte déjà cette adresse électronique."),
            )
        ]

    def __str__(self):
        return self.full_name

    @property
    def full_name(self) -> str:
        """« Mme Aïssa Oumarou »."""
        civility = choice_label(self, "civility") if self.civility else ""
        return " ".join(part for part in (civility, self.given_name, self.family_name) if part)

    @property
    def is_feminine(self) -> bool:
        return self.civility == Civility.MS


class Invite(models.Model):
    """A person was asked to open an account; the token is stored hashed, single use, dated."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="invites")
    email = models.EmailField()
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self):
        return f"{self.person} {self.email}"

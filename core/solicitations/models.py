"""What was asked of whom, the links that were sent for it, and the codes that went with them."""

import uuid

import pghistory
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.validators import validate_scan


class SolicitationState(models.TextChoices):
    DRAFT = "draft", _("À envoyer")
    SENT = "sent", _("Envoyée")
    OPENED = "opened", _("Ouverte")
    SUBMITTED = "submitted", _("Répondue")
    ACCEPTED = "accepted", _("Acceptée")
    RETURNED = "returned", _("Renvoyée pour complément")
    EXPIRED = "expired", _("Expirée")
    REVOKED = "revoked", _("Retirée")


class AnswerChannel(models.TextChoices):
    LINK = "link", _("Lien personnel")
    PORTAL = "portal", _("Portail")
    PAPER = "paper", _("Papier")
    MAIL = "mail", _("Courriel")


# Somebody is waited for.
OPEN_STATES = (SolicitationState.SENT, SolicitationState.OPENED)
# An answer may still come, by link or entered on record.
ANSWERABLE_STATES = (*OPEN_STATES, SolicitationState.EXPIRED)


@pghistory.track()
class Solicitation(models.Model):
    """One person asked for one thing by a date.

    `kind` names the registered class (core.solicitations.base); `target` is what it is about, `scope` the
    object whose secretariat follows it, `addressee` the person, of whom core knows `language` and `str()`.
    """

    TRANSITIONS = {
        SolicitationState.DRAFT: {SolicitationState.SENT, SolicitationState.REVOKED},
        SolicitationState.SENT: {
            SolicitationState.OPENED,
            SolicitationState.SUBMITTED,
            SolicitationState.EXPIRED,
            SolicitationState.REVOKED,
        },
        SolicitationState.OPENED: {
            SolicitationState.SUBMITTED,
            SolicitationState.EXPIRED,
            SolicitationState.REVOKED,
        },
        SolicitationState.SUBMITTED: {SolicitationState.ACCEPTED, SolicitationState.RETURNED},
        SolicitationState.RETURNED: {SolicitationState.SENT, SolicitationState.REVOKED},
        # Asked again with another deadline, or answered on paper after all.
        SolicitationState.EXPIRED: {
            SolicitationState.SENT,
            SolicitationState.SUBMITTED,
            SolicitationState.REVOKED,
        },
    }
    TRANSITIONS_WITH_REASON = frozenset({(SolicitationState.SUBMITTED, SolicitationState.RETURNED)})

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.SlugField(_("nature"), max_length=60)
    target_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    target_id = models.BigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    scope_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    scope_id = models.BigIntegerField(null=True, blank=True)
    scope = GenericForeignKey("scope_type", "scope_id")
    addressee_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    addressee_id = models.BigIntegerField()
    addressee = GenericForeignKey("addressee_type", "addressee_id")
    # The address of record: where links and codes go, whatever the addressee's own address becomes.
    email = models.EmailField(_("adresse officielle"), blank=True)
    deadline = models.DateTimeField(_("échéance"), null=True, blank=True)
    state = models.CharField(_("état"), max_length=12, choices=SolicitationState, default=SolicitationState.DRAFT)
    channel = models.CharField(_("voie de la réponse"), max_length=10, choices=AnswerChannel, blank=True)
    answer_note = models.TextField(_("note"), max_length=4000, blank=True)
    # The answer itself, where the kind keeps none in tables of its own.
    answer = models.JSONField(default=dict, blank=True)
    scan = models.FileField(
        _("réponse numérisée"),
        upload_to="solicitations/%Y/%m/",
        max_length=300,
        blank=True,
        validators=[validate_scan],
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("sollicitation")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["kind", "scope_type", "scope_id", "state"], name="solicitation_board"),
            models.Index(fields=["target_type", "target_id"], name="solicitation_target"),
            models.Index(
                fields=["deadline"],
                condition=models.Q(state__in=["sent", "opened"]),
                name="solicitation_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=["sent", "opened"]) | models.Q(sent_at__isnull=False),
                name="solicitation_sent_at",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["submitted", "accepted"])
                | (models.Q(answered_at__isnull=False) & ~models.Q(channel="")),
                name="solicitation_answered_at",
            ),
        ]

    def __str__(self):
        return f"{self.kind} → {self.addressee}"

    @property
    def is_open(self) -> bool:
        """Somebody is waited for."""
        return self.state in OPEN_STATES

    def is_late(self, now=None) -> bool:
        """Waited for, and the deadline has passed."""
        return self.is_open and self.deadline is not None and self.deadline < (now or timezone.now())


class SignedLink(models.Model):
    """A personal link of one solicitation, sent to one address. The token is stored hashed only.

    A newer link revokes the older ones: one at most is not revoked.
    """

    solicitation = models.ForeignKey(Solicitation, on_delete=models.CASCADE, related_name="links")
    # SHA-256 of 256 random bits, which nobody can guess backwards.
    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField()
    # The key of the mail that carries it: a mail whose link was revoked before it left does not leave.
    mail_key = models.CharField(max_length=200, blank=True, db_index=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    # What was typed, kept while the code travels: {"field": ["value", …]}. Empty before and after.
    typed = models.JSONField(default=dict, blank=True)
    typed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["solicitation"], condition=models.Q(revoked_at__isnull=True), name="signed_link_one_live"
            )
        ]

    def __str__(self):
        return f"{self.solicitation_id} {self.email}"


class LinkCode(models.Model):
    """A six-digit code mailed to the address of a link; stored as a keyed hash."""

    link = models.ForeignKey(SignedLink, on_delete=models.CASCADE, related_name="codes")
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    # Wrong codes typed against it.
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["link", "-created_at"], name="link_code_latest")]
        constraints = [models.CheckConstraint(condition=models.Q(tries__lte=5), name="link_code_tries")]

    def __str__(self):
        return f"{self.link_id} {self.created_at:%Y-%m-%d %H:%M}"

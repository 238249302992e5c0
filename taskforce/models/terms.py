"""Terms of reference (« termes de référence ») of a body: versions, sections, comments, discussions."""

from datetime import datetime, time

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.search.triggers import marks_search
from core.typography import punctuation
from taskforce.enums import TermsAnswer, TermsMark, TermsOutcome, TermsState

# States in which the text is read and discussed, not yet in force.
UNDER_WAY = (TermsState.SHARED, TermsState.DISCUSSED, TermsState.FORMALISED)
# States in which the secretariat may still change the words.
WRITABLE = (TermsState.DRAFT, TermsState.DISCUSSED)
# States in which agencies comment and say that they agree; late ones too, until the text is formalised.
COMMENTED = (TermsState.SHARED, TermsState.DISCUSSED)

# PL/pgSQL; OLD is empty in an INSERT, NEW in a DELETE.
REFUSED = "RAISE EXCEPTION 'adopted terms of reference are immutable' USING ERRCODE = 'integrity_constraint_violation';"
PART_IS_IMMUTABLE = """
    IF EXISTS (
        SELECT 1 FROM taskforce_termsofreference t
        WHERE t.state = 'adopted' AND t.id IN (OLD.terms_id, NEW.terms_id)
    ) THEN
        RAISE EXCEPTION 'adopted terms of reference are immutable' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
"""
VERSION_IS_IMMUTABLE = """
    IF EXISTS (
        SELECT 1 FROM taskforce_termssection s JOIN taskforce_termsofreference t ON t.id = s.terms_id
        WHERE t.state = 'adopted' AND s.id IN (OLD.section_id, NEW.section_id)
    ) THEN
        RAISE EXCEPTION 'adopted terms of reference are immutable' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
"""


def immutable_once_adopted(func: str, operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    """A trigger that refuses `operation` on an adopted text, whoever asks: SQL, the admin, a bulk update."""
    return pgtrigger.Trigger(name="immutable_once_adopted", when=pgtrigger.Before, operation=operation, func=func)


ANY_CHANGE = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


@pghistory.track()
class TermsOfReference(models.Model):
    """One version of the text that founds a body; a new version starts from the adopted one."""

    TRANSITIONS = {
        TermsState.DRAFT: {TermsState.SHARED},
        TermsState.SHARED: {TermsState.DRAFT, TermsState.DISCUSSED},
        TermsState.DISCUSSED: {TermsState.FORMALISED},
        TermsState.FORMALISED: {TermsState.DISCUSSED, TermsState.ADOPTED},
    }
    TRANSITIONS_WITH_REASON = {
        (TermsState.SHARED, TermsState.DRAFT),
        (TermsState.FORMALISED, TermsState.DISCUSSED),
    }

    task_force = models.ForeignKey(
        "taskforce.TaskForce", on_delete=models.PROTECT, related_name="terms", verbose_name=_("instance")
    )
    number = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("titre"), max_length=200)
    state = models.CharField(_("état"), max_length=12, choices=TermsState, default=TermsState.DRAFT)
    based_on = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("établis à partir de")
    )
    # How many times the text was shared: a review of an earlier text is not one of the present text.
    round = models.PositiveSmallIntegerField(_("tour de commentaires"), default=0)
    # The last day on which comments are waited for, included.
    comments_until = models.DateField(_("commentaires attendus jusqu’au"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    shared_at = models.DateTimeField(null=True, blank=True)
    discussed_at = models.DateTimeField(null=True, blank=True)
    formalised_at = models.DateTimeField(null=True, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)
    # The record of adoption: where, by whom, which day.
    adopted_on = models.DateField(_("adoptés le"), null=True, blank=True)
    adopted_event = models.CharField(_("occasion de l’adoption"), max_length=200, blank=True)
    adopted_by = models.CharField(_("adoptés par"), max_length=200, blank=True)
    adoption_note = models.TextField(_("remarque sur l’adoption"), blank=True)

    class Meta:
        verbose_name = _("termes de référence")
        verbose_name_plural = _("termes de référence")
        ordering = ["task_force", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["task_force", "number"], name="terms_number_once"),
            models.UniqueConstraint(
                fields=["task_force"],
                condition=~models.Q(state=TermsState.ADOPTED),
                name="terms_one_under_way",
                violation_error_message=_("Une version des termes de référence est déjà en préparation."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state=TermsState.ADOPTED)
                | (models.Q(adopted_on__isnull=False) & ~models.Q(adopted_by="")),
                name="terms_adoption_recorded",
                violation_error_message=_("Indiquez quand et par qui le texte a été adopté."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="immutable_once_adopted",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state = 'adopted'"),
                func=REFUSED,
            ),
            marks_search(),
        ]

    def __str__(self):
        return gettext("%(title)s, version %(number)d") % {"title": self.title, "number": self.number}

    def get_absolute_url(self):
        return reverse("taskforce:terms_detail", args=[self.pk])

    @property
    def is_adopted(self) -> bool:
        return self.state == TermsState.ADOPTED

    @property
    def is_writable(self) -> bool:
        return self.state in WRITABLE

    @property
    def takes_comments(self) -> bool:
        return self.state in COMMENTED

    @property
    def comments_deadline(self) -> datetime | None:
        """The last second of the last day, in the body's time zone; None without one."""
        if self.comments_until is None:
            return None
        return datetime.combine(self.comments_until, time(23, 59, 59), tzinfo=self.task_force.tz)


@pghistory.track()
class TermsSection(models.Model):
    """One section, with its own version: a save on an old version is refused.

    A removed one keeps its text and can be put back until adoption.
    """

    terms = models.ForeignKey(
        TermsOfReference, on_delete=models.CASCADE, related_name="all_sections", verbose_name=_("termes de référence")
    )
    position = models.PositiveSmallIntegerField(_("ordre"))
    title = models.CharField(_("titre"), max_length=200)
    # Sanitised HTML (core.richtext).
    body = models.TextField(_("texte"), blank=True)
    version = models.PositiveIntegerField(default=0)
    # The version that was read when the text was last shared.
    shared_version = models.PositiveIntegerField(null=True, blank=True)
    # The section of the earlier version of the text that this one was copied from.
    origin = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(null=True, blank=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("section des termes de référence")
        ordering = ["position", "pk"]
        triggers = [immutable_once_adopted(PART_IS_IMMUTABLE, ANY_CHANGE), marks_search()]

    def __str__(self):
        return self.title

    @property
    def is_empty(self) -> bool:
        return not self.body


class TermsSectionVersion(models.Model):
    """A kept revision of a section; never changed."""

    section = models.ForeignKey(TermsSection, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["section", "number"], name="terms_section_version_once")]
        triggers = [immutable_once_adopted(VERSION_IS_IMMUTABLE, ANY_CHANGE)]

    def __str__(self):
        return f"{self.section} v{self.number}"


@pghistory.track()
class TermsReview(models.Model):
    """What an agency has done with the text of one round: nothing yet (asked by a link), seen, commented, agreed."""

    terms = models.ForeignKey(TermsOfReference, on_delete=models.CASCADE, related_name="reviews")
    agency = models.ForeignKey(
        "taskforce.Agency", on_delete=models.PROTECT, related_name="terms_reviews", verbose_name=_("agence")
    )
    round = models.PositiveSmallIntegerField()
    mark = models.CharField(_("lecture"), max_length=10, choices=TermsMark, blank=True)
    # Who last acted for the agency, with an account or by a link.
    person = models.ForeignKey("taskforce.Person", null=True, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)
    commented_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("lecture des termes de référence")
        ordering = ["agency__acronym"]
        constraints = [models.UniqueConstraint(fields=["terms", "agency", "round"], name="terms_review_once")]

    def __str__(self):
        return f"{self.agency} · {self.terms}"


@pghistory.track()
class TermsComment(models.Model):
    """What an agency says about a section (about the whole text, without one), and the secretariat's answer."""

    terms = models.ForeignKey(TermsOfReference, on_delete=models.CASCADE, related_name="comments")
    section = models.ForeignKey(
        TermsSection,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="comments",
        verbose_name=_("section"),
    )
    # The version of the section that it speaks of.
    section_version = models.PositiveIntegerField(default=0)
    round = models.PositiveSmallIntegerField()
    agency = models.ForeignKey(
        "taskforce.Agency", on_delete=models.PROTECT, related_name="terms_comments", verbose_name=_("agence")
    )
    person = models.ForeignKey("taskforce.Person", null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("commentaire"))
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    answer = models.CharField(_("suite donnée"), max_length=10, choices=TermsAnswer, blank=True)
    answer_text = models.TextField(_("réponse du secrétariat"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("commentaire")
        ordering = ["created_at", "pk"]

    def __str__(self):
        return f"{self.agency}{punctuation(':')} {self.text[:60]}"


@pghistory.track()
class TermsDiscussion(models.Model):
    """The text was discussed somewhere, one day, with an outcome."""

    terms = models.ForeignKey(TermsOfReference, on_delete=models.CASCADE, related_name="discussions")
    event = models.CharField(_("occasion"), max_length=200)
    forum = models.CharField(_("devant"), max_length=200, blank=True)
    held_on = models.DateField(_("date"))
    outcome = models.CharField(_("issue"), max_length=10, choices=TermsOutcome, default=TermsOutcome.NOTED)
    note = models.TextField(_("remarque"), blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("discussion des termes de référence")
        ordering = ["held_on", "pk"]
        triggers = [immutable_once_adopted(PART_IS_IMMUTABLE, ANY_CHANGE)]

    def __str__(self):
        return self.event

"""What a document is made of when it is no single object: a filtered list, a year."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from taskforce.enums import ReportKind


class Report(models.Model):
    """A list or a year of a body that somebody asked for as a document.

    With a `reader`, it holds what this account may read, and is that account's alone; without one, it holds
    nothing restricted and is the same for everybody.
    """

    task_force = models.ForeignKey(
        "taskforce.TaskForce", on_delete=models.PROTECT, related_name="reports", verbose_name=_("instance")
    )
    kind = models.CharField(_("nature"), max_length=12, choices=ReportKind)
    year = models.PositiveSmallIntegerField(_("année"), null=True, blank=True)
    # The filters as they stood in the address, in one order.
    query = models.CharField(_("filtres"), max_length=2000, blank=True)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    # What the reader held when asking (queries.reports.rights_in): who holds something else asks again.
    rights = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("état préparé")
        verbose_name_plural = _("états préparés")
        constraints = [
            models.UniqueConstraint(
                fields=["task_force", "kind", "year", "query", "reader", "rights"],
                nulls_distinct=False,
                name="report_once",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.year or ''}".strip()

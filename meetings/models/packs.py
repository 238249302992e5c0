"""A year of a body's meetings, for the documents that are made of all of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MeetingYear(models.Model):
    """A year of a body: what the pack of the year is a document of. Made when somebody first asks for one."""

    task_force = models.ForeignKey(
        "taskforce.TaskForce", on_delete=models.PROTECT, related_name="meeting_years", verbose_name=_("instance")
    )
    year = models.PositiveSmallIntegerField(_("année"))

    class Meta:
        verbose_name = _("année de réunions")
        verbose_name_plural = _("années de réunions")
        ordering = ["task_force", "year"]
        constraints = [models.UniqueConstraint(fields=["task_force", "year"], name="meeting_year_once")]

    def __str__(self):
        return f"{self.task_force} {self.year}"

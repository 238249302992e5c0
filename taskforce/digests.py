"""What taskforce says in the weekly digest: actions, decisions, and what the secretariat has to follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.digests import DigestLine, DigestSection, digest_sections
from core.models import Solicitation
from core.notifications.delivery import failing_addresses
from core.notifications.rendering import one_line
from core.solicitations.models import OPEN_STATES
from core.typography import date_fr
from taskforce.enums import Role
from taskforce.models import ActionItem, Decision, TaskForce
from taskforce.notifications.actions import absolute, today_of
from taskforce.queries.digests import DigestReader, agencies_at_work, concerns, open_actions_due, spokespeople

WEEK = timedelta(days=7)
SHOWN = 160


@digest_sections.register
class ActionsSection(DigestSection):
    """The reader's actions, and their agencies', overdue or due within seven days.

    Not the overdue ones of an agency for which the reader answers: these have a mail of their own.
    """

    slug = "actions"
    label = gettext_lazy("Actions à mener")
    order = 20

    def __init__(self, readers: Sequence[DigestReader], *, now: datetime) -> None:
        super().__init__(readers, now=now)
        bodies = {body for reader in readers for body in reader.bodies}
        self.actions = list(open_actions_due(before=now + WEEK + timedelta(days=2)).filter(task_force__in=bodies))
        self.spoken = spokespeople({action.task_force_id for action in self.actions}, now)

    def is_told_apart(self, reader: DigestReader, action: ActionItem) -> bool:
        spoken = self.spoken.get(action.task_force_id, {})
        return any(
            agency in spoken and spoken[agency].person.pk == reader.person.pk for agency in agencies_at_work(action)
        )

    def lines(self, reader: DigestReader) -> list[DigestLine]:
        found = []
        for action in self.actions:
            due = action.due_on
            if due is None or not concerns(reader, action):
                continue
            today = today_of(reader.bodies[action.task_force_id], self.now)
            is_late = due < today
            if due - today > WEEK or (is_late and self.is_told_apart(reader, action)):
                continue
            found.append(
                DigestLine(
                    f"{action.reference} · {one_line(action.text, SHOWN)}",
                    absolute("taskforce:action_detail", action.pk),
                    _due_words(due, today),
                    is_urgent=is_late,
                )
            )
        return found


def _due_words(due: date, today: date) -> str:
    if due < today:
        return _("en retard : échéance du %(day)s") % {"day": date_fr(due)}
    return _("échéance le %(day)s") % {"day": date_fr(due)}


@digest_sections.register
class DecisionsSection(DigestSection):
    """What the reader's bodies decided in the last seven days; restricted decisions for secretariat and chair."""

    slug = "decisions"
    label = gettext_lazy("Décisions de la semaine")
    order = 40

    def __init__(self, readers: Sequence[DigestReader], *, now: datetime) -> None:
        super().__init__(readers, now=now)
        bodies = {body for reader in readers for body in reader.bodies}
        self.decisions = list(
            Decision.objects.filter(
                task_force__in=bodies, decided_on__gt=(now - WEEK).date(), decided_on__lte=now.date()
            ).order_by("decided_on", "number")
        )

    def lines(self, reader: DigestReader) -> list[DigestLine]:
        return [
            DigestLine(
                f"{decision.reference} · {one_line(decision.text, SHOWN)}",
                absolute("taskforce:register", reader.bodies[decision.task_force_id].slug),
                date_fr(decision.decided_on),
            )
            for decision in self.decisions
            if decision.task_force_id in reader.bodies
            and (not decision.is_restricted or reader.holds(decision.task_force_id, Role.SECRETARIAT, Role.CHAIR))
        ]


@digest_sections.register
class SecretariatSection(DigestSection):
    """For who runs a body: who has not answered in time, and which addresses fail."""

    slug = "secretariat"
    label = gettext_lazy("Secrétariat")
    order = 50

    def __init__(self, readers: Sequence[DigestReader], *, now: datetime) -> None:
        super().__init__(readers, now=now)
        run = {body for reader in readers for body in reader.bodies if reader.holds(body, Role.SECRETARIAT)}
        asked = Solicitation.objects.filter(
            scope_type=ContentType.objects.get_for_model(TaskForce), scope_id__in=run, state__in=OPEN_STATES
        ).values_list("scope_id", "deadline")
        self.waiting: Counter[int] = Counter()
        self.late: Counter[int] = Counter()
        for body, deadline in asked:
            if body is None:
                continue
            self.waiting[body] += 1
            self.late[body] += deadline is not None and deadline < now
        failing = failing_addresses(reader.person.email for reader in readers)
        self.failing = Counter(
            body for reader in readers if reader.person.email.lower() in failing for body in reader.bodies
        )

    def lines(self, reader: DigestReader) -> list[DigestLine]:
        found = []
        for pk, body in reader.bodies.items():
            if not reader.holds(pk, Role.SECRETARIAT):
                continue
            if count := self.waiting[pk]:
                said = ngettext(
                    "%(body)s : %(count)d demande sans réponse", "%(body)s : %(count)d demandes sans réponse", count
                ) % {"body": body, "count": count}
                late = self.late[pk]
                note = ngettext("dont %(count)d en retard", "dont %(count)d en retard", late) % {"count": late}
                found.append(
                    DigestLine(said, absolute("taskforce:body_home", body.slug), note if late else "", late > 0)
                )
            if count := self.failing[pk]:
                said = ngettext(
                    "%(body)s : %(count)d adresse en échec", "%(body)s : %(count)d adresses en échec", count
                ) % {"body": body, "count": count}
                found.append(DigestLine(said, absolute("taskforce:outbox", body.slug) + "?etat=retour", "", True))
        return found

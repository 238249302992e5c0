"""What messages of the portal say to a person, and who reads the answer."""

from __future__ import annotations

from django.utils.translation import gettext as _

from taskforce.enums import Civility, OfficeRole
from taskforce.models import Office, Person, TaskForce


def salutation(person: Person) -> str:
    """« Madame, » for who is « Mme », « Madame, Monsieur, » where the civility is unknown."""
    return {
        Civility.MS: _("Madame,"),
        Civility.MR: _("Monsieur,"),
        Civility.DR: _("Docteur,"),
        Civility.PR: _("Professeur,"),
    }.get(Civility(person.civility) if person.civility else None, _("Madame, Monsieur,"))


def agreed(person: Person, *, feminine: str, masculine: str, both: str) -> str:
    """The form of a word that agrees with the person; `both` (« invité(e) ») where the civility does not tell."""
    return {Civility.MS: feminine, Civility.MR: masculine}.get(person.civility, both)


def reply_address(body: TaskForce) -> str:
    """The addresses of the secretariat in office today, for Reply-To; kept on the object: one query for a mailing."""
    kept = getattr(body, "_reply_address", None)
    if kept is None:
        offices = Office.objects.filter(
            task_force=body, role=OfficeRole.SECRETARIAT, period__contains=body.today()
        ).exclude(person__email="")
        addresses = offices.order_by("person__email").values_list("person__email", flat=True).distinct()
        kept = body._reply_address = ", ".join(addresses[:3])  # type: ignore[attr-defined]
    return kept

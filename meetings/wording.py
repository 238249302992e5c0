"""How presence is said in French, in the person's gender."""

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from core.typography import time_fr
from meetings.enums import AttendanceStatus, Capacity, PartStat
from meetings.models import Attendance, Invitation
from taskforce.enums import AgencyKind, Civility
from taskforce.models import Agency, Person

# (masculine, feminine, when the civility does not tell). Marked here, translated when said: a page says one of them
# a row, and translating all of them for each row was a tenth of its time.
Words = tuple[str, str, str]
CAPACITY_WORDS: dict[str, Words] = {
    Capacity.TITULAR: (gettext_noop("Titulaire"),) * 3,
    Capacity.SUBSTITUTE: (gettext_noop("Suppléant"), gettext_noop("Suppléante"), gettext_noop("Suppléant(e)")),
    Capacity.WITHOUT_MANDATE: (gettext_noop("Sans mandat"),) * 3,
    Capacity.OBSERVER: (gettext_noop("Observateur"), gettext_noop("Observatrice"), gettext_noop("Observateur(trice)")),
    Capacity.GUEST: (gettext_noop("Invité"), gettext_noop("Invitée"), gettext_noop("Invité(e)")),
    Capacity.SECRETARIAT: (gettext_noop("Secrétariat"),) * 3,
    Capacity.CHAIR: (gettext_noop("Présidence de séance"),) * 3,
}
STATUS_WORDS: dict[str, Words] = {
    AttendanceStatus.PRESENT: (gettext_noop("Présent"), gettext_noop("Présente"), gettext_noop("Présent(e)")),
    AttendanceStatus.REMOTE: (gettext_noop("À distance"),) * 3,
    AttendanceStatus.EXCUSED: (gettext_noop("Excusé"), gettext_noop("Excusée"), gettext_noop("Excusé(e)")),
    AttendanceStatus.ABSENT: (gettext_noop("Absent"), gettext_noop("Absente"), gettext_noop("Absent(e)")),
    AttendanceStatus.REPRESENTED: (
        gettext_noop("Représenté"),
        gettext_noop("Représentée"),
        gettext_noop("Représenté(e)"),
    ),
}
REPRESENTED_BY: Words = (
    gettext_noop("Représenté par %(name)s"),
    gettext_noop("Représentée par %(name)s"),
    gettext_noop("Représenté(e) par %(name)s"),
)


def gendered(person: Person, masculine: str, feminine: str, unknown: str) -> str:
    """One of the three words; « Dr » and « Pr » do not tell the gender."""
    if person.is_feminine:
        return feminine
    return masculine if person.civility == Civility.MR else unknown


def capacity_label(row: Attendance) -> str:
    """« Suppléante », « Suppléant », or « Suppléant(e) » when the civility does not tell."""
    label = _(gendered(row.person, *CAPACITY_WORDS[row.capacity]))
    if row.mandate_id is None and row.proxy_granted_by:
        label = _("%(capacity)s par procuration") % {"capacity": label}
    return label


def status_word(person: Person, status: str) -> str:
    """« Présente », « Excusé », « Absent(e) »."""
    return _(gendered(person, *STATUS_WORDS[status]))


def status_label(row: Attendance) -> str:
    """« Présente », « Excusé », « Représentée par Mme … », with the hours of a partial presence."""
    person = row.person
    if row.represented_by is not None:
        return _(gendered(person, *REPRESENTED_BY)) % {"name": row.represented_by.person.full_name}
    label = status_word(person, row.status)
    if not row.arrived_at and not row.left_at:
        return label
    hours = {"label": label, "start": time_fr(row.arrived_at), "end": time_fr(row.left_at)}
    if row.arrived_at and row.left_at:
        return _("%(label)s de %(start)s à %(end)s") % hours
    if row.arrived_at:
        return _("%(label)s à partir de %(start)s") % hours
    return _("%(label)s jusqu’à %(end)s") % hours


def answer_label(invitation: Invitation) -> str:
    """« Présente », « À distance », « Excusé », « Représentée par Mme … », « Sans réponse »."""
    person = invitation.person
    if invitation.partstat == PartStat.DELEGATED and invitation.delegated_to is not None:
        sentence = gendered(
            person, _("Représenté par %(name)s"), _("Représentée par %(name)s"), _("Représenté(e) par %(name)s")
        )
        return sentence % {"name": invitation.delegated_to.full_name}
    if invitation.is_remote:
        return _("À distance")
    labels = {
        PartStat.ACCEPTED: gendered(person, _("Présent"), _("Présente"), _("Présent(e)")),
        PartStat.DECLINED: gendered(person, _("Excusé"), _("Excusée"), _("Excusé(e)")),
        PartStat.DELEGATED: gendered(person, _("Représenté"), _("Représentée"), _("Représenté(e)")),
        PartStat.TENTATIVE: _("Peut-être"),
        PartStat.NEEDS_ACTION: _("Sans réponse"),
    }
    return labels[PartStat(invitation.partstat)]


def in_a_sentence(label: str) -> str:
    """A label as it goes on a sentence: only its first letter is lowered, the names in it keep their capitals."""
    return label[:1].lower() + label[1:]


def represented_sentence(agencies: Collection[Agency]) -> str:
    """« 5 agences représentées. »: UN agencies are « agences », all others « structures » (glossary)."""
    count = len(agencies)
    if not count:
        return ""
    kinds = {agency.kind == AgencyKind.UN for agency in agencies}
    if kinds == {True}:
        sentence = ngettext("%(count)s agence représentée.", "%(count)s agences représentées.", count)
    elif kinds == {False}:
        sentence = ngettext("%(count)s structure représentée.", "%(count)s structures représentées.", count)
    else:
        sentence = ngettext(
            "%(count)s agence ou structure représentée.", "%(count)s agences et structures représentées.", count
        )
    return sentence % {"count": count}

"""How presence is said in French, in the person's gender."""

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.typography import time_fr
from meetings.enums import AttendanceStatus, Capacity, PartStat
from meetings.models import Attendance, Invitation
from taskforce.enums import AgencyKind, Civility
from taskforce.models import Agency, Person


def gendered(person: Person, masculine: str, feminine: str, unknown: str) -> str:
    """One of the three words; « Dr » and « Pr » do not tell the gender."""
    if person.is_feminine:
        return feminine
    return masculine if person.civility == Civility.MR else unknown


def capacity_label(row: Attendance) -> str:
    """« Suppléante », « Suppléant », or « Suppléant(e) » when the civility does not tell."""
    person = row.person
    labels = {
        Capacity.TITULAR: _("Titulaire"),
        Capacity.SUBSTITUTE: gendered(person, _("Suppléant"), _("Suppléante"), _("Suppléant(e)")),
        Capacity.WITHOUT_MANDATE: _("Sans mandat"),
        Capacity.OBSERVER: gendered(person, _("Observateur"), _("Observatrice"), _("Observation")),
        Capacity.GUEST: gendered(person, _("Invité"), _("Invitée"), _("Invité(e)")),
        Capacity.SECRETARIAT: _("Secrétariat"),
        Capacity.CHAIR: _("Présidence de séance"),
    }
    label = labels[Capacity(row.capacity)]
    if row.mandate_id is None and row.proxy_granted_by:
        label = _("%(capacity)s par procuration") % {"capacity": label}
    return label


def status_label(row: Attendance) -> str:
    """« Présente », « Excusé », « Représentée par Mme … », with the hours of a partial presence."""
    person = row.person
    if row.represented_by is not None:
        sentence = gendered(
            person, _("Représenté par %(name)s"), _("Représentée par %(name)s"), _("Représenté(e) par %(name)s")
        )
        return sentence % {"name": row.represented_by.person.full_name}
    labels = {
        AttendanceStatus.PRESENT: gendered(person, _("Présent"), _("Présente"), _("Présent(e)")),
        AttendanceStatus.REMOTE: _("À distance"),
        AttendanceStatus.EXCUSED: gendered(person, _("Excusé"), _("Excusée"), _("Excusé(e)")),
        AttendanceStatus.ABSENT: gendered(person, _("Absent"), _("Absente"), _("Absent(e)")),
        AttendanceStatus.REPRESENTED: gendered(person, _("Représenté"), _("Représentée"), _("Représenté(e)")),
    }
    hours = {
        "label": labels[AttendanceStatus(row.status)],
        "start": time_fr(row.arrived_at),
        "end": time_fr(row.left_at),
    }
    if row.arrived_at and row.left_at:
        return _("%(label)s de %(start)s à %(end)s") % hours
    if row.arrived_at:
        return _("%(label)s à partir de %(start)s") % hours
    if row.left_at:
        return _("%(label)s jusqu’à %(end)s") % hours
    return hours["label"]


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

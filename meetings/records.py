"""What adoption freezes, written in one canonical way, and the fingerprints that chain the acts."""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils.text import Truncator

from core.documents.base import canonical_json
from core.richtext import richtext_to_text
from meetings.models import Erratum, Minutes, MinutesApproval, SectionVersion


def chained(previous: str, text: str) -> str:
    """SHA-256 of the fingerprint before, a line feed and the text: 64 hexadecimal digits."""
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def written(data: Any) -> str:
    return canonical_json(data).decode()


def frozen_rows(minutes: Minutes) -> dict[str, dict[str, Any]]:
    """Every row that the adoption freezes, restricted ones too: « table:id » → its values."""
    rows: dict[str, dict[str, Any]] = {}

    def put(name: str, queryset: Any, *fields: str) -> None:
        for row in queryset.order_by("pk").values("pk", *fields):
            rows[f"{name}:{row.pop('pk')}"] = row

    meeting = minutes.meeting
    put("minutes", Minutes.objects.filter(pk=minutes.pk), "meeting_id", "circulated_at", "observations_until")
    put("section", minutes.sections, "kind", "agenda_item_id", "position", "body", "version")
    put(
        "section-version",
        SectionVersion.objects.filter(section__minutes=minutes),
        *("section_id", "number", "body", "author_id", "created_at"),
    )
    put(
        "update",
        meeting.updates,
        *("position", "agency_id", "label", "reported_by_id", "policy_axis", "body", "version"),
    )
    put("item", meeting.agenda, "position", "title", "visibility")
    put(
        "decision",
        meeting.decision_links,
        *("agenda_item_id", "decision__year", "decision__number", "decision__text", "decision__mode"),
        *("decision__votes_for", "decision__votes_against", "decision__abstentions", "decision__is_restricted"),
    )
    return rows


def act_of(approval: MinutesApproval) -> dict[str, Any]:
    """What the act of adoption says, for its record."""
    return {
        "body": approval.task_force_id,
        "number": approval.number,
        "minutes": approval.minutes_id,
        "version": approval.version.number,
        "text": approval.version.sha256,
        "mode": approval.mode,
        "at_meeting": approval.at_meeting_id,
        "adopted_on": approval.adopted_on,
        "votes_for": approval.votes_for,
        "votes_against": approval.votes_against,
        "abstentions": approval.abstentions,
        "remarks": approval.remarks,
        "rule": approval.rule,
        "created_at": approval.created_at,
        "created_by": approval.created_by_id,
    }


def versions_before(minutes: Minutes, number: int) -> dict[str, Any]:
    """The versions up to `number`: number → nature and fingerprint."""
    rows = minutes.versions.filter(number__lte=number).order_by("number")
    return {str(row.number): {"kind": row.kind, "sha256": row.sha256, "note": row.note} for row in rows}


def record_of(approval: MinutesApproval) -> str:
    """The record of an adoption: the act, the versions that led to it, and every row it freezes."""
    minutes = approval.minutes
    return written(
        {
            "act": act_of(approval),
            "versions": versions_before(minutes, approval.version.number),
            "rows": frozen_rows(minutes),
        }
    )


def erratum_record(erratum: Erratum) -> str:
    """What an erratum’s fingerprint is taken of."""
    return written(
        {
            "minutes": erratum.minutes_id,
            "number": erratum.number,
            "version": erratum.version.number,
            "kind": erratum.version.kind,
            "text": erratum.version.sha256,
            "place": erratum.place,
            "title": erratum.title,
            "before": erratum.before,
            "after": erratum.after,
            "reason": erratum.reason,
            "created_at": erratum.created_at,
            "created_by": erratum.created_by_id,
        }
    )


def excerpt(value: Any) -> str:
    """A stored value in a few words, for a report."""
    return Truncator(richtext_to_text(value) if isinstance(value, str) else str(value)).chars(60)

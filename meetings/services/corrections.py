"""Observations on shared minutes: made, withdrawn, accepted, refused."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history import recorded
from core.richtext import clean_html, richtext_to_text
from core.services.drafts import StaleVersion, discard_draft
from core.services.versions import save_version
from core.typography import date_fr
from core.validators import validate_texts
from core.workflow import transition
from meetings.enums import CorrectionState, MinutesState, VersionKind
from meetings.models import AgencyUpdate, CorrectionRequest, Minutes, MinutesSection
from meetings.notifications.observation_answered import ObservationAnswered
from meetings.services.circulation import keep_version, locked_minutes
from meetings.services.circulation import tell_members as write_to_members
from meetings.services.updates import text_of_version
from taskforce.models import Agency, Person

NOTE_LIMIT = 500
ANSWER_LIMIT = 4000
# Nobody corrects one text more often.
MOST_CORRECTIONS = 500


def draft_key(is_remark: bool) -> str:
    """Under which a member’s unfinished observation on a text is kept."""
    return "remark" if is_remark else "observation"


def check_open(minutes: Minutes, *, on_record: bool) -> None:
    """Raise ValidationError unless an observation may be made now; after the last day only the secretariat’s may."""
    if minutes.state != MinutesState.CIRCULATED:
        text = _("Ce compte rendu est « %(state)s » : il ne reçoit plus d’observations.")
        raise ValidationError(text % {"state": minutes.get_state_display().lower()}, code="not-shared")
    if not on_record and not minutes.takes_observations:
        until = minutes.observations_until
        raise ValidationError(
            _(
                "Le délai d’observations est passé depuis le %(day)s. Adressez-vous au secrétariat, qui peut encore "
                "enregistrer votre observation."
            )
            % {"day": date_fr(until) if until else ""},
            code="too-late",
        )


def _cut(name: str, value: str, limit: int) -> str:
    value = value.strip()
    validate_texts({name: value})
    if len(value) > limit:
        text = _("Ce texte compte %(count)d caractères ; %(limit)d au plus.")
        raise ValidationError({name: text % {"count": len(value), "limit": limit}})
    return value


def propose_correction(
    minutes: Minutes,
    agency: Agency,
    *,
    target: MinutesSection | AgencyUpdate | None,
    body: str,
    is_remark: bool,
    base_version: int = 0,
    note: str = "",
    person: Person | None,
    on_record: bool = False,
    actor: Any,
) -> CorrectionRequest:
    """What `agency` proposes: another text for `target`, or a remark (about the whole without a target).

    `base_version` is the version of the target that the proposal started from. The very same open observation
    again (a button pressed twice) is the one that stands. Raises ValidationError by field.
    """
    cleaned, note = clean_html(body), _cut("note", note, NOTE_LIMIT)
    if not richtext_to_text(cleaned).strip():
        text = _("Écrivez votre remarque.") if is_remark else _("Écrivez le texte que vous proposez.")
        raise ValidationError({"body": text})
    if target is None and not is_remark:
        raise ValidationError(_("Une proposition de texte porte sur une section."), code="target")
    with recorded(actor) as who:
        current = locked_minutes(minutes)
        check_open(current, on_record=on_record)
        if current.corrections.count() >= MOST_CORRECTIONS:
            raise ValidationError(
                _("Ce compte rendu a déjà reçu %(count)d observations.") % {"count": MOST_CORRECTIONS}
            )
        places = _places(current, target)
        start = text_at(target, base_version)
        if not is_remark and cleaned == start:
            raise ValidationError({"body": _("Votre texte est celui de la section : changez ce qui doit l’être.")})
        correction, _created = CorrectionRequest.objects.get_or_create(
            minutes=current,
            agency=agency,
            person=person,
            is_remark=is_remark,
            body=cleaned,
            state=CorrectionState.OPEN,
            **places,
            defaults={
                "on_record": on_record,
                "base_body": "" if is_remark else start,
                "base_version": base_version,
                "note": note,
            },
        )
        if who.user is not None:
            discard_draft(target or current, author=who.user, key=draft_key(is_remark))
    return correction


def _places(minutes: Minutes, target: Any) -> dict[str, Any]:
    """The fields that name the target; it must be of these minutes."""
    if isinstance(target, MinutesSection) and target.minutes_id == minutes.pk:
        return {"section": target, "update": None}
    if isinstance(target, AgencyUpdate) and target.meeting_id == minutes.meeting_id:
        return {"section": None, "update": target}
    if target is None:
        return {"section": None, "update": None}
    raise ValidationError(_("Ce passage n’est pas de ce compte rendu."), code="target")


def text_at(target: MinutesSection | AgencyUpdate | None, version: int) -> str:
    """The text of that version of the target, the one that stands when it is not known any more."""
    if target is None:
        return ""
    if version == target.version:
        return target.body
    if isinstance(target, MinutesSection):
        kept = target.versions.filter(number=version).values_list("body", flat=True).first()
    else:
        kept = text_of_version(target, version)
    return target.body if kept is None else kept


def locked_correction(correction: CorrectionRequest) -> tuple[CorrectionRequest, Minutes]:
    """The observation and its minutes, locked. Raises ValidationError once it was answered, or the text left the round."""
    minutes = locked_minutes(correction.minutes)
    row = (
        CorrectionRequest.objects.select_for_update(of=("self",))
        .select_related("agency", "person", "section__agenda_item", "update__agency")
        .get(pk=correction.pk)
    )
    row.minutes = minutes
    if not row.is_open:
        text = _("Cette observation est déjà « %(state)s ». Rechargez la page.")
        raise ValidationError(text % {"state": row.get_state_display().lower()}, code="answered")
    if minutes.state != MinutesState.CIRCULATED:
        raise ValidationError(
            _("Ce compte rendu est « %(state)s » : ses observations ne se traitent pas à ce stade.")
            % {"state": minutes.get_state_display().lower()},
            code="not-shared",
        )
    return row, minutes


def withdraw_correction(correction: CorrectionRequest, *, actor: Any) -> CorrectionRequest:
    """Its author takes it back. Raises ValidationError once it was answered."""
    with recorded(actor) as who:
        row, _minutes = locked_correction(correction)
        return transition(row, CorrectionState.WITHDRAWN, actor=actor, answered_at=timezone.now(), answered_by=who.user)


def refuse_correction(correction: CorrectionRequest, *, answer: str, actor: Any) -> CorrectionRequest:
    """Not kept, and why; its author is told. Raises ValidationError by field without a reason."""
    answer = _cut("answer", answer, ANSWER_LIMIT)
    if not answer:
        raise ValidationError({"answer": _("Dites pourquoi l’observation n’est pas retenue.")})
    with recorded(actor) as who:
        row, _minutes = locked_correction(correction)
        transition(
            row,
            CorrectionState.REFUSED,
            actor=actor,
            comment=answer,
            answer=answer,
            answered_at=timezone.now(),
            answered_by=who.user,
        )
        _tell_author(row)
    return row


def accept_correction(
    correction: CorrectionRequest,
    *,
    body: str | None,
    base_version: int,
    answer: str = "",
    tell_members: bool = False,
    actor: Any,
) -> CorrectionRequest:
    """Kept: `body` becomes the text of its passage, in a new shared version; its author is told.

    `body` is None for a remark that changes no text. `base_version` is the version of the passage that `body`
    was made from (see `queries.circulation.proposed_text`): StaleVersion when it moved since, and nothing is
    written. With `tell_members` the members are written to about the new version.
    """
    answer = _cut("answer", answer, ANSWER_LIMIT)
    cleaned = clean_html(body) if body is not None else None
    with recorded(actor) as who:
        row, minutes = locked_correction(correction)
        target = row.target
        changed = False
        if target is not None and cleaned is not None:
            changed = _write(target, cleaned, base_version, who)
        version = None
        if changed:
            note = _("Observation de %(agency)s : %(title)s") % {"agency": row.agency, "title": row.target_title}
            version = keep_version(minutes, VersionKind.CIRCULATED, who=who, note=note)
        transition(
            row,
            CorrectionState.ACCEPTED,
            actor=actor,
            comment=answer,
            answer=answer,
            answered_at=timezone.now(),
            answered_by=who.user,
            applied_body=cleaned if changed and cleaned is not None else "",
            version=version,
        )
        _tell_author(row)
        if tell_members and version is not None:
            write_to_members(minutes, version)
    return row


def _write(target: MinutesSection | AgencyUpdate, body: str, base_version: int, who: Actor) -> bool:
    """Make `body` the next version of the passage; whether it changed. Raises StaleVersion."""
    row = type(target).objects.select_for_update(of=("self",), no_key=True).get(pk=target.pk)  # type: ignore[attr-defined]
    if isinstance(row, MinutesSection):
        return save_version(row, body=body, base_version=base_version, who=who)
    if body == row.body:
        return False
    if base_version != row.version:
        raise StaleVersion(
            mine=body, theirs=row.body, base=None, version=row.version, author=row.updated_by, at=row.updated_at
        )
    row.body, row.version = body, row.version + 1
    row.updated_at, row.updated_by = timezone.now(), who.user
    row.save(update_fields=["body", "version", "updated_at", "updated_by"])
    return True


def _tell_author(correction: CorrectionRequest) -> None:
    if correction.person is not None:
        ObservationAnswered(correction.person, correction=correction).send()

"""The course of terms of reference: shared, commented, discussed, formalised, adopted."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history import recorded
from core.notifications.base import Message, send_many
from core.solicitations.services import remind
from core.typography import date_fr
from core.validators import validate_texts
from core.workflow import transition
from taskforce.enums import TermsAnswer, TermsMark, TermsOutcome, TermsState
from taskforce.models import (
    Agency,
    Person,
    TermsComment,
    TermsDiscussion,
    TermsOfReference,
    TermsReview,
    TermsSection,
)
from taskforce.notifications.terms_adopted import TermsAdopted
from taskforce.notifications.terms_reminder import TermsReminder
from taskforce.notifications.terms_shared import TermsShared
from taskforce.queries.roster import members_in_office
from taskforce.queries.terms import ReviewRow, people_to_remind, readers_of_shared, sections_of, waited_for
from taskforce.services.terms import locked
from taskforce.services.terms_directors import ask_directors, close_requests, requests_to_remind

TEXT_LIMIT = 4000
FIRST_DAY = date(1990, 1, 1)


def _text(name: str, value: str, *, required: str = "") -> str:
    """`value` without outer blanks. Raises ValidationError by field: unreadable, too long, or missing."""
    value = value.strip()
    validate_texts({name: value})
    if required and not value:
        raise ValidationError({name: required})
    if len(value) > TEXT_LIMIT:
        raise ValidationError(
            {
                name: _("Ce texte compte %(count)d caractères ; %(limit)d au plus.")
                % {"count": len(value), "limit": TEXT_LIMIT}
            }
        )
    return value


# Sharing --------------------------------------------------------------------------------------


def check_deadline(terms: TermsOfReference, comments_until: date) -> None:
    """Raise ValidationError unless comments may be waited for until this day."""
    today = terms.task_force.today()
    if comments_until < today:
        raise ValidationError(
            {
                "comments_until": _("Cette date est passée : nous sommes le %(today)s. Choisissez-en une à venir.")
                % {"today": date_fr(today)}
            }
        )


def shared_messages(terms: TermsOfReference, comments_until: date | None = None) -> list[Message]:
    """The mails that sharing the text sends to the members: one for each person in office."""
    until = comments_until or terms.comments_until
    return [TermsShared(person, terms=terms, until=until) for person in readers_of_shared(terms.task_force)]


def share_terms(
    terms: TermsOfReference, *, comments_until: date, directors: bool = False, actor: Any
) -> TermsOfReference:
    """Open the text to the members' comments until this day, included, and tell them. A new round begins.

    With `directors`, whoever heads the office of a member is asked too, by a personal link.

    Raises ValidationError for a text without words or a day that has passed, TransitionRefused otherwise.
    """
    with recorded(actor):
        current = locked(terms)
        check_deadline(current, comments_until)
        if not any(section.body for section in sections_of(current)):
            raise ValidationError(_("Aucune section n’a encore de texte : il n’y a rien à partager."), code="empty")
        transition(
            terms,
            TermsState.SHARED,
            actor=actor,
            shared_at=timezone.now(),
            comments_until=comments_until,
            round=current.round + 1,
        )
        current.all_sections.filter(removed_at=None).update(shared_version=F("version"))
        current.all_sections.exclude(removed_at=None).update(shared_version=None)
        send_many(shared_messages(terms))
        if directors:
            ask_directors(terms, actor=actor)
    return terms


def take_back(terms: TermsOfReference, *, comment: str, actor: Any) -> TermsOfReference:
    """Shared → draft, with a reason: the members no longer read it. Comments stay."""
    with recorded(actor):
        transition(terms, TermsState.DRAFT, actor=actor, comment=comment)
        close_requests(terms, actor=actor)
    return terms


def remind_agencies(terms: TermsOfReference, *, actor: Any) -> int:
    """Remind whoever sits for an agency that has neither commented nor agreed, and its director where one was
    asked; how many new mails.

    One a day to each person, whoever presses the button again.
    """
    with recorded(actor):
        current = locked(terms)
        if not current.takes_comments:
            raise ValidationError(_("Ce texte n’attend plus de commentaires."), code="not-open")
        waiting = waited_for(current)
        return send_many(reminder_messages(current, waiting)) + remind(requests_to_remind(waiting), actor=actor)


def reminder_messages(terms: TermsOfReference, waiting: list[ReviewRow]) -> list[Message]:
    """The mails that `remind_agencies` sends to who sits for the agencies of `waiting` (`waited_for`)."""
    agencies = [row.agency for row in waiting]
    return [TermsReminder(person, terms=terms) for person in people_to_remind(terms, agencies)]


# What agencies say ----------------------------------------------------------------------------


def _mark(terms: TermsOfReference, agency: Agency, mark: str, person: Person | None) -> TermsReview:
    """Note what the agency has done with this round's text. Reading again lowers nothing."""
    now = timezone.now()
    review, _created = TermsReview.objects.get_or_create(terms=terms, agency=agency, round=terms.round)
    changed: dict[str, Any] = {"person": person, "seen_at": review.seen_at or now}
    if mark != TermsMark.SEEN or not review.mark:
        changed["mark"] = mark
    if mark == TermsMark.COMMENTED:
        changed["commented_at"] = now
    if mark == TermsMark.AGREED:
        changed["agreed_at"] = now
    for name, value in changed.items():
        setattr(review, name, value)
    review.save(update_fields=list(changed))
    return review


def _open(terms: TermsOfReference) -> TermsOfReference:
    current = locked(terms)
    if not current.takes_comments:
        raise ValidationError(
            _("Ce texte est « %(state)s » : il ne reçoit plus de commentaires.")
            % {"state": current.get_state_display().lower()},
            code="not-open",
        )
    return current


def mark_seen(terms: TermsOfReference, agency: Agency, *, person: Person | None, actor: Any) -> TermsReview:
    """The agency has read the text. Raises ValidationError once it takes no comments."""
    with recorded(actor):
        return _mark(_open(terms), agency, TermsMark.SEEN, person)


def agree(terms: TermsOfReference, agency: Agency, *, person: Person | None, actor: Any) -> TermsReview:
    """The agency agrees with the text as it was shared."""
    with recorded(actor):
        return _mark(_open(terms), agency, TermsMark.AGREED, person)


def comment_terms(
    terms: TermsOfReference,
    agency: Agency,
    *,
    text: str,
    section: TermsSection | None = None,
    person: Person | None,
    actor: Any,
) -> TermsComment:
    """What the agency says of a section, or of the whole text without one. Raises ValidationError by field.

    The very same comment again (a button pressed twice) is the one that stands.
    """
    text = _text("text", text, required=_("Écrivez votre commentaire."))
    with recorded(actor):
        current = _open(terms)
        if section is not None and section.terms_id != current.pk:
            raise ValidationError(_("Cette section n’est pas de ce texte."), code="section")
        comment, created = TermsComment.objects.get_or_create(
            terms=current,
            section=section,
            agency=agency,
            round=current.round,
            text=text,
            defaults={"person": person, "section_version": section.version if section else 0},
        )
        if created:
            _mark(current, agency, TermsMark.COMMENTED, person)
    return comment


def record_said(
    terms: TermsOfReference, agency: Agency, *, text: str, section: TermsSection | None, agreed: bool, actor: Any
) -> None:
    """What an agency said otherwise (letter, mail, aloud), entered by the secretariat: a comment, agreement, or both."""
    with recorded(actor):
        if text.strip():
            comment_terms(terms, agency, text=text, section=section, person=None, actor=actor)
        if agreed:
            agree(terms, agency, person=None, actor=actor)


def answer_comment(comment: TermsComment, *, answer: str, text: str, actor: Any) -> TermsComment:
    """The secretariat says what became of a comment; a refusal says why. Raises ValidationError by field."""
    text = _text("answer_text", text)
    if answer not in TermsAnswer.values:
        raise ValidationError({"answer": _("Choisissez la suite donnée au commentaire.")})
    if answer == TermsAnswer.NOT_TAKEN and not text:
        raise ValidationError({"answer_text": _("Dites en un mot pourquoi ce commentaire n’est pas retenu.")})
    with recorded(actor) as who:
        current = locked(comment.terms)
        if current.is_adopted:
            raise ValidationError(_("Ce texte est adopté : ses commentaires sont clos."), code="adopted")
        comment.answer, comment.answer_text = answer, text
        comment.answered_at, comment.answered_by = timezone.now(), who.user
        comment.save(update_fields=["answer", "answer_text", "answered_at", "answered_by"])
    return comment


# Discussed, formalised, adopted ---------------------------------------------------------------


def _past_day(terms: TermsOfReference, name: str, day: date) -> None:
    if day > terms.task_force.today():
        raise ValidationError({name: _("Cette date est à venir. Écrivez celle du jour où cela s’est passé.")})
    if day < FIRST_DAY:
        raise ValidationError({name: _("L’année %(year)d n’est pas possible ici.") % {"year": day.year}})


def record_discussion(
    terms: TermsOfReference, *, event: str, forum: str, held_on: date, outcome: str, note: str, actor: Any
) -> TermsDiscussion:
    """Record that the text was discussed; the first time it becomes « Discutés ». Raises ValidationError by field."""
    event = _text("event", event, required=_("Dites à quelle occasion."))
    forum, note = _text("forum", forum), _text("note", note)
    _past_day(terms, "held_on", held_on)
    if outcome not in TermsOutcome.values:
        raise ValidationError({"outcome": _("Choisissez l’issue de la discussion.")})
    with recorded(actor) as who:
        current = locked(terms)
        if current.state == TermsState.SHARED:
            transition(terms, TermsState.DISCUSSED, actor=actor, discussed_at=timezone.now())
        elif current.state not in (TermsState.DISCUSSED, TermsState.FORMALISED):
            raise ValidationError(
                _("Un texte se discute une fois partagé et avant son adoption. Rechargez la page."), code="not-shared"
            )
        return TermsDiscussion.objects.create(
            terms=current,
            event=event[:200],
            forum=forum[:200],
            held_on=held_on,
            outcome=outcome,
            note=note,
            created_by=who.user,
        )


def formalise_terms(terms: TermsOfReference, *, actor: Any) -> TermsOfReference:
    """The text is final and goes to adoption: its words no longer change. Raises TransitionRefused."""
    with recorded(actor):
        transition(terms, TermsState.FORMALISED, actor=actor, formalised_at=timezone.now())
        close_requests(terms, actor=actor)
    return terms


def reopen_terms(terms: TermsOfReference, *, comment: str, actor: Any) -> TermsOfReference:
    """Formalised → discussed, with a reason: the words may change again."""
    with recorded(actor):
        return transition(terms, TermsState.DISCUSSED, actor=actor, comment=comment)


def adopted_messages(terms: TermsOfReference) -> list[Message]:
    """The mails that adoption sends: one for each person in office, observers too."""
    return [TermsAdopted(person, terms=terms) for person in members_in_office(terms.task_force)]


def check_adoption(terms: TermsOfReference, *, event: str, adopted_by: str, adopted_on: date, note: str = "") -> None:
    """Raise ValidationError by field unless adoption can be recorded with these facts."""
    _text("adopted_by", adopted_by, required=_("Dites qui a adopté le texte."))
    _text("adopted_event", event)
    _text("adoption_note", note)
    _past_day(terms, "adopted_on", adopted_on)


def adopt_terms(
    terms: TermsOfReference, *, event: str, adopted_by: str, adopted_on: date, note: str = "", actor: Any
) -> TermsOfReference:
    """Put the text in force, for ever as it is, and tell the members. Raises ValidationError by field."""
    check_adoption(terms, event=event, adopted_by=adopted_by, adopted_on=adopted_on, note=note)
    with recorded(actor):
        transition(
            terms,
            TermsState.ADOPTED,
            actor=actor,
            adopted_at=timezone.now(),
            adopted_on=adopted_on,
            adopted_event=event.strip()[:200],
            adopted_by=adopted_by.strip()[:200],
            adoption_note=note.strip(),
        )
        send_many(adopted_messages(terms))
    return terms


def acting_person(actor: Any) -> Person | None:
    """The person behind an actor: the account's, or the holder of a link."""
    who = Actor.of(actor)
    return who.person or getattr(who.user, "person", None)

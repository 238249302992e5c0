"""Answers by link: whoever holds the link acts, once. The row of the solicitation is locked throughout."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.db import conflict_as_validation_error
from core.history import recorded
from core.models import AnswerChannel, SignedLink, Solicitation, SolicitationState
from core.solicitations.base import SolicitationKind, kind_of
from core.solicitations.codes import CodeRefused, use_code
from core.solicitations.links import is_live
from core.validators import validate_characters
from core.workflow import transition

# What is kept while the code travels; a form of ten people is a hundredth of it (characters of JSON).
TYPED_LIMIT = 200_000


class LinkRefused(Exception):
    """The link opens nothing (any more): the neutral page."""


def holder(solicitation: Solicitation) -> Actor:
    """Whoever answers through the link, for the history."""
    person = solicitation.addressee
    label = _("%(person)s (lien personnel)") % {"person": person}
    return Actor(kind="link", person=person, solicitation=solicitation, label=label)


def hold(link: SignedLink) -> SignedLink:
    """The live link with its solicitation locked, inside the caller's transaction. Raises LinkRefused."""
    solicitation = Solicitation.objects.select_for_update(of=("self",)).get(pk=link.solicitation_id)
    held = SignedLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    held.solicitation = solicitation
    if not is_live(held):
        raise LinkRefused
    return held


def open_by_link(link: SignedLink) -> None:
    """« Continuer »: the solicitation is opened, once. Raises LinkRefused."""
    with transaction.atomic():
        solicitation = hold(link).solicitation
        if solicitation.state == SolicitationState.SENT:
            transition(solicitation, SolicitationState.OPENED, actor=holder(solicitation), opened_at=timezone.now())


def keep_typed(link: SignedLink, data: QueryDict) -> None:
    """Keep what was typed on the link while its code travels. Raises LinkRefused; ValidationError for a text
    that is far too long."""
    typed = {name: values for name, values in data.lists() if name != "csrfmiddlewaretoken"}
    typed = {name: values for name, values in typed.items() if all(map(_is_readable, [name, *values]))}
    if len(json.dumps(typed)) > TYPED_LIMIT:
        raise ValidationError(_("Ce texte est trop long. Raccourcissez-le."), code="too-long")
    with transaction.atomic():
        held = hold(link)
        held.typed, held.typed_at = typed, timezone.now()
        held.save(update_fields=["typed", "typed_at"])
    link.typed, link.typed_at = held.typed, held.typed_at


def typed_data(link: SignedLink) -> QueryDict | None:
    """What `keep_typed` kept, as a form takes it; None when nothing was."""
    return as_data(link.typed) if link.typed else None


def as_data(values: Mapping[str, list[str]]) -> QueryDict:
    """{"field": ["value", …]} as a form takes it."""
    data = QueryDict(mutable=True)
    for name, several in values.items():
        data.setlist(name, several)
    return data


def submit_by_link(link: SignedLink, data: Any, files: Any = None, *, code: str = "") -> forms.Form:
    """Write the answer that came through the link, with the mailed code where the kind wants one.

    Returns the form: valid and written, or with its errors and nothing written. Of any number at once one has an
    effect. Raises LinkRefused; CodeRefused for a wrong code, which is counted.
    """
    refused: CodeRefused | None = None
    form: forms.Form | None = None
    try:
        with conflict_as_validation_error():
            held = hold(link)
            kind = kind_of(held.solicitation)
            form = kind.get_form(held.solicitation, data, files)
            if kind.needs_code:
                # A wrong code is counted: its refusal must not undo the count.
                refused = use_code(held, code)
            if refused is None and form.is_valid():
                with recorded(holder(held.solicitation)) as who:
                    record_answer(held.solicitation, kind, form, channel=AnswerChannel.LINK, actor=who)
                held.typed, held.typed_at = {}, None
                if kind.single_use:
                    held.used_at = timezone.now()
                held.save(update_fields=["typed", "typed_at", "used_at"])
    except ValidationError as error:
        if form is None:
            raise
        form.add_error(None, ValidationError(error.messages))
    if refused is not None:
        raise refused
    assert form is not None
    return form


def record_answer(
    solicitation: Solicitation,
    kind: SolicitationKind,
    form: forms.Form,
    *,
    channel: str,
    actor: Actor,
    note: str = "",
) -> None:
    """Let the kind write its answer, then say that it came. The caller holds the row."""
    kind.submit(solicitation, form, actor=actor)
    came: dict[str, Any] = {"channel": channel, "answered_at": timezone.now()}
    if note:
        came["answer_note"] = note
    if solicitation.state == SolicitationState.SUBMITTED:
        for name, value in came.items():
            setattr(solicitation, name, value)
        solicitation.save(update_fields=list(came))
    else:
        transition(solicitation, SolicitationState.SUBMITTED, actor=actor, **came)


def _is_readable(text: str) -> bool:
    try:
        validate_characters(text)
    except ValidationError:
        return False
    return True

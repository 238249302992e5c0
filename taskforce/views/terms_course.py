"""Terms of reference on their way: shared, followed by agency, discussed, formalised, adopted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.notifications.base import Message
from core.typed_text import keeps_typed_text
from core.typography import date_fr
from taskforce.enums import TermsMark, TermsState
from taskforce.forms.terms import AdoptionForm, DiscussionForm, ReasonForm, RecordForm, ShareForm
from taskforce.models import TermsOfReference
from taskforce.queries.terms import (
    ReviewRow,
    comments_of,
    directors_of,
    open_comments,
    review_board,
    sections_of,
    waited_for,
)
from taskforce.services.terms_course import (
    adopt_terms,
    adopted_messages,
    check_adoption,
    check_deadline,
    formalise_terms,
    record_discussion,
    record_said,
    remind_agencies,
    reminder_messages,
    reopen_terms,
    share_terms,
    shared_messages,
    take_back,
)
from taskforce.services.terms_directors import requests_to_remind
from taskforce.views.parts import form_page, show_refusal
from taskforce.views.terms import find_terms, frame, terms_crumbs


def mails_of(mailing: list[Message]) -> list[dict[str, Any]]:
    """What the page that precedes a sending lists: those that leave, and to whom."""
    return [
        {"name": str(message.recipient), "email": message.recipient.email, "subject": message.subject()}
        for message in mailing
        if message.recipient.email
    ]


def _confirmed(
    request: HttpRequest, terms: TermsOfReference, form: Any, *, mails: list[dict[str, Any]], **words: Any
) -> HttpResponse:
    """The page that says what leaves; its button posts the form again with `confirm`."""
    context = frame(request, terms) | {"form": form, "mails": mails, "cancel_url": request.path, **words}
    return render(request, "taskforce/terms/confirm.html", context)


def _form_page(request: HttpRequest, terms: TermsOfReference, form: Any, **words: Any) -> HttpResponse:
    return form_page(
        request,
        form,
        cancel_url=terms.get_absolute_url(),
        crumbs=terms_crumbs(terms),
        body=terms.task_force,
        nav="home",
        **words,
    )


# Sharing ------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def terms_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Until when, then who will be written to, then it leaves."""
    terms = find_terms(request, pk, "taskforce.manage_terms")
    form = ShareForm(request.POST if request.method == "POST" else None, initial={"directors": True})
    if terms.state != TermsState.DRAFT:
        messages.error(request, _("Ce texte est déjà partagé."))
        return redirect(terms)
    if form.is_valid() and "edit" not in request.POST:
        until, directors = form.cleaned_data["comments_until"], form.cleaned_data["directors"]
        try:
            check_deadline(terms, until)
            _check_written(terms)
            if "confirm" in request.POST:
                share_terms(terms, comments_until=until, directors=directors, actor=request.user)
                messages.success(request, _("Le texte est partagé pour commentaires."))
                return redirect("taskforce:terms_board", pk=pk)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            mails = mails_of(shared_messages(terms, until)) + (_director_mails(terms) if directors else [])
            return _confirmed(
                request,
                terms,
                form,
                mails=mails,
                title=_("Partager pour commentaires"),
                submit_label=_("Partager et envoyer") if mails else _("Partager sans courriel"),
                note=_("Les commentaires seront attendus jusqu’au %(day)s inclus.") % {"day": date_fr(until)},
            )
    return _form_page(
        request,
        terms,
        form,
        title=_("Partager pour commentaires"),
        submit=_("Voir les courriels qui partiront"),
        note=_(
            "Les membres de l’instance pourront lire le texte et commenter chaque section. Rien ne part avant la page suivante."
        ),
    )


def _check_written(terms: TermsOfReference) -> None:
    """Nobody is asked to comment on titles alone. Raises ValidationError."""
    if not any(section.body for section in sections_of(terms)):
        raise ValidationError(_("Le texte est encore vide : écrivez au moins une section avant de le partager."))


def _director_mails(terms: TermsOfReference) -> list[dict[str, Any]]:
    subject = _("Termes de référence à commenter : %(body)s") % {"body": terms.task_force}
    return [
        {"name": f"{head.person} ({head.office.agency})", "email": head.address_of_record, "subject": subject}
        for head in directors_of(terms.task_force)
    ]


@require_http_methods(["GET", "POST"])
def terms_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Shared → draft, formalised → discussed: one step back, with a reason."""
    terms = find_terms(request, pk, "taskforce.manage_terms")
    if terms.state not in (TermsState.SHARED, TermsState.FORMALISED):
        messages.error(request, _("Ce texte ne peut pas être repris à ce stade."))
        return redirect(terms)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        step = take_back if terms.state == TermsState.SHARED else reopen_terms
        try:
            step(terms, comment=form.cleaned_data["comment"], actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Le texte peut de nouveau être modifié."))
            return redirect("taskforce:terms_plan", pk=pk)
    is_shared = terms.state == TermsState.SHARED
    return _form_page(
        request,
        terms,
        form,
        title=_("Reprendre le texte"),
        submit=_("Reprendre le texte"),
        note=_(
            "Les membres ne liront plus le texte jusqu’au prochain partage. Leurs commentaires sont gardés ; leurs accords seront redemandés."
        )
        if is_shared
        else _("Le texte redevient modifiable ; il faudra le formaliser de nouveau avant son adoption."),
    )


# Following the agencies ---------------------------------------------------------------------------


@require_GET
def terms_board(request: HttpRequest, pk: int) -> HttpResponse:
    """Per agency: seen, commented, agreed, late; and every comment with its answer."""
    terms = find_terms(request, pk, "taskforce.view_terms_board")
    rows = review_board(terms)
    for row in rows:
        if row.review is not None and row.review.seen_at is not None:
            row.review.seen_at = timezone.localtime(row.review.seen_at, terms.task_force.tz)
    comments = list(comments_of(terms))
    for comment in comments:
        comment.terms = terms
        comment.local_at = timezone.localtime(comment.created_at, terms.task_force.tz)  # type: ignore[attr-defined]
    marks = [row.mark for row in rows]
    context = frame(request, terms) | {
        "rows": rows,
        "comments": comments,
        "counts": {
            "total": len(rows),
            "seen": sum(1 for mark in marks if mark),
            "commented": sum(1 for row in rows if row.comments),
            "agreed": marks.count(TermsMark.AGREED),
            "late": sum(1 for row in rows if row.is_late),
            "unanswered": sum(row.unanswered for row in rows),
        },
        "waiting": sum(1 for row in rows if row.is_waited_for),
        "requests": any(row.request for row in rows),
    }
    return render(request, "taskforce/terms/board.html", context)


@require_http_methods(["GET", "POST"])
def terms_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has neither commented nor agreed is written to, after the list was seen."""
    terms = find_terms(request, pk, "taskforce.manage_terms")
    board_url = reverse("taskforce:terms_board", args=[pk])
    if not terms.takes_comments:
        messages.error(request, _("Ce texte n’attend plus de commentaires."))
        return redirect(board_url)
    if request.method == "POST":
        try:
            sent = remind_agencies(terms, actor=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            if sent:
                text = ngettext("%(count)d rappel est envoyé.", "%(count)d rappels sont envoyés.", sent)
                messages.success(request, text % {"count": sent})
            else:
                messages.info(request, _("Aucun rappel n’est parti : ils l’ont déjà été aujourd’hui."))
        return redirect(board_url)
    waiting = waited_for(terms)
    return _confirmed(
        request,
        terms,
        None,
        mails=mails_of(reminder_messages(terms, waiting)) + _reminded_directors(terms, waiting),
        title=_("Relancer les agences"),
        submit_label=_("Envoyer les rappels"),
        note=_("Une personne reçoit un rappel par jour au plus."),
        cancel_url=board_url,
    )


@require_http_methods(["GET", "POST"])
@keeps_typed_text("text")
def terms_record(request: HttpRequest, pk: int) -> HttpResponse:
    """What an agency said otherwise than here, entered by the secretariat."""
    terms = find_terms(request, pk, "taskforce.manage_terms")
    board_url = reverse("taskforce:terms_board", args=[pk])
    form = RecordForm(
        request.POST if request.method == "POST" else None,
        agencies=[row.agency for row in review_board(terms)],
        sections=list(sections_of(terms)),
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            record_said(
                terms,
                form.agencies[data["agency"]],
                text=data["text"],
                section=form.sections.get(data["section"]),
                agreed=data["agreed"],
                actor=request.user,
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request, _("La réponse de %(agency)s est enregistrée.") % {"agency": form.agencies[data["agency"]]}
            )
            return redirect(board_url)
    return form_page(
        request,
        form,
        title=_("Saisir une réponse reçue"),
        submit=_("Enregistrer la réponse"),
        note=_("Pour une agence qui a répondu par lettre, par courriel ou de vive voix."),
        cancel_url=board_url,
        crumbs=[*terms_crumbs(terms), (_("Suivi des agences"), board_url)],
        body=terms.task_force,
        nav="home",
    )


def _reminded_directors(terms: TermsOfReference, waiting: list[ReviewRow]) -> list[dict[str, Any]]:
    subject = _("Rappel : vos commentaires sur les termes de référence, %(body)s") % {"body": terms.task_force}
    return [
        {"name": str(asked.addressee), "email": asked.email, "subject": subject}
        for asked in requests_to_remind(waiting)
    ]


# Discussed, formalised, adopted -------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def terms_discussion(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the text was discussed."""
    terms = find_terms(request, pk, "taskforce.manage_terms")
    form = DiscussionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            record_discussion(terms, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("La discussion est enregistrée."))
            return redirect(terms)
    return _form_page(
        request, terms, form, title=_("Enregistrer une discussion"), submit=_("Enregistrer la discussion")
    )


@require_POST
def terms_formalise(request: HttpRequest, pk: int) -> HttpResponse:
    """The words are final; comments without an answer are told, never lost."""
    terms = find_terms(request, pk, "taskforce.manage_terms")
    try:
        formalise_terms(terms, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(terms)
    messages.success(request, _("Le texte est formalisé : il ne se modifie plus avant son adoption."))
    if count := open_comments(terms):
        text = ngettext(
            "%(count)d commentaire reste sans réponse.", "%(count)d commentaires restent sans réponse.", count
        )
        messages.warning(request, text % {"count": count})
    return redirect(terms)


@require_http_methods(["GET", "POST"])
def terms_adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """The record of adoption, then who will be told, then it is in force."""
    terms = find_terms(request, pk, "taskforce.manage_terms")
    if terms.state != TermsState.FORMALISED:
        messages.error(request, _("Un texte s’adopte une fois formalisé."))
        return redirect(terms)
    last = terms.discussions.order_by("-held_on", "-pk").first()
    initial = {"adopted_by": last.forum, "adopted_event": last.event} if last else {}
    form = AdoptionForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and "edit" not in request.POST:
        data = form.cleaned_data
        facts = {
            "event": data["adopted_event"],
            "adopted_by": data["adopted_by"],
            "adopted_on": data["adopted_on"],
            "note": data["adoption_note"],
        }
        try:
            check_adoption(terms, **facts)
            if "confirm" in request.POST:
                adopt_terms(terms, actor=request.user, **facts)
                messages.success(request, _("Les termes de référence sont adoptés."))
                return redirect(terms)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            return _confirmed(
                request,
                terms,
                form,
                mails=mails_of(adopted_messages(terms)),
                title=_("Adopter les termes de référence"),
                submit_label=_("Adopter et envoyer"),
                note=_("Le texte adopté ne se modifie plus : un changement sera une nouvelle version."),
            )
    return _form_page(
        request,
        terms,
        form,
        title=_("Adopter les termes de référence"),
        submit=_("Voir les courriels qui partiront"),
        note=_("Le texte adopté ne se modifie plus : un changement sera une nouvelle version."),
    )

"""What agencies say of a shared text, and what the secretariat answers. Every act is a POST."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.typed_text import keeps_typed_text
from taskforce.forms.terms import AnswerForm, CommentForm, SpeakingForm
from taskforce.models import Agency, TermsOfReference
from taskforce.queries.terms import comments_of, represented_agencies, sections_of
from taskforce.services.terms_course import acting_person, agree, answer_comment, comment_terms, mark_seen
from taskforce.views.parts import show_refusal
from taskforce.views.terms import detail_page, find_terms, frame


def _speaker(request: HttpRequest, pk: int) -> tuple[TermsOfReference, list[Agency]]:
    terms = find_terms(request, pk, "taskforce.comment_terms")
    agencies = represented_agencies(request.user, terms.task_force)
    if not agencies:
        raise PermissionDenied("taskforce.comment_terms")
    return terms, agencies


@require_POST
@keeps_typed_text("text")
def terms_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """A comment for one's own agency, on a section or on the whole text.

    One typed while the text was closed to comments is refused by the service and shown again, not lost.
    """
    terms = find_terms(request, pk)
    agencies = represented_agencies(request.user, terms.task_force)
    if not agencies or terms.is_adopted:
        raise PermissionDenied("taskforce.comment_terms")
    form = CommentForm(request.POST, agencies=agencies, auto_id="id_refus_%s")
    if form.is_valid():
        section_pk = form.cleaned_data["section"]
        section = sections_of(terms).filter(pk=section_pk).first() if section_pk else None
        if section_pk and section is None:
            form.add_error(
                None, _("Cette section n’est plus dans le texte. Copiez votre commentaire, puis rechargez la page.")
            )
        else:
            try:
                comment = comment_terms(
                    terms,
                    form.agency,
                    text=form.cleaned_data["text"],
                    section=section,
                    person=acting_person(request.user),
                    actor=request.user,
                )
            except ValidationError as error:
                show_refusal(form, error)
            else:
                messages.success(
                    request, _("Le commentaire de %(agency)s est enregistré.") % {"agency": comment.agency}
                )
                return redirect(f"{terms.get_absolute_url()}#commentaire-{comment.pk}")
    return detail_page(request, terms, form)


@require_POST
def terms_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """« Nous avons lu le texte. »"""
    return _mark(request, pk, mark_seen, _("C’est noté : %(agency)s a lu le texte."))


@require_POST
def terms_agree(request: HttpRequest, pk: int) -> HttpResponse:
    """« Nous sommes d’accord. »"""
    return _mark(request, pk, agree, _("C’est noté : %(agency)s est d’accord avec le texte."))


def _mark(request: HttpRequest, pk: int, act: Callable[..., Any], words: str) -> HttpResponse:
    terms, agencies = _speaker(request, pk)
    form = SpeakingForm(request.POST, agencies=agencies)
    if not form.is_valid():
        messages.error(request, _("Choisissez au nom de quelle agence vous parlez."))
        return redirect(terms)
    try:
        act(terms, form.agency, person=acting_person(request.user), actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, words % {"agency": form.agency})
    return redirect(terms)


@require_http_methods(["GET", "POST"])
@keeps_typed_text("answer_text")
def terms_answer(request: HttpRequest, pk: int, comment_pk: int) -> HttpResponse:
    """What became of a comment: taken or not, with a word."""
    terms = find_terms(request, pk, "taskforce.manage_terms")
    comment = get_object_or_404(comments_of(terms), pk=comment_pk)
    comment.terms = terms
    comment.local_at = timezone.localtime(comment.created_at, terms.task_force.tz)  # type: ignore[attr-defined]
    initial = {"answer": comment.answer, "answer_text": comment.answer_text}
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            answer_comment(
                comment, answer=form.cleaned_data["answer"], text=form.cleaned_data["answer_text"], actor=request.user
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("La réponse est enregistrée."))
            return redirect(f"{reverse('taskforce:terms_board', args=[pk])}#commentaire-{comment.pk}")
    context = frame(request, terms) | {
        "comment": comment,
        "form": form,
        "cancel_url": reverse("taskforce:terms_board", args=[pk]),
        "title": _("Répondre au commentaire"),
        "submit": _("Enregistrer la réponse"),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "taskforce/terms/answer.html", context, status=status)

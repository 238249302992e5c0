"""Writing terms of reference: the plan of their sections, and the text of one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.richtext import richtext_to_text
from core.services.drafts import StaleVersion, drafts_seen
from core.shortcuts import check_perm
from core.typed_text import keeps_typed_text
from core.views.drafts import autosave, discard, refused_json, said_in_json, saved_words, wants_json
from core.views.texts import conflict_context, newer_words, opening_text, saved_json, stale_json, versions_context
from taskforce.forms.terms import SectionForm, TitleForm
from taskforce.models import TermsOfReference, TermsSection
from taskforce.queries.terms import comments_of, next_section, removed_sections, sections_of
from taskforce.services.terms import (
    add_section,
    move_section,
    remove_section,
    rename_terms,
    restore_section,
    save_section,
)
from taskforce.views.parts import show_refusal
from taskforce.views.terms import find_terms, frame

# The plan -----------------------------------------------------------------------------------------


@require_GET
def terms_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The sections in order: what is written, what is empty, what was taken out."""
    return _plan(request, find_terms(request, pk, "taskforce.write_terms"))


def _plan(request: HttpRequest, terms: TermsOfReference, **forms: TitleForm) -> HttpResponse:
    sections = list(sections_of(terms))
    drafts = drafts_seen(sections, reader=request.user)
    context = frame(request, terms) | {
        "sections": [{"section": section, "writers": drafts.writers(section)} for section in sections],
        "removed": list(removed_sections(terms)),
        "rename_form": TitleForm(initial={"title": terms.title}, auto_id="id_texte_%s"),
        "add_form": TitleForm(auto_id="id_section_%s"),
        "status": "",
        **forms,
    }
    refused = any(form.is_bound and form.errors for form in forms.values())
    return render(request, "taskforce/terms/plan.html", context, status=422 if refused else 200)


@require_POST
def terms_rename(request: HttpRequest, pk: int) -> HttpResponse:
    terms = find_terms(request, pk, "taskforce.write_terms")
    form = TitleForm(request.POST, auto_id="id_texte_%s")
    if form.is_valid():
        try:
            rename_terms(terms, form.cleaned_data["title"], actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Le titre est enregistré."))
            return redirect("taskforce:terms_plan", pk=pk)
    return _plan(request, terms, rename_form=form)


@require_POST
def section_add(request: HttpRequest, pk: int) -> HttpResponse:
    terms = find_terms(request, pk, "taskforce.write_terms")
    form = TitleForm(request.POST, auto_id="id_section_%s")
    if form.is_valid():
        try:
            section = add_section(terms, form.cleaned_data["title"], actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            return redirect("taskforce:terms_edit", pk=pk, section_pk=section.pk)
    return _plan(request, terms, add_form=form)


def _section_of(terms: TermsOfReference, section_pk: int) -> TermsSection:
    return get_object_or_404(terms.all_sections.select_related("terms__task_force__country"), pk=section_pk)


@require_POST
def section_move(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """One place up or down."""
    terms = find_terms(request, pk, "taskforce.write_terms")
    step = {"haut": -1, "bas": 1}.get(request.POST.get("sens", ""), 0)
    _act(request, lambda: move_section(_section_of(terms, section_pk), step, actor=request.user))
    return redirect("taskforce:terms_plan", pk=pk)


@require_POST
def section_remove(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    terms = find_terms(request, pk, "taskforce.write_terms")
    section = _section_of(terms, section_pk)
    if _act(request, lambda: remove_section(section, actor=request.user)):
        text = _("« %(title)s » est retirée du texte.") % {"title": section.title}
        if section.version:
            text += " " + _("Ce qui y était écrit est gardé : vous pouvez la remettre.")
        messages.success(request, text)
    return redirect("taskforce:terms_plan", pk=pk)


@require_POST
def section_restore(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    terms = find_terms(request, pk, "taskforce.write_terms")
    section = _section_of(terms, section_pk)
    if _act(request, lambda: restore_section(section, actor=request.user)):
        messages.success(request, _("« %(title)s » est de nouveau dans le texte, à la fin.") % {"title": section.title})
    return redirect("taskforce:terms_plan", pk=pk)


def _act(request: HttpRequest, act: Any) -> bool:
    """Run a service; what it refuses is said on the next page."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    return True


# One section --------------------------------------------------------------------------------------


@require_GET
def terms_write(request: HttpRequest, pk: int) -> HttpResponse:
    """« Rédiger »: leads to the first section without a text, to the plan when all have one."""
    terms = find_terms(request, pk, "taskforce.write_terms")
    section = next((section for section in sections_of(terms) if section.is_empty), None)
    if section is None:
        return redirect("taskforce:terms_plan", pk=pk)
    return redirect("taskforce:terms_edit", pk=pk, section_pk=section.pk)


def _section_to_write(request: HttpRequest, pk: int, section_pk: int) -> tuple[TermsSection, list[TermsSection]]:
    """The section and all those of its text: 404 unless the text may be read, 403 unless it may be written."""
    terms = find_terms(request, pk)
    sections = list(sections_of(terms))
    section = next((section for section in sections if section.pk == section_pk), None)
    if section is None:
        raise Http404(section_pk)
    for other in sections:
        other.terms = terms
    check_perm(request.user, "taskforce.write_terms", terms)
    return section, sections


@require_http_methods(["GET", "POST"])
@keeps_typed_text("body")
@said_in_json
def terms_edit(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    section, sections = _section_to_write(request, pk, section_pk)
    if request.method == "GET":
        version, body, is_unsaved = opening_text(request, section)
        form = SectionForm(initial={"base_version": version, "body": body, "title": section.title})
        return _editor(request, section, sections, form, is_unsaved)
    if discard(request, section):
        messages.info(request, _("Le brouillon est écarté."))
        return redirect(request.path)
    form = SectionForm(request.POST)
    if not form.is_valid():
        return refused_json(form) if wants_json(request) else _editor(request, section, sections, form, True)
    try:
        saved = save_section(section, actor=request.user, **form.cleaned_data)
    except StaleVersion as stale:
        return _conflict(request, section, form, stale)
    except ValidationError as error:
        show_refusal(form, error)
        return refused_json(form, error) if wants_json(request) else _editor(request, section, sections, form, True)
    return _saved(request, saved)


@require_POST
@keeps_typed_text("body")
@said_in_json
def section_draft(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    section, _sections = _section_to_write(request, pk, section_pk)
    return autosave(request, section, tz=section.terms.task_force.tz, newer=newer_words(section))


def _saved(request: HttpRequest, section: TermsSection) -> HttpResponse:
    here = reverse("taskforce:terms_edit", args=[section.terms_id, section.pk])
    url = here
    if "next" in request.POST:
        following = next_section(section)
        url = (
            reverse("taskforce:terms_edit", args=[section.terms_id, following.pk])
            if following
            else reverse("taskforce:terms_plan", args=[section.terms_id])
        )
    if not wants_json(request):
        return redirect(url)
    stays = url == here and "merged" not in request.POST
    return saved_json(request, section, tz=section.terms.task_force.tz, url="" if stays else url)


def _editor_urls(section: TermsSection) -> dict[str, Any]:
    args = [section.terms_id, section.pk]
    return {
        "edit_url": reverse("taskforce:terms_edit", args=args),
        "draft_url": reverse("taskforce:terms_section_draft", args=args),
        "store": f"terms:{section.pk}",
    }


def _conflict(request: HttpRequest, section: TermsSection, form: SectionForm, stale: StaleVersion) -> HttpResponse:
    if wants_json(request):
        return stale_json(stale)
    context = conflict_context(stale, section.terms.task_force.tz)
    initial = {"base_version": stale.version, "body": context["merged"].html, "title": form.cleaned_data["title"]}
    context |= frame(request, section.terms) | _editor_urls(section)
    context |= {"section": section, "form": SectionForm(initial=initial)}
    return render(request, "taskforce/terms/conflict.html", context, status=409)


def _editor(
    request: HttpRequest, section: TermsSection, sections: list[TermsSection], form: SectionForm, is_unsaved: bool
) -> HttpResponse:
    terms = section.terms
    tz = terms.task_force.tz
    drafts = drafts_seen(sections, reader=request.user, about=section, stored=section.body)
    draft = None if is_unsaved else drafts.own
    comments = list(comments_of(terms).filter(section=section))
    for comment in comments:
        comment.terms = terms
        comment.local_at = timezone.localtime(comment.created_at, tz)  # type: ignore[attr-defined]
    context = (
        frame(request, terms)
        | _editor_urls(section)
        | {
            "section": section,
            "form": form,
            "is_unsaved": is_unsaved,
            "sections": [
                {
                    "section": other,
                    "url": reverse("taskforce:terms_edit", args=[terms.pk, other.pk]),
                    "is_current": other.pk == section.pk,
                    "writers": drafts.writers(other),
                }
                for other in sections
            ],
            "writers": drafts.writers(section),
            "draft": draft,
            "draft_text": richtext_to_text(draft.text) if draft else "",
            "draft_at": timezone.localtime(draft.updated_at, tz) if draft else None,
            "stored_text": richtext_to_text(section.body) if draft else "",
            "saved_words": saved_words(section.updated_at, tz),
            "comments": comments,
        }
    )
    return render(request, "taskforce/terms/edit.html", context)


@require_GET
def section_history(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """What a section said before; for those who write the text."""
    terms = find_terms(request, pk, "taskforce.view_terms_board")
    section = _section_of(terms, section_pk)
    section.terms = terms
    edit_url = reverse("taskforce:terms_edit", args=[terms.pk, section.pk])
    versions = versions_context(request, section, tz=terms.task_force.tz, edit_url=edit_url)
    return render(request, "taskforce/terms/history.html", frame(request, terms) | versions)

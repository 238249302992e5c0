"""Terms of reference: their versions, the text with what the agencies say of it, what changed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.shortcuts import check_perm
from core.typography import date_fr
from taskforce.enums import TermsState
from taskforce.forms.terms import CommentForm, SpeakingForm
from taskforce.models import TermsOfReference, TermsReview, TermsSection
from taskforce.queries import transitions_of
from taskforce.queries.terms import (
    changes_between,
    changes_since_shared,
    comments_of,
    has_changed,
    represented_agencies,
    sections_of,
    terms_visible_to,
    versions_of,
)
from taskforce.services.terms import create_terms
from taskforce.views.parts import Crumb, find_body


def find_terms(request: HttpRequest, pk: int, perm: str = "taskforce.view_terms") -> TermsOfReference:
    """The version of this address: 404 unless it may be read, 403 unless `perm` is held."""
    terms = get_object_or_404(terms_visible_to(request.user), pk=pk)
    check_perm(request.user, perm, terms)
    return terms


def terms_crumbs(terms: TermsOfReference) -> list[Crumb]:
    """Termes de référence › Version 2, for the pages below."""
    return [
        (_("Termes de référence"), reverse("taskforce:terms_list", args=[terms.task_force.slug])),
        (_("Version %(number)d") % {"number": terms.number}, terms.get_absolute_url()),
    ]


def frame(request: HttpRequest, terms: TermsOfReference) -> dict[str, Any]:
    """What every page of one version needs."""
    user = request.user
    return {
        "terms": terms,
        "body": terms.task_force,
        "nav": "home",
        "crumbs": terms_crumbs(terms),
        "may_manage": user.has_perm("taskforce.manage_terms", terms),
        "may_write": user.has_perm("taskforce.write_terms", terms),
        "may_see_board": user.has_perm("taskforce.view_terms_board", terms),
    }


def steps_of(terms: TermsOfReference) -> list[dict[str, Any]]:
    """The life of a version, for `{% steps %}`."""
    tz = terms.task_force.tz
    order = list(TermsState)
    at = {
        TermsState.SHARED: terms.shared_at,
        TermsState.DISCUSSED: terms.discussed_at,
        TermsState.FORMALISED: terms.formalised_at,
    }
    labels = {
        TermsState.DRAFT: _("Projet"),
        TermsState.SHARED: _("Partagés"),
        TermsState.DISCUSSED: _("Discutés"),
        TermsState.FORMALISED: _("Formalisés"),
        TermsState.ADOPTED: _("Adoptés"),
    }
    place = order.index(TermsState(terms.state))
    steps = []
    for index, state in enumerate(order):
        moment = at.get(state)
        day = timezone.localtime(moment, tz).date() if moment else None
        if state == TermsState.ADOPTED:
            day = terms.adopted_on
        is_done = index < place or terms.is_adopted
        steps.append(
            {
                "label": labels[state],
                "state": "done" if is_done else "current" if index == place else "todo",
                "at": date_fr(day) if day and index <= place else "",
            }
        )
    return steps


# The versions of a body ---------------------------------------------------------------------------


@require_GET
def terms_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Every version that the reader may open, the one in force first."""
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.list_terms", body)
    versions = list(versions_of(body, request.user))
    may_manage = request.user.has_perm("taskforce.manage_terms", body)
    adopted = next((terms for terms in versions if terms.is_adopted), None)
    under_way = next((terms for terms in versions if not terms.is_adopted), None)
    context = {
        "body": body,
        "nav": "home",
        "adopted": adopted,
        "under_way": under_way,
        "earlier": [terms for terms in versions if terms.is_adopted and terms != adopted],
        "may_manage": may_manage,
        "may_create": may_manage and under_way is None,
    }
    return render(request, "taskforce/terms/list.html", context)


@require_POST
def terms_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a version: a copy of the adopted one, or the usual headings."""
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.manage_terms", body)
    terms = create_terms(body, actor=request.user)
    return redirect("taskforce:terms_plan", pk=terms.pk)


# One version --------------------------------------------------------------------------------------


@require_GET
def terms_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return detail_page(request, find_terms(request, pk))


def detail_page(request: HttpRequest, terms: TermsOfReference, refused: CommentForm | None = None) -> HttpResponse:
    """The text with its comments; `refused`: the comment form of one section, with its errors."""
    user = request.user
    may_comment = user.has_perm("taskforce.comment_terms", terms)
    agencies = represented_agencies(user, terms.task_force) if may_comment or refused else []
    reads_comments = may_comment or not terms.is_adopted or user.has_perm("taskforce.view_terms_board", terms)
    comments: dict[int | None, list[Any]] = {}
    if reads_comments:
        for comment in comments_of(terms):
            comment.terms = terms
            comment.local_at = timezone.localtime(comment.created_at, terms.task_force.tz)  # type: ignore[attr-defined]
            comments.setdefault(comment.section_id, []).append(comment)
    sections = list(sections_of(terms))
    shown = {section.pk for section in sections}
    refused_section = refused.data.get("section") if refused else None
    rows = []
    for section in sections:
        section.terms = terms
        rows.append(
            {
                "section": section,
                "comments": comments.get(section.pk, []),
                "form": _comment_form(agencies, section, refused, refused_section),
                "is_refused": refused is not None and refused_section == str(section.pk),
            }
        )
    is_general_refused = refused is not None and not any(row["is_refused"] for row in rows)
    on_removed = [c for key, found in comments.items() if key is not None and key not in shown for c in found]
    is_amended = terms.state in (TermsState.DISCUSSED, TermsState.FORMALISED) and has_changed(
        changes_since_shared(terms)
    )
    context = frame(request, terms) | {
        "steps": steps_of(terms),
        "rows": rows,
        "reads_comments": reads_comments,
        "general_comments": comments.get(None, []) + on_removed,
        "general_form": _comment_form(agencies, None, refused, "" if is_general_refused else None),
        "is_general_refused": is_general_refused,
        "comment_count": sum(len(found) for found in comments.values()),
        "agencies": _own_reviews(terms, agencies),
        "speaking_form": SpeakingForm(agencies=agencies) if agencies else None,
        "may_comment": may_comment and bool(agencies),
        "discussions": list(terms.discussions.all()),
        "is_over": terms.comments_until is not None and terms.comments_until < terms.task_force.today(),
        "is_amended": is_amended,
        "history": _history(terms) if user.has_perm("taskforce.view_terms_board", terms) else [],
        "is_empty": not any(section.body for section in sections),
    }
    return render(request, "taskforce/terms/detail.html", context, status=422 if refused else 200)


def _comment_form(
    agencies: list[Any], section: TermsSection | None, refused: CommentForm | None, refused_section: str | None
) -> CommentForm | None:
    if not agencies:
        return None
    key = str(section.pk) if section else ""
    if refused is not None and refused_section == key:
        return refused
    return CommentForm(agencies=agencies, initial={"section": key}, auto_id=f"id_{key or 'texte'}_%s")


def _own_reviews(terms: TermsOfReference, agencies: list[Any]) -> list[dict[str, Any]]:
    """What each agency of the reader has done with this round's text."""
    if not agencies:
        return []
    reviews = {
        review.agency_id: review
        for review in TermsReview.objects.filter(terms=terms, round=terms.round, agency__in=agencies)
    }
    return [{"agency": agency, "review": reviews.get(agency.pk)} for agency in agencies]


def _history(terms: TermsOfReference) -> list[dict[str, Any]]:
    return [
        {
            "text": f"{TermsState(record.before).label} → {TermsState(record.after).label}",
            "at": record.at.astimezone(terms.task_force.tz),
            "actor": record.actor_label,
            "comment": record.comment,
        }
        for record in transitions_of(terms)
    ]


@require_GET
def terms_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What this version changed: from another one (`?depuis=`), or from the text that was shared."""
    terms = find_terms(request, pk)
    others = [other for other in versions_of(terms.task_force, request.user) if other.number < terms.number]
    asked = request.GET.get("depuis", "")
    old = next((other for other in others if str(other.number) == asked), None)
    if asked not in {"", "partage"} and old is None:
        raise Http404(asked)
    since_shared = asked == "partage" or (not asked and not others)
    if not since_shared:
        old = old or others[0]
    changes = changes_since_shared(terms) if old is None else changes_between(old, terms)
    if old is None and terms.round == 0:
        changes = []
    context = frame(request, terms) | {
        "changes": changes,
        "is_changed": has_changed(changes),
        "old": old,
        "others": others,
        "was_shared": terms.round > 0,
    }
    return render(request, "taskforce/terms/changes.html", context)

"""The presence of a year: by agency, by mandate, meeting by meeting."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.documents.base import documents
from core.documents.services import request_document
from core.models import JobState
from meetings.queries.presence_year import PresenceLine, meetings_held, presence_of_year, years_of
from meetings.views.common import find_body
from meetings.wording_presence import SIGNS, legend, mark_words
from taskforce.enums import ReportKind
from taskforce.models import TaskForce
from taskforce.services.reports import year_report


def checked_year(body: TaskForce, year: int) -> int:
    """A year that can be: 404 for any other, so that addresses are not endless."""
    if not 1990 <= year <= body.today().year + 1:
        raise Http404(year)
    return year


@require_GET
def presence_latest(request: HttpRequest, slug: str) -> HttpResponse:
    """The latest year in which the body met."""
    body = find_body(request, slug, "meetings.view_presence")
    years = years_of(meetings_held(body))
    return redirect("meetings:presence_year", slug=body.slug, year=years[0] if years else body.today().year)


@require_GET
def presence_year(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    body = find_body(request, slug, "meetings.view_presence")
    held = meetings_held(body)
    presence = presence_of_year(body, checked_year(body, year), held=held)
    by_person = request.GET.get("par") == "personne"
    context = {
        "body": body,
        "nav": "meetings",
        "year": year,
        "years": sorted({*years_of(held), year}, reverse=True),
        "presence": presence,
        "by_person": by_person,
        "lines": [_shown(line) for line in (presence.people if by_person else presence.agencies)],
        "legend": legend(),
        "back_url": reverse("meetings:meeting_list", args=[body.slug]),
    }
    return render(request, "meetings/presence/year.html", context)


def _shown(line: PresenceLine) -> dict[str, Any]:
    return {
        "line": line,
        "cells": [{"cell": cell, "sign": SIGNS[cell.mark], "words": mark_words(cell.mark)} for cell in line.cells],
    }


@require_POST
def presence_pdf(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The year as an official document."""
    return _year_document(request, slug, year, ReportKind.PRESENCE, "presence-year")


@require_POST
def review_pdf(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """« Bilan de l’année », as an official document."""
    return _year_document(request, slug, year, ReportKind.REVIEW, "year-review")


def _year_document(request: HttpRequest, slug: str, year: int, kind: str, document: str) -> HttpResponse:
    body = find_body(request, slug, "meetings.view_presence")
    report = year_report(body, kind, checked_year(body, year))
    job = request_document(request.user, documents.get(document)(), report, "pdf")
    if job.state == JobState.DONE:
        return redirect("documents:download", pk=job.artefact_id)
    return redirect("documents:job", pk=job.pk)

"""Coverage files: the list, bringing one in, how far it is, the file itself, the template to fill in."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.shortcuts import check_perm
from core.uploads import TYPES
from core.workflow import TransitionRefused
from interventions.enums import ImportState
from interventions.exports.workbook import coverage_workbook
from interventions.forms.imports import UploadForm
from interventions.imports.batches import start
from interventions.models import ImportBatch
from interventions.queries.imports import batches_of, made_sheets, providers_of
from interventions.services.imports import discard, receive
from interventions.views.import_pages import batch_page, find_batch, import_crumbs
from interventions.views.import_rows import dry_run
from interventions.views.parts import find_country, list_crumb, shell_of, show_refusal

PAGE_SIZE = 25
MADE_SHOWN = 100


@require_GET
def import_list(request: HttpRequest, iso3: str) -> HttpResponse:
    country = find_country(request, iso3)
    check_perm(request.user, "interventions.import_lines", country)
    page = Paginator(batches_of(request.user, country), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {**shell_of(request, country), "page": page, "crumbs": [list_crumb(country)]}
    return render(request, "interventions/imports/list.html", context)


@require_http_methods(["GET", "POST"])
def import_add(request: HttpRequest, iso3: str) -> HttpResponse:
    """Choose the file; a small one is read at once."""
    country = find_country(request, iso3)
    check_perm(request.user, "interventions.import_lines", country)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        facts = form.cleaned_data
        try:
            batch, is_new = receive(
                country,
                facts["file"],
                provider=facts["provider"],
                default_year=facts["default_year"],
                actor=request.user,
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            if is_new:
                start(batch)
            else:
                messages.info(request, _("Ce fichier est déjà en cours d’import : le voici."))
            return redirect("interventions:import_detail", batch.pk)
    context = {
        **shell_of(request, country),
        "form": form,
        "providers": providers_of(country),
        "crumbs": import_crumbs(country),
    }
    return render(request, "interventions/imports/add.html", context, status=422 if form.is_bound else 200)


@require_GET
def import_template(request: HttpRequest, iso3: str) -> FileResponse:
    """An empty workbook in the standard columns, with lists to choose from and the P-codes of the country."""
    country = find_country(request, iso3)
    check_perm(request.user, "interventions.import_lines", country)
    response = FileResponse(coverage_workbook(country), content_type=TYPES["xlsx"])
    disposition = content_disposition_header(True, f"modele-couverture-{country.iso3.lower()}.xlsx")
    response["Content-Disposition"] = disposition or "attachment"
    return response


@require_GET
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the file stands: being read, to be checked (the dry run), written, undone."""
    batch = find_batch(request, pk)
    if batch.is_at_work:
        template = "_progress.html" if request.htmx else "progress.html"  # type: ignore[attr-defined]
        return batch_page(request, batch, f"interventions/imports/{template}")
    if request.htmx:  # type: ignore[attr-defined]
        # The work is done: the whole page is another.
        return HttpResponse(headers={"HX-Refresh": "true"})
    if batch.state == ImportState.READ:
        return dry_run(request, batch)
    if batch.state in {ImportState.APPLIED, ImportState.UNDONE}:
        return _result(request, batch)
    return batch_page(request, batch, "interventions/imports/refused.html")


def _result(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    sheets = list(made_sheets(batch)[: MADE_SHOWN + 1])
    drafts = made_sheets(batch).filter(state="draft").count() if sheets else 0
    publishes = request.user.has_perm("interventions.publish_intervention", batch.country)
    return batch_page(
        request,
        batch,
        "interventions/imports/result.html",
        sheets=sheets[:MADE_SHOWN],
        more=len(sheets) > MADE_SHOWN,
        drafts=drafts,
        publishes=publishes,
    )


@require_POST
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Not to be written: put aside."""
    batch = find_batch(request, pk)
    try:
        discard(batch, actor=request.user)
    except TransitionRefused as error:
        messages.warning(request, " ".join(error.messages))
        return redirect("interventions:import_detail", batch.pk)
    messages.success(request, _("« %(name)s » est écarté : rien n’en est enregistré.") % {"name": batch.name})
    return redirect("interventions:import_list", batch.country.iso3.lower())


@require_GET
def import_source(request: HttpRequest, pk: int) -> FileResponse:
    """The file as it came."""
    batch = find_batch(request, pk)
    try:
        handle = batch.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(pk) from error
    kind = batch.name.rpartition(".")[2].lower()
    response = FileResponse(
        handle, as_attachment=True, filename=batch.name, content_type=TYPES.get(kind, "application/octet-stream")
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response

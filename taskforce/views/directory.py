"""The directory by organisation and duty station."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.shortcuts import check_perm
from taskforce.forms.directory import DirectoryForm
from taskforce.queries import only_body
from taskforce.queries.directory import directory_agencies, directory_people, directory_stations, grouped, listed

PER_PAGE = 150


@require_GET
def directory(request: HttpRequest) -> HttpResponse:
    """Whom one may see, by organisation and duty station; made to be printed too."""
    check_perm(request.user, "taskforce.view_directory")
    form = DirectoryForm(
        request.GET, agencies=directory_agencies(request.user), stations=directory_stations(request.user)
    )
    people = directory_people(request.user, **form.asked)
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    lines = listed(page.object_list, request.user)
    body = only_body(request.user)
    context = {
        "body": body,
        "nav": "members",
        "form": form,
        "page": page,
        "organisations": grouped(lines, request.user, on=body.today() if body else timezone.localdate()),
        "doubts": sum(1 for line in lines if line.doubt),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "query": request.GET.urlencode(),
    }
    return render(request, "taskforce/directory/list.html", context)

"""People: the directory, one person, entering and correcting."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.notifications.delivery import failure_of, try_again
from core.shortcuts import check_perm
from taskforce.account_queries import open_invite
from taskforce.forms import PeopleFilterForm, PersonForm
from taskforce.queries import (
    agencies_visible_to,
    bodies_visible_to,
    contacts_visible_to,
    french_order,
    mandates_of,
    offices_of,
    only_body,
    people_visible_to,
    similar_people,
)
from taskforce.services.people import create_person, update_person
from taskforce.views.parts import form_page, safe_next, show_refusal

PER_PAGE = 50


@require_GET
def person_list(request: HttpRequest) -> HttpResponse:
    """The directory by agency and duty station, of the people one may see."""
    check_perm(request.user, "taskforce.view_directory")
    form = PeopleFilterForm(request.GET, agencies=agencies_visible_to(request.user))
    form.is_valid()
    people = people_visible_to(request.user)
    for word in (form.cleaned_data.get("nom") or "").split():
        people = people.filter(Q(family_name__unaccent__icontains=word) | Q(given_name__unaccent__icontains=word))
    if form.cleaned_data.get("agence"):
        people = people.filter(agency=form.cleaned_data["agence"])
    people = people.order_by(
        *french_order("agency__acronym"), *french_order("office__duty_station", "family_name", "given_name"), "pk"
    )
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    reachable = set(
        contacts_visible_to(request.user).filter(pk__in=[person.pk for person in rows]).values_list("pk", flat=True)
    )
    context = {
        "body": only_body(request.user),
        "nav": "members",
        "form": form,
        "page": page,
        "rows": [(person, person.pk in reachable) for person in rows],
        "may_manage": request.user.has_perm("taskforce.manage_people"),
    }
    return render(request, "taskforce/person_list.html", context)


@require_GET
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: what is known, and the mandates and functions in bodies that the reader may open."""
    people = people_visible_to(request.user).annotate(
        failing_since=failure_of("email", "reported_at"),
        failure=failure_of("email", "diagnostic"),
        shows_contact=Exists(contacts_visible_to(request.user).filter(pk=OuterRef("pk"))),
    )
    person = get_object_or_404(people, pk=pk)
    bodies = bodies_visible_to(request.user)
    may_edit = request.user.has_perm("taskforce.edit_person", person)
    may_invite = request.user.has_perm("taskforce.invite_person", person)
    may_retry = person.failing_since is not None and request.user.has_perm("taskforce.retry_address", person)
    context = {
        "body": only_body(request.user),
        "nav": "members",
        "person": person,
        "mandates": mandates_of(person, bodies),
        "offices": offices_of(person, bodies),
        "themes": person.themes.order_by(*french_order("name")),
        "shows_contact": person.shows_contact,
        "may_edit": may_edit,
        "may_invite": may_invite,
        "invite": open_invite(person) if may_invite and person.user_id is None else None,
        "may_retry": may_retry,
        "namesakes": similar_people(person.given_name, person.family_name, but=person.pk) if may_invite else [],
    }
    return render(request, "taskforce/person_detail.html", context)


@require_POST
def address_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Write again to an address from which mails came back."""
    person = get_object_or_404(people_visible_to(request.user), pk=pk)
    check_perm(request.user, "taskforce.retry_address", person)
    if person.email and try_again(person.email):
        messages.success(request, _("Les prochains courriels repartent à %(address)s.") % {"address": person.email})
    else:
        messages.info(request, _("Cette adresse n’est pas en échec."))
    return redirect("taskforce:person_detail", pk=person.pk)


@require_http_methods(["GET", "POST"])
def person_create(request: HttpRequest) -> HttpResponse:
    """Enter a person; a namesake is shown first."""
    check_perm(request.user, "taskforce.manage_people")
    form = PersonForm(request.POST if request.method == "POST" else None, initial={"agency": request.GET.get("agence")})
    if form.is_valid():
        data = dict(form.cleaned_data)
        data.pop("is_other")
        try:
            person = create_person(actor=request.user, **data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("La fiche de %(person)s est créée.") % {"person": person})
            return redirect(safe_next(request, reverse("taskforce:person_detail", args=[person.pk])))
    list_url = reverse("taskforce:person_list")
    return form_page(
        request,
        form,
        title=_("Nouvelle personne"),
        submit=_("Créer la fiche"),
        cancel_url=list_url,
        crumbs=[(_("Personnes"), list_url)],
        template="taskforce/person_form.html",
        body=only_body(request.user),
    )


@require_http_methods(["GET", "POST"])
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is known of a person."""
    person = get_object_or_404(people_visible_to(request.user), pk=pk)
    check_perm(request.user, "taskforce.edit_person", person)
    # Said before the form is read: a refused name must not stand in the title.
    title = _("Modifier la fiche de %(person)s") % {"person": person}
    form = PersonForm(
        request.POST if request.method == "POST" else None,
        person=person,
        may_change_address=request.user.has_perm("taskforce.change_address", person),
        initial=PersonForm.initial_of(person),
    )
    if form.is_valid():
        data = dict(form.cleaned_data)
        data.pop("is_other")
        try:
            update_person(person, actor=request.user, **data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("La fiche de %(person)s est enregistrée.") % {"person": person})
            return redirect("taskforce:person_detail", pk=person.pk)
    detail_url = reverse("taskforce:person_detail", args=[person.pk])
    return form_page(
        request,
        form,
        title=title,
        submit=_("Enregistrer la fiche"),
        cancel_url=detail_url,
        crumbs=[(_("Personnes"), reverse("taskforce:person_list"))],
        template="taskforce/person_form.html",
        body=only_body(request.user),
    )

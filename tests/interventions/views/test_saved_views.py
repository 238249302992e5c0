"""Filters kept under a name: one's own, shared with the country, taken away."""

import pytest
from django.urls import reverse

from interventions.forms.saved_views import kept_query
from interventions.models import SavedView
from interventions.queries.saved_views import views_of_page
from interventions.services import saved_views as service
from tests.project import html
from tests.taskforce.factories import CountryFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db


def keep(browser, *, page="liste", query="statut=ongoing", name="En cours", iso3="ner", **more):
    address = reverse("interventions:saved_view_add", args=[iso3])
    return browser.post(address, {"page": page, "query": query, "name": name, **more})


def names(user, country, page="liste"):
    return [view.name for view in views_of_page(user, country, page)]


@pytest.mark.parametrize(
    ("page", "query", "address"),
    [
        ("liste", "statut=ongoing&mots=cantines", "intervention_list"),
        ("matrice", "par=structure&mesure=menages", "matrix"),
        ("carte", "niveau=1&mesure=personnes", "map"),
    ],
)
def test_a_view_is_kept_from_its_page_and_opens_it_again(office, secretary, body, page, query, address):
    url = reverse(f"interventions:{address}", args=["ner"])
    form = html.tree(office.get(f"{url}?{query}").content).xpath("//form[contains(@action, '/vues/')]")[0]
    sent = {one.get("name"): one.get("value") for one in form.xpath(".//input[@type='hidden']")}
    response = office.post(form.get("action"), {**sent, "name": "  Ma   vue "}, follow=True)

    assert response.redirect_chain[-1][0] == f"{url}?{kept_query(page, query)}"
    view = SavedView.objects.get()
    assert (view.name, view.page, view.owner, view.is_shared) == ("Ma vue", page, secretary, False)
    link = html.tree(response.content).xpath("//ul[@class='saved-list']//a")[0]
    assert link.text_content().strip() == "Ma vue"
    assert link.get("aria-current") == "true"
    assert (
        office.get(link.get("href")).context["form"].data.get(query.split("=")[0]) == query.split("=")[1].split("&")[0]
    )


def test_what_the_page_does_not_read_is_not_kept():
    assert kept_query("liste", "page=3&statut=ongoing&x=<script>&mots=  eau ") == "mots=eau&statut=ongoing"
    assert kept_query("matrice", "au=31/12/2026&du=1/1/2026&par=axe") == "par=axe&du=1%2F1%2F2026&au=31%2F12%2F2026"


def test_a_name_already_taken_writes_over_one_s_own_view_and_over_no_other(office, secretary, body, signed_in):
    colleague = member(body, role="titular").user
    keep(signed_in(colleague), shared="on")
    keep(office)
    keep(office, query="statut=planned")

    assert {(view.owner, view.query) for view in SavedView.objects.all()} == {
        (colleague, "statut=ongoing"),
        (secretary, "statut=planned"),
    }


def test_a_shared_view_is_found_by_those_who_work_in_the_country(office, secretary, body, signed_in):
    keep(office, name="Pour tous", shared="on")
    keep(office, name="Pour moi")
    colleague, abroad = (
        member(body, role="observer").user,
        member(TaskForceFactory(country=CountryFactory(senegal=True)), role="secretariat").user,
    )

    assert names(secretary, body.country) == ["Pour moi", "Pour tous"]
    assert names(colleague, body.country) == ["Pour tous"]
    assert names(abroad, body.country) == []


def test_an_outsider_keeps_views_and_shares_none(signed_in, body):
    abroad = member(TaskForceFactory(country=CountryFactory(senegal=True)), role="secretariat").user
    keep(signed_in(abroad), shared="on")

    assert SavedView.objects.get().is_shared is False


def test_who_takes_a_view_away(office, secretary, body, signed_in):
    colleague, other = member(body, role="titular").user, member(body, role="observer").user
    keep(signed_in(colleague), name="Partagée", shared="on")
    keep(signed_in(colleague), name="À moi")
    shared, own = SavedView.objects.get(name="Partagée"), SavedView.objects.get(name="À moi")

    def remove(user, view):
        return signed_in(user).post(reverse("interventions:saved_view_remove", args=[view.pk])).status_code

    assert remove(other, shared) == 403
    assert remove(other, own) == 404
    assert remove(secretary, own) == 404
    assert remove(secretary, shared) == 302
    assert remove(colleague, own) == 302
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [{"name": ""}, {"name": "x" * 81}, {"name": "a\x00b"}, {"page": "ailleurs"}, {"query": "mots=" + "x" * 1000}],
)
def test_what_cannot_be_kept_is_shown_again(office, body, typed):
    response = keep(office, **typed)

    assert response.status_code == 422
    assert not SavedView.objects.exists()


def test_there_is_an_end_to_the_list(office, secretary, body):
    for number in range(service.MOST):
        keep(office, name=f"Vue {number}")
    response = keep(office, name="Une de trop")

    assert response.status_code == 422
    assert "retirez-en une" in response.content.decode()
    assert keep(office, name="Vue 3", query="").status_code == 302


@pytest.mark.parametrize("page", ["intervention_list", "matrix", "map"])
def test_an_address_with_hundreds_of_names_is_read(office, page):
    query = "&".join(f"x{number}=1" for number in range(300))
    assert office.get(f"{reverse(f'interventions:{page}', args=['ner'])}?{query}").status_code == 200

"""The administrator's site: reference data is kept there, what has a history is only read."""

import pytest
from django.contrib import admin
from django.urls import reverse

from taskforce.models import Agency, AgencyAlias, Mandate, Office, Person, Seat, TaskForce, User
from taskforce.services.agencies import load_reference
from tests.taskforce.factories import (
    AgencyFactory,
    MandateFactory,
    OfficeFactory,
    TaskForceFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db

OURS = [model for model in admin.site._registry if model._meta.app_label == "taskforce"]
READ_ONLY = {Mandate, Office, Person, Seat, TaskForce}


def page(model, name, *args):
    return reverse(f"admin:taskforce_{model._meta.model_name}_{name}", args=args)


@pytest.fixture
def mandate():
    load_reference()
    return MandateFactory()


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_an_administrator_opens_every_list_and_form(client, mandate, model):
    client.force_login(UserFactory(administrator=True))
    assert (
        client.get(
            page(model, "changelist"), {"q": "a"} if admin.site._registry[model].search_fields else {}
        ).status_code
        == 200
    )
    row = model.objects.first()
    if row is not None:
        assert client.get(page(model, "change", row.pk)).status_code == 200
    assert client.get(page(model, "add")).status_code == (403 if model in READ_ONLY or not _may_add(model) else 200)


def _may_add(model):
    request = type("Request", (), {"user": User(is_administrator=True)})()
    return admin.site._registry[model].has_add_permission(request)


@pytest.mark.parametrize("role", ["secretariat", "chair", "titular", "data_manager"])
def test_nobody_else_enters(client, role):
    client.force_login(member(TaskForceFactory(), role=role).user)
    assert client.get(reverse("admin:index")).status_code == 302
    assert client.get(page(Agency, "changelist")).status_code == 302


@pytest.mark.parametrize("model", sorted(READ_ONLY, key=lambda model: model.__name__))
def test_what_has_a_history_is_not_changed_here(client, mandate, model):
    client.force_login(UserFactory(administrator=True))
    OfficeFactory()
    for name in ("change", "delete"):
        target = model.objects.first()
        assert client.post(page(model, name, target.pk), {"post": "yes"}).status_code == 403
        assert model.objects.filter(pk=target.pk).exists()
    assert Mandate.objects.filter(pk=mandate.pk).exists()


def test_an_alias_that_another_agency_has_is_refused_by_name(client, mandate):
    client.force_login(UserFactory(administrator=True))
    fao = Agency.objects.get(acronym="FAO")
    data = {
        "acronym": "FAO", "name_fr": fao.name_fr, "kind": "un",
        "aliases-TOTAL_FORMS": "1", "aliases-INITIAL_FORMS": "0", "aliases-0-agency": fao.pk, "aliases-0-label": "oit",
    }  # fmt: skip
    response = client.post(page(Agency, "change", fao.pk), data)
    assert response.status_code == 200 and "désigne déjà BIT" in response.content.decode()
    response = client.post(page(Agency, "change", fao.pk), {**data, "aliases-0-label": "ONUAA"})
    assert response.status_code == 302
    assert AgencyAlias.objects.filter(agency=fao, normalised="onuaa").exists()
    response = client.post(page(Agency, "change", fao.pk), {**data, "aliases-0-label": "onuaa"})
    assert response.status_code == 200 and "porte déjà ce nom" in response.content.decode()


def test_an_account_is_closed_here_and_keeps_its_address(client):
    client.force_login(UserFactory(administrator=True))
    user = member(TaskForceFactory()).user
    client.post(page(User, "change", user.pk), {"language": "fr", "email": "autre@example.org"})
    user.refresh_from_db()
    assert not user.is_active and user.email != "autre@example.org"


def test_a_used_agency_is_not_deleted(client, mandate):
    client.force_login(UserFactory(administrator=True))
    agency = mandate.seat.agency
    client.post(page(Agency, "delete", agency.pk), {"post": "yes"})
    assert Agency.objects.filter(pk=agency.pk).exists()
    unused = AgencyFactory()
    client.post(page(Agency, "delete", unused.pk), {"post": "yes"})
    assert not Agency.objects.filter(pk=unused.pk).exists()

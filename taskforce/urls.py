"""Addresses of taskforce. A body's own come last: its slug is their first part (see validators.RESERVED_SLUGS)."""

from django.urls import path

from taskforce.urls_accounts import urlpatterns as account_urls
from taskforce.urls_designations import urlpatterns as designation_urls
from taskforce.urls_directory import urlpatterns as directory_urls
from taskforce.urls_feeds import urlpatterns as feed_urls
from taskforce.urls_groups import urlpatterns as group_urls
from taskforce.urls_terms import body_urlpatterns as body_terms_urls
from taskforce.urls_terms import urlpatterns as terms_urls
from taskforce.urls_todos import urlpatterns as todo_urls
from taskforce.urls_workplan import urlpatterns as workplan_urls
from taskforce.views import (
    agencies,
    bodies,
    documents,
    mandates,
    offices,
    people,
    register,
    register_lists,
    roster,
    seats,
)
from taskforce.views.home import body_home
from taskforce.views.search import search

app_name = "taskforce"

urlpatterns = [
    path("recherche/", search, name="search"),
    path("instances/nouvelle/", bodies.body_create, name="body_create"),
    path("chefs-de-file/<int:pk>/fin/", bodies.lead_end, name="lead_end"),
    path("membres/<int:pk>/", seats.seat_detail, name="seat_detail"),
    path("membres/<int:pk>/qualite/", seats.seat_change, name="seat_change"),
    path("membres/<int:pk>/fin/", seats.seat_end, name="seat_end"),
    path("membres/<int:pk>/nouveau-mandat/", mandates.mandate_begin, name="mandate_begin"),
    path("mandats/<int:pk>/remplacement/", mandates.mandate_replace, name="mandate_replace"),
    path("mandats/<int:pk>/fin/", mandates.mandate_end, name="mandate_end"),
    path("mandats/<int:pk>/effacement/", mandates.mandate_discard, name="mandate_discard"),
    path("fonctions/gestionnaires/", offices.data_manager_list, name="data_manager_list"),
    path("fonctions/gestionnaires/nouveau/", offices.data_manager_begin, name="data_manager_begin"),
    path("fonctions/<int:pk>/passation/", offices.office_hand_over, name="office_hand_over"),
    path("fonctions/<int:pk>/fin/", offices.office_end, name="office_end"),
    path("personnes/", people.person_list, name="person_list"),
    path("personnes/nouvelle/", people.person_create, name="person_create"),
    path("personnes/<int:pk>/", people.person_detail, name="person_detail"),
    path("personnes/<int:pk>/fiche/", people.person_edit, name="person_edit"),
    path("agences/", agencies.agency_list, name="agency_list"),
    path("agences/nouvelle/", agencies.agency_create, name="agency_create"),
    path("agences/<int:pk>/", agencies.agency_detail, name="agency_detail"),
    path("agences/<int:pk>/fiche/", agencies.agency_edit, name="agency_edit"),
    path("agences/<int:pk>/autres-noms/", agencies.alias_add, name="alias_add"),
    path("agences/<int:pk>/autres-noms/<int:alias_pk>/retrait/", agencies.alias_remove, name="alias_remove"),
    path("agences/<int:pk>/nouveau-bureau/", agencies.agency_office_open, name="agency_office_open"),
    path("bureaux/<int:pk>/direction/", agencies.head_begin, name="head_begin"),
    path("directions/<int:pk>/fin/", agencies.head_end, name="head_end"),
    path("actions/<int:pk>/", register.action_detail, name="action_detail"),
    path("actions/<int:pk>/etat/", register.action_move, name="action_move"),
    path("actions/<int:pk>/fiche/", register.action_edit, name="action_edit"),
    *account_urls,
    *designation_urls,
    *terms_urls,
    *feed_urls,
    *directory_urls,
    *workplan_urls,
    *group_urls,
    *todo_urls,
    path("<slug:slug>/", body_home, name="body_home"),
    *body_terms_urls,
    path("<slug:slug>/instance/", bodies.body_detail, name="body_detail"),
    path("<slug:slug>/instance/fiche/", bodies.body_edit, name="body_edit"),
    path("<slug:slug>/instance/etat/", bodies.body_state, name="body_state"),
    path("<slug:slug>/instance/nouveau-chef-de-file/", bodies.lead_begin, name="lead_begin"),
    path("<slug:slug>/membres/", roster.roster, name="roster"),
    path("<slug:slug>/membres/nouvelle-structure/", seats.seat_add, name="seat_add"),
    path("<slug:slug>/fonctions/", offices.office_list, name="office_list"),
    path("<slug:slug>/fonctions/nouvelle/", offices.office_begin, name="office_begin"),
    path("<slug:slug>/decisions-et-actions/", register.register, name="register"),
    path("<slug:slug>/decisions-et-actions/nouvelle-action/", register.action_create, name="action_create"),
    path("<slug:slug>/decisions-et-actions/pdf/", register_lists.register_pdf, name="register_pdf"),
    path("<slug:slug>/decisions-et-actions/relances/", register_lists.action_remind, name="action_remind"),
    path("<slug:slug>/documents/", documents.document_list, name="documents"),
]

"""Addresses of the work plan."""

from django.urls import path

from taskforce.views import workplan

urlpatterns = [
    path("activites/<int:pk>/", workplan.activity_detail, name="activity_detail"),
    path("activites/<int:pk>/avancement/", workplan.activity_progress, name="activity_progress"),
    path("activites/<int:pk>/fiche/", workplan.activity_edit, name="activity_edit"),
    path("activites/<int:pk>/retrait/", workplan.activity_remove, name="activity_remove"),
    path("<slug:slug>/plan-de-travail/", workplan.workplan, name="workplan"),
    path("<slug:slug>/plan-de-travail/<int:year>/", workplan.workplan, name="workplan_year"),
    path("<slug:slug>/plan-de-travail/<int:year>/nouvelle-activite/", workplan.activity_add, name="activity_add"),
    path("<slug:slug>/plan-de-travail/<int:year>/reprise/", workplan.workplan_copy, name="workplan_copy"),
    path("<slug:slug>/plan-de-travail/<int:year>/etat/", workplan.workplan_state, name="workplan_state"),
]

"""Addresses of what leads to interventions: decisions and actions tied to them, a place by its code."""

from django.urls import path

from interventions.views import area, decisions

urlpatterns = [
    path("interventions/<int:pk>/decisions/", decisions.intervention_decisions, name="intervention_decisions"),
    path("interventions/decisions/<int:pk>/", decisions.decision_interventions, name="decision_interventions"),
    path("interventions/actions/<int:pk>/", decisions.action_interventions, name="action_interventions"),
    path("interventions/liens/<int:pk>/retrait/", decisions.link_remove, name="link_remove"),
    path("interventions/lieux/<str:pcode>/", area.place, name="place"),
]

"""Addresses of what ties decisions and actions to interventions."""

from django.urls import path

from interventions.views import decisions

urlpatterns = [
    path("interventions/<int:pk>/decisions/", decisions.intervention_decisions, name="intervention_decisions"),
    path("interventions/decisions/<int:pk>/", decisions.decision_interventions, name="decision_interventions"),
    path("interventions/actions/<int:pk>/", decisions.action_interventions, name="action_interventions"),
    path("interventions/liens/<int:pk>/retrait/", decisions.link_remove, name="link_remove"),
]

"""Addresses of what leads to interventions: decisions and actions tied to them, a place by its code, keys of partners."""

from django.urls import path

from interventions.views import api_tokens, area, decisions

urlpatterns = [
    path("interventions/<int:pk>/decisions/", decisions.intervention_decisions, name="intervention_decisions"),
    path("interventions/decisions/<int:pk>/", decisions.decision_interventions, name="decision_interventions"),
    path("interventions/actions/<int:pk>/", decisions.action_interventions, name="action_interventions"),
    path("interventions/liens/<int:pk>/retrait/", decisions.link_remove, name="link_remove"),
    path("interventions/lieux/<str:pcode>/", area.place, name="place"),
    path("<slug:iso3>/interventions/acces/", api_tokens.api_token_list, name="api_token_list"),
    path("interventions/acces/<int:pk>/revocation/", api_tokens.api_token_revoke, name="api_token_revoke"),
]

"""Addresses of collection campaigns."""

from django.urls import path

from interventions.views import campaign_answers, campaign_requests, campaigns

urlpatterns = [
    path("<slug:iso3>/interventions/collectes/", campaigns.campaign_list, name="campaign_list"),
    path("<slug:iso3>/interventions/collectes/nouvelle/", campaigns.campaign_add, name="campaign_add"),
    path("interventions/collectes/<int:pk>/", campaigns.campaign_detail, name="campaign_detail"),
    path("interventions/collectes/<int:pk>/modification/", campaigns.campaign_edit, name="campaign_edit"),
    path("interventions/collectes/<int:pk>/structures/", campaigns.campaign_structures, name="campaign_structures"),
    path("interventions/collectes/<int:pk>/envoi/", campaigns.campaign_send, name="campaign_send"),
    path("interventions/collectes/<int:pk>/relance/", campaigns.campaign_remind, name="campaign_remind"),
    path("interventions/collectes/<int:pk>/cloture/", campaigns.campaign_close, name="campaign_close"),
    path("interventions/collectes/<int:pk>/reouverture/", campaigns.campaign_reopen, name="campaign_reopen"),
    path("interventions/collectes/demandes/<int:pk>/", campaign_requests.request_detail, name="collection_request"),
    path(
        "interventions/collectes/demandes/<int:pk>/contact/",
        campaign_requests.request_contact,
        name="collection_contact",
    ),
    path(
        "interventions/collectes/demandes/<int:pk>/classeur/",
        campaign_answers.request_workbook,
        name="collection_workbook",
    ),
    path("interventions/collectes/demandes/<int:pk>/lien/", campaign_requests.request_link, name="collection_link"),
    path(
        "interventions/collectes/demandes/<int:pk>/reponse/",
        campaign_answers.request_answer,
        name="collection_answer",
    ),
    path(
        "interventions/collectes/demandes/<int:pk>/retrait/",
        campaign_requests.request_withdraw,
        name="collection_withdraw",
    ),
]

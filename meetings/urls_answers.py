"""Addresses of answers to invitations and of what members contribute before a meeting; included by `meetings.urls`."""

from django.urls import path

from meetings.views import answers, proposals

urlpatterns = [
    path("reunions/<int:pk>/reponses/", answers.answer_list, name="answer_list"),
    path("reunions/<int:pk>/reponses/<int:invitation_pk>/", answers.answer_for, name="answer_for"),
    path("reunions/<int:pk>/ma-reponse/", answers.answer, name="answer"),
    path("reunions/<int:pk>/proposer/", proposals.propose, name="propose"),
    path("reunions/<int:pk>/propositions/<int:proposal_pk>/", proposals.proposal_act, name="proposal_act"),
]

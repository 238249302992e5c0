"""Addresses of designations, the secretariat's side. Included by taskforce.urls, before the bodies'."""

from django.urls import path

from taskforce.views import designation_answers as answers
from taskforce.views import designation_requests as requests
from taskforce.views import designations

urlpatterns = [
    path("designations/<int:pk>/", requests.designation_detail, name="designation_detail"),
    path("designations/<int:pk>/envoi/", requests.designation_send, name="designation_send"),
    path("designations/<int:pk>/relance/", requests.designation_remind, name="designation_remind"),
    path("designations/<int:pk>/lien/", requests.designation_link, name="designation_link"),
    path("designations/<int:pk>/retrait/", requests.designation_revoke, name="designation_revoke"),
    path("designations/<int:pk>/echeance/", requests.designation_deadline, name="designation_deadline"),
    path("designations/<int:pk>/lettre-signee/", requests.designation_letter_scan, name="designation_letter_scan"),
    path("designations/<int:pk>/acceptation/", answers.designation_accept, name="designation_accept"),
    path("designations/<int:pk>/renvoi/", answers.designation_return, name="designation_return"),
    path("designations/<int:pk>/reponse/", answers.designation_answer, name="designation_answer"),
    path("designations/<int:pk>/fichiers/<slug:name>/", requests.designation_file, name="designation_file"),
    path("designations/structures/<int:pk>/direction/", designations.designation_director, name="designation_director"),
    path("designations/mandats/<int:pk>/remplacement/", designations.designation_replace, name="designation_replace"),
    path("<slug:slug>/designations/", designations.designation_board, name="designation_board"),
    path("<slug:slug>/designations/demande/", designations.designation_request, name="designation_request"),
    path("<slug:slug>/designations/relance/", designations.designation_remind_late, name="designation_remind_late"),
    path("<slug:slug>/designations/renouvellements/", designations.designation_renew, name="designation_renew"),
]

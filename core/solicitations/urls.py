"""Addresses of the public pages: the mail's link, then clean ones under the solicitation's public id."""

from django.urls import include, path

from core.solicitations import views

pages = [
    path("lien/<str:token>/", views.link_open, name="link_open"),
    path("reponse/<uuid:public_id>/", views.answer_welcome, name="welcome"),
    path("reponse/<uuid:public_id>/formulaire/", views.answer_form, name="form"),
    path("reponse/<uuid:public_id>/code/", views.answer_code, name="code"),
    path("reponse/<uuid:public_id>/code/renvoi/", views.answer_resend, name="resend"),
    path("reponse/<uuid:public_id>/recu/", views.answer_done, name="done"),
    path("reponse/<uuid:public_id>/fichier/<slug:name>/", views.answer_file, name="file"),
]

urlpatterns = [path("", include((pages, "solicitations")))]

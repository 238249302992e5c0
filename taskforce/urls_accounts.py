"""Addresses of accounts, of one's own page and of the outbox. Included by taskforce.urls, before the bodies'."""

from django.urls import path

from taskforce.views import accounts, mail_choices, outbox, people, profile

urlpatterns = [
    path("profil/", profile.profile, name="profile"),
    path("profil/courriels/", mail_choices.mail_choices, name="mail_choices"),
    path("courriels/choix/<str:token>/", mail_choices.mail_choices_by_link, name="mail_choices_by_link"),
    path("courriels/arret/<str:token>/", mail_choices.unsubscribe_view, name="unsubscribe"),
    path("personnes/<int:pk>/invitation/", accounts.person_invite, name="invite_person"),
    path("personnes/<int:pk>/invitation/retrait/", accounts.invite_revoke, name="invite_revoke"),
    path("personnes/<int:pk>/adresse/essai/", people.address_retry, name="address_retry"),
    path("invitation/", accounts.invite_accept, name="invite_accept"),
    path("invitation/<str:token>/", accounts.invite_open, name="invite_open"),
    path("courriels/<int:pk>/", outbox.mail_detail, name="mail_detail"),
    path("courriels/<int:pk>/mise-en-forme/", outbox.mail_html, name="mail_html"),
    path("courriels/<int:pk>/renvoi/", outbox.mail_retry, name="mail_retry"),
    path("demo/courriels/", outbox.demo_mails, name="demo_mails"),
    path("demo/courriels/<int:pk>/", outbox.demo_mail, name="demo_mail"),
    path("demo/courriels/<int:pk>/mise-en-forme/", outbox.demo_mail_html, name="demo_mail_html"),
    path("<slug:slug>/courriels/", outbox.outbox, name="outbox"),
]

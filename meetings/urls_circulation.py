"""Addresses of what becomes of minutes; included by `meetings.urls`."""

from django.urls import path

from meetings.views import circulation, corrections, verification

HERE = "reunions/<int:pk>/compte-rendu"

urlpatterns = [
    path(f"{HERE}/partager/", circulation.minutes_share, name="minutes_share"),
    path(f"{HERE}/reprendre/", circulation.minutes_take_back, name="minutes_take_back"),
    path(f"{HERE}/adopter/", circulation.minutes_adopt, name="minutes_adopt"),
    path(f"{HERE}/diffuser/", circulation.minutes_publish, name="minutes_publish"),
    path(f"{HERE}/rectifier/", circulation.minutes_rectify, name="minutes_rectify"),
    path(f"{HERE}/comparer/", circulation.minutes_compare, name="minutes_compare"),
    path(f"{HERE}/lu/", circulation.minutes_read, name="minutes_read"),
    path(f"{HERE}/observations/", corrections.correction_list, name="correction_list"),
    path(f"{HERE}/observations/nouvelle/<slug:place>/", corrections.correction_add, name="correction_add"),
    path(
        f"{HERE}/observations/nouvelle/<slug:place>/brouillon/", corrections.correction_draft, name="correction_draft"
    ),
    path(f"{HERE}/observations/<int:correction_pk>/", corrections.correction_detail, name="correction_detail"),
    path(f"{HERE}/observations/<int:correction_pk>/retenir/", corrections.correction_accept, name="correction_accept"),
    path(f"{HERE}/observations/<int:correction_pk>/refuser/", corrections.correction_refuse, name="correction_refuse"),
    path(
        f"{HERE}/observations/<int:correction_pk>/retirer/", corrections.correction_withdraw, name="correction_withdraw"
    ),
    path("verification/", verification.verification, name="verification"),
]

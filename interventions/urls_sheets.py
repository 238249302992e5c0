"""Addresses of sheets, their lines, figures and indicators."""

from django.urls import path

from interventions.views import (
    comparison,
    course,
    entry,
    indicators,
    line_entry,
    sheet_statistics,
    sheets,
    verification,
)

urlpatterns = [
    path("interventions/<int:pk>/", sheets.intervention_detail, name="intervention_detail"),
    path("interventions/<int:pk>/historique/", sheets.intervention_history, name="intervention_history"),
    path("interventions/<int:pk>/fiche/", entry.intervention_edit, name="intervention_edit"),
    path("interventions/<int:pk>/roles/", entry.intervention_roles, name="intervention_roles"),
    path("interventions/<int:pk>/transmission/", course.intervention_submit, name="intervention_submit"),
    path("interventions/<int:pk>/publication/", course.intervention_publish, name="intervention_publish"),
    path("interventions/<int:pk>/renvoi/", course.intervention_return, name="intervention_return"),
    path("interventions/<int:pk>/archivage/", course.intervention_archive, name="intervention_archive"),
    path("interventions/<int:pk>/reprise/", course.intervention_restore, name="intervention_restore"),
    path("interventions/<int:pk>/signalement/", course.intervention_flag, name="intervention_flag"),
    path("interventions/<int:pk>/verification/", course.intervention_verify, name="intervention_verify"),
    path("interventions/<int:pk>/confirmation/", course.intervention_confirm, name="intervention_confirm"),
    path(
        "interventions/<int:pk>/distincte-de/<int:other>/",
        course.intervention_not_duplicate,
        name="intervention_not_duplicate",
    ),
    path("interventions/<int:pk>/nouvelle-ligne/", line_entry.line_add, name="line_add"),
    path("interventions/<int:pk>/nouvel-indicateur/", indicators.indicator_add, name="indicator_add"),
    path("interventions/lignes/<int:pk>/", line_entry.line_edit, name="line_edit"),
    path("interventions/lignes/<int:pk>/copie/", line_entry.line_copy, name="line_copy"),
    path("interventions/lignes/<int:pk>/fin/", line_entry.line_end, name="line_end"),
    path("interventions/lignes/<int:pk>/retrait/", line_entry.line_remove, name="line_remove"),
    path("interventions/lignes/<int:pk>/chiffres/", line_entry.line_figures, name="line_figures"),
    path("interventions/lignes/<int:pk>/verification/", course.line_verify, name="line_verify"),
    path("interventions/indicateurs/<int:pk>/", indicators.indicator_edit, name="indicator_edit"),
    path("interventions/indicateurs/<int:pk>/retrait/", indicators.indicator_remove, name="indicator_remove"),
    path("interventions/indicateurs/<int:pk>/nouvelle-valeur/", indicators.value_add, name="value_add"),
    path("interventions/valeurs/<int:pk>/", indicators.value_edit, name="value_edit"),
    path("interventions/valeurs/<int:pk>/retrait/", indicators.value_remove, name="value_remove"),
    path("<slug:iso3>/interventions/", sheets.intervention_list, name="intervention_list"),
    path("<slug:iso3>/interventions/nouvelle/", entry.intervention_add, name="intervention_add"),
    path("<slug:iso3>/interventions/comparaison/", comparison.intervention_comparison, name="intervention_comparison"),
    path("<slug:iso3>/interventions/statistiques/", sheet_statistics.sheet_statistics, name="sheet_statistics"),
    path("<slug:iso3>/interventions/verification/", verification.verification, name="verification"),
]

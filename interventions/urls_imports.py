"""Addresses of coverage files on their way in."""

from django.urls import path

from interventions.views import import_course, import_matching, import_rows, imports

urlpatterns = [
    path("interventions/imports/<int:pk>/", imports.import_detail, name="import_detail"),
    path("interventions/imports/<int:pk>/colonnes/", import_matching.import_columns, name="import_columns"),
    path("interventions/imports/<int:pk>/mots/", import_matching.import_values, name="import_values"),
    path("interventions/imports/<int:pk>/cellules/", import_rows.import_cells, name="import_cells"),
    path("interventions/imports/<int:pk>/lignes/<int:position>/", import_rows.import_row, name="import_row"),
    path("interventions/imports/<int:pk>/remarques/", import_rows.import_issues, name="import_issues"),
    path("interventions/imports/<int:pk>/confirmation/", import_course.import_confirm, name="import_confirm"),
    path("interventions/imports/<int:pk>/annulation/", import_course.import_undo, name="import_undo"),
    path("interventions/imports/<int:pk>/fiches/", import_course.import_hand_over, name="import_hand_over"),
    path("interventions/imports/<int:pk>/ecart/", imports.import_discard, name="import_discard"),
    path("interventions/imports/<int:pk>/fichier/", imports.import_source, name="import_source"),
    path("<slug:iso3>/interventions/imports/", imports.import_list, name="import_list"),
    path("<slug:iso3>/interventions/imports/nouveau/", imports.import_add, name="import_add"),
    path("<slug:iso3>/interventions/imports/modele.xlsx", imports.import_template, name="import_template"),
]

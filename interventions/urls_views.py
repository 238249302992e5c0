"""Addresses of the views of a country: matrices, map, sheets of a place and of a structure, the lines behind a number."""

from django.urls import path

from interventions.views import agency_sheet, area, lines, maps, matrix, saved_views

urlpatterns = [
    path("<str:iso3>/interventions/matrice/", matrix.matrix_page, name="matrix"),
    path("<str:iso3>/interventions/carte/", maps.map_page, name="map"),
    path("<str:iso3>/interventions/lignes/", lines.line_list, name="line_list"),
    path("<str:iso3>/interventions/lieux/<str:pcode>/", area.area_sheet, name="area_sheet"),
    path("<str:iso3>/interventions/structures/<int:pk>/", agency_sheet.agency_sheet, name="agency_sheet"),
    path("<str:iso3>/interventions/vues/", saved_views.saved_view_add, name="saved_view_add"),
    path("interventions/vues/<int:pk>/retrait/", saved_views.saved_view_remove, name="saved_view_remove"),
]

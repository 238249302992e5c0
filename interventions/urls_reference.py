"""Addresses of reference data: places and their limits, what is known of places, and the lists to choose from."""

from django.urls import path

from interventions.views import boundaries, profiles, reference, units

BASE = "<slug:iso3>/interventions/referentiel/"

urlpatterns = [
    path(BASE, reference.reference_home, name="reference_home"),
    path(f"{BASE}lieux/", units.unit_list, name="unit_list"),
    path(f"{BASE}lieux/nouveau/", units.unit_add, name="unit_add"),
    path(f"{BASE}lieux/liste/", units.unit_file, name="unit_file"),
    path(f"{BASE}lieux/<int:pk>/", units.unit_edit, name="unit_edit"),
    path(f"{BASE}limites/", boundaries.boundary_list, name="boundary_list"),
    path(f"{BASE}limites/fichier/", boundaries.boundary_file, name="boundary_file"),
    path(f"{BASE}limites/<int:pk>/retrait/", boundaries.boundary_remove, name="boundary_remove"),
    path(f"{BASE}contexte/", profiles.profile_list, name="profile_list"),
    path(f"{BASE}contexte/saisie/", profiles.profile_add, name="profile_add"),
    path(f"{BASE}contexte/<int:pk>/", profiles.profile_edit, name="profile_edit"),
    path(f"{BASE}contexte/<int:pk>/retrait/", profiles.profile_remove, name="profile_remove"),
    path(f"{BASE}<slug:kind>/", reference.entry_list, name="entry_list"),
    path(f"{BASE}<slug:kind>/nouveau/", reference.entry_add, name="entry_add"),
    path(f"{BASE}<slug:kind>/<int:pk>/", reference.entry_edit, name="entry_edit"),
    path(f"{BASE}<slug:kind>/<int:pk>/proposition/", reference.entry_active, name="entry_active"),
]

"""Addresses of what goes out: GeoJSON, IATI, the map of interventions as a document."""

from django.urls import path

from interventions.views import cartography, exchange

urlpatterns = [
    path("<str:iso3>/interventions/carte.geojson", exchange.geojson_map, name="geojson_map"),
    path("<str:iso3>/interventions/lignes.geojson", exchange.geojson_lines, name="geojson_lines"),
    path("<str:iso3>/interventions/iati/", exchange.iati_page, name="iati"),
    path("<str:iso3>/interventions/iati.xml", exchange.iati_file, name="iati_file"),
    path("<str:iso3>/interventions/cartographie/", cartography.cartography_page, name="cartography"),
]

"""The demonstration's places and classifications: the same facts as everywhere."""

from core.demo import World, demo_step
from interventions.imports.region_shapes import load_region_shapes
from interventions.services.reference import load_reference


@demo_step(15)
def load_places_and_classifications(world: World) -> None:
    load_reference()
    load_region_shapes()

"""Maps drawn on the server. `draw` and `legend` need no library of geometry; `geometry` is for loading shapes."""

from interventions.maps.classes import Classes, classes_of
from interventions.maps.drawing import draw, legend, written
from interventions.maps.sheet import Sheet, sheet_of

__all__ = ["Classes", "Sheet", "classes_of", "draw", "legend", "sheet_of", "written"]

"""What of interventions can be found; one file a noun."""

from core.registry import load_room

load_room(__name__, __path__)

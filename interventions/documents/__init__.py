"""Documents of interventions: one registered class a file."""

from core.registry import load_room

load_room(__name__, __path__)

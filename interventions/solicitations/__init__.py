"""What is asked of structures about their interventions by a personal link: one class per file."""

from core.registry import load_room

load_room(__name__, __path__)

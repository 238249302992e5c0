"""What every page's frame needs to know about this installation."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """`site`: name, version, whether this is a demonstration."""
    return {"site": {"name": "Socle", "version": settings.SOCLE_VERSION, "is_demo": settings.SOCLE_DEMO}}

"""What every page's frame needs to know about this installation."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """`portal`: name, version, whether this is a demonstration. Not `site`: allauth gives that name to its own."""
    return {"portal": {"name": "Socle", "version": settings.SOCLE_VERSION, "is_demo": settings.SOCLE_DEMO}}

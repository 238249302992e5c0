"""What environment variables say, read as what a setting needs. ImproperlyConfigured names the variable that is wrong."""

import os
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def env_bool(name: str, default: bool) -> bool:
    """True for 1, true, yes, on; false for 0, false, no, off; anything else is refused."""
    raw = os.environ.get(name)
    if raw is None or raw == "":
        return default
    if raw.lower() in {"1", "true", "yes", "on"}:
        return True
    if raw.lower() in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={raw!r}: expected true or false.")


def env_int(name: str, default: int) -> int:
    raw = os.environ.get(name)
    try:
        return int(raw) if raw else default
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={raw!r}: expected a whole number.") from error


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def env_ints(name: str, default: str) -> list[int]:
    try:
        return [int(part) for part in env_list(name, default)]
    except ValueError:
        raise ImproperlyConfigured(f"{name} is a list of whole numbers separated by commas, e.g. {default}.") from None


def env_origins(name: str) -> list[str]:
    """Origins as browsers send them (« https://carte.example.org »), or « * »: every site. None by default."""
    found = env_list(name)
    for origin in found:
        parts = urlsplit(origin)
        if origin != "*" and (parts.scheme not in {"http", "https"} or origin != f"{parts.scheme}://{parts.netloc}"):
            raise ImproperlyConfigured(
                f"{name}={origin!r}: expected origins separated by commas, e.g. https://carte.example.org (no path)."
            )
    return found

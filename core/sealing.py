"""Values kept encrypted in the database: links and codes of mails that have not left, seeds of second factors."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class UnreadableError(ValueError):
    """The value was sealed with a key that is no longer among SECRET_KEY and SECRET_KEY_FALLBACKS."""


def seal(text: str, *, purpose: str) -> bytes:
    """`text` encrypted and authenticated for `purpose`; another purpose cannot open it."""
    return _box(purpose, settings.SECRET_KEY, tuple(settings.SECRET_KEY_FALLBACKS)).encrypt(text.encode())


def unseal(sealed: bytes, *, purpose: str) -> str:
    """The text sealed for `purpose`. Raises UnreadableError when no known key opens it."""
    try:
        return _box(purpose, settings.SECRET_KEY, tuple(settings.SECRET_KEY_FALLBACKS)).decrypt(bytes(sealed)).decode()
    except InvalidToken as error:
        raise UnreadableError(purpose) from error


@lru_cache(maxsize=16)
def _box(purpose: str, key: str, fallbacks: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derive(purpose, secret)) for secret in (key, *fallbacks)])


def _derive(purpose: str, secret: str) -> bytes:
    # RFC 5869: `info` keeps the uses of the one secret key apart.
    raw = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"socle:{purpose}".encode()).derive(secret.encode())
    return base64.urlsafe_b64encode(raw)

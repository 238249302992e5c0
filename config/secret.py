"""A secret key for a trial machine, made once and kept under `var/`."""

import os
import secrets
from pathlib import Path


def local_secret_key(var_dir: Path) -> str:
    """The key in `var/secret-key`, made if absent (mode 0600). Two processes get the same key."""
    var_dir.mkdir(parents=True, exist_ok=True)
    path = var_dir / "secret-key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_text().strip()
        if key:
            return key
        # Another process has made the file and not yet written it, or died before it could.
        path.unlink(missing_ok=True)
        return local_secret_key(var_dir)
    with os.fdopen(descriptor, "w") as file:
        key = secrets.token_urlsafe(50)
        file.write(key)
    return key

"""Writing a file once, wholly or not at all."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from django.conf import settings


def sha256_of(data: bytes | Path) -> str:
    """SHA-256 of bytes or of a file, read in pieces; 64 hexadecimal digits."""
    if isinstance(data, bytes):
        return hashlib.sha256(data).hexdigest()
    with data.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def write_whole(path: Path, data: bytes | Path) -> None:
    """`data` (or what the file `data` holds) at `path`, on the disk when this returns; a crash leaves the old file, or none.

    The name takes the place of a finished file only (rename), and both are flushed (fsync).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as handle:
        try:
            if isinstance(data, Path):
                with data.open("rb") as source:
                    shutil.copyfileobj(source, handle, 1024 * 1024)
            else:
                handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
            os.fchmod(handle.fileno(), settings.FILE_UPLOAD_PERMISSIONS or 0o640)
            Path(handle.name).rename(path)
        except BaseException:
            Path(handle.name).unlink(missing_ok=True)
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

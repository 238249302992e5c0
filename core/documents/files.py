"""Writing a file once, wholly or not at all."""

import os
import tempfile
from pathlib import Path

from django.conf import settings


def write_whole(path: Path, data: bytes) -> None:
    """`data` at `path`, on the disk when this returns; a crash leaves the old file, or none.

    The name takes the place of a finished file only (rename), and both are flushed (fsync).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as handle:
        try:
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

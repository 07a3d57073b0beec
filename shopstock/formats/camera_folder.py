"""The folder in which a camera or a phone puts its pictures: the newest ones, for choosing evidence."""

from __future__ import annotations

import os
from heapq import nlargest
from pathlib import Path
from typing import NamedTuple

from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import Instant

#: Endings of what may be evidence; what is in a file is looked at when it is taken.
ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".pdf")


class Picture(NamedTuple):
    """A file in the folder, and when it was last changed."""

    path: Path
    changed_at: Instant
    size: int


def newest(folder: str | Path, count: int = 24) -> list[Picture]:
    """Return the newest pictures and PDFs right in a folder, the newest first; raise ``Refused`` if it cannot be read.

    Nothing is opened: a folder of thousands of pictures costs one look at each entry.
    """
    found = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.startswith(".") and entry.name.lower().endswith(ENDINGS) and entry.is_file():
                    about = entry.stat()
                    found.append(Picture(Path(entry.path), Instant(about.st_mtime_ns // 1_000), about.st_size))
    except OSError as error:
        raise Refused(
            _("The folder {folder} cannot be read: {why}. Choose the folder of the camera.").format(
                folder=Path(folder).name, why=error.strerror or ""
            )
        ) from error
    return nlargest(count, found, key=lambda picture: (picture.changed_at, picture.path.name))

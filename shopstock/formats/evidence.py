"""Evidence as people hand it over: photos scaled down to a JPEG, PDF files kept as they are.

A file is judged by what is in it, never by its name, and a file that is too large is not read.
"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import NamedTuple

from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.formats import photos

JPEG = "image/jpeg"
PDF = "application/pdf"
#: The largest PDF that is kept.
MAX_PDF = 10_000_000
_PDF_HEADER = b"%PDF-"
#: Readers accept a PDF whose header stands this far in.
_HEADER_WITHIN = 1_024


class Evidence(NamedTuple):
    """A file ready to be stored: its name, what it is, and its content."""

    name: str
    mime: str
    content: bytes


def read(path: str | Path) -> Evidence:
    """Read a photo or a PDF; raise ``Refused`` for anything else, what is too large, and what cannot be read."""
    place, name = Path(path), photos.name_of(path)
    try:
        about = place.stat()
        if stat.S_ISDIR(about.st_mode):
            raise Refused(_("{name} is a folder. Choose a photo or a PDF in it.").format(name=name))
        if not stat.S_ISREG(about.st_mode):
            raise Refused(_("{name} is no file. Choose a photo or a PDF.").format(name=name))
        if not about.st_size:
            raise Refused(_("{name} is empty. Choose a photo or a PDF.").format(name=name))
        with place.open("rb") as file:
            start = file.read(_HEADER_WITHIN)
            is_pdf = _PDF_HEADER in start
            most = MAX_PDF if is_pdf else photos.MAX_BYTES
            content = start + file.read(most + 1 - len(start)) if about.st_size <= most else b""
    except OSError as error:
        raise Refused(
            _("{name} cannot be read: {why}. Choose another file.").format(name=name, why=error.strerror or "")
        ) from error
    if about.st_size > most or len(content) > most:
        raise Refused(
            _("{name} is a PDF of more than 10 MB. Choose a smaller one.").format(name=name) if is_pdf
            else _("{name} is larger than 25 MB. Choose a smaller photo.").format(name=name)
        )  # fmt: skip
    if is_pdf:
        if b"%%EOF" not in content[-_HEADER_WITHIN:]:
            raise Refused(_("{name} is a PDF that is cut off. Save it again, or choose another.").format(name=name))
        return Evidence(name, PDF, content)
    return Evidence(name, JPEG, _photo(content, name))


def _photo(content: bytes, name: str) -> bytes:
    try:
        return photos.scaled(content, name)
    except Refused as error:
        if content[4:8] == b"ftyp":
            raise Refused(
                _("{name} is a photo in a format that this computer cannot read. Save it as JPEG.").format(name=name)
            ) from error
        raise

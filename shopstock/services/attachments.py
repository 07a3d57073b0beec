"""Keep photos as evidence: checked, turned upright, scaled down, and stored once by their content."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

from shopstock.core import names
from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.db import clock
from shopstock.db.connection import Db

MAX_BYTES = 25_000_000
#: The longer side of a kept photo, in pixels.
MAX_SIDE = 2_000
#: What a photo may have at the most before it is scaled down: a camera's largest, not a bomb.
_MAX_PIXELS = 150_000_000
_QUALITY = 85


class Photo(NamedTuple):
    """A photo ready to be stored: a JPEG of at most ``MAX_SIDE`` pixels a side."""

    name: str
    content: bytes


def read(db: Db, path: str | Path) -> Photo:
    """Read a photo and scale it down; done before a transaction is open.

    Raises ``Refused`` for what is no image, is larger than 25 MB, or cannot be read.
    """
    place = Path(path)
    name = names.clean(place.name)[: names.MAX_NAME]
    _refuse_shop_file(db, place, name)
    try:
        size = place.stat().st_size
        if size > MAX_BYTES:
            raise Refused(_("{name} is larger than 25 MB. Choose a smaller photo.").format(name=name))
        content = place.read_bytes()
    except OSError as error:
        raise Refused(
            _("{name} cannot be read: {why}. Choose another photo.").format(name=name, why=error.strerror or "")
        ) from error
    return Photo(name, scaled(content, name))


def scaled(content: bytes, name: str = "") -> bytes:
    """Return an image as an upright JPEG of at most 2,000 pixels a side, without what the camera wrote into it."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > _MAX_PIXELS:
                raise Refused(_("{name} has too many pixels. Choose a smaller photo.").format(name=name))
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))
            upright = ImageOps.exif_transpose(image)
            if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
                clear = upright.convert("RGBA")
                flat = Image.new("RGB", clear.size, "white")
                flat.paste(clear, mask=clear.getchannel("A"))
            else:
                flat = upright.convert("RGB")
            flat.thumbnail((MAX_SIDE, MAX_SIDE))
            out = io.BytesIO()
            flat.save(out, "JPEG", quality=_QUALITY)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise Refused(_("{name} is no photo that can be read. Choose a JPEG or PNG.").format(name=name)) from error
    return out.getvalue()


def store(db: Db, acting: Acting, photo: Photo) -> int:
    """Store a photo and return its id; the same content is stored once. Inside a transaction."""
    digest = hashlib.sha256(photo.content).hexdigest()
    found: int = db.value(
        "INSERT INTO attachment (sha256, name, mime, size, content, added_at, person_id) "
        "VALUES (?, ?, 'image/jpeg', ?, ?, ?, ?) ON CONFLICT (sha256) DO UPDATE SET sha256 = excluded.sha256 "
        "RETURNING id",
        (digest, photo.name, len(photo.content), photo.content, clock.now(), acting.person_id),
    )
    return found


def _refuse_shop_file(db: Db, place: Path, name: str) -> None:
    # Opening the shop's own file would drop SQLite's locks on it.
    if db.engine != "sqlite":
        return
    for suffix in ("", "-wal", "-shm"):
        own = f"{db.url}{suffix}"
        if place.exists() and os.path.exists(own) and os.path.samefile(place, own):
            raise Refused(_("{name} is no photo that can be read. Choose a JPEG or PNG.").format(name=name))

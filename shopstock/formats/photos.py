"""Photos as people hand them over: checked, turned upright, and scaled down to a JPEG."""

from __future__ import annotations

import io
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

from shopstock.core import names
from shopstock.core.outcome import Refused
from shopstock.core.text import _

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


def name_of(path: str | Path) -> str:
    """Return the name of a file as it is shown and kept."""
    return names.clean(Path(path).name)[: names.MAX_NAME]


def read(path: str | Path) -> Photo:
    """Read a photo; raise ``Refused`` for what is no image, is larger than 25 MB, or cannot be read."""
    place, name = Path(path), name_of(path)
    try:
        if place.stat().st_size > MAX_BYTES:
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

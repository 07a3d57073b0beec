"""Logos as people hand them over: made grey and small enough for the paper of a receipt."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageChops, ImageOps, UnidentifiedImageError

from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.formats import photos

#: The largest a logo is kept, in dots of a printer (8 a millimetre): the width of narrow paper and 3 cm of it.
MAX_WIDTH, MAX_HEIGHT = 384, 240
_MAX_PIXELS = 40_000_000


class Logo(NamedTuple):
    """A logo ready to be stored: a grey PNG, its size in dots, and the SHA-256 that names it."""

    sha256: str
    content: bytes
    width: int
    height: int


def read(path: str | Path) -> Logo:
    """Read a picture; raise ``Refused`` for what is no picture, has nothing on it, or cannot be read."""
    place, name = Path(path), photos.name_of(path)
    try:
        if place.stat().st_size > photos.MAX_BYTES:
            raise Refused(_("{name} is larger than 25 MB. Choose a smaller picture.").format(name=name))
        content = place.read_bytes()
    except OSError as error:
        raise Refused(
            _("{name} cannot be read: {why}. Choose another picture.").format(name=name, why=error.strerror or "")
        ) from error
    return made(content, name)


def made(content: bytes, name: str = "") -> Logo:
    """Make a logo of a picture: upright, on white, without its empty margins, at most 384 × 240 dots."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > _MAX_PIXELS:
                raise Refused(_("{name} has too many pixels. Choose a smaller picture.").format(name=name))
            clear = ImageOps.exif_transpose(image).convert("RGBA")
        flat = Image.new("RGB", clear.size, "white")
        flat.paste(clear, mask=clear.getchannel("A"))
        grey = flat.convert("L")
        inked = ImageChops.invert(grey).point(lambda shade: 255 if shade > 15 else 0).getbbox()
        if inked is None:
            raise Refused(_("{name} is all white. Choose a picture that shows something.").format(name=name))
        grey = grey.crop(inked)
        grey.thumbnail((MAX_WIDTH, MAX_HEIGHT), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        grey.save(out, "PNG", optimize=True)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise Refused(_("{name} is no picture that can be read. Choose a PNG or JPEG.").format(name=name)) from error
    return Logo(hashlib.sha256(out.getvalue()).hexdigest(), out.getvalue(), grey.width, grey.height)

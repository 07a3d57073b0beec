"""A strict reader of label formats: it knows the few commands that a label needs, in their order, and refuses the rest.

What a label printer would print comes out as pictures; any text that reached the printer would raise ``BadFormat``.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import NamedTuple

from PIL import Image


class BadFormat(AssertionError):
    """Bytes that no label needs."""


class Label(NamedTuple):
    """A format: what it prints (black is 0), how often, and on what."""

    image: Image.Image
    copies: int
    width: int
    height: int
    gap: bool
    speed: int
    darkness: int
    packed: bool


_FORMAT = re.compile(
    rb"(?:~SD(?P<darkness>\d\d))?\^XA\^PW(?P<width>\d+)\^LL(?P<height>\d+)\^MN(?P<media>[YN])(?:\^PR(?P<speed>\d+))?"
    rb"\^PON\^PMN\^LRN\^LH0,0\^FO0,0"
    rb"\^GFA,(?P<sent>\d+),(?P<total>\d+),(?P<row>\d+),(?P<field>[^^~]*)\^FS\^PQ(?P<copies>\d+),0,0,N\^XZ\r\n"
)


def read(data: bytes) -> list[Label]:
    """Return the labels of a job; raise ``BadFormat`` for any byte that is no part of one."""
    labels = []
    at = 0
    while at < len(data):
        found = _FORMAT.match(data, at)
        if found is None:
            raise BadFormat(data[at : at + 120])
        labels.append(_label(found))
        at = found.end()
    return labels


def _label(found: re.Match[bytes]) -> Label:
    number = {name: int(found[name] or -1) for name in ("width", "height", "total", "row", "sent", "copies", "speed")}
    field = found["field"]
    packed = field.startswith(b":Z64:")
    if packed:
        content, _colon, check = field[5:].rpartition(b":")
        if int(check, 16) != binascii.crc_hqx(content, 0):
            raise BadFormat("check sum")
        bits = zlib.decompress(base64.b64decode(content, validate=True))
    else:
        bits = bytes.fromhex(field.decode())
        if number["sent"] != len(field):
            raise BadFormat("length of the field")
    if len(bits) != number["total"] or len(bits) % number["row"] or not 1 <= number["copies"] <= 99_999_999:
        raise BadFormat(found[0][:120])
    rows = len(bits) // number["row"]
    if number["row"] * 8 - 7 > number["width"] or rows > number["height"]:
        raise BadFormat("the picture is larger than the label")
    image = Image.frombytes("1", (number["row"] * 8, rows), bytes(byte ^ 255 for byte in bits))
    if any(image.getpixel((x, y)) == 0 for x in range(number["width"], image.width) for y in range(rows)):
        raise BadFormat("black beside the label")
    image = image.crop((0, 0, min(image.width, number["width"]), rows))
    darkness = int(found["darkness"] or -1)
    return Label(
        image, number["copies"], number["width"], number["height"], found["media"] == b"Y", number["speed"], darkness,
        packed,
    )  # fmt: skip

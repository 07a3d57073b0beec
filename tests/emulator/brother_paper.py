"""A strict reader of Brother's raster language: refuses every unknown byte and gives back pages as they are seen.

Written from Brother's raster command reference for QL printers and not from the program.
"""

from __future__ import annotations

from typing import NamedTuple

from PIL import Image, ImageOps


class BadRaster(AssertionError):
    """The stream holds something that a printer would misunderstand."""


class Page(NamedTuple):
    """One label: what the head burned, seen from the front, with the tape it asked for and whether it is cut."""

    image: Image.Image
    die_cut: bool
    width: int
    length: int
    cut: bool
    margin: int


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        piece = self.data[self.at : self.at + count]
        if len(piece) < count:
            raise BadRaster(f"the stream ends inside a command at {self.at}")
        self.at += count
        return piece

    def expect(self, wanted: bytes) -> None:
        if self.take(len(wanted)) != wanted:
            raise BadRaster(f"{wanted!r} was due at {self.at - len(wanted)}")


def read(data: bytes) -> list[Page]:
    """Read a stream whole; raise ``BadRaster`` at the first thing that is not understood."""
    reader = _Reader(data)
    pages: list[Page] = []
    while reader.at < len(data):
        reader.expect(bytes(200) + b"\x1b@" + b"\x1bia\x01")
        last = False
        while not last:
            page, last = _page(reader, first=not pages or last)
            pages.append(page)
    return pages


def _page(reader: _Reader, first: bool) -> tuple[Page, bool]:
    reader.expect(b"\x1biz")
    flags, kind, width, length = reader.take(4)
    rows = int.from_bytes(reader.take(4), "little")
    starting, zero = reader.take(2)
    if kind not in (0x0A, 0x0B) or zero or starting > 1 or not flags & 0x04 or bool(flags & 0x08) != (kind == 0x0B):
        raise BadRaster(f"media of {flags:02x} {kind:02x} {starting} {zero}")
    if (kind == 0x0A) != (length == 0):
        raise BadRaster("a roll that is cut where one likes has no length, die-cut labels have one")
    reader.expect(b"\x1biM")
    cut = reader.take(1)[0]
    if cut:
        reader.expect(b"\x1biA\x01")
    reader.expect(b"\x1biK")
    if (reader.take(1)[0] & 0x08 != 0) != (cut & 0x40 != 0):
        raise BadRaster("cuts after each label but not at the end, or the other way round")
    reader.expect(b"\x1bid")
    margin = int.from_bytes(reader.take(2), "little")
    reader.expect(b"M\0")
    across = 90 if width <= 62 else 162
    bits = b""
    for _row in range(rows):
        reader.expect(b"g\0" + bytes((across,)))
        bits += reader.take(across)
    end = reader.take(1)
    if end not in (b"\x0c", b"\x1a"):
        raise BadRaster(f"a page ends with {end!r}")
    burned = ImageOps.invert(Image.frombytes("1", (across * 8, rows), bits).convert("L"))
    return Page(ImageOps.mirror(burned), kind == 0x0B, width, length, bool(cut), margin), end == b"\x1a"

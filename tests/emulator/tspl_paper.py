"""A strict reader of TSPL: knows few commands, refuses everything else, and gives back the pictures.

Written from TSC's programming manual and not from the program.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from PIL import Image

_PLAIN = {
    rb"SIZE ([\d.]+) mm,([\d.]+) mm": "size",
    rb"GAP ([\d.]+) mm,0 mm": "gap",
    rb"SPEED (\d+)": "speed",
    rb"DENSITY (\d+)": "density",
    rb"DIRECTION 0,0": "direction",
    rb"REFERENCE 0,0": "reference",
    rb"CLS": "cls",
    rb"PRINT 1,(\d+)": "print",
    rb"GAPDETECT": "measure",
}
_BITMAP = re.compile(rb"BITMAP (\d+),(\d+),(\d+),(\d+),0,")


class BadCommand(AssertionError):
    """The stream holds something that a printer would misunderstand."""


class Label(NamedTuple):
    """What came out: the picture, how often, and what was said to the printer."""

    image: Image.Image
    copies: int
    said: dict[str, tuple[float, ...]]


def read(data: bytes) -> list[Label]:
    """Read a stream whole; raise ``BadCommand`` at the first thing that is not understood."""
    found, said, image, at = [], {}, None, 0
    while at < len(data):
        bitmap = _BITMAP.match(data, at)
        if bitmap is not None:
            if not {"size", "gap", "cls"} <= said.keys():
                raise BadCommand("a picture before the printer knows its label")
            x, y, row, high = (int(figure) for figure in bitmap.groups())
            end = bitmap.end() + row * high
            bits = data[bitmap.end() : end]
            if len(bits) < row * high or data[end : end + 2] != b"\r\n" or x or y:
                raise BadCommand("a picture that is cut short or stands elsewhere")
            image = Image.frombytes("1", (row * 8, high), bits)
            wide = said["size"][0] * 203 / 25.4 if row * 8 <= said["size"][0] * 8.2 else said["size"][0] * 24
            if row * 8 > wide + 16:
                raise BadCommand("a picture wider than the label")
            at = end + 2
            continue
        line, end, _rest = data[at:].partition(b"\r\n")
        if not end:
            raise BadCommand(f"a line that does not end: {line[:40]!r}")
        name, figures = _command(line)
        said[name] = figures
        at += len(line) + 2
        if name == "print":
            if image is None:
                raise BadCommand("nothing to print")
            found.append(Label(image, int(figures[0]), said))
            said, image = {}, None
    if image is not None:
        raise BadCommand("the last label was never printed")
    return found


def _command(line: bytes) -> tuple[str, tuple[float, ...]]:
    for pattern, name in _PLAIN.items():
        match = re.fullmatch(pattern, line)
        if match is not None:
            return name, tuple(float(figure) for figure in match.groups())
    raise BadCommand(f"unknown command {line[:60]!r}")

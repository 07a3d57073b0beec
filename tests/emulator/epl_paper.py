"""A strict reader of EPL2: knows few commands, refuses everything else, and gives back the pictures.

Written from Zebra's EPL2 programmer's manual and not from the program.
"""

from __future__ import annotations

import re

from PIL import Image

from tests.emulator.tspl_paper import BadCommand, Label

_PLAIN = {
    rb"": "nothing",
    rb"N": "clear",
    rb"q(\d+)": "width",
    rb"Q(\d+),(\d+)": "length",
    rb"S(\d)": "speed",
    rb"D(\d+)": "darkness",
    rb"ZT": "from the top",
    rb"P(\d+)": "print",
    rb"xa": "measure",
}
_PICTURE = re.compile(rb"GW(\d+),(\d+),(\d+),(\d+),")


def read(data: bytes) -> list[Label]:
    """Read a stream whole; raise ``BadCommand`` at the first thing that is not understood."""
    found, said, image, at = [], {}, None, 0
    while at < len(data):
        picture = _PICTURE.match(data, at)
        if picture is not None:
            x, y, row, high = (int(figure) for figure in picture.groups())
            end = picture.end() + row * high
            bits = data[picture.end() : end]
            if len(bits) < row * high or data[end : end + 1] != b"\n" or x or y:
                raise BadCommand("a picture that is cut short or stands elsewhere")
            if not {"clear", "width", "length"} <= said.keys() or row * 8 > said["width"][0] + 7:
                raise BadCommand("a picture wider than the label, or before the label is known")
            image = Image.frombytes("1", (row * 8, high), bits)
            at = end + 1
            continue
        line, end, _rest = data[at:].partition(b"\n")
        if not end:
            raise BadCommand(f"a line that does not end: {line[:40]!r}")
        name, figures = _command(line.rstrip(b"\r"))
        said[name] = figures
        at += len(line) + 1
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

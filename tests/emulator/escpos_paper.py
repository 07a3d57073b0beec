"""A strict ESC/POS interpreter: knows few commands, refuses everything else, and draws what came out on paper.

Written from the makers' command references and not from the program, so that the two can disagree. It fails on any
unknown or control byte, on a line that is wider than the paper, on an image wider than the head or in the middle of a
line, and on high bytes in a page that was never chosen. Bar codes are drawn from their data by zxing-cpp's writer, so
that a reader can prove them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from shopstock import resources

CELL, PITCH = 12, 30


class BadBytes(AssertionError):
    """The stream holds something that a printer would misunderstand."""


@dataclass
class Sheet:
    """What came out: ``text`` line by line, ``events`` in order, ``image`` as a picture."""

    text: list[str] = field(default_factory=list)
    events: list[tuple] = field(default_factory=list)
    image: Image.Image | None = None

    def save(self, path: Path) -> None:
        self.image.save(path)

    @property
    def drawer_pulses(self) -> int:
        return sum(event[0] == "drawer" for event in self.events)

    def barcodes(self) -> list[str]:
        """Read the picture with an independent decoder."""
        return [found.text for found in zxingcpp.read_barcodes(self.image)]


def play(data: bytes, *, columns: int, dots: int, pages: dict[int, str], raster: bool = True) -> Sheet:
    """Interpret a stream for a printer with these columns, dots and code pages (number → codec)."""
    return _Player(data, columns, dots, pages, raster).run()


class _Player:
    def __init__(self, data: bytes, columns: int, dots: int, pages: dict[int, str], raster: bool) -> None:
        self.data, self.at = data, 0
        self.columns, self.dots, self.pages, self.raster = columns, dots, pages, raster
        self.sheet = Sheet()
        self.strips: list[Image.Image] = []
        self.reset()

    def reset(self) -> None:
        self.page: str | None = None
        self.align, self.bold, self.size = 0, False, 0
        self.bar_height, self.bar_module, self.bar_text = 162, 3, 0
        self.line: list[str] = []
        self.style: tuple | None = None

    def take(self, count: int) -> bytes:
        piece = self.data[self.at : self.at + count]
        if len(piece) < count:
            raise BadBytes(f"the stream ends inside a command at {self.at}")
        self.at += count
        return piece

    def run(self) -> Sheet:
        while self.at < len(self.data):
            byte = self.take(1)[0]
            if byte == 0x1B:
                self.escape(self.take(1))
            elif byte == 0x1D:
                self.group(self.take(1))
            elif byte == 0x1C and self.take(1) == b".":
                self.sheet.events.append(("chinese off",))
            elif byte == 0x0A:
                self.feed()
            elif byte < 0x20 or byte == 0x7F:
                raise BadBytes(f"control byte {byte:02x} at {self.at - 1}: {self.data[self.at - 9 : self.at + 8]!r}")
            else:
                self.letter(byte)
        if self.line:
            raise BadBytes("the last line was never fed")
        height = sum(strip.height for strip in self.strips)
        self.sheet.image = Image.new("L", (self.dots + 40, height + 40), 255)
        top = 20
        for strip in self.strips:
            self.sheet.image.paste(strip, (20, top))
            top += strip.height
        return self.sheet

    def escape(self, command: bytes) -> None:
        if command == b"@":
            self.reset()
            self.sheet.events.append(("reset",))
        elif command == b"t":
            number = self.take(1)[0]
            if number not in self.pages:
                raise BadBytes(f"code page {number} is unknown to this printer")
            self.page = self.pages[number]
        elif command == b"a":
            self.align = self.one_of((0, 1, 2), at_line_start=True)
        elif command == b"E":
            self.bold = bool(self.one_of((0, 1)))
        elif command == b"d":
            self.strips.append(Image.new("L", (self.dots, PITCH * self.take(1)[0]), 255))
        elif command == b"p":
            pin, on, off = self.take(3)
            if pin not in (0, 1) or on < 20 or off < on:
                raise BadBytes(f"a drawer pulse of {pin} {on} {off}")
            self.sheet.events.append(("drawer", pin))
        else:
            raise BadBytes(f"unknown command ESC {command!r} at {self.at}")

    def group(self, command: bytes) -> None:
        if command == b"!":
            self.size = self.one_of((0x00, 0x01, 0x11), at_line_start=True)
        elif command == b"h":
            self.bar_height = self.take(1)[0]
        elif command == b"w":
            self.bar_module = self.one_of((2, 3, 4, 5, 6))
        elif command == b"H":
            self.bar_text = self.one_of((0, 1, 2, 3))
        elif command == b"k":
            self.barcode()
        elif command == b"v":
            self.picture()
        elif command == b"V":
            if self.take(2) != b"\x42\x00":
                raise BadBytes("only feed-and-partial-cut is expected")
            self.at_line_start("cut")
            self.sheet.events.append(("cut",))
            self.strips.append(Image.new("L", (self.dots, PITCH), 255))
        elif command == b"r":
            self.sheet.events.append(("status", self.take(1)[0]))
        else:
            raise BadBytes(f"unknown command GS {command!r} at {self.at}")

    def one_of(self, allowed: tuple[int, ...], at_line_start: bool = False) -> int:
        value = self.take(1)[0]
        if value not in allowed:
            raise BadBytes(f"value {value} at {self.at - 1} is not one of {allowed}")
        if at_line_start:
            self.at_line_start("this setting")
        return value

    def at_line_start(self, what: str) -> None:
        if self.line:
            raise BadBytes(f"{what} in the middle of a line: {''.join(self.line)!r}")

    def letter(self, byte: int) -> None:
        if byte >= 0x80 and self.page is None:
            raise BadBytes(f"letter {byte:02x} before any code page was chosen")
        char = bytes((byte,)).decode(self.page or "ascii")
        if unicodedata.category(char).startswith("C"):
            raise BadBytes(f"byte {byte:02x} is no letter of {self.page}")
        style = (self.align, self.bold, self.size)
        if not self.line:
            self.style = style
        elif self.style != style:
            raise BadBytes("the style changes inside a line")
        self.line.append(char)

    def feed(self) -> None:
        text = "".join(self.line)
        align, bold, size = self.style if self.line else (self.align, False, self.size)
        wide, high = (2 if size & 0x10 else 1), (2 if size & 0x01 else 1)
        if len(text) * wide > self.columns:
            raise BadBytes(f"{len(text) * wide} columns on a paper of {self.columns}: {text!r}")
        self.sheet.text.append(text)
        strip = Image.new("L", (self.dots // wide, PITCH), 255)
        cell = self.dots / self.columns
        left = {0: 0.0, 1: (strip.width - len(text) * cell) / 2, 2: strip.width - len(text) * cell}[align]
        draw = ImageDraw.Draw(strip)
        name = "DejaVuSansMono-Bold.ttf" if bold else "DejaVuSansMono.ttf"
        font = ImageFont.truetype(resources.path("fonts", name), int(cell * 20 / 12))
        for number, char in enumerate(text):
            draw.text((left + number * cell, 22), char, font=font, fill=0, anchor="ls")
        self.strips.append(strip.resize((self.dots, PITCH * high), Image.Resampling.NEAREST))
        self.line = []

    def barcode(self) -> None:
        self.at_line_start("a bar code")
        kind, count = self.take(2)
        body = self.take(count)
        if kind != 73 or body[:2] != b"{B":
            raise BadBytes(f"only Code 128 that starts in set B is expected, not {kind} {body!r}")
        data = body[2:].replace(b"{{", b"{").decode("ascii")
        modules = 11 * (len(data) + 2) + 13
        if (modules + 20) * self.bar_module > self.dots:
            raise BadBytes("the bar code and its quiet zones are wider than the paper")
        code = zxingcpp.create_barcode(data, zxingcpp.BarcodeFormat.Code128)
        drawn = code.to_image(scale=self.bar_module, add_quiet_zones=False)
        bars = Image.frombytes("L", (drawn.shape[1], drawn.shape[0]), bytes(drawn))
        bars = bars.resize((bars.width, self.bar_height), Image.Resampling.NEAREST)
        strip = Image.new("L", (self.dots, self.bar_height), 255)
        strip.paste(bars, ({0: 0, 1: (self.dots - bars.width) // 2, 2: self.dots - bars.width}[self.align], 0))
        self.strips.append(strip)
        self.sheet.events.append(("barcode", data))

    def picture(self) -> None:
        self.at_line_start("an image")
        if self.take(2) != b"0\x00":
            raise BadBytes("only GS v 0 in normal size is expected")
        across = int.from_bytes(self.take(2), "little")
        down = int.from_bytes(self.take(2), "little")
        if not self.raster or across * 8 > self.dots or not 0 < down <= 128:
            raise BadBytes(f"an image of {across * 8} by {down} dots")
        if self.align:
            raise BadBytes("a full-width image with an alignment other than left")
        band = Image.frombytes("1", (across * 8, down), bytes(255 - byte for byte in self.take(across * down)))
        strip = Image.new("L", (self.dots, down), 255)
        strip.paste(band.convert("L"), (0, 0))
        self.strips.append(strip)
        self.sheet.events.append(("image", across * 8, down))

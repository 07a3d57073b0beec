"""The language of receipt printers: a paper becomes ESC/POS bytes.

Every stream begins with a reset and an explicit code page, since a printer's own start-up page is anybody's guess. A
letter is looked for in the current page, then in the printer's other pages; a few typographic signs have plain
stand-ins; a line with letters that no page has is printed as an image. What cannot be printed at all becomes ``?`` and
is named in :attr:`Encoded.missing`. No control character of any text gets through.

Sources: the command references of Epson (ESC @, ESC t, ESC a, ESC E, GS !, GS k, GS v 0, GS V, ESC p) as measured
against printers of several makers; ``GS V 66 0`` feeds to the knife first, and drawers need pulses of 50 ms.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from PIL import Image, ImageChops

from shopstock.core import code128, paper_layout, plain_text
from shopstock.core.paper_layout import LARGE, NORMAL, TALL, Code128, Cut, Gap, Pair, Pulse, Rule, Ruler, Table, Text
from shopstock.core.papers import Paper
from shopstock.devices import raster
from shopstock.devices.profiles import Profile

ESC, GS, FS = b"\x1b", b"\x1d", b"\x1c"
BARCODE_DOTS = 64

_STAND_INS = {
    "‘": "'", "’": "'", "‚": ",", "‛": "'", "“": '"', "”": '"', "„": '"', "‹": "<", "›": ">", "–": "-", "—": "-",
    "‑": "-", "−": "-", "…": "...", "•": "*", "·": ".", "×": "x", "€": "EUR", "£": "GBP", "¥": "JPY", "₩": "KRW",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u3000": "  ", "™": "(TM)", "©": "(C)", "®": "(R)",
}  # fmt: skip


class Encoded(NamedTuple):
    """What goes to the printer, and the characters that could not be printed."""

    data: bytes
    missing: tuple[str, ...]


class Line(NamedTuple):
    """One line on paper: texts at their columns; a centred line has one."""

    cells: tuple[tuple[int, str], ...]
    centred: bool = False
    bold: bool = False
    size: int = NORMAL


def encode(paper: Paper, profile: Profile) -> Encoded:
    """Turn a paper into bytes for a printer of this profile."""
    blocks = paper_layout.layout(paper)
    if all(isinstance(block, Pulse) for block in blocks):
        return Encoded(b"".join(_pulse(block.pin) for block in blocks if isinstance(block, Pulse)), ())
    writer = _Writer(profile)
    for block in blocks:
        match block:
            case Text() | Pair() | Table():
                writer.lines(lines_of(block, profile.columns, writer.printable))
            case Rule():
                writer.lines([Line(((0, "-" * profile.columns),))])
            case Gap():
                writer.lines([Line(())])
            case Ruler():
                writer.lines([Line(((0, "".join(str(at % 10) for at in range(1, profile.columns + 1))),))])
            case Code128(data):
                writer.barcode(data)
            case Pulse(pin):
                writer.out += _pulse(pin)
            case Cut():
                writer.cut()
    return Encoded(bytes(writer.out), tuple(dict.fromkeys(writer.missing)))


def _pulse(pin: int) -> bytes:
    return ESC + b"p" + bytes((1 if pin else 0, 25, 250))


# --- blocks to lines


def lines_of(block: Text | Pair | Table, columns: int, printable: Printable) -> list[Line]:
    """Wrap a block to lines of ``columns``; ``printable`` replaces what no line can show."""
    match block:
        case Text():
            return _text_lines(block, columns, printable(block.text))
        case Pair():
            return _pair_lines(block, columns, printable)
        case Table():
            return _table_lines(block, columns, printable)


def _text_lines(block: Text, columns: int, text: str) -> list[Line]:
    size = block.size
    if size == LARGE and any(plain_text.width(word) > columns // 2 for word in text.split()):
        size = TALL
    wrapped = plain_text.wrap(text, columns // 2 if size == LARGE else columns)
    return [Line(((0, line),), block.centred, block.bold, size) for line in wrapped]


def _pair_lines(block: Pair, columns: int, printable: Printable) -> list[Line]:
    left, right = printable(block.left), printable(block.right)
    if block.tail is not None:
        right += " " + (printable(block.tail) or " ")
    figure = plain_text.width(right)
    room = columns - figure - 1
    style = (False, block.bold, block.size)
    if figure > columns:
        pieces = plain_text.wrap(right, columns)
        return [Line(((0, piece),), *style) for piece in [*plain_text.wrap(left, columns), *pieces]]
    indent = " " * min(block.indent, 4)
    if not left.strip():
        return [Line(((columns - figure, right),), *style)]
    if room < min(plain_text.width(left) + len(indent), columns // 3):
        lines = [Line(((0, piece),), *style) for piece in plain_text.wrap(indent + left, columns)]
        return [*lines, Line(((columns - figure, right),), *style)]
    first, *rest = plain_text.wrap(indent + left, max(room, 1))
    cells = ((0, first), (columns - figure, right)) if figure else ((0, first),)
    return [Line(cells, *style), *(Line(((0, piece),), *style) for piece in rest)]


def _table_lines(block: Table, columns: int, printable: Printable) -> list[Line]:
    rows = [tuple(printable(cell) for cell in row) for row in (block.head, *block.rows)]
    widths = [max(plain_text.width(row[at]) for row in rows) for at in range(len(block.head))]
    spare = columns - sum(widths)
    gaps = len(widths) - 1
    if spare < gaps:
        return _stacked(rows, columns, printable)
    gap = min(spare // gaps, 4) if gaps else 0
    lines = []
    for number, row in enumerate(rows):
        cells = [(0, row[0])]
        end = columns
        for at in range(len(row) - 1, 0, -1):
            cells.insert(1, (end - plain_text.width(row[at]), row[at]))
            end -= widths[at] + gap
        lines.append(Line(tuple(cells), bold=number == 0))
    return lines


def _stacked(rows: list[tuple[str, ...]], columns: int, printable: Printable) -> list[Line]:
    lines: list[Line] = []
    for row in rows[1:]:
        lines += _text_lines(Text(row[0]), columns, row[0])
        for words, figure in zip(rows[0][1:], row[1:], strict=True):
            lines += _pair_lines(Pair(words, figure, indent=2), columns, printable)
    return lines


# --- letters


@lru_cache(maxsize=8192)
def _in_page(char: str, codec: str) -> bytes | None:
    try:
        code = char.encode(codec)
    except UnicodeEncodeError:
        return None
    return code if len(code) == 1 and code[0] >= 0x20 and code[0] != 0x7F else None


class Printable:
    """Make a text printable on one printer, collecting what is ``missing``."""

    def __init__(self, profile: Profile) -> None:
        self._codecs = tuple(codec for codec, _number in profile.pages)
        self._raster = profile.raster
        self.missing: list[str] = []

    def __call__(self, text: str) -> str:
        """Return the cleaned text with stand-ins for what neither a page nor an image can show."""
        return "".join(self._one(char) for char in plain_text.clean(text))

    def in_pages(self, char: str) -> bool:
        """Tell whether one of the printer's pages has the letter."""
        return any(_in_page(char, codec) is not None for codec in self._codecs)

    def _one(self, char: str) -> str:
        if self.in_pages(char):
            return char
        stand_in = _STAND_INS.get(char)
        if stand_in is not None:
            return stand_in
        plain = self._plain(char)
        if plain and unicodedata.decomposition(char).startswith("<"):
            return plain
        if self._raster and raster.can_draw(char):
            return char
        if plain:
            return plain
        if unicodedata.combining(char):
            return ""
        self.missing.append(char)
        return "?"

    @staticmethod
    def _plain(char: str) -> str:
        decomposed = unicodedata.normalize("NFKD", char)
        return "".join(part for part in decomposed if " " <= part <= "~")


# --- lines to bytes


class _Writer:
    """The stream to one printer and the state the printer is in."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.printable = Printable(profile)
        self.out = bytearray(ESC + b"@")
        if profile.chinese:
            self.out += FS + b"."
        self._page = ""
        self._style = (False, False, NORMAL)
        self._select(profile.pages[0][0])

    @property
    def missing(self) -> list[str]:
        return self.printable.missing

    def lines(self, lines: Iterable[Line]) -> None:
        for line in lines:
            if self.profile.raster and (self.profile.as_image or not self._has_letters(line)) and line.cells:
                self._image_line(line)
            else:
                self._text_line(line)

    def barcode(self, data: str) -> None:
        label = self.printable(data)
        if code128.is_encodable(data):
            self._bars(data)
        self.lines(_text_lines(Text(label, centred=True), self.profile.columns, label))

    def _bars(self, data: str) -> None:
        profile = self.profile
        # The printer itself stays in code set B: eleven modules a character.
        module = raster.module_dots(11 * (len(data) + 2) + 13, profile.dots)
        if profile.barcodes and not profile.as_image and module is not None:
            self._be((True, False, NORMAL))
            body = b"{B" + data.replace("{", "{{").encode("ascii")
            self.out += GS + b"h" + bytes((BARCODE_DOTS,)) + GS + b"w" + bytes((module,)) + GS + b"H\0"
            self.out += GS + b"k" + bytes((73, len(body))) + body
        elif profile.raster and (image := raster.barcode(data, profile.dots, BARCODE_DOTS)) is not None:
            self._be((False, False, NORMAL))
            self._image(image)

    def cut(self) -> None:
        self._be((False, False, NORMAL))
        self.out += GS + b"V\x42\0" if self.profile.cutter else ESC + b"d\x04"

    def _has_letters(self, line: Line) -> bool:
        return all(self.printable.in_pages(char) for _column, text in line.cells for char in text)

    def _be(self, style: tuple[bool, bool, int]) -> None:
        centred, bold, size = style
        if centred != self._style[0]:
            self.out += ESC + b"a" + bytes((centred,))
        if bold != self._style[1]:
            self.out += ESC + b"E" + bytes((bold,))
        if size != self._style[2]:
            self.out += GS + b"!" + bytes(({NORMAL: 0x00, TALL: 0x01, LARGE: 0x11}[size],))
        self._style = style

    def _select(self, codec: str) -> None:
        if codec != self._page:
            self.out += ESC + b"t" + bytes((dict(self.profile.pages)[codec],))
            self._page = codec

    def _text_line(self, line: Line) -> None:
        self._be((line.centred, line.bold, line.size))
        for char in _joined(line.cells).rstrip():
            self._char(char)
        self.out += b"\n"

    def _char(self, char: str) -> None:
        for codec in (self._page, *dict(self.profile.pages)):
            code = _in_page(char, codec)
            if code is not None:
                self._select(codec)
                self.out += code
                return
        self.out += b"?"  # a printer without images: what was drawable elsewhere is not here

    def _image_line(self, line: Line) -> None:
        self._be((False, False, NORMAL))
        self._image(
            raster.text_line(
                line.cells,
                self.profile.columns,
                self.profile.dots,
                centred=line.centred,
                bold=line.bold,
                wide=line.size == LARGE,
                tall=line.size != NORMAL,
            )
        )

    def _image(self, image: Image.Image) -> None:
        rows = ImageChops.invert(image.convert("L")).convert("1")  # a set bit is a black dot
        across = rows.width // 8
        for top in range(0, rows.height, self.profile.band):
            band = rows.crop((0, top, rows.width, min(rows.height, top + self.profile.band)))
            self.out += GS + b"v0\0" + across.to_bytes(2, "little") + band.height.to_bytes(2, "little") + band.tobytes()


def _joined(cells: Sequence[tuple[int, str]]) -> str:
    line = ""
    for column, text in cells:
        line += " " * (column - plain_text.width(line)) + text
    return line

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
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from PIL import Image, ImageChops

from shopstock.core import barcodes, code128, paper_layout, plain_text
from shopstock.core.paper_layout import (
    LARGE,
    NORMAL,
    TALL,
    Code128,
    Cut,
    Ean13,
    Gap,
    Logo,
    PageChart,
    Pair,
    Pulse,
    Rule,
    Ruler,
    Table,
    Text,
)
from shopstock.core.papers import Paper
from shopstock.devices import paper_lines, raster
from shopstock.devices.paper_lines import Line
from shopstock.devices.profiles import Profile

ESC, GS, FS = b"\x1b", b"\x1d", b"\x1c"
BARCODE_DOTS = raster.BARCODE_DOTS

#: Letters that tell code pages apart, and per page one that no other common page has at its place.
_CHART_LETTERS = "€£äéñçøßłőšżāģÅþğışŒΩΣЖЯ"
_CHART_PAGES = (("cp858", "€"), ("cp1252", "€"), ("cp852", "ł"), ("cp1250", "ł"), ("cp866", "Ж"), ("cp1251", "Ж"))
_CHART_NUMBERS = (*range(60), *range(64, 74), *range(90, 96))

_STAND_INS = {
    "‘": "'", "’": "'", "‚": ",", "‛": "'", "“": '"', "”": '"', "„": '"', "‹": "<", "›": ">", "–": "-", "—": "-",
    "‑": "-", "−": "-", "…": "...", "•": "*", "·": ".", "×": "x", "€": "EUR", "£": "GBP", "¥": "JPY", "₩": "KRW",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u3000": "  ", "™": "(TM)", "©": "(C)", "®": "(R)",
}  # fmt: skip


class Encoded(NamedTuple):
    """What goes to the printer, and the characters that could not be printed."""

    data: bytes
    missing: tuple[str, ...]


def encode(paper: Paper, profile: Profile, pictures: Mapping[str, bytes] | None = None) -> Encoded:
    """Turn a paper into bytes for a printer of this profile; ``pictures`` are PNG by their SHA-256."""
    blocks = paper_layout.layout(paper)
    if all(isinstance(block, Pulse) for block in blocks):
        return Encoded(b"".join(_pulse(block.pin, profile) for block in blocks if isinstance(block, Pulse)), ())
    writer = _Writer(profile)
    for block in blocks:
        match block:
            case Text() | Pair() | Table():
                writer.lines(paper_lines.lines_of(block, profile.columns, writer.printable))
            case Rule():
                writer.lines([Line(((0, "-" * profile.columns),))])
            case Gap():
                writer.lines([Line(())])
            case Ruler():
                writer.lines([Line(((0, "".join(str(at % 10) for at in range(1, profile.columns + 1))),))])
            case Code128(data):
                writer.barcode(data)
            case Ean13(digits):
                writer.ean13(digits)
            case Logo(picture):
                writer.logo((pictures or {}).get(picture))
            case PageChart(numbers):
                writer.numbers_chart() if numbers else writer.pages_chart()
            case Pulse(pin):
                writer.out += _pulse(pin, profile)
            case Cut():
                writer.cut()
    return Encoded(bytes(writer.out), tuple(dict.fromkeys(writer.missing)))


def _pulse(pin: int, profile: Profile) -> bytes:
    # Times are in steps of 2 ms; the pause before the next pulse is the longest there is.
    return ESC + b"p" + bytes((1 if pin or profile.drawer_pin == 5 else 0, profile.drawer_ms // 2, 250))


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
        self.lines(paper_lines.text_lines(Text(label, centred=True), self.profile.columns, label))

    def _bars(self, data: str) -> None:
        profile = self.profile
        # The printer itself stays in code set B: eleven modules a character.
        module = raster.module_dots(11 * (len(data) + 2) + 13, profile.dots)
        if profile.barcodes and not profile.as_image and module is not None:
            self._be((True, False, NORMAL))
            body = b"{B" + data.replace("{", "{{").encode("ascii")
            self.out += GS + b"h" + bytes((BARCODE_DOTS,)) + GS + b"w" + bytes((module,)) + GS + b"H\0"
            self.out += GS + b"k" + bytes((73, len(body))) + body
        elif (
            profile.raster and (image := raster.barcode(code128.modules(data), profile.dots, BARCODE_DOTS)) is not None
        ):
            self._be((False, False, NORMAL))
            self._image(image)

    def ean13(self, digits: str) -> None:
        """Draw an EAN-13 as an image, so that the test page proves images too."""
        bars = barcodes.ean13(digits).rows[0]
        image = raster.barcode(bars, self.profile.dots) if self.profile.raster else None
        if image is not None:
            self._be((False, False, NORMAL))
            self._image(image)
        self.lines(paper_lines.text_lines(Text(digits, centred=True), self.profile.columns, digits))

    def logo(self, content: bytes | None) -> None:
        if content is not None and self.profile.raster:
            self._be((False, False, NORMAL))
            self._image(raster.picture(content, self.profile.dots))

    def pages_chart(self) -> None:
        """Write what each code page of the profile shows, a line a page; printers that get images have none to show."""
        if self.profile.as_image:
            return
        self._be((False, False, NORMAL))
        for codec, number in self.profile.pages:
            letters = "".join(char for char in _CHART_LETTERS if _in_page(char, codec) is not None)
            self._select(codec)
            self.out += f"{number:>3} {codec:<11}".encode("ascii")
            for char in letters[: self.profile.columns - 16]:
                self.out += _in_page(char, codec) or b"?"
            self.out += b"\n"

    def numbers_chart(self) -> None:
        """Write the same bytes under every page number, below what each of them should show."""
        self._be((False, False, NORMAL))
        heads = [(codec, char) for codec, char in _CHART_PAGES if _in_page(char, codec) is not None]
        for at, (codec, char) in enumerate(heads, 1):
            said = f"{at}: {codec}, {unicodedata.name(char).lower()}"
            self.lines(paper_lines.text_lines(Text(said), self.profile.columns, said))
        self.out += b"   ".join((b" ", *(b"%d" % at for at in range(1, len(heads) + 1)))) + b"\n"
        for number in _CHART_NUMBERS:
            self.out += ESC + b"t" + bytes((number,)) + f"{number:>3} ".encode("ascii")
            self.out += b"   ".join(_in_page(char, codec) or b"?" for codec, char in heads) + b"\n"
        self._page = ""
        self._select(self.profile.pages[0][0])

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
        for char in paper_lines.joined(line.cells).rstrip():
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

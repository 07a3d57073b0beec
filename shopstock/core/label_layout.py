"""Where everything on a label stands, in dots of whatever it is drawn with: a print head, or a page of 1/100 mm.

``layout`` is the one entry; ``measure`` tells how wide a text would be. Bars have a whole number of dots a module and
keep their quiet zones, and nothing runs over the edge: a name wraps, shrinks and is cut with "…", sizes go down
together until all fits, and what still finds no room is left out and told in :attr:`Layout.omitted`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from shopstock.core import barcodes, label_text, plain_text
from shopstock.core.barcodes import Code
from shopstock.core.label_text import Measure
from shopstock.core.labels import Align, Element, LabelData, LabelTemplate, Part, Zone

#: Dots in 254 mm by the resolution that a printer is sold as; Zebra's 203 dpi are 8 dots a millimetre.
_DOTS = {203: 2_032, 300: 3_000, 600: 6_000}
#: A page of vectors, in 1/100 mm.
PAGE = 25_400

#: Height of the em square in 1/10 mm on a label of 50 × 25 mm.
_SIZE = {
    Part.NAME: 36, Part.PRICE: 100, Part.OLD_PRICE: 34, Part.UNIT_PRICE: 27, Part.SKU: 26, Part.LOT: 26,
    Part.EXPIRY: 26, Part.TEXT: 27, Part.BARCODE: 25, Part.PLACE: 100, Part.PATH: 27,
}  # fmt: skip
_SMALLEST_TEXT = 15
#: Parts that go first when there is no room for all.
_FIRST_TO_GO = (
    Part.TEXT, Part.OLD_PRICE, Part.SKU, Part.UNIT_PRICE, Part.LOT, Part.EXPIRY, Part.PATH, Part.NAME, Part.PRICE,
    Part.PLACE,
)  # fmt: skip


class Bar(NamedTuple):
    """A black rectangle, from its top left corner."""

    x: int
    y: int
    width: int
    height: int


class Words(NamedTuple):
    """A text on one line; ``y`` is its baseline and ``size`` the em square."""

    x: int
    y: int
    text: str
    size: int
    bold: bool


class Layout(NamedTuple):
    """A label that is ready to be drawn, ``omitted`` what did not fit on it."""

    width: int
    height: int
    bars: list[Bar]
    words: list[Words]
    code: Code | None
    omitted: tuple[Part, ...]


def dots_of(tenths: int, dpi: int) -> int:
    """Return how many whole dots fit into a length in 1/10 mm."""
    return tenths * _DOTS.get(dpi, dpi) // 2_540


def layout(template: LabelTemplate, label: LabelData, dpi: int, measure: Measure) -> Layout:
    """Place what the template shows of a label; ``template`` has its size (see ``core.labels.fitted``)."""
    elements = [element for element in template.elements if label_text.said(element, label)]
    if label.code == label.sku and any(element.part is Part.BARCODE and element.digits for element in elements):
        elements = [element for element in elements if element.part is not Part.SKU]  # it stands under the bars
    omitted: list[Part] = []
    for candidate in [*_FIRST_TO_GO, None]:
        for percent in (100, 92, 84, 76, 68, 60, 54, 48):
            page = _Page(template, label, dpi, measure, percent)
            if page.place(elements):
                return page.result(omitted)
        if candidate is not None and any(element.part is candidate for element in elements):
            elements = [element for element in elements if element.part is not candidate]
            omitted.append(candidate)
    return _Page(template, label, dpi, measure, 100).result([element.part for element in template.elements])


@dataclass(slots=True)
class _Block:
    """One element in the width it has: its lines or code, and how high it is."""

    element: Element
    height: int
    lines: tuple[str, ...] = ()
    size: int = 0
    code: Code | None = None
    module: int = 0


class _Page:
    """One try to place everything with all sizes at ``percent``."""

    def __init__(self, template: LabelTemplate, label: LabelData, dpi: int, measure: Measure, percent: int) -> None:
        self._template, self._label, self._dpi, self._measure = template, label, dpi, measure
        self._percent = percent
        self._width, self._height = dots_of(template.width, dpi), dots_of(template.height, dpi)
        # Everything grows with the label; a margin of 1.5 mm would eat a label of 12 mm.
        self._scale = min(template.height * 1_000 // 250, template.width * 1_000 // 420, 4_000)
        self._margin = min(self._dots(template.margin), self._height // 10)
        self._inner = self._width - 2 * self._margin
        self._gap = max(1, self._dots(8) * self._scale // 1_000)
        self._finest = -(-_DOTS.get(dpi, dpi) * 245 // 254_000)
        self._coarsest = max(self._finest, self._dots(5))
        self._bars: list[Bar] = []
        self._words: list[Words] = []
        self._code: Code | None = None
        self._without_code = False

    def _dots(self, tenths: int) -> int:
        return dots_of(tenths, self._dpi)

    def result(self, omitted: list[Part]) -> Layout:
        """Return what was placed."""
        if self._template.frame:
            thick = max(1, self._dots(2))
            wide, high = self._width, self._height
            self._bars += [Bar(0, 0, wide, thick), Bar(0, high - thick, wide, thick), Bar(0, 0, thick, high),
                           Bar(wide - thick, 0, thick, high)]  # fmt: skip
        left_out = [*omitted, Part.BARCODE] if self._without_code else omitted
        return Layout(self._width, self._height, self._bars, self._words, self._code, tuple(left_out))

    # --- what stands where

    def place(self, elements: list[Element]) -> bool:
        """Place the elements; return whether there was room for all of them."""
        zones = {zone: [element for element in elements if element.zone is zone] for zone in Zone}
        split = self._columns(zones)
        if split is None:
            # The code is too wide to stand beside anything: it gets the whole width below.
            for zone in (Zone.LEFT, Zone.RIGHT):
                zones[Zone.BOTTOM] = [e for e in zones[zone] if e.part is Part.BARCODE] + zones[Zone.BOTTOM]
                zones[zone] = [e for e in zones[zone] if e.part is not Part.BARCODE]
            split = self._columns(zones)
            assert split is not None, "there is no code beside another column any more"
        (left_x, left_width), (right_x, right_width) = split
        top = self._blocks(zones[Zone.TOP], self._inner)
        left = self._blocks(zones[Zone.LEFT], left_width)
        right = self._blocks(zones[Zone.RIGHT], right_width)
        bottom = self._blocks(zones[Zone.BOTTOM], self._inner)
        heights = (self._high(top), max(self._high(left), self._high(right)), self._high(bottom))
        bands = [height for height in heights if height]
        room = self._height - 2 * self._margin - sum(bands) - self._gap * (len(bands) - 1)
        if room < 0:
            return False
        self._stretch(left, right, [top, bottom], room)
        self._draw(top, self._margin, self._margin, self._inner)
        floor = self._height - self._margin
        if bottom:
            floor -= self._high(bottom)
            self._draw(bottom, self._margin, floor, self._inner)
            floor -= self._gap
        self._draw(left, left_x, floor - self._high(left), left_width)
        self._draw(right, right_x, floor - self._high(right), right_width)
        return True

    def _stretch(self, left: list[_Block], right: list[_Block], bands: list[list[_Block]], room: int) -> None:
        """Give the room that is left to the code, as far as that looks well."""
        for blocks, other in ((left, right), (right, left), (bands[0], []), (bands[1], [])):
            for block in blocks:
                if block.code is None:
                    continue
                more = room + max(0, self._high(other) - self._high(blocks))
                if block.code.is_matrix:
                    rows = len(block.code.rows) + 4
                    while rows <= more and (block.module + 1) * rows <= self._inner * 45 // 100:
                        block.module, block.height, more = block.module + 1, block.height + rows, more - rows
                else:
                    block.height += max(0, min(more, block.code.width * block.module * 6 // 10 - block.height))

    def _columns(self, zones: dict[Zone, list[Element]]) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """Return where the two columns start and how wide they are; ``None`` if a code leaves no room beside it."""
        left, right = zones[Zone.LEFT], zones[Zone.RIGHT]
        if not left or not right:
            whole = (self._margin, self._inner)
            return whole, whole
        gap = 2 * self._gap
        coded = left if any(e.part is Part.BARCODE for e in left) else right
        element = next((e for e in coded if e.part is Part.BARCODE), None)
        if element is None or self._chosen(element, self._width) is None:
            wide = [max(self._natural(e) for e in column) for column in (left, right)]
            room = self._inner - gap
            if any(e.part is Part.PRICE for e in left):
                # The price is read first: it has what it wants, and the other column a third at least.
                share = max(min(wide[0], room * 2 // 3), room - wide[1])
            else:
                share = room - max(min(wide[1], room * 2 // 3), room - wide[0])
        else:
            # Beside bars the price may shrink to half of what it would like.
            need = max(self._inner * 3 // 10, max(self._natural(e) for e in (right if coded is left else left)) // 2)
            chosen = self._chosen(element, self._inner + self._margin // 2 - gap - need)
            if chosen is None:
                return None
            code_width = chosen[0].width * chosen[1]
            if chosen[0].is_matrix:
                code_width = max(code_width, self._inner * 3 // 10)
            # The quiet zone on the outside may lie in the margin.
            share = code_width - self._margin // 2
            share = share if coded is left else self._inner - gap - share
        return (self._margin, share), (self._margin + share + gap, self._inner - share - gap)

    def _natural(self, element: Element) -> int:
        return self._measure(label_text.said(element, self._label), self._em(element), element.bold)

    def _em(self, element: Element) -> int:
        tenths = _SIZE[element.part] * self._scale * element.size * self._percent // 10_000_000
        return max(self._dots(max(tenths, _SMALLEST_TEXT)), 6)

    def _chosen(self, element: Element, width: int) -> tuple[Code, int] | None:
        """Return the code that says most in a width, with the dots of its modules."""
        for code in barcodes.choices(self._label, element.symbol):
            finest = self._finest if not code.is_matrix else max(self._finest, self._dots(3))
            if code.width * finest <= width:
                if code.is_matrix:
                    return code, finest
                return code, min(self._coarsest, width // code.width)
        return None

    # --- blocks

    def _high(self, blocks: list[_Block]) -> int:
        return sum(block.height for block in blocks) + self._gap * max(0, len(blocks) - 1)

    def _blocks(self, elements: list[Element], width: int) -> list[_Block]:
        return [self._block(element, width) for element in elements]

    def _block(self, element: Element, width: int) -> _Block:
        if element.part is Part.BARCODE:
            return self._code_block(element, width)
        text, size = label_text.said(element, self._label), self._em(element)
        if element.part in (Part.PRICE, Part.OLD_PRICE):
            wide = self._measure(text, size, element.bold)
            size = min(size, size * width // wide) if wide > width else size
            while size > 6 and self._measure(text, size, element.bold) > width:
                size -= 1
            # Figures have nothing below the line; commas and other letters have.
            low = 0 if all(char in "0123456789.-/ £$€¥" for char in text) else 16
            return _Block(element, size * (76 + low) // 100, (text,), size)
        if element.part is Part.PLACE:
            # As large as it fits on one line; a long name is written as other names are.
            least = max(size * 3 // 10, 6)
            size = max(least, min(size, size * width // max(self._measure(text, size, element.bold), 1)))
            while size > least and self._measure(text, size, element.bold) > width:
                size -= 1
            if size > least:
                return _Block(element, size * 98 // 100, (text,), size)
        lines: tuple[str, ...] = ()
        most = element.lines if element.part in (Part.NAME, Part.TEXT, Part.PLACE, Part.PATH) else 1
        smaller = [size * percent // 100 for percent in (100, 92, 84, 76)]
        for smaller_size in smaller:
            size = max(smaller_size, min(size, self._dots(_SMALLEST_TEXT)), 6)
            lines = label_text.wrapped(self._measure, text, width, size, element.bold)
            if len(lines) <= most:
                break
        else:
            last = label_text.elided(self._measure, " ".join(lines[most - 1 :]), width, size, element.bold)
            lines = (*lines[: most - 1], last)
        return _Block(element, size * (98 + 116 * (len(lines) - 1)) // 100, lines, size)

    def _code_block(self, element: Element, width: int) -> _Block:
        # Bars may use the margin on either side for their quiet zones.
        chosen = self._chosen(element, min(width + 2 * self._margin, self._width))
        if chosen is None:
            self._without_code = True
            text, size = label_text.said(element, self._label), self._em(element)
            return _Block(
                element, size * 98 // 100, (label_text.elided(self._measure, text, width, size, False),), size
            )
        code, module = chosen
        self._without_code = False
        size = self._digits_size(element, code, module, width)
        if code.is_matrix:
            height = module * len(code.rows) + size
        else:
            least = self._dots(45) * min(self._scale, 1_500) * self._percent // 100_000
            height = max(least, self._dots(40)) + size
        return _Block(element, height, size=size, code=code, module=module)

    def _digits_size(self, element: Element, code: Code, module: int, width: int) -> int:
        """Return the size of the letters under a code, 0 for none."""
        if not element.digits:
            return 0
        size = self._em(element)
        for group in self._groups(code):
            room = max(width, 1) if code.is_matrix else (group.end - group.start) * module
            while size > 6 and self._measure(group.text, size, False) > room:
                size -= 1
        return size if size >= self._dots(11) else 0

    def _groups(self, code: Code) -> tuple[barcodes.Group, ...]:
        return (barcodes.Group(0, len(code.rows[0]), self._label.code),) if code.is_matrix else code.groups

    # --- drawing

    def _draw(self, blocks: list[_Block], x: int, y: int, width: int) -> None:
        for block in blocks:
            if block.code is not None:
                self._draw_code(block, block.code, x, y, width)
            else:
                self._draw_lines(block, x, y, width)
            y += block.height + self._gap

    def _draw_lines(self, block: _Block, x: int, y: int, width: int) -> None:
        element = block.element
        figures = element.part in (Part.PRICE, Part.OLD_PRICE)
        baseline = y + block.size * (75 if figures else 77) // 100
        for line in block.lines:
            wide = self._measure(line, block.size, element.bold)
            start = x + self._offset(element, line, width - wide)
            self._words.append(Words(start, baseline, line, block.size, element.bold))
            if element.part is Part.OLD_PRICE:
                thick = max(1, block.size // 14)
                self._bars.append(Bar(start, baseline - block.size * 36 // 100, wide, thick))
            baseline += block.size * 116 // 100

    def _offset(self, element: Element, line: str, free: int) -> int:
        if element.align is Align.CENTRE:
            return max(0, free // 2)
        to_left = element.align is Align.LEFT and plain_text.is_right_to_left(line)
        return max(0, free) if element.align is Align.RIGHT or to_left else 0

    def _draw_code(self, block: _Block, code: Code, x: int, y: int, width: int) -> None:
        self._code = code
        module = block.module
        wide = len(code.rows[0]) * module
        free = width - wide
        left, right = code.quiet_left * module, code.quiet_right * module
        if free >= left + right:
            start = x + left + self._offset(block.element, "", free - left - right)
            if block.element.align is Align.LEFT and x <= self._margin:
                start -= self._margin // 2
        else:
            # The quiet zones reach into the margins; the bars stay as far from either edge as they must.
            overhang = self._margin // 2 if wide + left + right <= width + self._margin else self._margin
            start = max(min(x + left - overhang, self._width - wide - right), left)
        if code.is_matrix:
            self._draw_matrix(block, code, x, y, width)
            return
        tall = block.height - block.size
        guard = tall + (min(5 * module, block.size // 2) if code.guards and block.size else 0)
        for at, run in barcodes.runs(code.rows[0]):
            reaches = any(first <= at < end for first, end in code.guards)
            self._bars.append(Bar(start + at * module, y, run * module, guard if reaches else tall))
        if block.size:
            baseline = y + tall + block.size * 92 // 100
            self._write_groups(block, code, start, baseline)

    def _write_groups(self, block: _Block, code: Code, start: int, baseline: int) -> None:
        for group in code.groups:
            room = (group.end - group.start) * block.module
            wide = self._measure(group.text, block.size, False)
            place = start + group.start * block.module + max(0, room - wide) // 2
            self._words.append(Words(place, baseline, group.text, block.size, False))

    def _draw_matrix(self, block: _Block, code: Code, x: int, y: int, width: int) -> None:
        side = len(code.rows) * block.module
        start = x + self._offset(block.element, "", width - side)
        for down, row in enumerate(code.rows):
            for at, run in barcodes.runs(row):
                left, top = start + at * block.module, y + down * block.module
                self._bars.append(Bar(left, top, run * block.module, block.module))
        if block.size:
            text = self._label.code
            wide = self._measure(text, block.size, False)
            place = x + self._offset(block.element, "", width - wide) if wide > side else start + (side - wide) // 2
            self._words.append(Words(place, y + side + block.size, text, block.size, False))

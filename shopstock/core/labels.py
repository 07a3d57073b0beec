"""What a label says, what it shows of that and where, and the sheets that labels come on.

A :class:`LabelTemplate` lists elements in four zones (top, left, right, bottom); ``core.label_layout`` gives them their
places, so that one template serves every size of label. Lengths are 1/10 mm, those of sheets 1/1000 mm. A
:class:`LabelData` is plain text that was formatted already; a :class:`LabelJob` is the paper handed to a label printer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, NamedTuple

from shopstock.core import names
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import QTY_SCALE, Day, ItemId, LocationId, Money, Qty, format_scaled, parse_decimal

#: The smallest and largest label, in 1/10 mm, and the largest number of one label.
SMALLEST, LARGEST = 100, 3_000
MAX_COPIES, MAX_LABELS = 1_000, 10_000


class Part(StrEnum):
    """What an element shows of an item or a place. The value is what the JSON of a template holds."""

    NAME = "name"
    PRICE = "price"
    OLD_PRICE = "old_price"
    UNIT_PRICE = "unit_price"
    BARCODE = "barcode"
    SKU = "sku"
    LOT = "lot"
    EXPIRY = "expiry"
    TEXT = "text"
    PLACE = "place"
    PATH = "path"

    @property
    def words(self) -> str:
        """Say what it is in a word or two."""
        return {
            Part.NAME: _("Name"), Part.PRICE: _("Price"), Part.OLD_PRICE: _("Old price, struck out"),
            Part.UNIT_PRICE: _("Unit price"), Part.BARCODE: _("Bar code"), Part.SKU: _("SKU"), Part.LOT: _("Lot"),
            Part.EXPIRY: _("Expiry date"), Part.TEXT: _("Text of your own"), Part.PLACE: _("Name of a place, large"),
            Part.PATH: _("What a place lies in"),
        }[self]  # fmt: skip


class Zone(StrEnum):
    """Where an element stands: zones with nothing in them give their room to the others."""

    TOP = "top"
    LEFT = "left"
    RIGHT = "right"
    BOTTOM = "bottom"

    @property
    def words(self) -> str:
        """Say it in a word."""
        return {Zone.TOP: _("top"), Zone.LEFT: _("left"), Zone.RIGHT: _("right"), Zone.BOTTOM: _("bottom")}[self]


class Align(StrEnum):
    """On which side of its zone an element stands."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


class Symbol(StrEnum):
    """Which kind of code is drawn: bars, or a DataMatrix, which carries lot and expiry on little room."""

    BARS = "bars"
    DATAMATRIX = "datamatrix"


class Reason(StrEnum):
    """Why an item wants a label; the value is what ``label_due.reason`` holds."""

    PRICE = "price"
    RECEIVED = "received"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Element:
    """One thing on a label.

    ``size`` is in percent of what the layout gives the part by itself, ``lines`` the most lines that a name or text may
    take, ``text`` what a :attr:`Part.TEXT` says, ``digits`` whether a bar code is written out under its bars.
    """

    part: Part
    zone: Zone = Zone.TOP
    size: int = 100
    bold: bool = False
    align: Align = Align.LEFT
    lines: int = 2
    text: str = ""
    symbol: Symbol = Symbol.BARS
    digits: bool = True


@dataclass(frozen=True, slots=True)
class LabelTemplate:
    """What a label shows. ``width`` and ``height`` are 1/10 mm; 0 takes the size of whatever it is printed on.

    ``frame`` draws a thin line around the label, for shelf labels that are cut out.
    """

    name: str
    elements: tuple[Element, ...]
    width: int = 0
    height: int = 0
    margin: int = 15
    frame: bool = False


@dataclass(frozen=True, slots=True)
class LabelData:
    """What one label says, as text; what is empty is not shown. ``code`` is what its bars must read as.

    ``expires_day`` is YYYYMMDD or 0, beside ``expires`` as people read it; ``copies`` labels of it are printed. Only
    the label of a place has a ``place`` (its name, once more) and a ``path`` (the names of what it lies in).
    """

    name: str
    price: str = ""
    unit_price: str = ""
    old_price: str = ""
    code: str = ""
    sku: str = ""
    lot: str = ""
    expires: str = ""
    expires_day: int = 0
    copies: int = 1
    item_id: int = 0
    place: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class LabelJob:
    """Labels in the order in which they are printed; ``template`` is the JSON of a :class:`LabelTemplate`.

    ``reason`` is the :class:`Reason` whose wanted labels these are, or empty.
    """

    template: str
    labels: tuple[LabelData, ...]
    reason: str = ""

    @property
    def count(self) -> int:
        """How many labels come out."""
        return sum(label.copies for label in self.labels)


class Wanted(NamedTuple):
    """So many labels of an item; with the lot and the day of expiry where the goods at hand have them."""

    item_id: ItemId
    copies: int = 1
    lot: str = ""
    expires: Day | None = None


class WantedPlace(NamedTuple):
    """So many labels of a place."""

    place_id: LocationId
    copies: int = 1


class Sheet(NamedTuple):
    """A sheet of labels; lengths in 1/1000 mm, ``left``, ``top`` to the first, ``pitch`` from one to the next."""

    name: str
    label: str
    page: tuple[int, int]
    columns: int
    rows: int
    width: int
    height: int
    left: int
    top: int
    pitch_x: int
    pitch_y: int

    @property
    def places(self) -> int:
        """How many labels are on it."""
        return self.columns * self.rows


A4 = (210_000, 297_000)
LETTER = (215_900, 279_400)
SHEETS: dict[str, Sheet] = {
    sheet.name: sheet
    for sheet in (
        Sheet("L7160", "Avery L7160: A4, 21 of 63.5 × 38.1 mm", A4, 3, 7, 63_500, 38_100, 7_210, 15_150, 66_040,
              38_100),
        Sheet("L7651", "Avery L7651: A4, 65 of 38.1 × 21.2 mm", A4, 5, 13, 38_100, 21_200, 4_670, 10_700, 40_640,
              21_200),
        Sheet("5160", "Avery 5160: Letter, 30 of 66.7 × 25.4 mm", LETTER, 3, 10, 66_675, 25_400, 4_762, 12_700, 69_850,
              25_400),
        Sheet("5167", "Avery 5167: Letter, 80 of 44.5 × 12.7 mm", LETTER, 4, 20, 44_450, 12_700, 7_144, 12_700, 52_388,
              12_700),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SheetOptions:
    """How labels go onto sheets: the first is number ``start`` (from 1, row by row), all moved by an offset.

    ``offset_x`` and ``offset_y`` are 1/10 mm, to the right and down, as the calibration page shows them.
    """

    sheet: str = "L7160"
    start: int = 1
    offset_x: int = 0
    offset_y: int = 0


def sheet_of(name: str) -> Sheet:
    """Return the sheet of that name; raise ``Refused`` naming the known ones."""
    found = SHEETS.get(name.strip().upper())
    if found is None:
        raise Refused(_("No sheet is called {name}. Use one of: {known}.").format(
            name=name[:20], known=", ".join(SHEETS)
        ))  # fmt: skip
    return found


#: The price stands out, the code small beside it: what hangs on the shelf's edge.
SHELF = LabelTemplate(
    "Shelf label",
    (
        Element(Part.NAME, Zone.TOP, bold=True),
        Element(Part.BARCODE, Zone.LEFT),
        Element(Part.OLD_PRICE, Zone.RIGHT, align=Align.RIGHT),
        Element(Part.PRICE, Zone.RIGHT, bold=True, align=Align.RIGHT),
        Element(Part.UNIT_PRICE, Zone.RIGHT, align=Align.RIGHT),
    ),
)
#: The code stands out: what sticks on the goods.
ITEM = LabelTemplate(
    "Item label",
    (
        Element(Part.NAME, Zone.TOP, bold=True),
        Element(Part.BARCODE, Zone.TOP, align=Align.CENTRE),
        Element(Part.LOT, Zone.TOP, size=80),
        Element(Part.EXPIRY, Zone.TOP, size=80),
        Element(Part.SKU, Zone.LEFT, lines=1),
        Element(Part.PRICE, Zone.RIGHT, size=60, bold=True, align=Align.RIGHT),
    ),
)
#: The name can be read from across the room: what sticks on a shelf, a bin or the door of a room.
PLACE = LabelTemplate(
    "Place label",
    (
        Element(Part.PLACE, Zone.TOP, size=130, bold=True),
        Element(Part.PATH, Zone.TOP, lines=1),
        Element(Part.BARCODE, Zone.BOTTOM),
    ),
)
BUILT_IN: tuple[LabelTemplate, ...] = (SHELF, ITEM, PLACE)


def is_for_places(template: LabelTemplate) -> bool:
    """Tell whether a template shows what only places have."""
    return any(element.part in (Part.PLACE, Part.PATH) for element in template.elements)


def to_json(template: LabelTemplate) -> str:
    """Write a template as JSON."""
    packed = {spec.name: getattr(template, spec.name) for spec in fields(template) if spec.name != "elements"}
    elements = [{spec.name: getattr(element, spec.name) for spec in fields(element)} for element in template.elements]
    return json.dumps({**packed, "elements": elements}, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> LabelTemplate:
    """Read a template; raise ``Refused`` for what is none. Fields unknown to this version are ignored."""
    try:
        data = json.loads(text)
        elements = tuple(_element(entry) for entry in data["elements"])
        return checked(LabelTemplate(elements=elements, **_known(LabelTemplate, data, skip=("elements",))))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused(
            _("This label template cannot be read. Make it anew, or choose one of the built-in templates.")
        ) from error


def _element(entry: Any) -> Element:
    known = _known(Element, entry, skip=("part", "zone", "align", "symbol"))
    for name, kind in (("zone", Zone), ("align", Align), ("symbol", Symbol)):
        if name in entry:
            known[name] = kind(entry[name])
    return Element(Part(entry["part"]), **known)


def _known(kind: type, data: dict[str, Any], skip: tuple[str, ...]) -> dict[str, Any]:
    """Pick the fields that are plain values, each of the type it must have."""
    wanted = {"name": str, "text": str, "bold": bool, "digits": bool, "frame": bool}
    found = {}
    for spec in fields(kind):
        if spec.name in skip or spec.name not in data:
            continue
        if type(data[spec.name]) is not wanted.get(spec.name, int):
            raise TypeError(spec.name)
        found[spec.name] = data[spec.name]
    return found


def checked(template: LabelTemplate) -> LabelTemplate:
    """Return the template with a clean name; raise ``Refused`` saying what about it makes no sense."""
    if not template.elements:
        raise Refused(_("A label shows at least one thing. Choose what."))
    if len(template.elements) > 30:
        raise Refused(_("A label shows at most {n} things.").format(n=30))
    for length in (template.width, template.height):
        if length and not SMALLEST <= length <= LARGEST:
            raise Refused(_("A label is 10 to 300 mm wide and high. Check its size."))
    if not 0 <= template.margin <= 200:
        raise Refused(_("The margin of a label is 0 to 20 mm. Check it."))
    for element in template.elements:
        if not 25 <= element.size <= 400 or not 1 <= element.lines <= 10 or len(element.text) > names.MAX_NAME:
            raise Refused(_("{part} on the label: the size is 25 to 400 %, with 1 to 10 lines.").format(
                part=element.part.words
            ))  # fmt: skip
    return replace(template, name=names.label(template.name))


def fitted(template: LabelTemplate, width: int, height: int) -> LabelTemplate:
    """Return the template in the size of a label of ``width × height`` 1/10 mm; raise ``Refused`` if it is larger."""
    if template.width > width or template.height > height:
        raise Refused(
            _("The label “{name}” is {label} mm, the paper is {paper} mm. Use larger paper or make the label smaller.")
            .format(
                name=template.name,
                label=size_text(template.width or width, template.height or height),
                paper=size_text(width, height),
            )
        )  # fmt: skip
    return replace(template, width=template.width or width, height=template.height or height)


def size_text(width: int, height: int) -> str:
    """Write a size in 1/10 mm as people do: ``50 × 25``, ``63.5 × 38.1``."""
    return " × ".join(format_scaled(length, 1) for length in (width, height))


def parse_size(text: str) -> tuple[int, int]:
    """Read a size in mm such as ``50x25`` or ``63.5 × 38.1``; return 1/10 mm or raise ``Refused``."""
    parts = text.lower().replace("×", "x").replace("mm", "").replace(",", ".").split("x")
    try:
        width, height = (int(parse_decimal(part) * 10) for part in parts)
    except ValueError:
        width = height = 0
    if not (SMALLEST <= width <= LARGEST and SMALLEST <= height <= LARGEST):
        raise Refused(_("“{text}” is no size of a label. Write width and height in mm, 10 to 300, like 50x25.").format(
            text=text[:20]
        ))  # fmt: skip
    return width, height


#: Content unit → the unit in which prices are compared, and how many of the first make one of it.
_COMPARED: dict[str, tuple[str, int]] = {
    "g": ("kg", 1_000), "kg": ("kg", 1), "ml": ("l", 1_000), "l": ("l", 1), "cm": ("m", 100), "m": ("m", 1),
    "oz": ("lb", 16), "lb": ("lb", 1), "ft": ("ft", 1), "yd": ("yd", 1), "piece": ("piece", 1),
}  # fmt: skip


class UnitPrice(NamedTuple):
    """A price for one ``unit`` (kg, l, m, piece)."""

    price: Money
    unit: str


def unit_price(price: Money, content: Qty, content_unit: str, step: Money) -> UnitPrice | None:
    """Return what one kg, l or m costs of goods that hold ``content``, rounded once, half up, to ``step``.

    ``None`` where nothing can be compared: no content, or one piece. 1.99 for 250 g is 7.96 a kg.
    """
    unit, many = _COMPARED.get(content_unit, ("", 0))
    if not unit or content <= 0 or price < 0 or (unit == "piece" and content <= QTY_SCALE):
        return None
    whole = price * many * QTY_SCALE
    part = content * step
    return UnitPrice(Money((2 * whole + part) // (2 * part) * step), unit)

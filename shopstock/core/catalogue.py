"""What a person fills in about an item, and the units it may be counted in."""

from __future__ import annotations

from dataclasses import dataclass

from shopstock.core import names
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import MAX_MONEY, MAX_QTY, ONE, ZERO_MONEY, Money, Qty

PIECE = "piece"
#: Stock units by the words people use for them.
UNITS: dict[str, tuple[str, ...]] = {
    PIECE: ("", "pc", "pcs", "pieces", "each", "ea", "unit", "units", "stk", "st", "stück"),
    "kg": ("kilo", "kilogram", "kilograms", "kilogramme"),
    "g": ("gram", "grams", "gramme"),
    "l": ("litre", "liter", "litres", "liters", "ltr"),
    "ml": ("millilitre", "milliliter"),
    "m": ("metre", "meter", "metres", "meters", "mtr"),
    "cm": ("centimetre", "centimeter"),
    "lb": ("lbs", "pound", "pounds"),
    "oz": ("ounce", "ounces"),
    "ft": ("foot", "feet"),
    "yd": ("yard", "yards"),
}
_UNIT_OF = {word: unit for unit, words in UNITS.items() for word in (unit, *words)}

#: What is kept about single goods of an item: nothing, their lots and expiry dates, or their serial numbers.
NOTHING, LOTS, SERIALS = "", "lot", "serial"
TRACKS: dict[str, tuple[str, ...]] = {
    NOTHING: ("no", "none", "-"),
    LOTS: ("lots", "batch", "batches", "expiry"),
    SERIALS: ("serials", "serial number", "serial numbers"),
}
_TRACKS_OF = {word: tracks for tracks, words in TRACKS.items() for word in (tracks, *words)}
#: The largest weight of one unit, in grams: a tonne.
MAX_GRAMS = 1_000_000

#: The largest number of a quick key: ``/1`` to ``/99`` on the entry line.
MAX_QUICK_KEY = 99


@dataclass(frozen=True, slots=True)
class ItemFields:
    """Everything a person says about an item. An empty ``sku`` asks for the next free number.

    ``category`` and ``supplier`` are names, made when they are new; ``tax_rate_id`` ``None`` is the shop's usual rate.
    ``price`` and ``supplier_cost`` are for one ``unit``. ``tracks`` is one of :data:`TRACKS`. ``weight`` is that of one
    unit in grams; ``content`` is what one unit holds (0.75 l), by which a label's price per unit is told.
    """

    name: str
    sku: str = ""
    price: Money = ZERO_MONEY
    category: str = ""
    supplier: str = ""
    tax_rate_id: int | None = None
    unit: str = PIECE
    stocked: bool = True
    asks_price: bool = False
    supplier_cost: Money | None = None
    reorder_point: Qty | None = None
    order_up_to: Qty | None = None
    tracks: str = NOTHING
    weight: int | None = None
    content: Qty | None = None
    content_unit: str = ""


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code for an item, and how much of the item's unit one scan of it stands for."""

    code: str
    qty: Qty = ONE


def unit_of(text: str) -> str:
    """Return the stock unit that a word means; raise ``Refused`` naming the known ones."""
    unit = _UNIT_OF.get(names.key(text).rstrip("."))
    if unit is None:
        raise Refused(
            _("“{unit}” is not a unit. Use one of: {units}.").format(
                unit=names.clean(text)[:20], units=", ".join(UNITS)
            )
        )
    return unit


def check_price(price: Money) -> Money:
    """Return the price; raise ``Refused`` when it is below nothing or beyond belief."""
    if not 0 <= price <= MAX_MONEY:
        raise Refused(_("A price is between 0 and 1,000,000,000. Check it."))
    return price


def check_cost(cost: Money | None) -> Money | None:
    """Return what an item costs, where that is known, within the limits of :func:`check_price`."""
    return None if cost is None else check_price(cost)


def check_level(qty: Qty | None) -> Qty | None:
    """Return a reorder figure; raise ``Refused`` when it is below nothing or beyond belief."""
    if qty is not None and not 0 <= qty <= MAX_QTY:
        raise Refused(_("A reorder point is between 0 and 1,000,000. Check it."))
    return qty


def check_pack(qty: Qty) -> Qty:
    """Return the quantity of a pack; raise ``Refused`` when it is nothing or beyond belief."""
    if not 0 < qty <= MAX_QTY:
        raise Refused(_("A code stands for more than 0 and at most 1,000,000. Check the pack quantity."))
    return qty


def tracks_of(text: str) -> str:
    """Return what a word asks to be kept about single goods; raise ``Refused`` naming the known words."""
    tracks = _TRACKS_OF.get(names.key(text))
    if tracks is None:
        raise Refused(
            _(
                "“{word}” is not known. Write lot for lots and expiry dates, serial for serial numbers, or nothing."
            ).format(word=names.clean(text)[:20])
        )
    return tracks


def check_tracks(tracks: str, unit: str, *, stocked: bool) -> str:
    """Return how an item is tracked; raise ``Refused`` when goods of its kind cannot be."""
    tracks = tracks_of(tracks)
    if tracks == LOTS and not stocked:
        raise Refused(_("An item without stock has no lots. Let it keep stock, or do not track it."))
    if tracks == SERIALS and unit != PIECE:
        raise Refused(_("Only goods sold by the piece have serial numbers."))
    return tracks


def check_weight(grams: int | None) -> int | None:
    """Return the weight of one unit in grams; raise ``Refused`` when it is below nothing or beyond belief."""
    if grams is not None and not 0 <= grams <= MAX_GRAMS:
        raise Refused(_("A weight is between 0 and 1,000,000 g. Check it."))
    return grams


def check_content(content: Qty | None, unit: str) -> tuple[Qty | None, str]:
    """Return what one unit holds and in which unit; raise ``Refused`` for one without the other, or beyond belief."""
    unit = unit_of(unit) if unit.strip() else ""
    if content is None or not content:
        return None, ""
    if not unit:
        raise Refused(_("The content needs a unit, such as g or ml."))
    if not 0 < content <= MAX_QTY:
        raise Refused(_("A content is above 0 and at most 1,000,000. Check it."))
    return content, unit

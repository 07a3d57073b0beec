"""Likely causes of a variance, from what speaks for each: ranked suspects with the rows behind them.

Each suspicion gets points in 1/1,000 for how well quantity, time and place fit; what people confirmed before adds a
little. Points are not probabilities: they rank. The rules, by how much they say:

- the same item is off the other way at another place: goods were moved and nobody said so (``misplaced``);
- a look-alike (same price, neighbouring number, similar name) is off by as much the other way: one was scanned for the
  other (``mis_scan``);
- the variance is what counting packs as pieces makes of a receipt, or pieces as packs (``unit_mistake``);
- the book stood below none: what was sold had not been booked in (``receiving_error``);
- it is the quantity of a goods receipt: posted twice, most of all where a twin of it is there, or not at all
  (``receiving_error``); it is what an order was short by (``supplier_short``);
- goods wait that are not posted: a transfer on its way (``misplaced``), a delivery being received, a parked sale
  (``data_entry``);
- a figure of it is the other with two digits swapped (``data_entry``);
- a few too many of what is sold: a return that nobody scanned (``unrecorded_return``);
- too few of what spoils soon (``unrecorded_damage``); too few of what is worth taking, the more the oftener it is short
  (``theft``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from shopstock.core.text import _
from shopstock.core.units import ZERO_MONEY, ZERO_QTY, Instant, ItemId, LocationId, Money, Qty, format_qty

DAY_US = 86_400 * 1_000_000
#: Packs that goods come in, looked at where nobody has said how many are in one.
_USUAL_PACKS = (6, 12, 24, 10, 8, 20, 4, 5, 15, 18, 30, 36, 48)
_MOST = 5
_DIGITS = re.compile(r"\d+")


class Goods(NamedTuple):
    """What an item is; ``code`` its first barcode, ``packs`` what its packs hold (pieces in 1/1,000)."""

    id: ItemId
    sku: str
    name: str
    code: str
    price: Money
    category_id: int | None
    supplier_id: int | None
    packs: tuple[Qty, ...] = ()


class Off(NamedTuple):
    """A line of the count that is off: how much, where, and what one is worth at cost."""

    goods: Goods
    location_id: LocationId
    place: str
    variance: Qty
    expected: Qty
    counted: Qty
    unit_value: Money
    counted_at: Instant


class Receipt(NamedTuple):
    """A goods receipt of the item since it was counted last; ``ordered`` is what the order wanted, if there is one."""

    document_id: int
    number: str
    party: str
    qty: Qty
    at: Instant
    ordered: Qty | None = None


class Waiting(NamedTuple):
    """Goods that are not posted yet, signed as they will move at the place; ``words`` say what they are.

    ``moves``: they only go from place to place.
    """

    qty: Qty
    words: str
    moves: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known about one variance. ``dear`` is what an item of the shop is worth at most in nine of ten."""

    line: Off
    others: Sequence[Off] = ()
    receipts: Sequence[Receipt] = ()
    waiting: Sequence[Waiting] = ()
    sold: Qty = ZERO_QTY
    sales: int = 0
    elsewhere: Mapping[LocationId, tuple[str, Qty]] = field(default_factory=dict)
    short_before: int = 0
    expires_soon: bool = False
    dear: Money = ZERO_MONEY
    confirmed_item: Mapping[str, int] = field(default_factory=dict)
    confirmed_category: Mapping[str, int] = field(default_factory=dict)
    confirmed_supplier: Mapping[str, int] = field(default_factory=dict)


class Suspect(NamedTuple):
    """A likely cause: how much speaks for it, in 1/1,000, why, and the documents that do."""

    cause: str
    score: int
    words: str
    documents: tuple[int, ...] = ()


def suspects(facts: Facts) -> tuple[Suspect, ...]:
    """Return the likely causes of a variance, the likeliest first; none for what is not off."""
    if not facts.line.variance:
        return ()
    found = [
        *_moved(facts), *_mistaken(facts), *_units(facts), *_received(facts), *_not_posted(facts), *_digits(facts),
        *_returned(facts), *_lost(facts), Suspect("unknown", 60, _("Nothing on record explains it.")),
    ]  # fmt: skip
    best: dict[str, Suspect] = {}
    for one in found:
        if one.cause not in best or one.score > best[one.cause].score:
            best[one.cause] = one
    ranked = [one._replace(score=min(999, one.score + _learned(facts, one.cause))) for one in best.values()]
    return tuple(sorted(ranked, key=lambda one: (-one.score, one.cause)))[:_MOST]


def _learned(facts: Facts, cause: str) -> int:
    """Return what earlier confirmations add: an item's own say most, and all together less than a third."""
    if cause == "unknown":
        return 0
    said = (
        100 * facts.confirmed_item.get(cause, 0) + 40 * facts.confirmed_category.get(cause, 0)
        + 20 * facts.confirmed_supplier.get(cause, 0)
    )  # fmt: skip
    return min(300, said)


# --- moved, mistaken


def _moved(facts: Facts) -> list[Suspect]:
    line = facts.line
    found = []
    for other in facts.others:
        if other.goods.id != line.goods.id or other.location_id == line.location_id:
            continue
        if (other.variance < 0) == (line.variance < 0):
            continue
        words = _("{qty} too many at {place}: moved there, and not posted.")
        if other.variance < 0:
            words = _("{qty} are missing at {place}: moved from there, and not posted.")
        told = words.format(qty=format_qty(Qty(abs(other.variance))), place=other.place)
        exact = other.variance == -line.variance
        found.append(Suspect("misplaced", 930 if exact else 560, told))
        if exact:
            found.append(Suspect("data_entry", 450, told))
    if not found and line.variance < 0 and facts.elsewhere:
        names = ", ".join(place for place, _qty in list(facts.elsewhere.values())[:3])
        found.append(Suspect("misplaced", 300, _("It also lies at {places}: look there.").format(places=names)))
    return found


def _mistaken(facts: Facts) -> list[Suspect]:
    found = []
    for other in facts.others:
        if other.goods.id == facts.line.goods.id or (other.variance < 0) == (facts.line.variance < 0):
            continue
        like = likeness(facts.line.goods, other.goods)
        exact = other.variance == -facts.line.variance
        near = abs(other.variance + facts.line.variance) * 4 <= abs(facts.line.variance)
        if not (exact or (near and like >= 500)):
            continue
        score = 260 + like * 65 // 100 + (100 if exact and like >= 400 else 0) - (0 if exact else 120)
        found.append(Suspect("mis_scan", score, _("{item} is off by {qty}: one was scanned for the other.").format(
            item=other.goods.name, qty=format_qty(other.variance)
        )))  # fmt: skip
    return found


def likeness(one: Goods, other: Goods) -> int:
    """Return how easily one item is taken for another, in 1/1,000: by name, price, number and code."""
    words, others = _words(one.name), _words(other.name)
    shared = len(words & others) * 1_000 // max(1, len(words | others))
    points = shared * 55 // 100
    if one.price and one.price == other.price:
        points += 200
    if _near(one.sku, other.sku) or (one.code and other.code and _near(one.code[:-1], other.code[:-1])):
        points += 250
    if one.category_id is not None and one.category_id == other.category_id:
        points += 120
    return min(points, 1_000)


def _words(name: str) -> set[str]:
    return {word for word in re.split(r"\W+", name.casefold()) if word}


def _near(one: str, other: str) -> bool:
    """Tell whether two numbers are neighbours: the same but for the last digits, and no more than three apart."""
    found, others = _DIGITS.findall(one), _DIGITS.findall(other)
    if not found or len(found) != len(others) or _DIGITS.sub("#", one) != _DIGITS.sub("#", other):
        return False
    return found[:-1] == others[:-1] and 0 < abs(int(found[-1]) - int(others[-1])) <= 3


# --- goods that came in


def _packs(facts: Facts) -> list[tuple[int, bool]]:
    known = [pack // 1_000 for pack in facts.line.goods.packs if pack > 1_000]
    return [(pack, True) for pack in known] + [(pack, False) for pack in _USUAL_PACKS if pack not in known]


def _units(facts: Facts) -> list[Suspect]:
    off = facts.line.variance
    found = []
    for receipt in facts.receipts:
        for pack, known in _packs(facts):
            as_pieces = receipt.qty * (pack - 1)  # so many packs came, and as many pieces were booked
            as_packs = -(receipt.qty - receipt.qty // pack) if receipt.qty % pack == 0 else 0
            words = ""
            if off == as_pieces:
                words = _("{number} booked {qty} pieces; as packs of {pack} it is right.")
            elif as_packs and off == as_packs and receipt.qty // pack % 1_000 == 0:
                words = _("{number} booked {qty} pieces; were they {qty} pieces in all and no packs of {pack}?")
            if words:
                score = (890 if known else 640) + _fresh(facts, receipt) // 2
                text = words.format(number=receipt.number, qty=format_qty(receipt.qty), pack=pack)
                found.append(Suspect("unit_mistake", score, text, (receipt.document_id,)))
    for pack in (one // 1_000 for one in facts.line.goods.packs):
        if pack > 2 and off % ((pack - 1) * 1_000) == 0:
            # Small packs make such figures by chance.
            words = _("A pack of {pack} counted as one piece makes this.").format(pack=pack)
            found.append(Suspect("unit_mistake", 600 if pack > 7 else 430, words))
        elif pack > 1 and off % (pack * 1_000) == 0:
            found.append(Suspect("unit_mistake", 380, _("It is a multiple of its pack of {pack}.").format(pack=pack)))
    return found


def _fresh(facts: Facts, receipt: Receipt) -> int:
    """Return more for what came of late: 0 to 60."""
    days = max(0, facts.line.counted_at - receipt.at) // DAY_US
    return int(max(0, 60 - 2 * days))


def _received(facts: Facts) -> list[Suspect]:
    off = facts.line.variance
    if off > 0 and facts.line.expected < 0:
        words = _("The book stood at {qty}: goods were sold that nobody had booked in.")
        return [Suspect("receiving_error", 780, words.format(qty=format_qty(facts.line.expected)))]
    told = _did_not_come if off < 0 else _came_after_all
    found = [one for receipt in facts.receipts for one in told(facts, receipt)]
    same = [receipt for receipt in facts.receipts if receipt.qty == off]
    if same:
        score = 480 + 60 * min(3, len(same)) if off > 3_000 else 400
        words = _("It comes {qty} at a time: one was not booked.").format(qty=format_qty(off))
        found.append(Suspect("receiving_error", score, words, tuple(one.document_id for one in same[:3])))
    return found


def _did_not_come(facts: Facts, receipt: Receipt) -> list[Suspect]:
    """Return what a receipt says of goods that are missing: booked twice, not come, or come short."""
    off, fresh, document = facts.line.variance, _fresh(facts, receipt), (receipt.document_id,)
    party = receipt.party or _("the supplier")
    if receipt.qty != -off:
        if -off > receipt.qty:
            return []
        words = _("{number} of {party} may have been short.").format(number=receipt.number, party=party)
        score = 240 + (80 if receipt.qty == receipt.ordered else 0) + fresh // 2
        return [Suspect("supplier_short", score, words, document)]
    twins = [one for one in facts.receipts if one.qty == receipt.qty and _close(one, receipt)][:3]
    qty = format_qty(receipt.qty)
    if len(twins) > 1:
        numbers = ", ".join(one.number for one in twins)
        words = _("{qty} of it were received twice: {numbers}.").format(qty=qty, numbers=numbers)
        return [Suspect("receiving_error", 860 + fresh, words, tuple(one.document_id for one in twins))]
    booked = _("{number} booked {qty}: did they really come?").format(number=receipt.number, qty=qty)
    nothing = _("{number} of {party}: nothing of it may have come.").format(number=receipt.number, party=party)
    return [
        Suspect("receiving_error", 560 + fresh, booked, document),
        Suspect("supplier_short", 420 + fresh, nothing, document),
    ]


def _came_after_all(facts: Facts, receipt: Receipt) -> list[Suspect]:
    """Return what a receipt of less than was ordered says of goods that are too many."""
    missing = Qty((receipt.ordered or 0) - receipt.qty)
    if missing != facts.line.variance:
        return []
    words = _("{number} booked {missing} less than was ordered: they came after all.")
    told = words.format(number=receipt.number, missing=format_qty(missing))
    return [Suspect("receiving_error", 760, told, (receipt.document_id,))]


def _close(one: Receipt, other: Receipt) -> bool:
    return abs(one.at - other.at) <= 10 * DAY_US


def _not_posted(facts: Facts) -> list[Suspect]:
    found = []
    for one in facts.waiting:
        if one.qty == facts.line.variance:
            words = _("{what} is not posted yet: {qty}.").format(what=one.words, qty=format_qty(one.qty))
            found.append(Suspect("data_entry", 800 if one.moves else 880, words))
            if one.moves:
                found.append(Suspect("misplaced", 890, words))
    return found


def _digits(facts: Facts) -> list[Suspect]:
    book, counted = facts.line.expected // 1_000, facts.line.counted // 1_000
    if book < 12 or facts.line.expected % 1_000 or facts.line.counted % 1_000:
        return []
    if str(book) != str(counted) and sorted(str(book)) == sorted(str(counted)):
        return [Suspect("data_entry", 520, _("{one} and {other} are the same digits: swapped when typed.").format(
            one=book, other=counted
        ))]  # fmt: skip
    if counted in (book * 10, book // 10):
        return [Suspect("data_entry", 620, _("{one} and {other}: a digit too many or too few.").format(
            one=book, other=counted
        ))]  # fmt: skip
    return []


# --- nobody wrote it down


def _returned(facts: Facts) -> list[Suspect]:
    off = facts.line.variance
    if off <= 0:
        return []
    few = off <= 3_000 or (facts.sales and off * facts.sales <= facts.sold * 3)
    words = _("{qty} too many of what is sold: brought back, and not scanned?").format(qty=format_qty(off))
    return [Suspect("unrecorded_return", (520 if few else 330) + (60 if facts.sales else 0), words)]


def _lost(facts: Facts) -> list[Suspect]:
    off = facts.line.variance
    if off >= 0:
        return []
    found = []
    if facts.expires_soon:
        found.append(
            Suspect("unrecorded_damage", 600, _("Some of it ran out or is about to: thrown away, and not written off?"))
        )
    else:
        found.append(Suspect("unrecorded_damage", 310, _("Broken or thrown away, and not written off?")))
    value, dear = facts.line.unit_value, max(1, facts.dear)
    score = 400 + min(130, value * 130 // dear) + min(180, 90 * facts.short_before) + (40 if -off >= 2_000 else 0)
    words = _("{qty} are gone, and nothing on record explains it.").format(qty=format_qty(Qty(-off)))
    if facts.short_before:
        words = _("{qty} are gone, and it was short {n} times before.").format(
            qty=format_qty(Qty(-off)), n=facts.short_before
        )  # fmt: skip
    found.append(Suspect("theft", score, words))
    return found

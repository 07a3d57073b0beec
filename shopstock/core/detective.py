"""Likely causes of a variance, from what speaks for each: ranked suspects with the rows behind them.

Each suspicion gets points in 1/1,000 for how well quantity, time and place fit; what people confirmed before adds a
little, and never lifts what nothing on record speaks for above what something does. Points are not probabilities: they
rank. The rules, by how much they say:

- the same item is off the other way at another place: goods were moved and nobody said so (``misplaced``);
- a look-alike (same price, neighbouring number, similar name) is off by as much the other way: one was scanned for the
  other (``mis_scan``);
- the variance is what counting packs as pieces makes of a receipt, or pieces as packs (``unit_mistake``), most of all
  packs that somebody has typed, more the usual sizes, and the more pieces are off;
- the book stood below none: what was sold had not been booked in (``receiving_error``);
- it is the quantity of a goods receipt at that place: posted twice, most of all where a twin of it is there, or not at
  all; it is what an order still waits for (``receiving_error``); a receipt may have been short (``supplier_short``);
- goods wait that are not posted: a transfer on its way (``misplaced``), a delivery being received, a parked sale
  (``data_entry``), a write-off that nobody has approved (``unrecorded_damage``);
- a figure of it is the other with two digits swapped (``data_entry``);
- a few too many of what is sold: a return that nobody scanned (``unrecorded_return``);
- too few of what spoils soon (``unrecorded_damage``); too few of what is worth taking, the more the oftener it is short
  (``theft``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from shopstock.core.likeness import Goods, likeness
from shopstock.core.text import _
from shopstock.core.units import ZERO_MONEY, ZERO_QTY, Instant, LocationId, Money, Qty, format_qty

DAY_US = 86_400 * 1_000_000
#: Packs that goods come in, looked at where nobody has said how many are in one.
_USUAL_PACKS = (6, 12, 24, 10, 8, 20, 4, 5, 15, 18, 30, 36, 48)
_MOST = 5
#: From here on something on record speaks for a cause; what people confirmed before lifts others no further.
_ON_RECORD = 650


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
    """A goods receipt of the item since it was counted last; ``location_id`` is where it was booked, if known.

    ``ordered`` is what it would have been had all come that its order still misses; ``None`` where there is no order.
    """

    document_id: int
    number: str
    party: str
    qty: Qty
    at: Instant
    ordered: Qty | None = None
    location_id: LocationId | None = None


class Waiting(NamedTuple):
    """Goods that are not posted yet, signed as they will move at the place; ``words`` say what they are.

    ``moves``: they only go from place to place. ``cause`` is what to call it where they do not.
    """

    qty: Qty
    words: str
    moves: bool = False
    cause: str = "data_entry"


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known about one variance.

    ``elsewhere`` is where else the item lies and was not counted; ``dear`` is what an item of the shop is worth at most
    in nine of ten.
    """

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
    ranked = [one._replace(score=_with_learned(facts, one)) for one in best.values()]
    return tuple(sorted(ranked, key=lambda one: (-one.score, one.cause)))[:_MOST]


def _with_learned(facts: Facts, one: Suspect) -> int:
    """Return the points of a suspect with what earlier confirmations add: an item's own say most.

    What nothing on record speaks for stays below what something does, however often it was confirmed.
    """
    if one.cause == "unknown":
        return one.score
    said = (
        100 * facts.confirmed_item.get(one.cause, 0) + 70 * facts.confirmed_category.get(one.cause, 0)
        + 30 * facts.confirmed_supplier.get(one.cause, 0)
    )  # fmt: skip
    most = 999 if one.score >= _ON_RECORD else _ON_RECORD - 1
    return min(most, one.score + min(300, said))


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
        found.append(Suspect("misplaced", 930 if exact else 760 if _nearly(line, other) else 560, told))
        if exact:
            found.append(Suspect("data_entry", 450, told))
    if found:
        return found
    # Only what lies there can have been brought from there.
    enough = [place for place, qty in facts.elsewhere.values() if line.variance < 0 or qty >= line.variance]
    if enough:
        names = ", ".join(enough[:3])
        if line.variance < 0:
            return [Suspect("misplaced", 300, _("It also lies at {places}: look there.").format(places=names))]
        words = _("It also lies at {places}: brought from there, and not posted?")
        return [Suspect("misplaced", 430, words.format(places=names))]
    return found


def _nearly(one: Off, other: Off) -> bool:
    """Tell whether two lines are off by nearly as much, one too few and one too many."""
    return abs(other.variance + one.variance) * 4 <= abs(one.variance)


def _mistaken(facts: Facts) -> list[Suspect]:
    line = facts.line
    others = [
        other for other in facts.others
        if other.goods.id != line.goods.id and (other.variance < 0) != (line.variance < 0)
    ]  # fmt: skip
    equal = sum(other.variance == -line.variance for other in others)
    # A piece more or less is off somewhere every day; that just one other line is off by five the other way is not.
    rare = 0 if abs(line.variance) < 2_000 else 130 if equal == 1 else 60 if equal == 2 else 0
    found = []
    for other in others:
        exact = other.variance == -line.variance
        if not (exact or _nearly(line, other)):
            continue
        like = likeness(line.goods, other.goods)
        if not exact and like < 400:
            continue
        score = 260 + like * 65 // 100 + (rare + (100 if like >= 400 else 0) if exact else -120)
        words = _("{item} is off by {qty}: one was scanned for the other.")
        told = words.format(item=other.goods.name, qty=format_qty(other.variance))
        found.append(Suspect("mis_scan", min(score, 999), told))
    return found


# --- goods that came in


def _units(facts: Facts) -> list[Suspect]:
    off = facts.line.variance
    known = {pack // 1_000 for pack in facts.line.goods.packs if pack > 1_000}
    found = []
    for receipt in facts.receipts:
        told = _as_pieces(off, receipt) or _as_packs(off, receipt)
        if told is None:
            continue
        pack, words = told
        score = _unit_points(off, receipt, pack, known)
        if pack not in known and any(one.qty == off for one in facts.receipts):
            score -= 100  # it is what comes at a time
        if score > 0:
            text = words.format(number=receipt.number, qty=format_qty(receipt.qty), pack=pack)
            score += _fresh(facts, receipt) // 2 - _away(facts, receipt)
            found.append(Suspect("unit_mistake", score, text, (receipt.document_id,)))
    for pack in sorted(known):
        if pack > 2 and off % ((pack - 1) * 1_000) == 0:
            # Small packs, and a single one of them, make such figures by chance.
            words = _("A pack of {pack} counted as one piece makes this.").format(pack=pack)
            several = abs(off) > (pack - 1) * 1_000
            found.append(Suspect("unit_mistake", 430 if pack <= 7 else 600 if several else 540, words))
        elif off % (pack * 1_000) == 0:
            found.append(Suspect("unit_mistake", 380, _("It is a multiple of its pack of {pack}.").format(pack=pack)))
    return found


def _as_pieces(off: Qty, receipt: Receipt) -> tuple[int, str] | None:
    """Return the pack, and words, if so many packs came as pieces were booked."""
    if off <= 0 or off % receipt.qty:
        return None
    return off // receipt.qty + 1, _("{number} booked {qty} pieces; as packs of {pack} it is right.")


def _as_packs(off: Qty, receipt: Receipt) -> tuple[int, str] | None:
    """Return the pack, and words, if as many pieces came as packs were booked."""
    came = receipt.qty + off
    if off >= 0 or came <= 0 or came % 1_000 or receipt.qty % came:
        return None
    return receipt.qty // came, _("{number} booked {qty} pieces; were they {qty} pieces in all and no packs of {pack}?")


def _unit_points(off: Qty, receipt: Receipt, pack: int, known: set[int]) -> int:
    """Return what a receipt says that fits a pack; none for what says nothing.

    Few pieces and odd packs fit by chance. Twice a receipt, or half of it, is rather one that was not booked or short.
    """
    if pack == 2:
        return 520 if pack in known else 0
    if pack in known:
        return 890
    if pack > 500:
        return 0
    score = 520 + (110 if pack in _USUAL_PACKS else 0) + (50 if receipt.qty >= 2_000 else 0)
    return score + (60 if abs(off) >= 12_000 else -120)


def _fresh(facts: Facts, receipt: Receipt) -> int:
    """Return more for what came of late: 0 to 60."""
    days = max(0, facts.line.counted_at - receipt.at) // DAY_US
    return int(max(0, 60 - 2 * days))


def _away(facts: Facts, receipt: Receipt) -> int:
    """Return less for what was booked at another place."""
    return 0 if receipt.location_id in (None, facts.line.location_id) else 200


def _received(facts: Facts) -> list[Suspect]:
    off = facts.line.variance
    told = _did_not_come if off < 0 else _came_after_all
    found = [one for receipt in facts.receipts for one in told(facts, receipt)]
    if off > 0 and facts.line.expected < 0:
        words = _("The book stood at {qty}: goods were sold that nobody had booked in.")
        # A receipt that packs put right says more than that some are missing.
        score = 590 if any(one.score >= 600 for one in _units(facts)) else 780
        found.append(Suspect("receiving_error", score, words.format(qty=format_qty(facts.line.expected))))
    same = [receipt for receipt in facts.receipts if receipt.qty == off]
    if same:
        score = 400 if off <= 3_000 else 520 + 40 * min(3, len(same)) + (60 if off >= 6_000 else 0)
        score -= min(_away(facts, receipt) for receipt in same)
        words = _("It comes {qty} at a time: one was not booked.").format(qty=format_qty(off))
        found.append(Suspect("receiving_error", score, words, tuple(one.document_id for one in same[:3])))
    return found


def _did_not_come(facts: Facts, receipt: Receipt) -> list[Suspect]:
    """Return what a receipt says of goods that are missing: booked twice, not come, or come short."""
    off, document = facts.line.variance, (receipt.document_id,)
    fresh = _fresh(facts, receipt) - _away(facts, receipt) - (80 if receipt.qty <= 3_000 else 0)
    party = receipt.party or _("the supplier")
    if receipt.qty != -off:
        if -off > receipt.qty:
            return []
        words = _("{number} of {party} may have been short.").format(number=receipt.number, party=party)
        score = 240 + (80 if receipt.qty == receipt.ordered else 0) + fresh // 2
        return [Suspect("supplier_short", score, words, document)]
    twins = [
        one for one in facts.receipts
        if one.qty == receipt.qty and one.location_id == receipt.location_id and _close(one, receipt)
    ][:3]  # fmt: skip
    qty = format_qty(receipt.qty)
    if len(twins) > 1:
        numbers = ", ".join(one.number for one in twins)
        words = _("{qty} of it were received twice: {numbers}.").format(qty=qty, numbers=numbers)
        documents = tuple(dict.fromkeys(one.document_id for one in twins))
        return [Suspect("receiving_error", 860 + fresh, words, documents)]
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
            # What is ordered may come tomorrow; what was scanned is here.
            score = 740 if one.cause == "receiving_error" else 800 if one.moves else 880
            found.append(Suspect(one.cause, score, words))
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
    score = min(score, _ON_RECORD - 1)
    words = _("{qty} are gone, and nothing on record explains it.").format(qty=format_qty(Qty(-off)))
    if facts.short_before:
        words = _("{qty} are gone, and it was short {n} times before.").format(
            qty=format_qty(Qty(-off)), n=facts.short_before
        )  # fmt: skip
    found.append(Suspect("theft", score, words))
    return found

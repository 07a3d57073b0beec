"""The faults: each changes what really lies there, or what is booked, as the shop's own mistakes do."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

from shopstock.core.units import ItemId, LocationId
from tests.planted.month import DAY_US, DAYS, Month


class Planted(NamedTuple):
    """What was planted: the lines that are off by it, and the cause that is right for them."""

    cause: str
    lines: tuple[tuple[ItemId, LocationId], ...]


def _moment(month: Month, rng: random.Random) -> int:
    return month.start + rng.randint(3, DAYS - 2) * DAY_US + rng.randrange(9, 18) * 3_600_000_000


def swapped(month: Month, rng: random.Random) -> Planted:
    """Scan one sort for its neighbour at the till, a few times."""
    while True:
        number = rng.randrange(len(month.items) - 1)
        one, other = month.items[number], month.items[number + 1]
        pieces = rng.randint(1, 6)
        if number % 4 < 3 and month.lying[one.id, month.floor] >= pieces:  # four sorts of each kind come in a row
            month.lying[one.id, month.floor] -= pieces
            month.lying[other.id, month.floor] += pieces
            return Planted("mis_scan", ((one.id, month.floor), (other.id, month.floor)))


def posted_twice(month: Month, rng: random.Random) -> Planted:
    """Post a goods receipt twice, the second time an hour or two days later."""
    item, at = rng.choice(month.items), _moment(month, rng)
    pieces = item.pack * rng.choice((1, 1, 2))
    month.receive(item, pieces, at)
    month.receive(item, pieces, at + rng.choice((3_600_000_000, DAY_US, 2 * DAY_US)), really=0)
    return Planted("receiving_error", ((item.id, month.back),))


def packs_as_pieces(month: Month, rng: random.Random) -> Planted:
    """Book as many pieces as packs came."""
    item, packs = rng.choice(month.items), rng.randint(1, 5)
    month.receive(item, packs, _moment(month, rng), really=packs * item.pack)
    return Planted("unit_mistake", ((item.id, month.back),))


def unscanned_return(month: Month, rng: random.Random) -> Planted:
    """Put what a customer brought back onto the shelf without a scan."""
    item = rng.choice([one for one in month.items if one.a_day > 0.15])
    month.lying[item.id, month.floor] += rng.choice((1, 1, 2, 3))
    return Planted("unrecorded_return", ((item.id, month.floor),))


def theft(month: Month, rng: random.Random) -> Planted:
    """Let something worth taking disappear, a piece now and then."""
    dear = sorted(month.items, key=lambda one: one.price)[len(month.items) * 2 // 3 :]
    item = rng.choice([one for one in dear if month.lying[one.id, month.floor] >= 4])
    month.lying[item.id, month.floor] -= rng.randint(2, min(7, month.lying[item.id, month.floor]))
    return Planted("theft", ((item.id, month.floor),))


def unposted_transfer(month: Month, rng: random.Random) -> Planted:
    """Carry goods to the floor and tell nobody."""
    item = rng.choice([one for one in month.items if month.lying[one.id, month.back] >= 2])
    pieces = rng.randint(2, month.lying[item.id, month.back])
    month.lying[item.id, month.back] -= pieces
    month.lying[item.id, month.floor] += pieces
    return Planted("misplaced", ((item.id, month.back), (item.id, month.floor)))


FAULTS: dict[str, Callable[[Month, random.Random], Planted]] = {
    "swapped look-alikes": swapped,
    "a receipt posted twice": posted_twice,
    "packs counted as pieces": packs_as_pieces,
    "an unscanned return": unscanned_return,
    "steady theft": theft,
    "an unposted transfer": unposted_transfer,
}

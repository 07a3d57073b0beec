"""How easily one item is taken for another."""

from __future__ import annotations

import re
from typing import NamedTuple

from shopstock.core.units import ItemId, Money, Qty

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
    """Return the words of a name; sizes and numbers only where there is nothing else."""
    words = {word for word in re.split(r"\W+", name.casefold()) if word}
    return {word for word in words if len(word) > 1 and not word[0].isdigit()} or words


def _near(one: str, other: str) -> bool:
    """Tell whether two numbers are neighbours: the same but for the last digits, and no more than three apart."""
    found, others = _DIGITS.findall(one), _DIGITS.findall(other)
    if not found or len(found) != len(others) or _DIGITS.sub("#", one) != _DIGITS.sub("#", other):
        return False
    return found[:-1] == others[:-1] and 0 < abs(int(found[-1]) - int(others[-1])) <= 3

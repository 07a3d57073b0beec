"""Rules for codes that a scale or a label printer makes: which digits are the item, which the price or the weight.

A pattern describes the twelve digits before the check digit of an EAN-13 (a UPC-A has a zero before it):
``21.....{NNDDD}`` is a weight in kilograms with three decimals, ``23.....{NNNDD}`` a price with two. A digit stands
for itself, ``.`` for a digit of the item's number, ``C`` for a verifier of the price (not part of the item), ``N`` and
``D`` inside the braces for the whole and the decimal digits of the amount. The first rule that matches wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import MONEY_SCALE, QTY_SCALE

_SHAPE = re.compile(r"([\d.C]*)\{(N*)(D*)\}([\d.C]*)")
_MATCHERS = {".": r"\d", "C": r"\d"}


class Kind(StrEnum):
    """What an embedded amount is. The value is what ``code_rule.kind`` stores."""

    WEIGHT = "weight"
    PRICE = "price"
    COUNT = "count"


class Rule(NamedTuple):
    """One row of the table."""

    name: str
    pattern: str
    kind: Kind


#: What a new shop starts with: the two layouts that most counter scales leave the factory with.
DEFAULT_RULES = (
    Rule("Weight from the scale", "21.....{NNDDD}", Kind.WEIGHT),
    Rule("Price from the scale", "23.....{NNNDD}", Kind.PRICE),
)


class Embedded(NamedTuple):
    """What a rule read: the key of the item's base code, what the amount is, and the amount (Qty, or Money)."""

    base_key: str
    kind: Kind
    amount: int


class _Compiled(NamedTuple):
    regex: re.Pattern[str]
    template: str
    kind: Kind
    start: int
    end: int
    scale: int
    divisor: int


class Rules:
    """The table of rules, compiled; falsy when it is empty."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self.rules = tuple(rules)
        self._compiled = [compile_rule(rule) for rule in self.rules]

    def __bool__(self) -> bool:
        return bool(self._compiled)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rules) and self.rules == other.rules

    def __hash__(self) -> int:
        return hash(self.rules)

    def apply(self, code: str) -> Embedded | None:
        """Read a 13-digit code with a right check digit; ``None`` when no rule matches."""
        for rule in self._compiled:
            if rule.regex.match(code) is not None:
                amount = int(code[rule.start : rule.end]) * rule.scale // rule.divisor
                base = "".join(c if t == "." else t for c, t in zip(code, rule.template, strict=False))
                return Embedded("0" + base + _check_digit(base), rule.kind, amount)
        return None

    def touches(self, prefix: str) -> bool:
        """Tell whether a code that begins with these two digits may match a rule."""
        return any(all(t in (".", "C", p) for t, p in zip(rule.pattern, prefix, strict=False)) for rule in self.rules)


def compile_rule(rule: Rule) -> _Compiled:
    """Check and compile one rule; raise ``Refused`` with what is wrong with its pattern."""
    shape = _SHAPE.fullmatch(rule.pattern)
    if shape is None or not shape.group(2) + shape.group(3):
        raise Refused(
            _("“{pattern}” is no rule. Write twelve places, for example 21.....{{NNDDD}}.").format(pattern=rule.pattern)
        )
    before, whole, decimals, after = shape.groups()
    places = len(before) + len(whole) + len(decimals) + len(after)
    if places != 12:
        raise Refused(
            _("“{pattern}” has {places} places; a rule has twelve (the check digit is not one of them).").format(
                pattern=rule.pattern, places=places
            )
        )
    finest = 4 if rule.kind is Kind.PRICE else 3
    if len(decimals) > finest:
        raise Refused(_("“{pattern}” has more decimals than {most}.").format(pattern=rule.pattern, most=finest))
    if not before[:2].isdigit() or len(before) < 2:
        raise Refused(
            _("“{pattern}” must begin with two digits, so that it does not claim ordinary goods.").format(
                pattern=rule.pattern
            )
        )
    amount = len(whole) + len(decimals)
    regex = "".join(_MATCHERS.get(c, c) for c in before) + r"\d" * amount + "".join(_MATCHERS.get(c, c) for c in after)
    template = before.replace("C", "0") + "0" * amount + after.replace("C", "0")
    scale = MONEY_SCALE if rule.kind is Kind.PRICE else QTY_SCALE
    return _Compiled(
        re.compile(regex), template, rule.kind, len(before), len(before) + amount, scale, 10 ** len(decimals)
    )


def _check_digit(payload: str) -> str:
    total = sum(int(c) * (3 if i % 2 == 0 else 1) for i, c in enumerate(reversed(payload)))
    return str(-total % 10)


NO_RULES = Rules()

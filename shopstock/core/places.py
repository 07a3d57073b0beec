"""Places that hold stock: shops, and in them rooms, zones and bins as a tree.

Any place may hold stock. What it holds it *for* is its kind (for sale, set aside, on the way); what it *is* in the tree
is its level. A path such as "Main shop › Back room › B-04" names a place from its shop down.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shopstock.core import codes, names
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import LocationId

#: What stands between the names of a path; a slash is understood as well.
STEP = " › "
_STEPS = "›/"
MAX_CODE = 40
#: Shorter bursts of keys are taken for typing (see ``ui.scanner``), except a place's own number.
MIN_CODE = 4

# The forms of numbers that papers carry: receipts (1-10418), orders, transfers, vouchers, customers.
_PAPER_NUMBER = re.compile(r"\d+-\d+|[ptc]-\d+|v-\d+(-\d+)?")
_OWN_NUMBER = re.compile(r"l-\d+")


class Level(StrEnum):
    """What a place is in the tree. The value is what ``location.level`` holds; each lies below those before it."""

    SHOP = "shop"
    ROOM = "room"
    ZONE = "zone"
    BIN = "bin"


class Kind(StrEnum):
    """What a place holds stock for. The value is what ``location.kind`` holds."""

    SALE = "shop"
    SET_ASIDE = "set_aside"
    TRANSIT = "transit"


@dataclass(frozen=True, slots=True)
class PlaceFields:
    """What a person says of a place.

    ``parent_id`` is the place that it lies in, ``None`` for a shop. ``code`` is what its label says, empty for the
    program's own (``L-12``). ``kind`` is ``"shop"`` (for sale) or ``"set_aside"``.
    """

    name: str
    level: Level
    parent_id: LocationId | None = None
    code: str = ""
    kind: str = Kind.SALE


def level_name(level: Level) -> str:
    """Return what people call a level."""
    return {Level.SHOP: _("Shop"), Level.ROOM: _("Room"), Level.ZONE: _("Zone"), Level.BIN: _("Bin")}[level]


def kind_name(kind: str) -> str:
    """Return what people call a kind of place."""
    return {Kind.SALE: _("For sale"), Kind.SET_ASIDE: _("Set aside"), Kind.TRANSIT: _("In transit")}[Kind(kind)]


def fits(level: Level, parent: Level | None) -> bool:
    """Tell whether a place of a level may lie in one of another; a shop lies in none, all others do."""
    order = list(Level)
    return level is Level.SHOP if parent is None else order.index(level) > order.index(parent)


def levels_below(parent: Level | None) -> tuple[Level, ...]:
    """Return the levels that may lie in a place, the largest first; none lies in a bin."""
    return tuple(level for level in Level if fits(level, parent))


def path_text(path: Iterable[str]) -> str:
    """Write the names from a shop down as one line: ``Main shop › Back room › B-04``."""
    return STEP.join(path)


def path_names(text: str) -> tuple[str, ...]:
    """Read a path typed or written in a file; empty parts vanish."""
    parts = [text]
    for mark in _STEPS:
        parts = [piece for part in parts for piece in part.split(mark)]
    return tuple(cleaned for part in parts if (cleaned := names.clean(part)))


def inside(path: str) -> str:
    """Write a path as people say it who are in that shop: ``Back room, B-04``; the shop itself keeps its name."""
    steps = path.split(STEP)
    return ", ".join(steps[1:] or steps)


def place_name(text: str) -> str:
    """Return the name of a place fit to store; raise ``Refused`` for an empty, too long or ambiguous one."""
    label = names.label(text)
    if any(mark in label for mark in _STEPS):
        raise Refused(_("A place's name has no “/” or “›”: they stand between the names of a path."))
    return label


def name_key(parent_id: LocationId | None, name: str) -> str:
    """Return what makes a name unique among the places of one parent."""
    return names.key(name) if parent_id is None else f"{parent_id}/{names.key(name)}"


def own_code(location_id: LocationId) -> str:
    """Return the code that a place has until someone chooses another."""
    return f"L-{location_id}"


def is_own_number(text: str) -> bool:
    """Tell whether a text has the form of the number that a place has of its own: ``L-7``."""
    return _OWN_NUMBER.fullmatch(text.casefold()) is not None


def code_key(code: str) -> str:
    """Return the key of a place's code as it is scanned or typed; raise ``BadCode`` for what cannot be a code."""
    return codes.key(code)


def check_code(code: str, location_id: LocationId | None = None) -> str:
    """Return a code fit to store; raise ``Refused`` for one that cannot be printed or reads as something else.

    ``location_id`` is the place that it is for, whose own number is taken as it is.
    """
    tidied = codes.tidy(code)
    if len(tidied) > MAX_CODE or not (tidied.isascii() and tidied.isprintable()):
        raise Refused(_("The code of a place has up to {most} letters, digits and signs.").format(most=MAX_CODE))
    key = code_key(tidied)
    if len(tidied) < MIN_CODE and not is_own_number(tidied):
        raise Refused(_("{code} is too short: a scanner's keys would be taken for typing. Use {least} signs.").format(
            code=tidied, least=MIN_CODE
        ))  # fmt: skip
    if codes.is_gtin(tidied) or _PAPER_NUMBER.fullmatch(key):
        raise Refused(_("{code} reads as the number of an item or a paper. Choose another code.").format(code=tidied))
    if _OWN_NUMBER.fullmatch(key) and (location_id is None or key != code_key(own_code(location_id))):
        raise Refused(_("{code} is kept for a place's own number. Choose another code.").format(code=tidied))
    return tidied

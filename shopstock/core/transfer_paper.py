"""The slip that goes with a transfer, as plain data: what is on its way from which place to which."""

from __future__ import annotations

from dataclasses import dataclass

from shopstock.core.units import Qty


@dataclass(frozen=True, slots=True)
class TransferPaperLine:
    """One line: the item, where it was taken from, what was asked for (0: nothing) and what was packed."""

    line_no: int
    sku: str
    description: str
    unit: str
    asked: Qty
    packed: Qty
    taken_from: str = ""
    lot: str = ""


@dataclass(frozen=True, slots=True)
class TransferPaper:
    """The slip; days and instants are text, ``number`` is its barcode (Code 128).

    ``state`` is said only where the goods are not on their way: packed later, arrived, or cancelled.
    """

    number: str
    state: str
    sent: str
    sent_by: str
    from_shop: str
    to_shop: str
    lines: tuple[TransferPaperLine, ...]
    shop_name: str = ""
    shop_lines: tuple[str, ...] = ()
    expected: str = ""
    asked_by: str = ""
    note: str = ""

"""Command codes: barcodes on a printed sheet that make the till usable by scanner alone.

Every command code begins with ``$``. No GTIN has it (digits only), and an item's SKU or code may not begin with it,
so that a command can never be mistaken for goods. ``$`` is in Code 128 and typed by every keyboard-wedge scanner.
The sell screen asks :func:`parse` before it looks a code up; adding a command is adding a line to :data:`COMMANDS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shopstock.core.text import _

#: What every command code begins with, and what no code of an item may begin with.
PREFIX = "$"


class Action(StrEnum):
    """What a scanned command asks the till to do."""

    PAY = "pay"
    EXACT = "exact"
    CARD = "card"
    VOID = "void"
    UNDO = "undo"
    PARK = "park"
    RECALL = "recall"
    DROP = "drop"
    TIMES = "times"
    MINUS = "minus"
    REPRINT = "reprint"
    CANCEL = "cancel"
    OFFERED = "offered"
    RETURN = "return"
    EVERYTHING = "everything"
    AS_NEW = "as_new"
    OPENED = "opened"
    DAMAGED = "damaged"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Command:
    """A command: ``code`` as printed and scanned, ``times`` the multiplier of ``TIMES`` (else 1)."""

    code: str
    action: Action
    times: int = 1

    @property
    def label(self) -> str:
        """Say in words what the command does, for the printed sheet."""
        return {
            Action.PAY: _("Pay"),
            Action.EXACT: _("Exact cash, done"),
            Action.CARD: _("Card, done"),
            Action.VOID: _("Void the last line"),
            Action.UNDO: _("Bring the line back"),
            Action.PARK: _("Park the sale"),
            Action.RECALL: _("Recall the last parked sale"),
            Action.DROP: _("Drop the red row"),
            Action.TIMES: _("Next item {times} ×").format(times=self.times),
            Action.MINUS: _("One less of the last line"),
            Action.REPRINT: _("Reprint the last receipt"),
            Action.CANCEL: _("Go back, change nothing"),
            Action.OFFERED: _("Take what Pay offers"),
            Action.RETURN: _("Return or exchange"),
            Action.EVERYTHING: _("Everything comes back"),
            Action.AS_NEW: _("Came back as new"),
            Action.OPENED: _("Came back opened"),
            Action.DAMAGED: _("Came back damaged"),
            Action.EXPIRED: _("Came back expired"),
        }[self.action]


COMMANDS: tuple[Command, ...] = (
    Command("$PAY", Action.PAY),
    Command("$EXACT", Action.EXACT),
    Command("$CARD", Action.CARD),
    Command("$CANCEL", Action.CANCEL),
    Command("$VOID", Action.VOID),
    Command("$UNDO", Action.UNDO),
    Command("$MINUS", Action.MINUS),
    Command("$DROP", Action.DROP),
    Command("$PARK", Action.PARK),
    Command("$RECALL", Action.RECALL),
    Command("$REPRINT", Action.REPRINT),
    Command("$TAKE", Action.OFFERED),
    Command("$RETURN", Action.RETURN),
    Command("$ALLBACK", Action.EVERYTHING),
    Command("$ASNEW", Action.AS_NEW),
    Command("$OPENED", Action.OPENED),
    Command("$DAMAGED", Action.DAMAGED),
    Command("$EXPIRED", Action.EXPIRED),
    *(Command(f"${times}X", Action.TIMES, times) for times in range(2, 10)),
)

_BY_CODE = {command.code: command for command in COMMANDS}


def parse(code: str) -> Command | None:
    """Return the command that a scanned code stands for, or ``None`` if it is none (Caps Lock does not matter)."""
    return _BY_CODE.get(code.strip().upper()) if code.lstrip().startswith(PREFIX) else None


def is_reserved(code: str) -> bool:
    """Tell whether an item may not carry this code because it belongs to the commands."""
    return code.lstrip().startswith(PREFIX)

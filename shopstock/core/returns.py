"""Goods that come back from customers: the condition they are in, and what becomes of them.

The condition decides what usually happens; the person at the till may choose another of what is possible.
"""

from __future__ import annotations

from enum import StrEnum

from shopstock.core.text import _


class Condition(StrEnum):
    """In what condition goods came back. The value is what ``return_line.condition`` holds."""

    AS_NEW = "as_new"
    OPENED = "opened"
    DAMAGED = "damaged"
    EXPIRED = "expired"

    @property
    def words(self) -> str:
        """The condition in a word or two."""
        return {
            Condition.AS_NEW: _("As new"), Condition.OPENED: _("Opened"), Condition.DAMAGED: _("Damaged"),
            Condition.EXPIRED: _("Expired"),
        }[self]  # fmt: skip


class Outcome(StrEnum):
    """What becomes of them. ``SUPPLIER`` is set aside until the supplier takes it back."""

    STOCK = "stock"
    SET_ASIDE = "set_aside"
    SUPPLIER = "supplier"
    WRITE_OFF = "write_off"

    @property
    def words(self) -> str:
        """The outcome in a few words."""
        return {
            Outcome.STOCK: _("Back to stock"), Outcome.SET_ASIDE: _("Set aside"),
            Outcome.SUPPLIER: _("Back to the supplier"), Outcome.WRITE_OFF: _("Write off"),
        }[self]  # fmt: skip


_OUTCOMES = {
    Condition.AS_NEW: (Outcome.STOCK, Outcome.SET_ASIDE, Outcome.SUPPLIER),
    Condition.OPENED: (Outcome.SET_ASIDE, Outcome.STOCK, Outcome.SUPPLIER, Outcome.WRITE_OFF),
    Condition.DAMAGED: (Outcome.WRITE_OFF, Outcome.SET_ASIDE, Outcome.SUPPLIER),
    Condition.EXPIRED: (Outcome.WRITE_OFF, Outcome.SET_ASIDE, Outcome.SUPPLIER),
}
_CAUSES = {Condition.DAMAGED: "damage", Condition.EXPIRED: "expiry"}


def outcomes_for(condition: Condition) -> tuple[Outcome, ...]:
    """Return what may become of goods in a condition, the usual outcome first."""
    return _OUTCOMES[condition]


def usual_outcome(condition: Condition) -> Outcome:
    """Return what becomes of goods in a condition unless someone chooses otherwise."""
    return _OUTCOMES[condition][0]


def write_off_cause(condition: Condition) -> str:
    """Return the cause under which goods are written off that came back in a condition."""
    return _CAUSES.get(condition, condition.value)

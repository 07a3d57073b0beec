"""Every way stock can change, and the accounts that take the other side.

One :class:`MovementKind` a line of a document. ``RULES`` says for each its sign, whether it needs a cause, and which
account stands against Inventory. Values move by the rules of :mod:`shopstock.core.costing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Account(StrEnum):
    """Accounts of the shop's own small ledger. ``detail`` on a journal line names the method, rate or cause."""

    INVENTORY = "inventory"
    GOODS_RECEIVED_NOT_INVOICED = "goods_received_not_invoiced"
    SUPPLIER = "supplier"
    COGS = "cogs"
    SHRINKAGE = "shrinkage"
    WRITE_OFFS = "write_offs"
    PRICE_VARIANCE = "price_variance"
    OPENING_BALANCE = "opening_balance"
    SALES = "sales"
    TAX = "tax"
    CASH = "cash"
    CARD = "card"
    OTHER_TENDER = "other_tender"
    STORE_CREDIT = "store_credit"
    CASH_OVER_SHORT = "cash_over_short"
    PAID_IN_OUT = "paid_in_out"
    ROUNDING = "rounding"


class MovementKind(StrEnum):
    """How one line of a document moves stock. The value is what ``stock_movement.kind`` stores."""

    OPENING = "opening"
    GOODS_RECEIPT = "goods_receipt"
    SALE = "sale"
    CUSTOMER_RETURN = "customer_return"
    SUPPLIER_RETURN = "supplier_return"
    TRANSFER = "transfer"
    WRITE_OFF = "write_off"
    FOUND = "found"
    COUNT = "count"
    LANDED_COST = "landed_cost"
    COST_ADJUSTMENT = "cost_adjustment"
    PRICE_VARIANCE = "price_variance"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class MovementRule:
    """``sign``: +1 in, -1 out, 0 either way or none; ``against``: the account that balances Inventory."""

    sign: int
    against: Account | None
    needs_cause: bool = False


RULES: dict[MovementKind, MovementRule] = {
    MovementKind.OPENING: MovementRule(1, Account.OPENING_BALANCE),
    MovementKind.GOODS_RECEIPT: MovementRule(1, Account.GOODS_RECEIVED_NOT_INVOICED),
    MovementKind.SALE: MovementRule(-1, Account.COGS),
    MovementKind.CUSTOMER_RETURN: MovementRule(1, Account.COGS),
    MovementKind.SUPPLIER_RETURN: MovementRule(-1, Account.SUPPLIER),
    MovementKind.TRANSFER: MovementRule(0, None),
    MovementKind.WRITE_OFF: MovementRule(-1, Account.WRITE_OFFS, needs_cause=True),
    MovementKind.FOUND: MovementRule(1, Account.SHRINKAGE, needs_cause=True),
    MovementKind.COUNT: MovementRule(0, Account.SHRINKAGE),
    MovementKind.LANDED_COST: MovementRule(0, Account.SUPPLIER),
    MovementKind.COST_ADJUSTMENT: MovementRule(0, Account.COGS),
    MovementKind.PRICE_VARIANCE: MovementRule(0, Account.PRICE_VARIANCE),
    MovementKind.REVERSAL: MovementRule(0, None),
}


class DocumentKind(StrEnum):
    """What a posted document is. An exchange is a SALE with lines of both kinds."""

    OPENING = "opening"
    GOODS_RECEIPT = "goods_receipt"
    SALE = "sale"
    CUSTOMER_RETURN = "customer_return"
    SUPPLIER_RETURN = "supplier_return"
    TRANSFER = "transfer"
    WRITE_OFF = "write_off"
    FOUND = "found"
    COUNT = "count"
    LANDED_COST = "landed_cost"
    SUPPLIER_INVOICE = "supplier_invoice"
    SUPPLIER_CREDIT = "supplier_credit"
    REVERSAL = "reversal"
    PAID_IN = "paid_in"
    PAID_OUT = "paid_out"
    CASH_UP = "cash_up"

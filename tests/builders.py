"""Things to test with: defaults for whatever a test does not care about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import count

from shopstock.core.acting import Acting
from shopstock.core.document import Draft, DraftLine, DraftPayment, Goods, Head
from shopstock.core.movements import Account, DocumentKind, MovementKind
from shopstock.core.units import (
    Instant,
    ItemId,
    LineId,
    LocationId,
    Money,
    Qty,
    parse_decimal,
    parse_money,
    parse_qty,
    times,
    value_at,
)
from shopstock.db import clock
from shopstock.db.connection import Db

_serial = count(1)


def money(text: str | float) -> Money:
    """Read an amount: ``money("2.50")``."""
    return parse_money(str(text))


def qty(text: str | float) -> Qty:
    """Read a quantity: ``qty(3)`` is three pieces."""
    return parse_qty(str(text))


def an_item(db: Db, sku: str | None = None, **columns: object) -> ItemId:
    """Put an item into the catalogue, by the bare table; ``columns`` override."""
    sku = sku if sku is not None else f"ITEM-{next(_serial)}"
    values = {
        "sku": sku, "sku_key": sku.casefold(), "name": sku.title(), "name_key": sku.casefold(), "price": 50_000,
        "created_at": 0, "changed_at": 0, **columns,
    }  # fmt: skip
    marks = ", ".join("?" * len(values))
    return ItemId(
        db.value(f"INSERT INTO item ({', '.join(values)}) VALUES ({marks}) RETURNING id", tuple(values.values()))
    )


def a_location(db: Db, name: str, shop_id: LocationId | None = None) -> LocationId:
    """Add a place that holds stock: a shop, or a room of one."""
    key = name.casefold() if shop_id is None else f"{shop_id}/{name.casefold()}"
    return LocationId(
        db.value(
            "INSERT INTO location (name, name_key, level, parent_id, shop_id) VALUES (?, ?, ?, ?, ?) RETURNING id",
            (name, key, "shop" if shop_id is None else "room", shop_id, shop_id),
        )
    )


def a_head(
    key: str | None = None, at: Instant | None = None, reference: str = "", note: str = "because it is so"
) -> Head:  # fmt: skip
    """Head an event with a key of its own, now, and a reason for what needs one."""
    return Head(key or f"key-{next(_serial)}", at if at is not None else clock.now(), reference, note=note)


def goods(
    item_id: ItemId, pieces: str | float, unit_cost: str | float | None = None, *, at: LocationId | None = None,
    of: LineId | None = None, cause: str = "", value: Money | None = None,
) -> Goods:  # fmt: skip
    """So many pieces of an item, at a unit cost or for a value."""
    amount = qty(pieces)
    if unit_cost is not None:
        value = value_at(parse_decimal(str(unit_cost)), amount)
    return Goods(item_id, amount, value, at, of, cause)


def a_sale_line(
    acting: Acting, item_id: ItemId, pieces: str | float, price: str | float = "5.00", *, tax_rate: int = 20_000,
    at: LocationId | None = None,
) -> DraftLine:  # fmt: skip
    """A sold line, its price with the tax inside."""
    amount, unit = qty(pieces), money(price)
    gross = times(unit, amount)
    tax = Money(gross * tax_rate // (100_000 + tax_rate))
    place = at if at is not None else acting.location_id
    return DraftLine(
        MovementKind.SALE, item_id, amount, place, unit_price=unit, list_price=unit, net=Money(gross - tax), tax=tax,
        tax_rate=tax_rate,
    )  # fmt: skip


def a_payment(db: Db, amount: Money, method: str = "Cash") -> DraftPayment:
    """An exact payment by a named method; a negative amount pays back."""
    method_id, account, name = db.rows("SELECT id, account, name FROM payment_method WHERE name = ?", (method,))[0]
    return DraftPayment(method_id, Account(account), name, amount, amount, Money(0))


def a_sale(db: Db, acting: Acting, lines: Iterable[DraftLine], head: Head | None = None) -> Draft:
    """A sale (or, with lines of both kinds, an exchange) paid in cash."""
    head = head or a_head()
    lines = tuple(lines)
    total = sum(line.gross if line.kind == MovementKind.SALE else -line.gross for line in lines)
    payments = (a_payment(db, Money(total)),) if total else ()
    return Draft(DocumentKind.SALE, head.key, head.occurred_at, lines, payments, reference=head.reference)


def replace_kind(line: DraftLine, kind: MovementKind = MovementKind.CUSTOMER_RETURN) -> DraftLine:
    """The same line as another kind: a sold line as one that comes back."""
    return replace(line, kind=kind)

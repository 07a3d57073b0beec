"""The document that a paid cart becomes: where the goods of its lines go, and what is written off at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from shopstock.core import returns
from shopstock.core.acting import Acting
from shopstock.core.cart import Cart
from shopstock.core.cart_lines import CartLine
from shopstock.core.document import Draft, DraftLine
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.outcome import Changes, Refused
from shopstock.core.pricing import PricedLine, Totals
from shopstock.core.returns import Outcome
from shopstock.core.tender import Settlement
from shopstock.core.text import _
from shopstock.core.units import Day, DocumentId, Instant, LocationId, Qty
from shopstock.db.connection import Db
from shopstock.services import pick, posting, return_, set_aside

_POSTED_LINES = (
    "SELECT kind, item_id, qty, unit_price, discount, net, tax, of_line_id, code, description FROM document_line"
    " WHERE document_id = ? AND kind <> 'write_off' ORDER BY line_no"
)
_POSTED_PAYMENTS = "SELECT method_id, amount, tendered, change FROM payment WHERE document_id = ? ORDER BY id"


def there_already(db: Db, cart: Cart, totals: Totals, settlement: Settlement) -> Changes | None:
    """Return what the cart's key posted before, if it has; refuse a cart that says something else since."""
    there = posting.there_already(db, cart.key)
    if there is None or there.document is None:
        return there
    lines = [
        (
            _kind(one.line), one.line.item_id, one.line.qty, one.line.unit_price, one.discount, one.net, one.tax,
            one.line.of_line_id, one.line.code, one.line.description,
        )
        for one in totals.lines
    ]  # fmt: skip
    payments = [(one.method_id, one.amount, one.tendered, one.change) for one in settlement.payments]
    of = (there.document.id,)
    if lines != list(map(tuple, db.rows(_POSTED_LINES, of))) or payments != list(
        map(tuple, db.rows(_POSTED_PAYMENTS, of))
    ):
        raise Refused(
            _("{number} was posted under the same key with other content. Nothing was changed.").format(
                number=there.document.number
            )
        )
    return there


def draft(
    db: Db, cart: Cart, totals: Totals, settlement: Settlement, at: Instant, shift_id: int, party: str,
    at_places: Sequence[LocationId],
) -> Draft:  # fmt: skip
    """Build the document of a priced cart: its lines in their order, then what of the returned goods is written off.

    ``at_places`` are those of :func:`places`.
    """
    origins = {line.of_document_id for line in cart.lines if line.of_document_id is not None}
    lines = [_line(priced, place) for priced, place in zip(totals.lines, at_places, strict=True)]
    lost = [(line, one.line.condition) for line, one in zip(lines, totals.lines, strict=True) if _is_lost(one.line)]
    return Draft(
        kind=DocumentKind.CUSTOMER_RETURN if cart.returns_only else DocumentKind.SALE,
        key=cart.key,
        occurred_at=at,
        lines=(*lines, *_written_off(db, lines, lost)),
        payments=settlement.payments,
        party=party,
        of_document_id=DocumentId(origins.pop()) if len(origins) == 1 else None,
        shift_id=shift_id,
        rounding=settlement.rounding,
    )


def note_returned(db: Db, cart: Cart, document_id: DocumentId) -> None:
    """Note the condition of what came back, what became of it and why it came, in the document's transaction."""
    back = [line for line in cart.lines if line.comes_back]
    if not back:
        return
    ids = db.rows(
        "SELECT id FROM document_line WHERE document_id = ? AND kind = 'customer_return' ORDER BY line_no",
        (document_id,),
    )
    db.run_many(
        "INSERT INTO return_line (line_id, condition, outcome, cause) VALUES (?, ?, ?, ?)",
        [
            (line_id, line.condition, line.outcome, line.reason)
            for (line_id,), line in zip(ids, back, strict=True)
        ],
    )  # fmt: skip


def places(db: Db, acting: Acting, lines: Sequence[PricedLine], several: bool) -> list[LocationId]:
    """Return where the goods of each line come from or go to; ``several``: the till's shop has more than one place.

    What is set aside goes to the place for that; what is written off comes back where it would be sold from.
    """
    found = [acting.location_id] * len(lines)
    if several:
        found = pick.places_for(db, acting, [
            pick.Wanted(one.line.item_id, Qty(one.sign * one.line.qty), one.line.lot, Day(one.line.expires))
            for one in lines
        ])  # fmt: skip
    if any(_is_set_aside(one.line) for one in lines):
        aside = set_aside.location(db, acting.location_id)
        found = [aside if _is_set_aside(one.line) else place for one, place in zip(lines, found, strict=True)]
    return found


def _is_set_aside(line: CartLine) -> bool:
    return line.comes_back and line.stocked and line.outcome in (Outcome.SET_ASIDE, Outcome.SUPPLIER)


def _is_lost(line: CartLine) -> bool:
    return line.comes_back and line.stocked and line.outcome == Outcome.WRITE_OFF


def _kind(line: CartLine) -> MovementKind:
    return MovementKind.CUSTOMER_RETURN if line.comes_back else MovementKind.SALE


def _line(priced: PricedLine, place: LocationId) -> DraftLine:
    line = priced.line
    return DraftLine(
        kind=_kind(line), item_id=line.item_id, qty=line.qty, location_id=place, unit_price=line.unit_price,
        list_price=line.list_price, discount=priced.discount, net=priced.net, tax=priced.tax, tax_rate=line.tax_rate,
        of_line_id=line.of_line_id, code=line.code, description=line.description, lot=line.lot,
        expires=Day(line.expires), serials=line.serials,
    )  # fmt: skip


def _written_off(
    db: Db, lines: Sequence[DraftLine], lost: Sequence[tuple[DraftLine, returns.Condition]]
) -> Iterator[DraftLine]:
    """Yield the write-offs of what came back and cannot be sold again, each of the lots that come back with it."""
    by_line: dict[int, list[return_.LotLeft]] = {}
    for line in lines if lost else ():
        if line.kind != MovementKind.CUSTOMER_RETURN or line.of_line_id is None or line.lot or line.expires:
            parts = [(line, line.qty)]
        else:
            if line.of_line_id not in by_line:
                by_line[line.of_line_id] = return_.lots_left(db, line.of_line_id)
            parts = return_.of_lots(line, by_line[line.of_line_id])
        for condition in (condition for one, condition in lost if one is line):
            for part, qty in parts:
                yield replace(return_.damaged(part, returns.write_off_cause(condition)), qty=qty)

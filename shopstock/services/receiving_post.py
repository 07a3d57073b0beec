"""Post a counted delivery: all its documents in one transaction, or none.

One goods receipt for each order, one for what was on no order, and a transfer for goods of an order that were the
shop's own already. What an item brought goes to the oldest order that waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shopstock.core.acting import Acting, Permission
from shopstock.core.catalogue import PIECE
from shopstock.core.cycle import Trigger
from shopstock.core.document import Draft, DraftLine
from shopstock.core.labels import Reason
from shopstock.core.movements import DocumentKind, MovementKind
from shopstock.core.outcome import Changes, DocumentRef, Refused
from shopstock.core.receiving import DeliveryState
from shopstock.core.text import _
from shopstock.core.units import NO_DAY, ONE, DocumentId, Instant, ItemId, Money
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import receiving
from shopstock.queries.receiving import Settled
from shopstock.services import (
    label_due,
    order_goods,
    order_lines,
    posting,
    posting_rows,
    receiving_plan,
    transfer,
    uninvoiced,
)
from shopstock.services.delivery_held import TOPICS, held
from shopstock.services.receiving_plan import Line, Plan

_TOPICS = TOPICS | order_lines.TOPICS | {label_due.TOPIC}


class Posted(NamedTuple):
    """What posting a delivery made: its documents, the shortfalls they settled, and items that want labels."""

    changes: Changes
    documents: tuple[DocumentRef, ...] = ()
    settled: tuple[Settled, ...] = ()
    without_code: tuple[ItemId, ...] = ()


def post(db: Db, acting: Acting, delivery_id: int) -> Posted:
    """Post a delivery; one that was posted before is left as it is.

    Raises ``Undecided`` while something waits for a decision, ``PriceAsked`` for goods whose price nobody knows.
    """
    acting.require(Permission.RECEIVE)
    made: list[Posted] = []

    def work() -> Changes:
        made[:] = [_post(db, acting, delivery_id)]
        return made[0].changes

    posting.as_a_whole(db, work)
    return made[0]


def _post(db: Db, acting: Acting, delivery_id: int) -> Posted:
    delivery = held(db, delivery_id, any_state=True)
    if delivery.state == DeliveryState.POSTED:
        refs = receiving.documents_of(db, delivery_id)
        known = tuple(receiving.settled(db, acting, [one.id for one in refs]))
        return Posted(Changes(existing=True), refs, known)
    if delivery.state == DeliveryState.ABANDONED:
        raise Refused(_("This delivery was given up meanwhile. Begin another one."))
    plan = receiving_plan.plan(db, delivery)
    now = clock.now()
    book = posting.Book(db, acting)
    came: list[order_goods.Came] = []
    documents: list[tuple[DocumentRef, int | None]] = []
    charged: list[tuple[int, str, Money]] = []
    for arrived, order_id, lines in _documents(plan):
        posted = book.post(_draft(db, plan, arrived, order_id, lines, now))
        documents.append((posted.document, order_id))
        came += [
            order_goods.Came(line.order_line_id, line_id, line.qty)
            for line, line_id in zip(lines, posted.line_ids, strict=True)
            if line.order_line_id is not None
        ]
        for number, name in enumerate(plan.charge_names if not arrived else ()):
            part = Money(sum(line.charges[number] for line in lines))
            if part:
                charged.append((posted.document.id, name, part))
    book.flush()
    _want_counts(db, plan, documents, now)
    refs = tuple(ref for ref, _order in documents)
    _note(db, acting, plan, documents, charged, came, now)
    without_code = _want_labels(db, plan, refs)
    settled = receiving.settled(db, acting, [ref.id for ref in refs])
    touched = frozenset(book.items) | frozenset(row.item_id for row in plan.rows)
    changes = Changes(document=refs[0] if refs else None, items=touched, topics=_TOPICS)
    return Posted(changes, refs, tuple(settled), tuple(without_code))


def _documents(plan: Plan) -> Iterator[tuple[bool, int | None, list[Line]]]:
    """Yield (arrived from transit, order, lines) of each document, the oldest order first, no order last."""
    groups: dict[tuple[int | None, bool], list[Line]] = {}
    for line in plan.lines:
        groups.setdefault((line.order_id, line.arrived), []).append(line)
    for order_id, arrived in sorted(groups, key=lambda key: (key[0] is None, key[0] or 0, not key[1])):
        yield arrived, order_id, groups[order_id, arrived]


def _draft(db: Db, plan: Plan, arrived: bool, order_id: int | None, lines: Sequence[Line], now: Instant) -> Draft:
    delivery = plan.delivery
    transit = transfer.transit_location(db) if arrived else None
    kind = MovementKind.TRANSFER if arrived else MovementKind.GOODS_RECEIPT
    drafted = tuple(
        DraftLine(
            kind, line.item_id, line.qty, line.place if transit is None else transit,
            to_location_id=None if transit is None else line.place,
            value=None if arrived else Money(line.goods + sum(line.charges)), net=line.goods, lot=line.lot,
            expires=line.expires or NO_DAY,
        )
        for line in lines
    )  # fmt: skip
    key = f"{delivery.key}/{'none' if order_id is None else order_id}{'/arrived' if arrived else ''}"
    return Draft(
        DocumentKind.TRANSFER if arrived else DocumentKind.GOODS_RECEIPT, key, now, drafted,
        reference=delivery.reference, party=delivery.supplier, note=delivery.note,
    )  # fmt: skip


def _note(
    db: Db, acting: Acting, plan: Plan, documents: Sequence[tuple[DocumentRef, int | None]],
    charged: Sequence[tuple[int, str, Money]], came: Sequence[order_goods.Came], now: Instant,
) -> None:  # fmt: skip
    """Write down what the documents mean for the delivery and its orders."""
    db.run_many(
        "INSERT INTO delivery_document (document_id, delivery_id, order_id) VALUES (?, ?, ?)",
        [(ref.id, plan.delivery.id, order_id) for ref, order_id in documents],
    )
    if charged:
        db.run_many("INSERT INTO receipt_charge (document_id, name, amount) VALUES (?, ?, ?)", charged)
        uninvoiced.goods_alone(db, sorted({DocumentId(document_id) for document_id, _name, _part in charged}))
    if came:
        order_goods.note_all_received(db, came, now)
    if plan.give_up:
        order_goods.give_up_rest(db, plan.give_up)
    db.run(
        "UPDATE delivery SET state = 'posted', ended_at = ?, ended_by = ? WHERE id = ?",
        (now, acting.person_id, plan.delivery.id),
    )


def _want_counts(
    db: Db, plan: Plan, documents: Sequence[tuple[DocumentRef, int | None]], now: Instant
) -> None:  # fmt: skip
    """Have counted, where it was put, what came otherwise than it was ordered or announced."""
    if not any(row.ordered for row in plan.rows):
        return
    differing = {row.item_id for row in plan.rows if row.difference}
    places = sorted({(line.item_id, line.place) for line in plan.lines if line.item_id in differing})
    reason, document_id = Trigger.RECEIPT_VARIANCE.value, documents[0][0].id if documents else None
    due = [(item_id, reason, document_id, now, place) for item_id, place in places]
    db.run_many(posting_rows.COUNT_DUE, due)


def _want_labels(db: Db, plan: Plan, refs: Sequence[DocumentRef]) -> list[ItemId]:
    """Put items without a code of their own on the list of labels; return them."""
    came: dict[ItemId, int] = {}
    for line in plan.lines:
        came[line.item_id] = came.get(line.item_id, 0) + line.qty
    ids = list(came)
    with_code: set[int] = set()
    pieces: set[int] = set()
    for start in range(0, len(ids), 500):
        few = ids[start : start + 500]
        for item_id, unit, code in db.rows(
            "SELECT i.id, i.unit, EXISTS (SELECT 1 FROM item_code c WHERE c.item_id = i.id AND c.retired_at IS NULL) "
            f"FROM item i WHERE i.id IN ({', '.join('?' * len(few))})",
            few,
        ):
            with_code.update([item_id] if code else ())
            pieces.update([item_id] if unit == PIECE else ())
    without = [item_id for item_id in ids if item_id not in with_code]
    if without:
        copies = [(item_id, came[item_id] // ONE if item_id in pieces else 1) for item_id in without]
        label_due.wanted(db, copies, Reason.RECEIVED, refs[0].id)
    return without

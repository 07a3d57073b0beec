"""Count a delivery: scans written down in batches, each once under its own key; photos of damage."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from shopstock.core import names
from shopstock.core.acting import Acting, Permission
from shopstock.core.lots import MAX_CODE
from shopstock.core.outcome import Changes, Refused
from shopstock.core.receiving import Condition
from shopstock.core.text import _
from shopstock.core.units import MAX_QTY, Day, ItemId, LocationId, Qty
from shopstock.db import clock
from shopstock.db.connection import Db, retrying, transaction
from shopstock.services import attachments
from shopstock.services.delivery_held import TOPICS, check_key, held


@dataclass(frozen=True, slots=True)
class CountLine:
    """One scan: ``qty`` of an item in the stock unit, negative to take a count back.

    ``key`` names the scan: the same key counts once. ``item_id`` unset keeps a code that belongs to no item yet.
    ``location_id`` is where the goods are put, unset for the item's home place in the shop of the delivery, or where
    that came if there is none.
    """

    key: str
    item_id: ItemId | None
    qty: Qty
    code: str = ""
    condition: Condition = Condition.GOOD
    lot: str = ""
    expires: Day | None = None
    location_id: LocationId | None = None
    note: str = ""


def count(
    db: Db, acting: Acting, delivery_id: int, key: str, item_id: ItemId | None, qty: Qty, *, code: str = "",
    condition: Condition = Condition.GOOD, lot: str = "", expires: Day | None = None,
    location_id: LocationId | None = None, note: str = "",
) -> Changes:  # fmt: skip
    """Count so much of an item; see :class:`CountLine`."""
    line = CountLine(key, item_id, qty, code, condition, lot, expires, location_id, note)
    return count_many(db, acting, delivery_id, (line,))


def count_many(db: Db, acting: Acting, delivery_id: int, lines: Sequence[CountLine]) -> Changes:
    """Write a batch of scans down in one transaction; those whose key is there already count no second time.

    Raises ``Refused`` for a scan of nothing, of an item without stock, or for taking back more than was counted; then
    nothing of the batch is written.
    """
    acting.require(Permission.RECEIVE)
    for line in lines:
        _check_line(line)

    def work() -> Changes:
        with transaction(db):
            held(db, delivery_id)
            fresh = _fresh(db, delivery_id, lines)
            if not fresh:
                return Changes(existing=True)
            items = frozenset(line.item_id for line in fresh if line.item_id is not None)
            _check_items(db, items)
            now = clock.now()
            db.run_many(
                "INSERT INTO delivery_scan (delivery_id, key, item_id, code, qty, condition, lot, expires, "
                "location_id, note, person_id, station_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        delivery_id, line.key, line.item_id, line.code, line.qty, line.condition.value,
                        names.clean(line.lot), line.expires or None, line.location_id, names.clean(line.note),
                        acting.person_id, acting.station_id, now,
                    )
                    for line in fresh
                ],
            )  # fmt: skip
            if any(line.qty < 0 for line in fresh):
                _check_not_below(db, delivery_id, fresh)
        return Changes(items=items, topics=TOPICS)

    return retrying(db, work)


def _check_line(line: CountLine) -> None:
    check_key(line.key)
    if not line.qty:
        raise Refused(_("This code counts 0 pieces. Correct its quantity on the card of its item, then scan again."))
    if abs(line.qty) > MAX_QTY:
        raise Refused(_("A quantity must be above 0 and at most 1,000,000."))
    if line.item_id is None and not line.code.strip():
        raise Refused(_("Scan a code or choose an item."))
    if len(line.lot) > MAX_CODE:
        raise Refused(_("The code of a lot has at most {most} characters.").format(most=MAX_CODE))


def _fresh(db: Db, delivery_id: int, lines: Sequence[CountLine]) -> list[CountLine]:
    known: dict[str, int] = {}
    keys = [line.key for line in lines]
    for start_ in range(0, len(keys), 500):
        few = keys[start_ : start_ + 500]
        marks = ", ".join("?" * len(few))
        known.update(db.rows(f"SELECT key, delivery_id FROM delivery_scan WHERE key IN ({marks})", few))
    if any(other != delivery_id for other in known.values()):
        raise Refused(_("This scan was counted in another delivery."))
    fresh = {line.key: line for line in reversed(lines) if line.key not in known}
    return list(reversed(fresh.values()))


def _check_items(db: Db, item_ids: Collection[ItemId]) -> None:
    ids = sorted(item_ids)
    stocked: dict[int, int] = {}
    for start_ in range(0, len(ids), 500):
        few = ids[start_ : start_ + 500]
        stocked.update(db.rows(f"SELECT id, stocked FROM item WHERE id IN ({', '.join('?' * len(few))})", few))
    if len(stocked) < len(ids):
        raise Refused(_("One of these items is not in the catalogue any more. Look it up again."))
    if not all(stocked.values()):
        raise Refused(_("This item keeps no stock: it cannot be received."))


def _check_not_below(db: Db, delivery_id: int, lines: Sequence[CountLine]) -> None:
    for line in {(one.item_id, one.code if one.item_id is None else "", one.condition): one for one in lines}.values():
        if line.item_id is None:
            left = db.value(
                "SELECT SUM(qty) FROM delivery_scan WHERE delivery_id = ? AND item_id IS NULL AND code = ?",
                (delivery_id, line.code),
            )
        else:
            left = db.value(
                "SELECT SUM(qty) FROM delivery_scan WHERE delivery_id = ? AND item_id = ? AND condition = ?",
                (delivery_id, line.item_id, line.condition.value),
            )
        if left < 0:
            raise Refused(_("Less of it was counted than is taken back. Look at the count again."))


def attach_photo(db: Db, acting: Acting, delivery_id: int, scan_key: str, path: str | Path) -> Changes:
    """Keep a photo with a scan: damage is shown, not told. Raises ``Refused`` for what is no photo."""
    acting.require(Permission.RECEIVE)
    photo = attachments.read(db, path)
    with transaction(db):
        if not db.value("SELECT 1 FROM delivery_scan WHERE delivery_id = ? AND key = ?", (delivery_id, scan_key)):
            raise Refused(_("That scan is not in this delivery. Count the damage first."))
        attachment_id = attachments.store(db, acting, photo)
        db.run("UPDATE delivery_scan SET attachment_id = ? WHERE key = ?", (attachment_id, scan_key))
    return Changes(topics=TOPICS)

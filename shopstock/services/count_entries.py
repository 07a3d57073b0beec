"""Enter what is counted: append-only, each entry once under its own key and tied to its position in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shopstock.core import counting, names
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Changes, NotAllowed, Refused
from shopstock.core.text import _
from shopstock.core.units import Instant, ItemId, Qty
from shopstock.db import clock
from shopstock.db.connection import Db, retrying, transaction
from shopstock.services import count_held, count_ledger, counts
from shopstock.services.count_held import TOPICS, HeldSheet
from shopstock.services.delivery_held import check_key

_INSERT = (
    "INSERT INTO count_entry (sheet_id, key, item_id, code, qty, person_id, station_id, device, file_id, at, "
    "written_at, ledger_position, on_hand) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class EntryLine:
    """What was counted at one moment; below zero takes back. Without an item it is a code that nobody knows yet.

    ``device`` says with what it was entered. ``confirmed`` lets a figure above :data:`counting.ASK_ABOVE` pass.
    """

    key: str
    item_id: ItemId | None
    qty: Qty
    code: str = ""
    device: str = ""
    at: Instant | None = None
    confirmed: bool = False


def enter(db: Db, acting: Acting, sheet_id: int, lines: Sequence[EntryLine], *, file_id: int | None = None) -> Changes:
    """Write a batch of entries down in one transaction; those whose key is there already count no second time.

    The first one begins the sheet. Each keeps where the ledger stood when it was counted (``at``, else now) and what it
    had on hand there; who counts is not told. Raises ``Refused`` for figures that look like a code, until they are
    confirmed, and for taking back more than was counted.
    """
    acting.require(Permission.COUNT)
    for line in lines:
        check_key(line.key)
        if line.item_id is None and not names.clean(line.code):
            raise Refused(_("Scan a code, or choose an item."))
        if abs(line.qty) > counting.ASK_ABOVE and not line.confirmed:
            raise Refused(
                _("{qty} is very many. Is it a code? Enter it once more to keep it.").format(qty=line.qty // 1000)
            )

    def work() -> Changes:
        with transaction(db):
            counts.begin_sheet(db, acting, sheet_id)
            one = count_held.sheet(db, sheet_id)
            known = _there(db, [line.key for line in lines])
            fresh = list({line.key: line for line in lines if line.key not in known}.values())
            if not fresh:
                return Changes(existing=True)
            items = sorted({line.item_id for line in fresh if line.item_id is not None})
            _check_items(db, items)
            _check_counter(db, acting, one, items)
            where = count_held.position(db, items)
            now = clock.now()
            earliest = min((line.at for line in fresh if line.at is not None), default=None)
            ledger = count_ledger.Ledger(db, one.location_id, where, items, earliest)
            db.run_many(
                _INSERT,
                [
                    (
                        sheet_id, line.key, line.item_id, names.clean(line.code)[:100], line.qty, acting.person_id,
                        acting.station_id, line.device[:80], file_id, min(line.at or now, now), now,
                        *ledger.at(line.item_id, line.at),
                    )
                    for line in fresh
                ],
            )  # fmt: skip
            _check_taken_back(db, sheet_id, fresh)
        return Changes(topics=TOPICS)

    return retrying(db, work)


def _there(db: Db, keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), 500):
        few = keys[start : start + 500]
        marks = ", ".join("?" * len(few))
        found.update(key for (key,) in db.rows(f"SELECT key FROM count_entry WHERE key IN ({marks})", few))
    return found


def _check_items(db: Db, items: Sequence[ItemId]) -> None:
    for start in range(0, len(items), 500):
        few = items[start : start + 500]
        marks = ", ".join("?" * len(few))
        found = db.value(f"SELECT count(*) FROM item WHERE stocked = 1 AND id IN ({marks})", few)
        if found != len(few):
            raise Refused(_("Only items that are kept in stock are counted."))


def _check_counter(db: Db, acting: Acting, sheet: HeldSheet, items: Sequence[ItemId]) -> None:
    others = counts.for_others(db, acting, sheet, acting.person_id)
    for item_id in items:
        if item_id in others:
            words = _("Somebody else counts {item}: it was wrong twice in a row, and you counted it.")
            raise NotAllowed(Permission.COUNT, words.format(item=others[item_id]))


def _check_taken_back(db: Db, sheet_id: int, fresh: Sequence[EntryLine]) -> None:
    """Raise ``Refused`` when less than nothing would be counted; the caller's transaction is rolled back then."""
    for item_id, code in {(line.item_id, names.clean(line.code)[:100]) for line in fresh if line.qty < 0}:
        if item_id is not None:
            left = db.value("SELECT sum(qty) FROM count_entry WHERE sheet_id = ? AND item_id = ?", (sheet_id, item_id))
        else:
            left = db.value(
                "SELECT sum(qty) FROM count_entry WHERE sheet_id = ? AND item_id IS NULL AND code = ?", (sheet_id, code)
            )
        if left < 0:
            raise Refused(_("Less of it was counted than is taken back. Look at the rows again."))


def _check_not_decided(db: Db, count_id: int, code: str) -> None:
    """Keep what a code is once lines were made of it: they would be of nothing any more."""
    known = db.value("SELECT 1 FROM count_match WHERE count_id = ? AND code = ?", (count_id, code))
    if known and db.value("SELECT 1 FROM count_line WHERE count_id = ?", (count_id,)):
        raise Refused(_("This count was closed with what {code} is. Have its line counted again.").format(code=code))


def match(db: Db, acting: Acting, count_id: int, code: str, item_id: ItemId | None, qty: Qty = Qty(1_000)) -> Changes:
    """Say what an unknown code of a count is (``None``: leave it out); one scan of it stands for ``qty``."""
    acting.require(Permission.POST_COUNT)
    with transaction(db):
        count_held.held(db, count_id, counting.CountState.OPEN)
        _check_not_decided(db, count_id, names.clean(code)[:100])
        if item_id is not None:
            _check_items(db, [item_id])
        db.run(
            "INSERT INTO count_match (count_id, code, item_id, qty, at, person_id) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (count_id, code) DO UPDATE SET item_id = excluded.item_id, qty = excluded.qty, "
            "at = excluded.at, person_id = excluded.person_id",
            (count_id, names.clean(code)[:100], item_id, qty, clock.now(), acting.person_id),
        )
    return Changes(topics=TOPICS)

"""Close a count: what was counted against what the ledger had meanwhile; recounts where they differ, else lines.

Every round of a place is looked at by itself. Where the rules ask for another look, a sheet for it is made and the
count stays open; when no place waits for one any more, the lines of the count are written.

An item is counted to its end with its last entry at a place: what is sold later leaves a counted shelf. Who is in doubt
ends it with an entry of 0.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shopstock.core import counting
from shopstock.core.abc_classes import AbcClass
from shopstock.core.acting import Acting, Permission
from shopstock.core.counting import CountState, LineState, Moment, SheetState, Step
from shopstock.core.outcome import Changes, Refused
from shopstock.core.settings import Settings
from shopstock.core.text import _
from shopstock.core.units import MONEY_SCALE, ZERO_MONEY, ItemId, LocationId, Money, PersonId, Qty, share
from shopstock.db import clock
from shopstock.db.connection import Db, transaction
from shopstock.queries import settings as settings_of
from shopstock.services import count_again, count_clues, count_held, count_ledger
from shopstock.services.count_held import TOPICS, HeldCount, HeldSheet, held, step


class _Look(NamedTuple):
    """What one round found of an item at a place."""

    qty: Qty
    low: Qty
    high: Qty
    position: int
    by: PersonId
    at: int

    @property
    def variance(self) -> Qty:
        return counting.variance(self.qty, self.low, self.high)

    def agreeing(self, variance: Qty) -> Qty:
        """Return the variance of another look where this one allows for it, else its own."""
        return variance if self.qty - self.high <= variance <= self.qty - self.low else self.variance


class _Card(NamedTuple):
    abc: AbcClass
    whole: bool
    qty: Qty
    value: Money

    def worth(self, qty: Qty) -> Money:
        """Return what so much is worth at cost; signed."""
        if self.qty <= 0:
            return ZERO_MONEY
        worth = share(self.value, Qty(abs(qty)), self.qty)
        return Money(-worth if qty < 0 else worth)


_WRITTEN_ANEW = ", ".join(
    f"{column} = excluded.{column}"
    for column in (
        "day", "abc", "round", "counted_by", "counted_at", "counted", "expected", "expected_low", "expected_high",
        "ledger_position", "variance", "value", "book_value", "tolerance", "hit", "state", "cause", "cause_note",
        "decided_at", "decided_by", "approved_at", "approved_by",
    )
)  # fmt: skip


class Closed(NamedTuple):
    """What closing came to: places to be counted again, and lines when there are none."""

    changes: Changes
    recounts: int
    lines: int


def close(db: Db, acting: Acting, count_id: int) -> Closed:
    """Close the rounds that are done; may be called again after recounts. Needs ``POST_COUNT``.

    Raises ``Refused`` while a place is not finished, and for codes that nobody has matched.
    """
    acting.require(Permission.POST_COUNT)
    with transaction(db):
        count = held(db, count_id, CountState.OPEN)
        sheets = [one for one in count_held.sheets(db, count_id) if one.state is not SheetState.CANCELLED]
        unfinished = [one for one in sheets if one.state is not SheetState.DONE]
        if unfinished or not sheets:
            raise Refused(_("{n} places are not finished yet.").format(n=len(unfinished)))
        _check_matched(db, count_id)
        shop = settings_of.load(db)
        looks = {one.id: _looks(db, count, one) for one in sheets}
        cards = _cards(db, {item for found in looks.values() for item in found})
        by_place: defaultdict[LocationId, list[HeldSheet]] = defaultdict(list)
        for one in sheets:
            by_place[one.location_id].append(one)
        recounts = 0
        accepted: list[tuple[LocationId, ItemId, int, _Look]] = []
        for place, rounds in by_place.items():
            again = set[ItemId]()
            for item in dict.fromkeys(item for one in rounds for item in looks[one.id]):
                told = [looks[one.id].get(item) for one in rounds]
                stands = _stands(shop, cards[item], told, opening=count.opening)
                look = told[stands - 1] if stands else None
                if look is None:
                    again.add(item)
                else:
                    accepted.append((place, item, rounds[stands - 1].round, look))
            first = rounds[0]
            if len(rounds) == 1 and first.whole and not count.opening and _is_valuable(shop, cards, looks[first.id]):
                again.update(looks[first.id])
            if again:
                count_again.ask(db, acting, rounds[-1], again)
                recounts += 1
        if not recounts:
            _write_lines(db, acting, count, shop, cards, accepted)
    return Closed(Changes(topics=TOPICS), recounts, 0 if recounts else len(accepted))


def _check_matched(db: Db, count_id: int) -> None:
    codes = [
        code
        for (code,) in db.rows(
            "SELECT e.code FROM count_entry e JOIN count_sheet s ON s.id = e.sheet_id WHERE s.count_id = ? "
            "AND e.item_id IS NULL AND NOT EXISTS "
            "(SELECT 1 FROM count_match m WHERE m.count_id = s.count_id AND m.code = e.code) "
            "GROUP BY e.code HAVING sum(e.qty) <> 0 ORDER BY e.code",
            (count_id,),
        )
    ]
    if codes:
        raise Refused(_("Nobody knows {codes} yet. Say what they are, or leave them out.").format(
            codes=", ".join(codes[:5])
        ))  # fmt: skip


# --- what a round found


def _looks(db: Db, count: HeldCount, sheet: HeldSheet) -> dict[ItemId, _Look]:
    """Return what a sheet found of every item; what the ledger had there and nobody entered is none."""
    entries: defaultdict[ItemId, list[tuple[Moment, PersonId, int]]] = defaultdict(list)
    for item, qty, position, on_hand, who, at, times in db.rows(
        "SELECT COALESCE(e.item_id, m.item_id), e.qty, e.ledger_position, e.on_hand, e.person_id, e.at, "
        "COALESCE(m.qty, 1000) FROM count_entry e LEFT JOIN count_match m ON m.count_id = ? AND m.code = e.code "
        "AND e.item_id IS NULL WHERE e.sheet_id = ? AND COALESCE(e.item_id, m.item_id) IS NOT NULL ORDER BY e.id",
        (count.id, sheet.id),
    ):
        if on_hand is None:
            pieces = abs(qty) * times // 1_000
            where, level = _ledger_at(db, item, sheet.location_id, position, at)
            moment = Moment(where, Qty(-pieces if qty < 0 else pieces), Qty(level))
        else:
            moment = Moment(position, Qty(qty), Qty(on_hand))
        entries[item].append((moment, who, at))
    moved = _moved_between(db, sheet.location_id, entries)
    found = {}
    for item, rows in entries.items():
        told = counting.counted([moment for moment, _who, _at in rows], moved.get(item, ()))
        found[item] = _Look(told.qty, told.low, told.high, told.last_position, rows[-1][1], rows[-1][2])
    if sheet.whole:
        done_by, done_at = db.rows("SELECT done_by, done_at FROM count_sheet WHERE id = ?", (sheet.id,))[0]
        nobody_entered = {item: level for item, level in _standing(db, count, sheet) if item not in found}
        meanwhile = _moved_meanwhile(db, sheet, list(nobody_entered))
        for item, level in nobody_entered.items():
            came_and_went = meanwhile.get(item, [])
            began = Moment(0, Qty(0), Qty(level - sum(came_and_went)))
            told = counting.counted([began], came_and_went)
            found[item] = _Look(told.qty, told.low, told.high, sheet.ledger_position or 0, done_by, done_at)
    return found


def _ledger_at(db: Db, item_id: ItemId, location_id: LocationId, position: int, at: int) -> tuple[int, int]:
    """Return the position of what a code that nobody knew was counted at, and what the ledger had there then."""
    later = db.value("SELECT min(id) FROM stock_movement WHERE item_id = ? AND posted_at > ?", (item_id, at))
    position = position if later is None else min(position, later - 1)
    level = db.value(
        "SELECT COALESCE((SELECT on_hand FROM stock_level WHERE item_id = ? AND location_id = ?), 0) - "
        "COALESCE((SELECT sum(qty) FROM stock_movement WHERE id > ? AND item_id = ? AND location_id = ?), 0)",
        (item_id, location_id, position, item_id, location_id),
    )
    return position, int(level)


def _moved_between(
    db: Db, location_id: LocationId, entries: Mapping[ItemId, Sequence[tuple[Moment, PersonId, int]]]
) -> dict[ItemId, list[Qty]]:
    """Return what came and went between the first and the last entry of each item at a place."""
    first = {item: min(moment.ledger_position for moment, _who, _at in rows) for item, rows in entries.items()}
    last = {item: max(moment.ledger_position for moment, _who, _at in rows) for item, rows in entries.items()}
    if not first:
        return {}
    found: defaultdict[ItemId, list[Qty]] = defaultdict(list)
    for id_, item, qty in db.rows(
        "SELECT id, item_id, qty FROM stock_movement WHERE id > ? AND id <= ? AND location_id = ? ORDER BY id",
        (min(first.values()), max(last.values()), location_id),
    ):
        if item in first and first[item] < id_ <= last[item]:
            found[item].append(Qty(qty))
    return found


def _standing(db: Db, count: HeldCount, sheet: HeldSheet) -> list[tuple[ItemId, Qty]]:
    """Return what the ledger had at a place when it was finished, within the scope of the count."""
    categories = count.scope.categories
    within = f" AND i.category_id IN ({', '.join('?' * len(categories))})" if categories else ""
    return [
        (item, Qty(int(level)))
        for item, level in db.rows(
            "SELECT l.item_id, l.on_hand - COALESCE(m.moved, 0) FROM stock_level l JOIN item i ON i.id = l.item_id "
            "LEFT JOIN (SELECT item_id, sum(qty) AS moved FROM stock_movement WHERE id > ? AND location_id = ? "
            f"GROUP BY item_id) m ON m.item_id = l.item_id WHERE l.location_id = ? AND i.stocked = 1{within} "
            "AND l.on_hand - COALESCE(m.moved, 0) <> 0 ORDER BY l.item_id",
            (sheet.ledger_position or 0, sheet.location_id, sheet.location_id, *categories),
        )
    ]


def _moved_meanwhile(db: Db, sheet: HeldSheet, items: Sequence[ItemId]) -> dict[ItemId, list[Qty]]:
    """Return what came and went of items from when their place was begun until it was finished.

    Nobody can tell when an item that was not seen was looked for: it may have come after.
    """
    began = db.value(
        "SELECT CASE WHEN (SELECT min(at) FROM count_entry WHERE sheet_id = s.id) < s.started_at "
        "THEN (SELECT min(at) FROM count_entry WHERE sheet_id = s.id) ELSE s.started_at END "
        "FROM count_sheet s WHERE s.id = ?",
        (sheet.id,),
    )
    first, wanted = count_ledger.first_since(db, began), set(items)
    found: defaultdict[ItemId, list[Qty]] = defaultdict(list)
    if first is None or not wanted:
        return found
    for item, qty in db.rows(
        "SELECT item_id, qty FROM stock_movement WHERE id >= ? AND id <= ? AND location_id = ? AND posted_at > ? "
        "ORDER BY id",
        (first, sheet.ledger_position or 0, sheet.location_id, began),
    ):
        if item in wanted:
            found[item].append(Qty(qty))
    return found


def _cards(db: Db, items: set[ItemId]) -> dict[ItemId, _Card]:
    found = {}
    ids = sorted(items)
    for start in range(0, len(ids), 500):
        few = ids[start : start + 500]
        for item, abc, unit, qty, value, cost_qty, cost_value in db.rows(
            "SELECT i.id, COALESCE(r.abc, 'B'), i.unit, COALESCE(p.qty, 0), COALESCE(p.value, 0), "
            "COALESCE(p.last_cost_qty, 0), COALESCE(p.last_cost_value, 0) FROM item i "
            "LEFT JOIN item_rank r ON r.item_id = i.id LEFT JOIN item_pool p ON p.item_id = i.id "
            f"WHERE i.id IN ({', '.join('?' * len(few))})",
            few,
        ):
            known = (qty, value) if qty > 0 else (cost_qty, cost_value)
            found[item] = _Card(AbcClass(abc), unit == "piece", Qty(known[0]), Money(known[1]))
    return found


# --- which figure stands


def _hit(shop: Settings, card: _Card, look: _Look) -> bool:
    off = look.variance
    return counting.is_hit(
        off, Qty(look.qty - off), counting.tolerance_of(shop, card.abc), whole=card.whole, value=card.worth(off),
        floor=Money(shop.count_tolerance_money * MONEY_SCALE),
    )  # fmt: skip


def _stands(shop: Settings, card: _Card, told: Sequence[_Look | None], *, opening: bool) -> int:
    """Return the round whose figure stands; 0 asks for another look."""
    looks = [look for look in told if look is not None]
    wanted = 1
    if shop.count_recount_lines and not opening:
        if not _hit(shop, card, looks[0]):
            wanted = 2
        if len(looks) < counting.MOST_ROUNDS and _disturbed(shop, card, looks[-1]):
            wanted = len(looks) + 1  # but not for ever: of what sells all day the last look stands
    last = looks[-1].variance
    return counting.accept([None if look is None else look.agreeing(last) for look in told], wanted).round


def _disturbed(shop: Settings, card: _Card, look: _Look) -> bool:
    """Tell whether more came and went while an item was counted than may be overlooked, so that it hides losses."""
    book = Qty(look.qty - look.variance)
    return look.high - look.low > counting.allowed(book, counting.tolerance_of(shop, card.abc), whole=card.whole)


def _is_valuable(shop: Settings, cards: Mapping[ItemId, _Card], looks: Mapping[ItemId, _Look]) -> bool:
    most = shop.count_recount_value * MONEY_SCALE
    return most > 0 and sum(cards[item].worth(look.qty) for item, look in looks.items()) > most


def _write_lines(
    db: Db, acting: Acting, count: HeldCount, shop: Settings, cards: Mapping[ItemId, _Card],
    accepted: Sequence[tuple[LocationId, ItemId, int, _Look]],
) -> None:  # fmt: skip
    now = clock.now()
    rows = []
    for place, item, round_, look in accepted:
        card, off = cards[item], look.variance
        expected = Qty(look.qty - off)
        hit = count.opening or _hit(shop, card, look)
        state = LineState.READY if hit else LineState.EXPLAIN
        rows.append((
            count.id, item, place, clock.day_of(now), card.abc.value, round_, look.by, look.at, look.qty, expected,
            look.low, look.high, look.position, off, card.worth(off), card.worth(expected),
            counting.tolerance_of(shop, card.abc), int(hit), state.value,
        ))  # fmt: skip
    # What was decided about a line stays when others were counted again.
    decided = {
        (item, place): tuple(look)
        for item, place, *look in db.rows(
            "SELECT item_id, location_id, round, counted_by, counted_at, counted, expected, expected_low, "
            "expected_high, ledger_position FROM count_line WHERE count_id = ? AND state <> ?",
            (count.id, LineState.RECOUNT.value),
        )
    }
    db.run_many(
        "INSERT INTO count_line (count_id, item_id, location_id, day, abc, round, counted_by, counted_at, counted, "
        "expected, expected_low, expected_high, ledger_position, variance, value, book_value, tolerance, hit, state) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (count_id, item_id, location_id) "
        f"DO UPDATE SET {_WRITTEN_ANEW}",
        [row for row in rows if decided.get((row[1], row[2])) != row[5:13]],
    )
    db.run(
        "UPDATE stock_count SET state = 'reconciling', closed_at = ?, closed_by = ?, changed_at = ? WHERE id = ?",
        (now, acting.person_id, now, count.id),
    )
    step(db, acting, count.id, Step.CLOSED, str(len(rows)))
    count_clues.write(db, acting, count.id)

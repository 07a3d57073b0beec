"""Write-offs: what is being scanned, what waits for approval, and one of them with all that its screen shows.

What goods cost is left out for whoever may not see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from shopstock.core import lots as lot_rules
from shopstock.core import write_offs as rules
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import DocumentRef, Refused
from shopstock.core.text import _
from shopstock.core.units import (
    ZERO_MONEY,
    Day,
    DocumentId,
    Instant,
    ItemId,
    LocationId,
    Money,
    PersonId,
    Qty,
    share,
)
from shopstock.core.write_offs import Missing, Purpose, RowId, WriteOffState
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import causes, lots, place_paths, settings


class WriteOffSummary(NamedTuple):
    """A write-off as a list shows it.

    ``causes`` are names, ``items`` the names of up to three items; ``lines`` and ``qty`` count its rows and pieces.
    ``value`` is about what it is worth at cost (``None`` for who may not see costs). ``mine`` tells that the acting
    person began it or asked for its approval, and so may not approve it.
    """

    id: int
    number: str
    state: WriteOffState
    place: str
    started_at: Instant
    started_by: str
    sent_at: Instant | None
    sent_by: str
    lines: int
    qty: Qty
    causes: tuple[str, ...]
    items: tuple[str, ...]
    evidence: int
    note: str
    value: Money | None
    mine: bool
    decision_note: str
    document: DocumentRef | None


class WriteOffRow(NamedTuple):
    """One row: so much of an item with its cause. ``id`` is what services take for the row.

    ``on_hand`` is what lies at the place, ``beyond`` how much of all rows of the item there is more than that: it may
    be posted, and the count is then wrong. ``lots`` are those at the place, what has expired first.
    """

    id: RowId
    sku: str
    name: str
    unit: str
    tracks: str
    cause: str
    needs_evidence: bool
    place: str
    qty: Qty
    on_hand: Qty
    beyond: Qty
    value: Money | None
    lots: tuple[lots.LotHere, ...]


class Evidence(NamedTuple):
    """A photo or a file that speaks for a write-off; :func:`queries.attachments.attachment` reads its content."""

    attachment_id: int
    name: str
    mime: str
    size: int
    added_at: Instant
    person: str


class WriteOff(NamedTuple):
    """A write-off with everything that its screen shows. ``document`` once it is posted.

    ``missing`` is what it lacks; ``asks`` tells that it is worth about as much that somebody has to approve it
    (``None`` for who may not see costs: posting tells). ``decision_note`` is why it was rejected, by ``decided_by``.
    """

    id: int
    number: str
    key: str
    state: WriteOffState
    location_id: LocationId
    place: str
    note: str
    started_at: Instant
    started_by: str
    sent_at: Instant | None
    sent_by: str
    decided_at: Instant | None
    decided_by: str
    decision_note: str
    document: DocumentRef | None
    rows: tuple[WriteOffRow, ...]
    evidence: tuple[Evidence, ...]
    value: Money | None
    missing: tuple[Missing, ...]
    asks: bool | None
    mine: bool


class LimitLeft(NamedTuple):
    """What a person may still write off today alone. ``used`` and ``left`` are ``None`` for who may not see costs."""

    limit: Money
    used: Money | None
    left: Money | None


_SUMMARY = (
    "SELECT w.id, w.state, w.location_id, w.started_at, w.started_by, s.name, w.sent_at, w.sent_by, "
    "COALESCE(q.name, ''), w.note, w.decision_note, w.document_id FROM write_off w "
    "JOIN person s ON s.id = w.started_by LEFT JOIN person q ON q.id = w.sent_by "
)


def open_write_offs(db: Db, acting: Acting) -> list[WriteOffSummary]:
    """Return the write-offs that are being scanned, the newest first."""
    return _summaries(db, acting, "WHERE w.state = 'open' ORDER BY w.id DESC", ())


def waiting(db: Db, acting: Acting) -> list[WriteOffSummary]:
    """Return the write-offs that wait for approval, the one that has waited longest first."""
    return _summaries(db, acting, "WHERE w.state = 'waiting' ORDER BY w.sent_at, w.id", ())


def waiting_count(db: Db) -> int:
    """Return how many write-offs wait for approval."""
    found: int = db.value("SELECT count(*) FROM write_off WHERE state = 'waiting'")
    return found


def decided(db: Db, acting: Acting, limit: int = 20) -> list[WriteOffSummary]:
    """Return the write-offs last posted or rejected, the newest first."""
    where = "WHERE w.state IN ('posted', 'rejected') ORDER BY w.id DESC LIMIT ?"
    return _summaries(db, acting, where, (limit,))


def _summaries(db: Db, acting: Acting, where: str, params: Sequence[int]) -> list[WriteOffSummary]:
    heads = db.rows(_SUMMARY + where, params)
    names = causes.names_of(db, Purpose.WRITE_OFF)
    paths = place_paths.paths(db)
    found = []
    for id_, state, place, started_at, starter, started_by, sent_at, sender, sent_by, note, why, document in heads:
        rows = _rows(db, id_)
        worth = _worth(db, [(row.item_id, qty) for row, qty in rows]) if acting.may(Permission.SEE_COST) else None
        labels: dict[ItemId, str] = dict(db.rows(
            "SELECT DISTINCT i.id, i.name FROM write_off_scan x JOIN item i ON i.id = x.item_id "
            "WHERE x.write_off_id = ?", (id_,),
        ))  # fmt: skip
        found.append(
            WriteOffSummary(
                id_, rules.number(id_), WriteOffState(state), paths.get(place, ""), started_at, started_by, sent_at,
                sent_by, len(rows), Qty(sum(qty for _row, qty in rows)),
                tuple(names.get(key, key) for key in dict.fromkeys(row.cause for row, _qty in rows if row.cause)),
                tuple(labels[key] for key in list(dict.fromkeys(row.item_id for row, _qty in rows))[:3]),
                len(_evidence(db, id_)), note, None if worth is None else Money(sum(worth)),
                acting.person_id in (starter, sender), why, _document(db, document),
            )
        )  # fmt: skip
    return found


def write_off(db: Db, acting: Acting, write_off_id: int) -> WriteOff:
    """Return a write-off as it stands; raise ``Refused`` when there is none."""
    head = db.row(
        "SELECT w.id, w.key, w.state, w.location_id, w.note, w.started_at, s.name, w.sent_at, COALESCE(q.name, ''), "
        "w.decided_at, COALESCE(d.name, ''), w.decision_note, w.document_id, w.started_by, w.sent_by FROM write_off w "
        "JOIN person s ON s.id = w.started_by LEFT JOIN person q ON q.id = w.sent_by "
        "LEFT JOIN person d ON d.id = w.decided_by WHERE w.id = ?",
        (write_off_id,),
    )
    if head is None:
        raise Refused(_("There is no such write-off any more. Look at the list again."))
    paths = place_paths.paths(db)
    needing = causes.needing_evidence(db)
    sums = _rows(db, write_off_id)
    may_see = acting.may(Permission.SEE_COST)
    worth = _worth(db, [(row.item_id, qty) for row, qty in sums])
    state, document_id = WriteOffState(head[2]), head[12]
    rows = _full_rows(db, sums, worth if may_see else [None] * len(sums), needing, paths)
    if document_id is not None:  # what lies there now says nothing of what lay there then
        rows = tuple(row._replace(beyond=Qty(0), lots=()) for row in rows)
    evidence = _evidence(db, write_off_id)
    value = Money(sum(worth)) if document_id is None else value_of(db, document_id)
    undecided = state in (WriteOffState.OPEN, WriteOffState.WAITING)
    asks = rules.above(value, used_today(db, acting.person_id), rules.limit(settings.load(db), acting.role))
    return WriteOff(
        head[0], rules.number(head[0]), head[1], state, LocationId(head[3]), paths.get(head[3], ""), head[4], head[5],
        head[6], head[7], head[8], head[9], head[10], head[11], _document(db, document_id), rows, evidence,
        value if may_see else None,
        rules.missing([(row.cause, qty) for row, qty in sums], needing, len(evidence)) if undecided else (),
        asks and undecided if may_see else None, acting.person_id in head[13:15],
    )  # fmt: skip


def _rows(db: Db, write_off_id: int) -> list[tuple[RowId, Qty]]:
    return [
        (RowId(ItemId(item), cause, LocationId(place), lot, Day(expires)), Qty(qty))
        for item, cause, place, lot, expires, qty in db.rows(
            "SELECT item_id, cause, location_id, lot, expires, SUM(qty) FROM write_off_scan WHERE write_off_id = ? "
            "GROUP BY item_id, cause, location_id, lot, expires HAVING SUM(qty) <> 0 ORDER BY MIN(id)",
            (write_off_id,),
        )
    ]


def _full_rows(
    db: Db, sums: Sequence[tuple[RowId, Qty]], worth: Sequence[Money | None], needing: frozenset[str],
    paths: dict[LocationId, str],
) -> tuple[WriteOffRow, ...]:  # fmt: skip
    names = causes.names_of(db, Purpose.WRITE_OFF)
    cards = _cards(db, sorted({row.item_id for row, _qty in sums}))
    levels: dict[tuple[int, int], int] = {}
    taken: dict[tuple[int, int], int] = {}
    for row, qty in sums:
        there = (row.item_id, row.location_id)
        if there not in levels:
            levels[there] = (
                db.value("SELECT on_hand FROM stock_level WHERE item_id = ? AND location_id = ?", there) or 0
            )
        taken[there] = taken.get(there, 0) + qty
    found = []
    for (row, qty), value in zip(sums, worth, strict=True):
        there = (row.item_id, row.location_id)
        sku, name, unit, tracks = cards[row.item_id]
        found.append(
            WriteOffRow(
                row, sku, name, unit, tracks, names.get(row.cause, row.cause), row.cause in needing,
                paths.get(row.location_id, ""), qty, Qty(levels[there]),
                Qty(max(0, taken[there] - max(0, levels[there]))), value,
                tuple(lots.lots_at(db, row.item_id, row.location_id)) if tracks == "lot" else (),
            )
        )  # fmt: skip
    return tuple(found)


def _cards(db: Db, ids: Sequence[ItemId]) -> dict[int, tuple[str, str, str, str]]:
    found: dict[int, tuple[str, str, str, str]] = {}
    for start in range(0, len(ids), 500):
        few = ids[start : start + 500]
        for id_, *card in db.rows(
            f"SELECT id, sku, name, unit, tracks FROM item WHERE id IN ({', '.join('?' * len(few))})", few
        ):
            found[id_] = (card[0], card[1], card[2], card[3])
    return found


def _worth(db: Db, rows: Sequence[tuple[ItemId, Qty]]) -> list[Money]:
    """Return about what each row is worth: its share of the pool, at the last known cost beyond it."""
    pools: dict[int, tuple[Any, ...]] = {}
    ids = sorted({item_id for item_id, _qty in rows})
    for start in range(0, len(ids), 500):
        few = ids[start : start + 500]
        for row in db.rows(
            "SELECT item_id, qty, value, last_cost_qty, last_cost_value FROM item_pool "
            f"WHERE item_id IN ({', '.join('?' * len(few))})",
            few,
        ):
            pools[row[0]] = row[1:]
    found = []
    for item_id, qty in rows:
        pool_qty, pool_value, cost_qty, cost_value = pools.get(item_id, (0, 0, 0, 0))
        inside = max(0, min(qty, pool_qty))
        value = share(Money(pool_value), Qty(inside), Qty(pool_qty)) if inside else ZERO_MONEY
        if qty > inside and cost_qty > 0:
            value = Money(value + share(Money(cost_value), Qty(qty - inside), Qty(cost_qty)))
        found.append(value)
    return found


def _evidence(db: Db, write_off_id: int) -> tuple[Evidence, ...]:
    return tuple(
        Evidence._make(row)
        for row in db.rows(
            "SELECT a.id, a.name, a.mime, a.size, e.added_at, COALESCE(p.name, '') FROM write_off_evidence e "
            "JOIN attachment a ON a.id = e.attachment_id LEFT JOIN person p ON p.id = e.person_id "
            "WHERE e.write_off_id = ? ORDER BY e.added_at, a.id",
            (write_off_id,),
        )
    )


def _document(db: Db, document_id: int | None) -> DocumentRef | None:
    row = document_id and db.row(
        "SELECT d.kind, s.prefix, d.number FROM document d JOIN station s ON s.id = d.station_id WHERE d.id = ?",
        (document_id,),
    )
    return DocumentRef(DocumentId(document_id), row[0], f"{row[1]}-{row[2]}") if document_id and row else None


# --- the limit


def used_today(db: Db, person_id: PersonId) -> Money:
    """Return what a person wrote off today without approval, at cost; what was reversed does not count."""
    today = clock.day_of(clock.now())
    found = db.value(
        "SELECT -COALESCE(SUM(m.value), 0) FROM document d JOIN stock_movement m ON m.document_id = d.id "
        "WHERE d.kind = 'write_off' AND d.occurred_at >= ? AND d.by_id = ? AND d.approved_by IS NULL "
        "AND m.kind = 'write_off' AND NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = d.id)",
        (clock.start_of(today), person_id),
    )
    return Money(found)


def value_of(db: Db, document_id: DocumentId) -> Money:
    """Return what a posted document wrote off, at cost."""
    return Money(
        db.value(
            "SELECT -COALESCE(SUM(value), 0) FROM stock_movement WHERE document_id = ? AND kind = 'write_off'",
            (document_id,),
        )
    )


def limit_left(db: Db, acting: Acting) -> LimitLeft:
    """Return what a person may still write off today without approval."""
    most = rules.limit(settings.load(db), acting.role)
    if not acting.may(Permission.SEE_COST):
        return LimitLeft(most, None, None)
    used = used_today(db, acting.person_id)
    return LimitLeft(most, used, Money(max(0, most - used)))


def suggested_lot(db: Db, item_id: ItemId, location_id: LocationId) -> lots.LotHere | None:
    """Return the lot that a write-off at a place is probably of: what has expired longest, else what expires next."""
    return next(iter(lots.lots_at(db, item_id, location_id)), None)


def expired_at(db: Db, location_id: LocationId) -> list[tuple[ItemId, lots.LotHere]]:
    """Return the lots at a place that have expired, the longest first: what there is to write off by itself."""
    today = clock.day_of(clock.now())
    return [
        (ItemId(item_id), lots.LotHere(lot_id, code, Day(expires), Qty(on_hand)))
        for item_id, lot_id, code, expires, on_hand in db.rows(
            "SELECT o.item_id, o.id, o.code, o.expires, l.on_hand FROM lot_level l JOIN lot o ON o.id = l.lot_id "
            "WHERE l.location_id = ? AND l.on_hand > 0 AND o.expires > 0 AND o.expires < ? ORDER BY o.expires, o.id",
            (location_id, today),
        )
        if lot_rules.expired(expires, today)
    ]

"""Transfers: which there are, how far each is, and what of each item was asked for, sent, arrived and is missing.

What is on its way in all, and what waits for somebody, is in :mod:`shopstock.queries.in_transit`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from shopstock.core import lots, names, places
from shopstock.core import transfers as rules
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import DocumentRef, Refused
from shopstock.core.receiving import Condition
from shopstock.core.text import _
from shopstock.core.transfers import OPEN_STATES, Figures, RowState, Stage, TransferState
from shopstock.core.units import ZERO_MONEY, ZERO_QTY, Day, DocumentId, Instant, ItemId, LocationId, Money, Qty, share
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import settings, transfer_lines


class Head(NamedTuple):
    """The head of a transfer.

    ``number`` is as people know it. ``from_place`` and ``to_place`` are paths. ``days`` is how long the goods have been
    on their way (``None`` before they are dispatched and after they have arrived), ``overdue`` that they should have
    arrived by now. ``unpacked`` says that all that came was counted: what is still on its way is short.
    """

    id: int
    number: str
    state: TransferState
    from_id: LocationId
    from_place: str
    from_shop_id: LocationId
    to_id: LocationId
    to_place: str
    to_shop_id: LocationId
    note: str
    expected_day: Day | None
    requested_at: Instant
    requested_by: str
    dispatched_at: Instant | None
    dispatched_by: str
    ended_at: Instant | None
    ended_by: str
    changed_at: Instant
    days: int | None
    overdue: bool
    unpacked: bool


class Summary(NamedTuple):
    """A transfer in a list: how many items it has, and sums over them; ``counted`` is scanned and not yet posted."""

    head: Head
    items: int
    requested: Qty
    dispatched: Qty
    arrived: Qty
    in_transit: Qty
    counted: Qty


class Row(NamedTuple):
    """An item of a transfer.

    ``figures`` holds the quantities, ``state`` and ``words`` say how it stands. ``code`` is its first code. ``at_from``
    is what the sender's place and all below it have on hand. ``home`` is the path of where it belongs at the receiving
    end: there it is put unless a scan says otherwise. ``value`` is that of what is on its way, ``None`` for who may not
    see costs.
    """

    item_id: ItemId
    sku: str
    name: str
    unit: str
    code: str
    tracks: str
    figures: Figures
    state: RowState
    words: str
    at_from: Qty
    home_id: LocationId
    home: str
    value: Money | None


class Scan(NamedTuple):
    """One scan of a transfer; ``posted`` once a document took it."""

    id: int
    key: str
    stage: Stage
    item_id: ItemId
    code: str
    qty: Qty
    condition: Condition
    lot: str
    expires: Day | None
    location_id: LocationId | None
    note: str
    person: str
    station: str
    at: Instant
    posted: bool


class PostedStage(NamedTuple):
    """A document that a transfer made, and whether it was reversed."""

    document: DocumentRef
    stage: Stage
    at: Instant
    reversed: bool


class Transfer(NamedTuple):
    """A transfer with everything that its screen shows; ``last_scan`` is the last one that is not posted."""

    head: Head
    rows: tuple[Row, ...]
    documents: tuple[PostedStage, ...]
    last_scan: Scan | None


_HEAD = (
    "SELECT t.id, t.number, t.state, t.from_id, t.to_id, t.note, t.expected_day, t.requested_at, r.name, "
    "t.dispatched_at, COALESCE(d.name, ''), t.ended_at, COALESCE(e.name, ''), t.changed_at FROM transfer t "
    "JOIN person r ON r.id = t.requested_by LEFT JOIN person d ON d.id = t.dispatched_by "
    "LEFT JOIN person e ON e.id = t.ended_by JOIN location f ON f.id = t.from_id JOIN location o ON o.id = t.to_id"
)
_SUMS = (
    "SELECT transfer_id, COUNT(*), SUM(requested_qty), SUM(dispatched_qty), SUM(arrived_qty + damaged_qty + over_qty), "
    "SUM(dispatched_qty - arrived_qty - damaged_qty - lost_qty - came_back_qty) FROM transfer_line "
    "WHERE transfer_id IN ({marks}) GROUP BY transfer_id"
)
_SCANNED = (
    "SELECT s.transfer_id, SUM(s.qty), COUNT(DISTINCT CASE WHEN NOT EXISTS (SELECT 1 FROM transfer_line l "
    "WHERE l.transfer_id = s.transfer_id AND l.item_id = s.item_id) THEN s.item_id END) FROM transfer_scan s "
    "WHERE s.document_id IS NULL AND s.transfer_id IN ({marks}) GROUP BY s.transfer_id"
)
_SCANS = (
    "SELECT c.id, c.key, c.stage, c.item_id, c.code, c.qty, c.condition, c.lot, c.expires, c.location_id, c.note, "
    "p.name, s.name, c.at, c.document_id FROM transfer_scan c JOIN person p ON p.id = c.person_id "
    "JOIN station s ON s.id = c.station_id WHERE c.transfer_id = ?"
)


def transfers(
    db: Db, acting: Acting, states: Iterable[TransferState] = OPEN_STATES, words: str = "",
    shop_id: LocationId | None = None, limit: int = 500,
) -> list[Summary]:  # fmt: skip
    """List transfers of some states, the newest first.

    ``words`` are searched in numbers, places and notes; ``shop_id`` leaves those of a shop, from it or to it.
    """
    wanted = [state.value for state in states]
    where, asked = [f"t.state IN ({', '.join('?' * len(wanted))})"], list[Any](wanted)
    if shop_id is not None:
        where.append("(COALESCE(f.shop_id, f.id) = ? OR COALESCE(o.shop_id, o.id) = ?)")
        asked += [shop_id, shop_id]
    for word in words.split():
        like = "%" + names.key(word).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        where.append(
            "(f.name_key LIKE ? ESCAPE '\\' OR o.name_key LIKE ? ESCAPE '\\' OR lower(t.note) LIKE ? ESCAPE '\\' "
            "OR t.number = ?)"
        )
        asked += [like, like, like, rules.parse_number(word) or -1]
    found = heads(db, " AND ".join(where) + " ORDER BY t.number DESC LIMIT ?", (*asked, limit))
    sums: dict[int, Sequence[int]] = {}
    scanned: dict[int, tuple[int, int]] = {}
    for start in range(0, len(found), 500):
        few = [head.id for head in found[start : start + 500]]
        marks = ", ".join("?" * len(few))
        sums.update((row[0], row[1:]) for row in db.rows(_SUMS.format(marks=marks), few))
        scanned.update((row[0], (row[1], row[2])) for row in db.rows(_SCANNED.format(marks=marks), few))
    nothing = (0, 0, 0, 0, 0)
    return [
        Summary._make((
            head, sums.get(head.id, nothing)[0] + scanned.get(head.id, (0, 0))[1], *sums.get(head.id, nothing)[1:],
            scanned.get(head.id, (0, 0))[0],
        ))
        for head in found
    ]  # fmt: skip


def heads(db: Db, where: str, params: Sequence[Any] = ()) -> list[Head]:
    """Return the heads of transfers for which an SQL condition holds (of ``t``, ``f`` from, ``o`` to)."""
    rows = db.rows(f"{_HEAD} WHERE {where}", params)
    known = paths(db, {place for row in rows for place in row[3:5]})
    late_after = settings.load(db).transfer_overdue_days
    today = clock.day_of(clock.now())
    return [_head(row, known, late_after, today) for row in rows]


def _head(row: Sequence[Any], known: dict[LocationId, Path], late_after: int, today: Day) -> Head:
    state = TransferState(row[2])
    moving = state in rules.ON_THE_WAY
    days = days_between(clock.day_of(row[9]), today) if moving else None
    late = (days is not None and days > late_after) or (row[6] is not None and row[6] < today)
    origin, target = known[row[3]], known[row[4]]
    return Head._make((
        row[0], rules.transfer_number(row[1]), state, row[3], origin.path, origin.shop_id, row[4], target.path,
        target.shop_id, *row[5:14], days, late and state in OPEN_STATES, moving and row[11] is not None,
    ))  # fmt: skip


def days_between(first: Day, last: Day) -> int:
    """Return how many days lie between two days; at least 0."""
    return max(0, lots.days_left(last, first))


class Path(NamedTuple):
    """A place as people read it, and its shop."""

    path: str
    shop_id: LocationId


def paths(db: Db, location_ids: Iterable[LocationId]) -> dict[LocationId, Path]:
    """Return the paths of a few places."""
    ids = sorted(location_ids)
    if not ids:
        return {}
    found: dict[LocationId, list[str]] = {}
    shops: dict[LocationId, LocationId] = {}
    for place, shop_id, name in db.rows(
        "WITH RECURSIVE up(start, shop, id, depth) AS (SELECT id, COALESCE(shop_id, id), id, 0 FROM location "
        f"WHERE id IN ({', '.join('?' * len(ids))}) UNION ALL SELECT u.start, u.shop, o.parent_id, u.depth + 1 "
        "FROM up u JOIN location o ON o.id = u.id WHERE o.parent_id IS NOT NULL) "
        "SELECT u.start, u.shop, o.name FROM up u JOIN location o ON o.id = u.id ORDER BY u.start, u.depth DESC",
        ids,
    ):
        found.setdefault(place, []).append(name)
        shops[place] = shop_id
    return {place: Path(places.path_text(steps), shops[place]) for place, steps in found.items()}


def transfer(db: Db, acting: Acting, transfer_id: int) -> Transfer:
    """Return a transfer as it stands; raise ``Refused`` when there is none."""
    found = heads(db, "t.id = ?", (transfer_id,))
    if not found:
        raise Refused(_("There is no such transfer any more. Look at the list again."))
    head = found[0]
    stage = {TransferState.REQUESTED: Stage.DISPATCH, TransferState.DISPATCHED: Stage.ARRIVE}.get(head.state)
    if head.state == TransferState.PARTLY_ARRIVED:
        stage = Stage.ARRIVE
    last = db.row(f"{_SCANS} AND c.document_id IS NULL ORDER BY c.id DESC LIMIT 1", (transfer_id,))
    return Transfer(
        head, _rows(db, acting, head, transfer_lines.figures(db, transfer_id, stage)), _documents(db, transfer_id),
        None if last is None else _scan(last),
    )  # fmt: skip


def _rows(db: Db, acting: Acting, head: Head, figures: dict[ItemId, Figures]) -> tuple[Row, ...]:
    homes = transfer_lines.home_places(db, head.to_id, figures)
    at_from = transfer_lines.on_hand(db, head.from_id, figures)
    known = paths(db, {head.to_id, *homes.values()})
    may_see = acting.may(Permission.SEE_COST)
    cards: dict[int, tuple[Any, ...]] = {}
    ids = list(figures)
    for start in range(0, len(ids), 500):
        few = ids[start : start + 500]
        for card in db.rows(
            "SELECT i.id, i.sku, i.name, i.unit, COALESCE((SELECT c.code FROM item_code c WHERE c.item_id = i.id "
            "AND c.retired_at IS NULL ORDER BY c.qty <> 1000, c.id LIMIT 1), ''), i.tracks, "
            "COALESCE(p.qty, 0), COALESCE(p.value, 0) FROM item i LEFT JOIN item_pool p ON p.item_id = i.id "
            f"WHERE i.id IN ({', '.join('?' * len(few))})",
            few,
        ):
            cards[card[0]] = card[1:]
    rows = []
    for item_id, row in figures.items():
        card = cards[item_id]
        pool_qty, pool_value = card[5:]
        home = homes.get(item_id, head.to_id)
        value = share(pool_value, row.in_transit, pool_qty) if pool_qty > 0 else ZERO_MONEY
        rows.append(
            Row._make((
                item_id, *card[:5], row, rules.row_state(head.state, row, head.unpacked),
                rules.row_words(head.state, row, head.unpacked), at_from.get(item_id, ZERO_QTY), home,
                known[home].path, value if may_see else None,
            ))
        )  # fmt: skip
    return tuple(rows)


def _documents(db: Db, transfer_id: int) -> tuple[PostedStage, ...]:
    return tuple(
        PostedStage(DocumentRef(DocumentId(id_), kind, f"{prefix}-{number}"), Stage(stage), at, bool(undone))
        for id_, kind, prefix, number, stage, at, undone in db.rows(
            "SELECT d.id, d.kind, s.prefix, d.number, t.stage, d.occurred_at, "
            "CASE WHEN EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = d.id) THEN 1 ELSE 0 END "
            "FROM transfer_document t JOIN document d ON d.id = t.document_id JOIN station s ON s.id = d.station_id "
            "WHERE t.transfer_id = ? ORDER BY d.id",
            (transfer_id,),
        )
    )


def by_number(db: Db, text: str) -> int:
    """Return the id of a transfer by its number (``T-0012``, ``12``); raise ``Refused`` when there is none."""
    number = rules.parse_number(text)
    found = None if number is None else db.value("SELECT id FROM transfer WHERE number = ?", (number,))
    if found is None:
        raise Refused(_("There is no transfer {number}. Look at the list again.").format(number=names.clean(text)[:40]))
    return int(found)


def scans_since(db: Db, transfer_id: int, scan_id: int = 0) -> list[Scan]:
    """Return the scans after ``scan_id``, by whomever, in the order of scanning; all of them from 0."""
    return [_scan(row) for row in db.rows(f"{_SCANS} AND c.id > ? ORDER BY c.id", (transfer_id, scan_id))]


def _scan(row: Sequence[Any]) -> Scan:
    return Scan._make((*row[:2], Stage(row[2]), *row[3:6], Condition(row[6]), *row[7:14], row[14] is not None))

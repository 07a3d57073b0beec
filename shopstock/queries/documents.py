"""Find posted documents: by the number that is printed on them, and by kind, words, period and person.

A page of the search looks at a bounded number of documents, however many there are; :class:`Cursor` says where the
next page goes on. One document in full is in :mod:`shopstock.queries.document_view`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from shopstock.core import names
from shopstock.core.acting import Acting, Permission
from shopstock.core.movements import DocumentKind
from shopstock.core.units import Day, DocumentId, Instant, ItemId, Money, PersonId, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import customers
from shopstock.queries import search as item_search

_MOST_DIGITS = 15
#: So many documents of one source are looked at for a page.
_WINDOW = 2_000
_MOST_ITEMS = 8
_MOST_CUSTOMERS = 8
_LATEST = 2**62


class FoundDocument(NamedTuple):
    """A document as a list names it; ``by`` is who made it."""

    id: DocumentId
    kind: str
    number: str
    occurred_at: Instant
    by: str


@dataclass(frozen=True, slots=True)
class DocumentSearch:
    """What is known of the documents that are looked for; what is empty does not matter.

    ``words`` are a number, the party, a customer's name, a note, a reference, or an item's name, SKU or code. ``since``
    and ``until`` are local days, both included.
    """

    kinds: tuple[DocumentKind, ...] = ()
    words: str = ""
    since: Day | None = None
    until: Day | None = None
    person_id: PersonId | None = None
    item_id: ItemId | None = None
    customer_id: int | None = None


class Cursor(NamedTuple):
    """Where a page ended: the next one begins with what came before."""

    occurred_at: Instant
    id: DocumentId


class DocumentRow(NamedTuple):
    """A document in a list.

    ``party`` is the supplier or the customer, with the customer's name. ``goods`` names up to three items of ``lines``.
    ``total`` is what was paid (negative: paid back; ``None`` for documents without money), ``value`` by how much the
    stock changed at cost (``None`` for who may not see costs). ``reversed`` and ``reverses`` tell that it was undone,
    or undoes another.
    """

    id: DocumentId
    kind: DocumentKind
    number: str
    occurred_at: Instant
    by: str
    approved_by: str
    party: str
    note: str
    reference: str
    lines: int
    goods: tuple[str, ...]
    qty: Qty
    total: Money | None
    value: Money | None
    reversed: bool
    reverses: bool


class Page(NamedTuple):
    """The documents found, the latest first, and where to go on; ``more`` is ``None`` when there are no more."""

    rows: tuple[DocumentRow, ...]
    more: Cursor | None


def numbered(db: Db, text: str, limit: int = 8) -> list[FoundDocument]:
    """Return the documents of a number as it is printed (``1-10418``) or of its last part (``10418``), latest first.

    Words before the number ("sale 1-10418") do not matter; a text without a number finds nothing.
    """
    last = text.rsplit(maxsplit=1)[-1] if text.split() else ""
    prefix, dash, number = last.rpartition("-")
    if not (number.isascii() and number.isdigit()) or len(number) > _MOST_DIGITS:
        return []
    # By station, because a number is kept under its station: a few of them, each one step in the index.
    stations = db.rows("SELECT id, prefix FROM station ORDER BY id")
    found = [
        FoundDocument(id_, kind, f"{known}-{counted}", at, by)
        for station, known in stations
        if not dash or known.casefold() == prefix.casefold()
        for id_, kind, counted, at, by in db.rows(
            "SELECT d.id, d.kind, d.number, d.occurred_at, p.name FROM document d JOIN person p ON p.id = d.by_id"
            " WHERE d.station_id = ? AND d.number = ?",
            (station, int(number)),
        )
    ]
    return sorted(found, key=lambda document: -document.occurred_at)[:limit]


# --- searching


class _Seen(NamedTuple):
    occurred_at: int
    id: int
    kind: str
    by_id: int
    party: str
    note: str
    reference: str


class _Source(NamedTuple):
    """Documents in the order of time from an index, and which of them the words mean."""

    sql: str
    params: tuple[Any, ...]
    wanted: Callable[[_Seen], bool]
    window: int


_COLUMNS = "d.occurred_at, d.id, d.kind, d.by_id, d.party, d.note, d.reference"
_IN_TIME = "{at} >= ? AND {at} <= ? AND ({at} < ? OR {id} < ?)"


def search(db: Db, acting: Acting, search_for: DocumentSearch, *, after: Cursor | None = None, limit: int = 50) -> Page:
    """Return the documents that everything said of them matches, the latest first, from ``after`` on.

    A page may hold fewer than ``limit`` rows, even none, and still have more to come.
    """
    rows, more = _find(db, acting, search_for, after, limit)
    return Page(tuple(_rows(db, acting, rows)), more)


def _find(
    db: Db, acting: Acting, asked: DocumentSearch, after: Cursor | None, limit: int
) -> tuple[list[int], Cursor | None]:
    lowest = 0 if asked.since is None else clock.start_of(asked.since)
    highest = _LATEST if asked.until is None else clock.end_of(asked.until) - 1
    top = (highest, _LATEST) if after is None else min((highest, _LATEST), tuple(after))
    found: dict[tuple[int, int], None] = {}
    floor: tuple[int, int] | None = None
    for source in _sources(db, acting, asked, limit):
        seen = [_Seen._make(row) for row in db.rows(source.sql, (*source.params, lowest, top[0], top[0], top[1]))]
        for one in seen:
            if _fits(one, asked) and source.wanted(one):
                found[one.occurred_at, one.id] = None
        if len(seen) >= source.window:
            last = (seen[-1].occurred_at, seen[-1].id)
            floor = last if floor is None else max(floor, last)
    keys = sorted((key for key in found if floor is None or key >= floor), reverse=True)
    if len(keys) > limit:
        keys, floor = keys[:limit], keys[limit - 1]
    more = None if floor is None else Cursor(Instant(floor[0]), DocumentId(floor[1]))
    return [id_ for _at, id_ in keys], more


def _fits(one: _Seen, asked: DocumentSearch) -> bool:
    return (not asked.kinds or one.kind in asked.kinds) and (asked.person_id in (None, one.by_id))


def _sources(db: Db, acting: Acting, asked: DocumentSearch, limit: int) -> Iterable[_Source]:
    """Yield where to look: one source when nothing is said in words, else one for each thing the words may mean."""
    words = asked.words.strip()
    if words:
        yield from _about(db, acting, asked, words)
    elif asked.item_id is not None:
        yield _of_item(asked.item_id)
    elif asked.customer_id is not None:
        yield _of_customer(asked.customer_id)
    else:
        yield from _all(asked, limit)


def _all(asked: DocumentSearch, limit: int) -> Iterable[_Source]:
    window = limit + 1 if asked.person_id is None else _WINDOW
    kinds = list(dict.fromkeys(asked.kinds))
    if not kinds or DocumentKind.SALE in kinds:
        # Sales are most of all documents, so there is no index of theirs alone.
        yield _source("document d WHERE", (), _any, _WINDOW if kinds else window)
        return
    for kind in kinds:
        yield _source(f"document d WHERE d.kind <> 'sale' AND d.kind = '{kind.value}' AND", (), _any, window)


def _about(db: Db, acting: Acting, asked: DocumentSearch, words: str) -> Iterable[_Source]:
    ids = [one.id for one in numbered(db, words, limit=20)]
    if ids:
        marks = ", ".join("?" * len(ids))
        yield _source(f"document d WHERE d.id IN ({marks}) AND", tuple(ids), _any)
    yield _source("document d WHERE d.reference <> '' AND d.reference = ? AND", (words,), _any)
    wanted = names.fold(words).split()
    yield _source(
        "document d WHERE (d.party <> '' OR d.note <> '') AND", (),
        lambda one: _says(wanted, names.fold(f"{one.party} {one.note} {one.reference}")),
    )  # fmt: skip
    for hit in item_search.find(db, words, acting.location_id, _MOST_ITEMS):
        yield _of_item(hit.id)
    for customer in customers.find(db, words, _MOST_CUSTOMERS):
        yield _of_customer(customer.id)


def _any(_one: _Seen) -> bool:
    return True


def _says(words: Sequence[str], text: str) -> bool:
    return all(word in text for word in words)


def _of_item(item_id: ItemId) -> _Source:
    sql = (
        f"SELECT {_COLUMNS} FROM stock_movement m JOIN document d ON d.id = m.document_id "
        f"WHERE m.item_id = ? AND {_IN_TIME.format(at='m.occurred_at', id='m.document_id')} "
        f"ORDER BY m.occurred_at DESC, m.document_id DESC LIMIT {_WINDOW}"
    )
    return _Source(sql, (item_id,), _any, _WINDOW)


def _of_customer(customer_id: int) -> _Source:
    return _source(
        "customer_document k JOIN document d ON d.id = k.document_id WHERE k.customer_id = ? AND", (customer_id,),
        _any,
    )  # fmt: skip


def _source(
    where: str, params: tuple[Any, ...], wanted: Callable[[_Seen], bool], window: int = _WINDOW
) -> _Source:  # fmt: skip
    sql = (
        f"SELECT {_COLUMNS} FROM {where} {_IN_TIME.format(at='d.occurred_at', id='d.id')} "
        f"ORDER BY d.occurred_at DESC, d.id DESC LIMIT {window}"
    )
    return _Source(sql, params, wanted, window)


# --- the rows of a page


def _rows(db: Db, acting: Acting, ids: Sequence[int]) -> Iterable[DocumentRow]:
    if not ids:
        return
    marks = ", ".join("?" * len(ids))
    heads = {
        row[0]: row[1:]
        for row in db.rows(
            "SELECT d.id, d.kind, s.prefix, d.number, d.occurred_at, p.name, COALESCE(a.name, ''), d.party, d.note, "
            "d.reference, (SELECT count(*) FROM document u WHERE u.reverses_id = d.id), d.reverses_id, "
            "(SELECT sum(y.amount) FROM payment y WHERE y.document_id = d.id), "
            "(SELECT COALESCE(sum(m.value), 0) FROM stock_movement m WHERE m.document_id = d.id) "
            "FROM document d JOIN station s ON s.id = d.station_id JOIN person p ON p.id = d.by_id "
            f"LEFT JOIN person a ON a.id = d.approved_by WHERE d.id IN ({marks})",
            ids,
        )
    }
    goods: dict[int, list[str]] = {}
    counts: dict[int, tuple[int, int]] = {}
    for id_, name, qty in db.rows(
        "SELECT l.document_id, i.name, l.qty FROM document_line l JOIN item i ON i.id = l.item_id "
        f"WHERE l.document_id IN ({marks}) ORDER BY l.document_id, l.line_no",
        ids,
    ):
        lines, total = counts.get(id_, (0, 0))
        counts[id_] = (lines + 1, total + qty)
        names_ = goods.setdefault(id_, [])
        if len(names_) < 3 and name not in names_:
            names_.append(name)
    may_see = acting.may(Permission.SEE_COST)
    for id_ in ids:
        kind, prefix, number, at, by, approved, party, note, reference, undone, reverses, paid, value = heads[id_]
        lines, qty = counts.get(id_, (0, 0))
        yield DocumentRow(
            DocumentId(id_), DocumentKind(kind), f"{prefix}-{number}", at, by, approved, customers.shown(db, party),
            note, reference, lines, tuple(goods.get(id_, ())), Qty(qty), None if paid is None else Money(paid),
            Money(value) if may_see else None, bool(undone), reverses is not None,
        )  # fmt: skip

"""Find items by words: in any order, anywhere in name, SKU and codes, without case and accents.

Three or more characters go through the trigram index (FTS5 on SQLite, pg_trgm on PostgreSQL); one or two cannot, so
they are the beginning of a name or SKU. Only the first :data:`MOST` hits are ranked: ranking every hit of a frequent
word costs a hundred times the search. Every word is data: quotes, operators and wildcards in it mean themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from shopstock.core import names
from shopstock.core.units import ItemId, LocationId, Money, Qty
from shopstock.db.connection import Db, Row
from shopstock.queries import places

#: How many hits are fetched and ranked, and so the most that a search returns.
MOST = 200
_SHORTEST = 3
_MOST_WORDS = 12
_MOST_CHARACTERS = 200
#: What ``nearest`` compares letter by letter, by how many parts, and how much alike text must be.
_CANDIDATES = 80
_MOST_PARTS = 40
_SHARED = "0.35"
_ALIKE = 0.7


class Hit(NamedTuple):
    """One row under the entry line: what the item is, its price, and what of it is for sale in this shop."""

    id: ItemId
    sku: str
    name: str
    unit: str
    price: Money
    tax_rate: int
    stocked: int
    asks_price: int
    on_hand: Qty
    available: Qty


_HITS = """
SELECT i.id, i.sku, i.name, i.unit, i.price, coalesce(t.rate, 0), i.stocked, i.asks_price, {here}, {extra}
FROM {source}
LEFT JOIN tax_rate t ON t.id = i.tax_rate_id
"""


def find(db: Db, text: str, location_id: LocationId, limit: int = 50) -> list[Hit]:
    """Return the items that hold every word of ``text``, the best first; nothing for an empty text.

    Best is: the SKU itself, a name that begins with the words as typed, a name with a word that begins so, the rest;
    each by name.
    """
    words = _words(text)
    if not words:
        return []
    if any(len(word) >= _SHORTEST for word in words):
        rows = _by_index(db, *_holds(db, words), location_id)
    else:
        rows = _beginning(db, words, location_id)
    return _ranked(rows, words)[:limit]


def nearest(db: Db, text: str, location_id: LocationId, limit: int = 8) -> list[Hit]:
    """Return the items most like ``text`` when :func:`find` has none: a letter wrong, missing, doubled or swapped.

    Words that are found as they stand must be there; of the others, text that shares their rarest three-letter parts
    comes first. What that brings is compared letter by letter.
    """
    words = [word for word in _words(text) if len(word) >= _SHORTEST]
    wrong = [word for word in words if not _by_index(db, *_holds(db, [word]), location_id, 1)]
    right = [word for word in words if word not in wrong]
    rows = _alike(db, wrong, right, location_id) if wrong and right else []
    rows = rows or _alike(db, wrong or words, [], location_id)
    scored = sorted((-_likeness(words, row[-1]), row[2], row[0], row) for row in rows)
    return [Hit._make(row[:-1]) for score, _name, _id, row in scored if -score >= _ALIKE][:limit]


def find_or_nearest(db: Db, text: str, location_id: LocationId, limit: int = 8) -> list[Hit]:
    """Return what :func:`find` finds, or what is most like it when that is nothing: the list under the entry line."""
    return find(db, text, location_id, limit) or nearest(db, text, location_id, limit)


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(names.fold(text[:_MOST_CHARACTERS]).split()))[:_MOST_WORDS]


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _like(word: str) -> str:
    return "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _holds(db: Db, words: Sequence[str]) -> tuple[str, list[str]]:
    """Return the condition, and its parameters, that a text of the index holds every word."""
    if db.engine == "postgresql":
        return " AND ".join(["text LIKE ?"] * len(words)), [_like(word) for word in words]
    long = [_quoted(word) for word in words if len(word) >= _SHORTEST]
    short = [word for word in words if len(word) < _SHORTEST]
    return "item_search MATCH ?" + " AND instr(text, ?) > 0" * len(short), [" AND ".join(long), *short]


def _alike(db: Db, wrong: Sequence[str], right: Sequence[str], location_id: LocationId) -> list[Row]:
    if not wrong:
        return []
    if db.engine == "sqlite":
        parts = "(" + " OR ".join(map(_quoted, _parts(wrong))) + ")"
        return _by_index(
            db,
            "item_search MATCH ? ORDER BY rank",
            [" AND ".join([parts, *map(_quoted, right)])],
            location_id,
            _CANDIDATES,
        )
    db.run("SELECT set_config('pg_trgm.word_similarity_threshold', ?, false)", (_SHARED,))
    typed = " ".join(wrong)
    condition = " AND ".join(["? <% text", *["text LIKE ?"] * len(right)]) + " ORDER BY ? <<-> text"
    return _by_index(db, condition, [typed, *map(_like, right), typed], location_id, _CANDIDATES)


def _by_index(db: Db, condition: str, params: Sequence[Any], location_id: LocationId, most: int = MOST) -> list[Row]:
    source = f"(SELECT rowid AS id, text FROM item_search WHERE {condition} LIMIT {most}) s JOIN item i ON i.id = s.id"
    return db.rows(
        _HITS.format(here=places.FOR_SALE, extra="s.text", source=source), (location_id, location_id, *params)
    )


def _beginning(db: Db, words: Sequence[str], location_id: LocationId) -> list[Row]:
    # A range of code points instead of LIKE, whose use of an index depends on the engine's idea of case.
    first = words[0]
    arms = " UNION ".join(
        f"SELECT * FROM (SELECT id FROM item WHERE {column} >= ? AND {column} < ? AND active = 1"
        f" ORDER BY {column} LIMIT {MOST}) AS by_{column}"
        for column in ("name_key", "sku_key")
    )
    rows = db.rows(
        _HITS.format(
            here=places.FOR_SALE,
            extra="i.name_key || '\n' || i.sku_key",
            source=f"({arms}) s JOIN item i ON i.id = s.id",
        ),
        (location_id, location_id, first, first + "\U0010ffff", first, first + "\U0010ffff"),
    )
    return [row for row in rows if all(word in row[-1] for word in words)]


def _ranked(rows: Iterable[Row], words: Sequence[str]) -> list[Hit]:
    typed = " ".join(words)

    def place(row: Row) -> tuple[int, str, int]:
        name, sku = row[-1].split("\n", 2)[:2]
        if sku == typed:
            return (0, name, row[0])
        if name.startswith(typed):
            return (1, name, row[0])
        starts = f" {name}"
        if all(f" {word}" in starts for word in words):
            return (2, name, row[0])
        return (3 if words[0] in name else 4, name, row[0])

    return [Hit._make(row[:-1]) for row in sorted(rows, key=place)]


def _parts(words: Iterable[str]) -> list[str]:
    parts = [word[at : at + _SHORTEST] for word in words for at in range(len(word) - _SHORTEST + 1)]
    return list(dict.fromkeys(parts))[:_MOST_PARTS]


def _likeness(words: Sequence[str], text: str) -> float:
    name = text.partition("\n")[0]
    candidates = [*name.split(), *text.split("\n")[1:]]
    best = []
    for word in words:
        matcher = SequenceMatcher(b=word, autojunk=False)
        highest = 0.0
        for candidate in candidates:
            matcher.set_seq1(candidate)
            if matcher.real_quick_ratio() > highest and matcher.quick_ratio() > highest:
                highest = max(highest, matcher.ratio())
        best.append(highest)
    return sum(best) / len(best)

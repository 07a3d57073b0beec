"""The variance log: every posted line that was not as expected, and what was found out about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from shopstock.core import counting
from shopstock.core.acting import Acting, Permission
from shopstock.core.units import Day, Instant, ItemId, LocationId, Money, PersonId, Qty
from shopstock.core.write_offs import Purpose
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import causes, items, people, place_paths, places
from shopstock.queries.report_query import FIRST, LAST


class Variance(NamedTuple):
    """A posted line that was not as expected; ``value`` is ``None`` for who may not see costs."""

    day: Day
    number: str
    sku: str
    name: str
    place: str
    abc: str
    expected: Qty
    counted: Qty
    variance: Qty
    value: Money | None
    cause: str
    note: str
    counted_by: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What of the log is asked for: posted from ``since`` and before ``until``; a place holds what lies in it.

    ``person_id`` is who counted, ``causes`` are keys; ``None`` and an empty tuple ask for all.
    """

    since: Instant = FIRST
    until: Instant = LAST
    causes: tuple[str, ...] = ()
    item_id: ItemId | None = None
    person_id: PersonId | None = None
    location_id: LocationId | None = None
    supplier_id: int | None = None
    abc: str | None = None


def log(db: Db, acting: Acting, asked: LogFilter) -> list[Variance]:
    """Return what of the log is asked for, the latest first. Needs ``POST_COUNT``."""
    acting.require(Permission.POST_COUNT)
    conditions, values = [], []
    for column, wanted in (
        ("l.item_id", asked.item_id), ("l.counted_by", asked.person_id), ("i.supplier_id", asked.supplier_id),
        ("l.abc", asked.abc),
    ):  # fmt: skip
        if wanted is not None:
            conditions.append(f" AND {column} = ?")
            values.append(wanted)
    within = () if asked.location_id is None else tuple(places.below(db, asked.location_id))
    for column, several in (("l.cause", asked.causes), ("l.location_id", within)):
        if several:
            conditions.append(f" AND {column} IN ({', '.join('?' * len(several))})")
            values.extend(several)
    rows = posted(db, asked.since, asked.until, "".join(conditions), values)
    return rows if acting.may(Permission.SEE_COST) else [row._replace(value=None) for row in rows]


def posted(db: Db, since: Instant, until: Instant, condition: str, values: list[Any]) -> list[Variance]:
    """Return the log of a period, the latest first, narrowed by a condition on lines ``l`` of items ``i``."""
    paths, words = place_paths.paths(db), causes.names_of(db, Purpose.COUNT)
    return [
        Variance(
            clock.day_of(ended), counting.number_words(number), sku, name, paths.get(place, ""), abc, expected, counted,
            variance, value, str(words.get(cause, cause)), said, who, approver,
        )
        for (
            ended, number, sku, name, place, abc, expected, counted, variance, value, cause, said, who, approver,
        ) in db.rows(
            "SELECT c.ended_at, c.number, i.sku, i.name, l.location_id, l.abc, l.expected, l.counted, l.variance, "
            "l.value, l.cause, l.cause_note, p.name, COALESCE(q.name, '') FROM count_line l "
            "JOIN stock_count c ON c.id = l.count_id JOIN item i ON i.id = l.item_id "
            "JOIN person p ON p.id = l.counted_by LEFT JOIN person q ON q.id = l.approved_by "
            "WHERE l.state = 'posted' AND l.variance <> 0 AND c.opening = 0 "
            f"AND c.ended_at >= ? AND c.ended_at < ?{condition} ORDER BY c.ended_at DESC, l.id",
            (since, until, *values),
        )
    ]  # fmt: skip


class Choices(NamedTuple):
    """What the log may be narrowed to, as (key, words); those without a line are there too."""

    causes: list[tuple[str, str]]
    people: list[tuple[PersonId, str]]
    suppliers: list[tuple[int, str]]
    places: list[tuple[LocationId, str]]


def choices(db: Db, acting: Acting) -> Choices:
    """Return what the log may be narrowed to. Needs ``POST_COUNT``."""
    acting.require(Permission.POST_COUNT)
    return Choices(
        [(one.key, one.name) for one in causes.causes(db, Purpose.COUNT, retired=True)],
        [(one.id, one.name) for one in people.people(db, retired=True)],
        [(one.id, one.name) for one in items.suppliers(db)],
        [(one.id, one.path) for one in places.saleable(db)],
    )


class OpenAction(NamedTuple):
    """A corrective action that is not done; ``late`` is past its day."""

    id: int
    action: str
    sku: str
    name: str
    owner: str
    due: Day
    late: bool


def open_actions(db: Db, acting: Acting) -> list[OpenAction]:
    """Return the corrective actions that are not done, the earliest due first.

    Who has ``POST_COUNT`` sees all, others their own.
    """
    acting.require(Permission.COUNT)
    own, values = ("", []) if acting.may(Permission.POST_COUNT) else (" AND a.owner_id = ?", [acting.person_id])
    today = clock.day_of(clock.now())
    return [
        OpenAction(id_, action, sku, name, owner, due, due < today)
        for id_, action, sku, name, owner, due in db.rows(
            "SELECT a.id, a.action, COALESCE(i.sku, ''), COALESCE(i.name, ''), p.name, a.due_day FROM count_action a "
            "JOIN person p ON p.id = a.owner_id LEFT JOIN item i ON i.id = a.item_id "
            f"WHERE a.done_at IS NULL{own} ORDER BY a.due_day, a.id",
            values,
        )
    ]

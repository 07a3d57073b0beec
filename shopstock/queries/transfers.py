"""Transfers: which there are, how far each is, and what of each item was asked for, sent, arrived and is missing.

What is on its way in all, and what waits for somebody, is in :mod:`shopstock.queries.in_transit`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from shopstock.core import names
from shopstock.core import transfers as rules
from shopstock.core.acting import Acting
from shopstock.core.outcome import DocumentRef, Refused
from shopstock.core.receiving import Condition
from shopstock.core.text import _
from shopstock.core.transfers import OPEN_STATES, Figures, RowState, Stage, TransferState
from shopstock.core.units import Day, DocumentId, Instant, ItemId, LocationId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import settings


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


def transfers(
    db: Db, acting: Acting, states: Iterable[TransferState] = OPEN_STATES, words: str = "",
    shop_id: LocationId | None = None, limit: int = 500,
) -> list[Summary]:  # fmt: skip
    """List transfers of some states, the newest first.

    ``words`` are searched in numbers, places and notes; ``shop_id`` leaves those of a shop, from it or to it.
    """
    raise NotImplementedError


def transfer(db: Db, acting: Acting, transfer_id: int) -> Transfer:
    """Return a transfer as it stands; raise ``Refused`` when there is none."""
    raise NotImplementedError


def by_number(db: Db, text: str) -> int:
    """Return the id of a transfer by its number (``T-0012``, ``12``); raise ``Refused`` when there is none."""
    number = rules.parse_number(text)
    found = None if number is None else db.value("SELECT id FROM transfer WHERE number = ?", (number,))
    if found is None:
        raise Refused(_("There is no transfer {number}. Look at the list again.").format(number=names.clean(text)[:40]))
    return int(found)


def scans_since(db: Db, transfer_id: int, scan_id: int = 0) -> list[Scan]:
    """Return the scans after ``scan_id``, by whomever, in the order of scanning; all of them from 0."""
    raise NotImplementedError

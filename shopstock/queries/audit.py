"""Prove the ledger: recompute everything from the first movement and name every row that disagrees.

:func:`discrepancies` reads in streams and lets the database do the sums, so that five million movements pass in flat
memory. It looks at a single moment: a transaction of its own, unless the caller has one open.

What is proved: the chain of seals and the numbers of every station; that each document's journal balances and moves
Inventory by what its movements carry; levels, pools, layers, shortfalls and what lines took from them; the lots; the
summaries; the transfers, the vouchers, and that evidence is what was kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from shopstock.core.settings import Costing
from shopstock.db.connection import Db
from shopstock.queries import (
    audit_attachments,
    audit_chain,
    audit_costs,
    audit_counts,
    audit_goods_in,
    audit_lots,
    audit_pools,
    audit_summaries,
    audit_transfers,
    audit_vouchers,
    settings,
)


class Discrepancy(NamedTuple):
    """A row that disagrees: its table, its key, and what is wrong with it."""

    table: str
    row: str
    what: str


#: After this many the ledger is known to be broken; more would only fill the screen.
MOST = 1_000


def discrepancies(db: Db) -> list[Discrepancy]:
    """Return every row of the ledger that disagrees with the movements (at most 1,000); empty when all is right."""
    found: list[Discrepancy] = []
    with _one_moment(db):
        average = settings.load(db).costing == Costing.AVERAGE
        for check in (
            audit_chain.check(db),
            audit_summaries.check(db),
            audit_pools.check(db, average),
            audit_costs.check(db, average),
            audit_goods_in.check(db),
            audit_lots.check(db),
            audit_transfers.check(db),
            audit_vouchers.check(db),
            audit_attachments.check(db),
            audit_counts.check(db),
        ):
            for table, row, what in check:
                found.append(Discrepancy(table, row, what))
                if len(found) >= MOST:
                    return found
    return found


@contextmanager
def _one_moment(db: Db) -> Iterator[None]:
    if db.in_transaction:
        yield
        return
    db.run("BEGIN" if db.engine == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ")
    try:
        yield
    finally:
        db.run("ROLLBACK")

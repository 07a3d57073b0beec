"""Read the shop's settings, its ways to pay and its stations."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from shopstock.core.movements import Account
from shopstock.core.settings import Settings, from_texts
from shopstock.core.units import LocationId, StationId
from shopstock.db.connection import Db, Row


def load(db: Db) -> Settings:
    """Return every setting of the shop."""
    return _understood(tuple(db.rows("SELECT key, value FROM setting")))


@lru_cache(maxsize=8)
def _understood(rows: tuple[Row, ...]) -> Settings:
    # Every sale reads the settings and hardly any changes them: the texts are turned into values once.
    return from_texts(dict(rows))


class PaymentMethod(NamedTuple):
    """A way to pay; ``opens_drawer`` is 0 or 1."""

    id: int
    name: str
    account: Account
    opens_drawer: int


def payment_methods(db: Db) -> list[PaymentMethod]:
    """Return the active ways to pay in the order of the till."""
    return [
        PaymentMethod(id_, name, Account(account), opens)
        for id_, name, account, opens in db.rows(
            "SELECT id, name, account, opens_drawer FROM payment_method WHERE active = 1 ORDER BY position, id"
        )
    ]


class Station(NamedTuple):
    """A till or desk, and the prefix of its documents' numbers."""

    id: StationId
    name: str
    prefix: str
    location_id: LocationId
    location: str


def stations(db: Db) -> list[Station]:
    """Return the tills and desks of the shop."""
    return [
        Station._make(row)
        for row in db.rows(
            "SELECT s.id, s.name, s.prefix, s.location_id, l.name FROM station s"
            " JOIN location l ON l.id = s.location_id ORDER BY s.id"
        )
    ]


def logo(db: Db) -> bytes:
    """Return the picture at the top of receipts as PNG, empty when there is none."""
    content = db.value("SELECT content FROM picture WHERE sha256 = ?", (load(db).receipt_logo,))
    return b"" if content is None else bytes(content)

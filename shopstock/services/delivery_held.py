"""A delivery held until the transaction ends: what every act on it begins with."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core.outcome import Refused
from shopstock.core.receiving import DeliveryState
from shopstock.core.text import _
from shopstock.core.units import LocationId
from shopstock.db.connection import Db

TOPICS = frozenset(("deliveries",))
_MAX_KEY = 100


class Held(NamedTuple):
    """The head of a delivery."""

    id: int
    key: str
    state: DeliveryState
    supplier_id: int | None
    supplier: str
    location_id: LocationId
    currency: str
    rate: int
    reference: str
    note: str


def held(db: Db, delivery_id: int, *, any_state: bool = False) -> Held:
    """Return the head of a delivery, locked; raise ``Refused`` when there is none, or it is not open any more."""
    lock = " FOR UPDATE OF d" if db.engine == "postgresql" else ""
    row = db.row(
        "SELECT d.id, d.key, d.state, d.supplier_id, COALESCE(s.name, ''), d.location_id, d.currency, d.rate, "
        "d.reference, d.note FROM delivery d LEFT JOIN supplier s ON s.id = d.supplier_id "
        f"WHERE d.id = ?{lock}",
        (delivery_id,),
    )
    if row is None:
        raise Refused(_("There is no such delivery any more. Look at the list again."))
    delivery = Held(row[0], row[1], DeliveryState(row[2]), *row[3:])
    if not any_state and delivery.state == DeliveryState.POSTED:
        raise Refused(_("This delivery was posted meanwhile. Begin another one for what came since."))
    if not any_state and delivery.state == DeliveryState.ABANDONED:
        raise Refused(_("This delivery was given up meanwhile. Begin another one."))
    return delivery


def check_key(key: str) -> str:
    """Return an idempotency key; raise ``Refused`` for one that is empty or too long."""
    if not 0 < len(key) <= _MAX_KEY:
        raise Refused(_("What is counted needs a key of its own, of at most 100 characters."))
    return key

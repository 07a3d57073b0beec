"""Ask the till's scale for a weight. Nothing is written: what is weighed becomes the quantity of a row of the sale."""

from __future__ import annotations

from shopstock.core.acting import Acting, Permission
from shopstock.db.connection import Db
from shopstock.devices import scale
from shopstock.devices.scale import Weight
from shopstock.services import printing


def weigh(db: Db, acting: Acting) -> Weight:
    """Return what lies on the till's scale, once it is steady, or why there is no weight. Needs ``SELL``.

    Raises ``Refused`` for a till without a scale, and while nobody has said that the law allows it.
    """
    acting.require(Permission.SELL)
    device = printing.bound(db, acting, printing.SCALE)
    return scale.weigh(device.url, device.settings)

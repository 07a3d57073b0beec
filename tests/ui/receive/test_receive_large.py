"""A delivery of 1,000 different items: each scan is a line of its own, and none is lost or counted twice."""

from __future__ import annotations

from collections.abc import Callable

from shopstock.core.catalogue import NewCode
from shopstock.core.units import ItemId
from shopstock.db.connection import open_shop, transaction
from tests.conftest import acting_as_owner
from tests.ui.receive.conftest import BackRoom, Stocked, item, order_of
from tests.ui.receive.test_receive_count import begin

LINES = 1_000


def code_of(number: int) -> str:
    """Return the code of an item."""
    return f"L{number:06d}"


def large(sqlite_url: str, stocked: Stocked) -> None:
    """Send an order of 1,000 lines in place of the small one."""
    with open_shop(sqlite_url) as db, transaction(db):
        owner = acting_as_owner(db)
        lines: dict[ItemId, tuple[str, str]] = {}
        for number in range(LINES):
            lines[item(db, owner, f"L-{number:04d}", f"Item {number}", [NewCode(code_of(number))])] = ("2", "1.00")
        order = order_of(db, owner, stocked.supplier, lines)
        stocked.number = f"P-{int(db.value('SELECT number FROM purchase_order WHERE id = ?', (order,))):04d}"


def test_a_thousand_lines_scanned_as_fast_as_can_be_are_each_counted_once(
    sqlite_url: str, stocked: Stocked, open_room: Callable[..., BackRoom]
) -> None:
    large(sqlite_url, stocked)
    room = open_room()
    begin(room, stocked)
    for number in range(LINES):
        room.burst(code_of(number))
    room.settle()
    assert room.table("SELECT count(*), count(DISTINCT item_id), sum(qty) FROM delivery_scan") == [
        (LINES, LINES, LINES * 1_000)
    ]
    assert {row[0] for row in room.rows().values()} == {"1"}

"""The demo shop: it opens through the upgrades, its books are right, and it can be built again as it is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from shopstock import resources, sample
from shopstock.core.units import Instant
from shopstock.db import backup, clock
from shopstock.db.connection import open_shop
from shopstock.queries import audit, stock
from shopstock.queries.stock import State

MOST_BYTES = 25_000_000


def test_the_demo_shop_opens_and_its_books_are_right(tmp_path: Path) -> None:
    assert resources.sample_db().stat().st_size < MOST_BYTES
    copy = str(tmp_path / "demo.db")
    backup.restore(resources.sample_db(), copy)
    with open_shop(copy) as db:
        assert audit.discrepancies(db) == []


def test_every_screen_of_the_demo_shop_has_something_to_show(tmp_path: Path) -> None:
    copy = str(tmp_path / "demo.db")
    backup.restore(resources.sample_db(), copy)
    with open_shop(copy) as db, clock.freeze(Instant(clock.to_instant(sample.ANCHOR))):
        shown = stock.StockFilter()
        rows = stock.page(db, stock.ids(db, shown), shown)
        assert len(rows) > 200
        assert {row.state for row in rows} >= {State.IN_STOCK, State.LOW, State.OVERSOLD, State.DUSTY}
        assert {row.abc for row in rows} == {"A", "B", "C"}
        kinds = {kind for (kind,) in db.rows("SELECT DISTINCT kind FROM stock_movement")}
        assert kinds >= {
            "opening", "goods_receipt", "sale", "customer_return", "supplier_return", "transfer", "write_off", "count",
            "landed_cost", "cost_adjustment",
        }  # fmt: skip
        states = {state for (state,) in db.rows("SELECT DISTINCT state FROM purchase_order")}
        assert states >= {"draft", "sent", "received", "closed"}
        assert db.value("SELECT count(*) FROM delivery WHERE state = 'open'") == 1
        assert db.value("SELECT count(*) FROM supplier_invoice") > 50
        assert db.value("SELECT count(*) FROM lot_level WHERE on_hand > 0") > 20
        assert db.value("SELECT count(*) FROM label_due WHERE done_at IS NULL") > 0
        assert (
            db.value(
                "SELECT sum(on_hand) FROM stock_level s JOIN location o ON o.id = s.location_id"
                " WHERE o.kind IN ('transit', 'set_aside')"
            )
            > 0
        )
        assert db.value("SELECT count(*) FROM parked_sale") == 2
        assert db.value("SELECT count(*) FROM unknown_code WHERE settled_at IS NULL") == 3


def test_the_same_seed_builds_the_same_shop(tmp_path: Path) -> None:
    heads = []
    for name in ("one.db", "two.db"):
        with open_shop(str(tmp_path / name), create=True) as db:
            db.run("PRAGMA synchronous = off")
            sample.Builder(db).build(until=sample.FIRST_DAY + timedelta(days=12, hours=4))
            assert audit.discrepancies(db) == []
            heads.append(db.rows("SELECT last_number, head_hash FROM station"))
    assert heads[0] == heads[1]
    assert heads[0][0][0] > 30

"""Practice mode: everything works, nothing counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.db.connection import Db, open_shop
from shopstock.queries import audit, search, settings, till
from shopstock.services import parked, practice, receipts
from tests.conftest import acting_as_owner
from tests.till import goods, level, new_cart, qty, sold


def test_practice_is_a_private_copy(db: Db, owner: Acting) -> None:
    tea = goods(db, owner)
    sold(db, owner, tea)
    parked.park(db, owner, new_cart(db).add(tea))
    before = db.rows("SELECT count(*), max(hash) FROM document")
    path = practice.start(db, owner)
    with open_shop(path) as copy:
        assert settings.load(copy).practice
        acting = acting_as_owner(copy)
        assert copy.value("SELECT count(*) FROM print_job") == 0
        assert till.parked_sales(copy, acting.location_id) == []
        assert level(copy, tea.item_id) == (qty("9"), 0)
        assert [row.sku for row in search.find(copy, "tea", acting.location_id)] == ["TEA"]
        changes = sold(copy, acting, tea, "2")
        assert changes.document is not None
        assert receipts.sales_receipt(copy, changes.document.id).practice
        assert copy.rows("SELECT kind FROM print_job") == [("sales_receipt",)]
        assert audit.discrepancies(copy) == []
        with pytest.raises(Refused, match="already"):
            practice.start(copy, acting)
    practice.end(path)
    assert not Path(path).exists()
    assert db.rows("SELECT count(*), max(hash) FROM document") == before
    assert level(db, tea.item_id) == (qty("9"), qty("1"))


def test_only_a_practice_shop_is_thrown_away(tmp_path: Path) -> None:
    shop = tmp_path / "shop.db"
    shop.write_bytes(b"precious")
    practice.end(str(shop))
    assert shop.exists()

"""Write-offs at random: scanned, sent, approved, rejected, given up, set aside, reversed; nothing is lost or made."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopstock.core.acting import Role
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.settings import Costing
from shopstock.core.units import ItemId, Qty
from shopstock.db.connection import Db, open_shop
from shopstock.queries import audit
from shopstock.queries import set_aside as aside
from shopstock.services import receive, reverse, set_aside_goods, write_off_evidence, write_off_scans, write_offs
from shopstock.services import settings as settings_service
from shopstock.services.founding import found_shop
from shopstock.services.set_aside_goods import SetAside
from shopstock.services.write_off_scans import WriteOffLine
from tests import builders as a
from tests.conftest import acting_as_owner
from tests.till import person

DEEDS = ("scan", "post", "send", "approve", "reject", "discard", "aside", "back", "supplier", "evidence", "undo")
CAUSES = ("own_use", "theft", "donation", "expiry")
DEED = st.tuples(st.sampled_from(DEEDS), st.integers(0, 10**6), st.integers(1, 4_000).map(Qty))
PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


class Shop:
    """Two items on hand, the stockroom's Ann who may write off 3 a day, and an owner who decides."""

    def __init__(self, db: Db, folder: Path) -> None:
        self.db, self.owner = db, acting_as_owner(db)
        self.ann = person(db, self.owner, "Ann", Role.STOCKROOM)
        self.owner = acting_as_owner(db)
        settings_service.save(db, self.owner, {"write_off_limit_stockroom": 3})
        self.items = [a.an_item(db), a.an_item(db)]
        for cost in ("1.37", "2.01"):
            receive.post_goods_receipt(db, self.owner, a.a_head(), [a.goods(item, 9, cost) for item in self.items])
        self.photo = folder / "photo.png"
        self.photo.write_bytes(PHOTO)
        self.number = 0

    def open_one(self, which: int) -> int:
        """Return a write-off that is being scanned; begin one where there is none."""
        ids = [id_ for (id_,) in self.db.rows("SELECT id FROM write_off WHERE state = 'open' ORDER BY id")]
        if not ids or which % 3 == 0:
            self.number += 1
            ids.append(write_offs.start(self.db, self.ann, f"w{self.number}").write_off_id)
        return ids[which % len(ids)]

    def waiting(self, which: int) -> int:
        ids = [id_ for (id_,) in self.db.rows("SELECT id FROM write_off WHERE state = 'waiting' ORDER BY id")]
        return ids[which % len(ids)] if ids else 0

    def do(self, what: str, which: int, qty: Qty) -> None:
        db, item = self.db, ItemId(self.items[which % 2])
        if what == "scan":
            line = WriteOffLine(a.a_head().key, item, qty, CAUSES[which % 4])
            write_off_scans.scan(db, self.ann, self.open_one(which), [line])
        elif what == "post":
            write_offs.post(db, self.ann, self.open_one(which))
        elif what == "send":
            write_offs.send(db, self.ann, self.open_one(which))
        elif what == "evidence":
            write_off_evidence.attach(db, self.ann, self.open_one(which), self.photo)
        elif what == "discard":
            write_offs.discard(db, self.ann, self.open_one(which))
        elif what == "approve":
            write_offs.approve(db, self.owner, self.waiting(which))
        elif what == "reject":
            before = self.kept()
            number = self.waiting(which)
            write_offs.reject(db, self.owner, number, "They are fine")
            scans = db.value("SELECT count(*) FROM write_off_scan WHERE write_off_id = ?", (number,))
            assert (scans, self.kept()) == (0, before)
        elif what == "aside":
            set_aside_goods.put(db, self.ann, a.a_head(), [a.goods(item, qty / 1000)])
        elif what in ("back", "supplier"):
            rows = aside.rows(db, self.owner)
            goods = [SetAside(row.item_id, row.qty, row.location_id) for row in rows[which % 2 :][:1]]
            if what == "back":
                set_aside_goods.back(db, self.ann, a.a_head(), goods)
            else:
                head = replace(a.a_head(), party="Mill")
                set_aside_goods.to_supplier(db, self.ann, head, goods)
        else:
            documents = db.rows("SELECT id FROM document WHERE kind IN ('write_off', 'transfer') ORDER BY id")
            if documents:
                reverse.reverse(db, self.owner, a.a_head(), documents[which % len(documents)][0])

    def kept(self) -> tuple[int, ...]:
        """Return what only a posting may change: documents, movements, what is on hand and what it is worth."""
        tables = ("SELECT count(*) FROM document", "SELECT count(*) FROM stock_movement",
                  "SELECT sum(qty) FROM item_pool", "SELECT sum(value) FROM item_pool")  # fmt: skip
        return tuple(int(self.db.value(sql)) for sql in tables)


@contextmanager
def a_shop(costing: Costing) -> Iterator[Shop]:
    with tempfile.TemporaryDirectory() as folder, open_shop(str(Path(folder) / "shop.db"), create=True) as db:
        found_shop(db, name="Shop", currency="EUR", costing=costing)
        yield Shop(db, Path(folder))


@pytest.mark.parametrize("costing", list(Costing))
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(deeds=st.lists(DEED, min_size=5, max_size=40))
def test_write_offs_lose_and_make_nothing(costing: Costing, deeds: list[tuple[str, int, Qty]]) -> None:
    with a_shop(costing) as shop:
        for what, which, qty in deeds:
            before = shop.kept()
            try:
                shop.do(what, which, qty)
            except (Refused, NotAllowed):
                assert shop.kept() == before
        assert audit.discrepancies(shop.db) == []
        held = dict(
            shop.db.rows(
                "SELECT l.item_id, sum(l.on_hand) FROM stock_level l JOIN location o ON o.id = l.location_id "
                "WHERE o.kind = 'set_aside' AND l.on_hand > 0 GROUP BY l.item_id"
            )
        )
        told: dict[ItemId, int] = {}
        for row in aside.rows(shop.db, shop.owner):
            told[row.item_id] = told.get(row.item_id, 0) + row.qty
        assert told == held
        used = "SELECT attachment_id FROM write_off_evidence UNION SELECT attachment_id FROM document_attachment"
        assert shop.db.value(f"SELECT count(*) FROM attachment WHERE id NOT IN ({used})") == 0

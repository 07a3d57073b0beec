"""Committing a 10-line sale, beside the same rows written by hand and a bare write of as many bytes."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import apsw

from shopstock.core import currency, pricing
from shopstock.core.acting import Acting
from shopstock.core.cart import Cart, new_key
from shopstock.core.document import Draft, DraftLine, DraftPayment
from shopstock.core.movements import Account, DocumentKind, MovementKind
from shopstock.core.tender import Method, Tender, rest
from shopstock.core.units import ONE, ItemId, Money
from shopstock.db import clock
from shopstock.db.connection import Db, open_shop
from shopstock.queries import till
from shopstock.services import posting, sell
from tests.benchmarks import by_hand, shops
from tests.benchmarks.table import Figure, Timings, microseconds

LINES = 10
WARM_UP = 60
ROUNDS = 400
COUNTED = 60
FRAME = 4096 + 24


class Till:
    """A till at an open shop, with baskets of what sells there."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self.acting: Acting = shops.owner(db)
        self.method: Method = till.methods(db)[0]
        self._random = random.Random(7)
        # What sells, as often as it does, while some of it is there.
        rows = db.rows(
            "SELECT i.id, i.price, r.sold_90_days, p.qty / 1000 - 1 FROM item_rank r JOIN item i ON i.id = r.item_id "
            "JOIN item_pool p ON p.item_id = i.id WHERE r.sold_90_days > 0 AND p.qty > 1000"
        )
        self._items = [(item, price) for item, price, _sold, _left in rows]
        self._weights = list(accumulate(sold for _item, _price, sold, _left in rows))
        self._left = {item: left for item, _price, _sold, left in rows}

    def basket(self) -> list[tuple[int, int]]:
        """Return ten different items with their prices, as often as they are bought."""
        chosen: dict[int, int] = {}
        while len(chosen) < LINES:
            for item, price in self._random.choices(self._items, cum_weights=self._weights, k=LINES - len(chosen)):
                if item not in chosen and self._left[item] > 0:
                    self._left[item] -= 1
                    chosen[item] = price
        return sorted(chosen.items())

    def cart(self) -> Cart:
        """Return a cart with ten lines."""
        cart = till.new_cart(self.db)
        for item, _price in self.basket():
            cart = cart.add(till.goods(self.db, ItemId(item), self.acting.location_id))
        return cart

    def draft(self) -> Draft:
        """Return the draft of a sale of ten lines."""
        lines = []
        for item, price in self.basket():
            net = Money(price * 5 // 6)
            lines.append(
                DraftLine(
                    MovementKind.SALE, ItemId(item), ONE, self.acting.location_id, unit_price=Money(price),
                    list_price=Money(price), net=net, tax=Money(price - net), tax_rate=20_000, description="Item",
                )
            )  # fmt: skip
        total = Money(sum(line.unit_price for line in lines))
        paid = DraftPayment(self.method.id, Account.CASH, self.method.name, total, total, Money(0))
        return Draft(DocumentKind.SALE, new_key(), clock.now(), tuple(lines), (paid,))

    def tenders(self, cart: Cart) -> Sequence[Tender]:
        """Return exact cash for a cart."""
        due = rest(pricing.price(cart).total, (), currency.of(cart.currency), in_cash=True)
        return [Tender(self.method, due)]

    def by_hand(self, papers: tuple[str, ...]) -> tuple[Any, ...]:
        """Return what :func:`by_hand.sell` is to be called with."""
        now = clock.now()
        local = clock.to_local(now)
        return self.db.raw, new_key(), self.basket(), now, clock.as_day(local), local.hour, papers


class Counts(NamedTuple):
    """What one sale costs at the median: statements run, pages written to the log, syncs of a file."""

    statements: float
    pages: float
    syncs: float


class _CountingFile(apsw.VFSFile):
    syncs = 0

    def xSync(self, flags: int) -> None:
        _CountingFile.syncs += 1
        super().xSync(flags)


class _CountingFiles(apsw.VFS):
    def __init__(self) -> None:
        self._usual = apsw.vfs_names()[0]
        super().__init__("counting", self._usual, makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> _CountingFile:
        return _CountingFile(self._usual, name, flags)


def counts(path: Path, rounds: int = COUNTED) -> tuple[Counts, Counts]:
    """Return what ``posting.post`` and ``sell.complete_sale`` cost in a shop, counted."""
    files = _CountingFiles()
    try:
        with open_shop(str(path)) as db:
            db.run("PRAGMA wal_autocheckpoint = 0")
            desk = Till(db)
            for _round in range(10):
                posting.post(db, desk.acting, desk.draft())
                cart = desk.cart()
                sell.complete_sale(db, desk.acting, cart, desk.tenders(cart))
            posted, sold = [], []
            for _round in range(rounds):
                draft = desk.draft()
                posted.append(_counted(db, path, lambda draft=draft: posting.post(db, desk.acting, draft)))
                cart = desk.cart()
                tenders = desk.tenders(cart)
                sold.append(_counted(db, path, lambda c=cart, t=tenders: sell.complete_sale(db, desk.acting, c, t)))
        return _median(posted), _median(sold)
    finally:
        files.unregister()


def _counted(db: Db, path: Path, work: Any) -> Counts:
    statements = 0

    def trace(_cursor: object, _sql: str, _bindings: object) -> bool:
        nonlocal statements
        statements += 1
        return True

    log = Path(f"{path}-wal")
    before, syncs = log.stat().st_size, _CountingFile.syncs
    db.raw.exec_trace = trace
    work()
    db.raw.exec_trace = None
    return Counts(statements, (log.stat().st_size - before) / FRAME, _CountingFile.syncs - syncs)


def _median(rows: list[Counts]) -> Counts:
    return Counts(*(median(column) for column in zip(*rows, strict=True)))


def timings(path: Path, rounds: int = ROUNDS) -> tuple[dict[str, Timings], int]:
    """Time both ways of ours, both by hand, and a bare write and sync, by turns; return also the bytes of a sale."""
    times = {name: Timings() for name in ("post", "post by hand", "sale", "sale by hand", "write")}
    with open_shop(str(path)) as db, tempfile.NamedTemporaryFile(dir=path.parent) as bare:
        db.run("PRAGMA wal_autocheckpoint = 0")
        desk = Till(db)
        cart = desk.cart()
        sell.complete_sale(db, desk.acting, cart, desk.tenders(cart))
        papers = tuple(text for (text,) in db.rows("SELECT paper FROM print_job ORDER BY id DESC LIMIT 2"))
        size = int(counts_of_one(db, path, desk) * FRAME)
        content = os.urandom(size)
        at = 0
        for turn in range(WARM_UP + rounds):
            if turn == WARM_UP:
                for one in times.values():
                    one.wall.clear()
                    one.cpu.clear()
            draft, cart = desk.draft(), desk.cart()
            tenders = desk.tenders(cart)
            bare_hand, full_hand = desk.by_hand(()), desk.by_hand(papers)
            times["post"].of(lambda d=draft: posting.post(db, desk.acting, d))
            times["post by hand"].of(lambda args=bare_hand: by_hand.sell(*args))
            times["sale"].of(lambda c=cart, t=tenders: sell.complete_sale(db, desk.acting, c, t))
            times["sale by hand"].of(lambda args=full_hand: by_hand.sell(*args))
            times["write"].of(lambda at=at: _write(bare.fileno(), content, at))
            at += size
            if turn % 40 == 39:  # as the program does when its till is idle
                db.checkpoint()
    return times, size


def counts_of_one(db: Db, path: Path, desk: Till) -> float:
    """Return how many pages one sale writes."""
    cart = desk.cart()
    tenders = desk.tenders(cart)
    return _counted(db, path, lambda: sell.complete_sale(db, desk.acting, cart, tenders)).pages


def _write(file: int, content: bytes, at: int) -> None:
    os.pwrite(file, content, at)
    os.fdatasync(file)


def measure() -> Iterator[Figure]:
    """Measure a sale's commit."""
    with shops.copy(shops.SMALL) as small:
        small_post, small_sale = counts(small)
    with shops.copy(shops.LARGE) as large:
        large_post, large_sale = counts(large)
        times, size = timings(large)
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as place:
        memory = Path(shutil.copy(shops.shop(shops.SMALL), Path(place, "shop.db")))
        quick, _size = timings(memory)
    for words, found in (("large shop, disk", times), ("small shop, memory", quick)):
        for ours, floor, name in (
            ("post", "post by hand", "posting.post"),
            ("sale", "sale by hand", "sell.complete_sale"),
        ):
            yield Figure(
                f"10-line sale, {name}, {words}: CPU, median", microseconds(found[ours].cpu_median),
                microseconds(found[floor].cpu_median) + " by hand", found[ours].cpu_median / found[floor].cpu_median, 2,
            )  # fmt: skip
    for name, small_counts, large_counts in (
        ("posting.post", small_post, large_post), ("sell.complete_sale", small_sale, large_sale),
    ):  # fmt: skip
        yield Figure(f"{name}: syncs a commit", f"{large_counts.syncs:g}", "", large_counts.syncs, 1)
        yield _growth(f"{name}: statements, large against small shop", large_counts.statements, small_counts.statements)
        yield _growth(f"{name}: pages written, large against small shop", large_counts.pages, small_counts.pages)
    sale, write = times["sale"], times["write"]
    yield Figure(
        f"sell.complete_sale, durable: p99 beside write + sync of {size // 1024} KiB", microseconds(sale.wall_p99),
        microseconds(write.wall_p99), sale.wall_p99 / write.wall_p99,
    )  # fmt: skip
    yield Figure(
        "sell.complete_sale, durable: median", microseconds(sale.wall_median), microseconds(write.wall_median),
        sale.wall_median / write.wall_median,
    )  # fmt: skip


def _growth(name: str, large: float, small: float) -> Figure:
    return Figure(name, f"{large:g}", f"{small:g}", large / small, 1.15)

"""Write a large shop: 100,000 items and millions of movements over two years, through the posting door.

    python -m tests.benchmarks.large_shop FILE [ITEMS] [MOVEMENTS]

Sales follow a long tail, a tenth of the items never sell. Nothing is synced while it is built; afterwards the shop is
like any other and ``check`` passes on it.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from shopstock.core import codes
from shopstock.core.acting import Acting
from shopstock.core.document import Draft, DraftLine, DraftPayment
from shopstock.core.movements import Account, DocumentKind, MovementKind
from shopstock.core.units import ONE, Instant, ItemId, Money, Qty
from shopstock.db import clock
from shopstock.db.connection import Db, open_shop, transaction
from shopstock.services import founding, item_index, posting, ranking

#: Another one makes kept shops be written anew.
VERSION = 1
SEED = 5
FIRST_DAY = datetime(2024, 11, 1, 8, tzinfo=UTC)
DAYS = 730
LINES_A_SALE = 10
CASH = 1  # the method that a shop is founded with
DOCUMENTS_A_FLUSH = 500
FLUSHES_A_BOOK = 20


def ean(number: int) -> str:
    """Return the valid EAN-13 of the item of that number."""
    body = f"40{number:010d}"
    return body + str(-sum(int(d) * (3 if n % 2 else 1) for n, d in enumerate(body)) % 10)


def write_catalogue(db: Db, count: int) -> None:
    """Write the items, their codes and the search index directly, in one transaction."""
    now = clock.to_instant(FIRST_DAY)
    words = (
        "oak",
        "linen",
        "harbour",
        "meadow",
        "copper",
        "willow",
        "north",
        "amber",
        "slate",
        "coral",
        "fern",
        "dune",
    )
    rate = db.value("SELECT max(id) FROM tax_rate")
    with transaction(db):
        for number in range(1, count + 1):
            first, second = words[number % 12], words[number // 12 % 12]
            name = f"{first.title()} {second} {number}"
            sku, code = f"SKU{number:06d}", ean(number)
            key = codes.key(code)
            price = 10_000 + number % 97 * 1_000
            db.run(
                "INSERT INTO item (id, sku, sku_key, name, name_key, tax_rate_id, price, reorder_point, created_at, "
                "changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (number, sku, sku.casefold(), name, name.casefold(), rate, price, 5_000, now, now),
            )
            db.run(
                "INSERT INTO item_code (item_id, code, key, kind, created_at) VALUES (?, ?, ?, 'gtin', ?)",
                (number, code, key, now),
            )
            db.run(
                "INSERT INTO item_search (rowid, text) VALUES (?, ?)",
                (number, item_index.search_text(name, sku, item_index.searchable(code, key))),
            )


def drafts(acting: Acting, item_count: int, movements: int) -> Iterator[Draft]:
    """Yield receipts and sales in the order of time."""
    rnd = random.Random(SEED)
    selling = range(1, item_count * 9 // 10 + 1)
    weights = list(accumulate(1 / (rank + 20) for rank in range(len(selling))))
    shuffled = rnd.sample(selling, len(selling))
    on_hand = [0] * (item_count + 1)
    made = number = 0
    start = clock.to_instant(FIRST_DAY)
    documents = (movements - item_count) // LINES_A_SALE * 11 // 10 + item_count // 50
    step = DAYS * 86_400_000_000 // documents  # a few documents less are made: the last one is some weeks old
    for first in range(1, item_count + 1, 50):
        number += 1
        block = range(first, min(first + 50, item_count + 1))
        yield _receipt(acting, number, start, [(item, 40) for item in block])
        made += len(block)
        for item in block:
            on_hand[item] += 40
    while made < movements:
        number += 1
        at = Instant(start + number * step)
        picked = sorted(set(rnd.choices(shuffled, cum_weights=weights, k=LINES_A_SALE)))
        for item in picked:
            on_hand[item] -= 1
        yield _sale(acting, number, at, picked)
        made += len(picked)
        low = [(item, 200) for item in picked if on_hand[item] < 5]
        if low:
            number += 1
            yield _receipt(acting, number, at, low)
            made += len(low)
            for item, pieces in low:
                on_hand[item] += pieces


def _receipt(acting: Acting, number: int, at: Instant, goods: list[tuple[int, int]]) -> Draft:
    lines = tuple(
        DraftLine(
            MovementKind.GOODS_RECEIPT, ItemId(item), Qty(pieces * ONE), acting.location_id,
            value=Money(pieces * (6_000 + (item + number) % 31 * 100)),
        )
        for item, pieces in goods
    )  # fmt: skip
    return Draft(DocumentKind.GOODS_RECEIPT, f"large-{number}", at, lines, reference=f"DN{number}")


def _sale(acting: Acting, number: int, at: Instant, picked: list[int]) -> Draft:
    lines = tuple(
        DraftLine(
            MovementKind.SALE, ItemId(item), ONE, acting.location_id, unit_price=Money(12_000),
            list_price=Money(12_000), net=Money(10_000), tax=Money(2_000), tax_rate=20_000, description="",
        )
        for item in picked
    )  # fmt: skip
    total = Money(12_000 * len(lines))
    paid = DraftPayment(CASH, Account.CASH, "Cash", total, total, Money(0))
    return Draft(DocumentKind.SALE, f"large-{number}", at, lines, (paid,))


def build(path: Path, item_count: int = 100_000, movements: int = 5_000_000) -> None:
    """Write the shop to ``path``; takes minutes at full size."""
    with clock.freeze(FIRST_DAY + timedelta(days=DAYS)), open_shop(str(path), create=True) as db:
        for pragma in ("journal_mode = off", "synchronous = off", "cache_size = -2000000", "cell_size_check = 0"):
            db.run(f"PRAGMA {pragma}")
        acting = founding.found_shop(db, name="Large shop", currency="GBP", tax_rate=20_000)
        write_catalogue(db, item_count)
        waiting = drafts(acting, item_count, movements)
        more = True
        while more:
            with transaction(db):
                book = posting.Book(db, acting)
                for number in range(DOCUMENTS_A_FLUSH * FLUSHES_A_BOOK):
                    draft = next(waiting, None)
                    if draft is None:
                        more = False
                        break
                    book.post(draft)
                    if number % DOCUMENTS_A_FLUSH == 0:
                        book.flush()
                book.flush()
        ranking.refresh(db)
        db.run("PRAGMA journal_mode = wal")


def main() -> int:
    """Build a large shop where the arguments say."""
    path, *sizes = sys.argv[1:]
    started = time.perf_counter()
    build(Path(path), *(int(size) for size in sizes))
    sys.stdout.write(f"{path}: {Path(path).stat().st_size / 1e6:.0f} MB in {time.perf_counter() - started:.0f} s\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""What devices cost: bytes of a receipt, a thousand receipts drained, a printer that hangs, scans by the hundred.

The floor of a receipt's bytes is the ten milliseconds that its reach names; a hanging printer is held beside no printer
at all, in statements and in time of the sale.
"""

from __future__ import annotations

import gc
import os
import tempfile
import threading
import time
import tracemalloc
import tty
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

from shopstock.core.acting import Acting
from shopstock.core.cart import Cart
from shopstock.core.papers import ReceiptLine, SalesReceipt
from shopstock.core.units import Money
from shopstock.db.connection import Db, open_shop
from shopstock.devices import escpos
from shopstock.devices.profiles import PROFILES
from shopstock.devices.receipt_printer import Patience
from shopstock.devices.serial_scanner import SerialScanner
from shopstock.devices.status import State
from shopstock.jobs.printing import JobChanged, PrintWorker
from shopstock.services import founding, printing
from tests import till
from tests.benchmarks.table import Figure, Timings, microseconds
from tests.conftest import acting_as_owner
from tests.devices import sample_papers
from tests.emulator.network_printer import NetworkPrinter

RECEIPTS = 1_000
SALES = 60
SCANS_A_SECOND, SECONDS = 100, 10


def measure() -> Iterator[Figure]:
    """Measure them one after the other."""
    yield from _bytes()
    with tempfile.TemporaryDirectory() as folder:
        yield from _drained(str(Path(folder) / "queue.db"))
        yield from _hanging(folder)
    yield from _scans()


def _bytes() -> Iterator[Figure]:
    long = replace(sample_papers.RECEIPT, lines=sample_papers.RECEIPT.lines * 4)
    foreign = replace(long, lines=(ReceiptLine("有機抹茶 宇治", amount=Money(10_000)), *long.lines))
    for what, paper in ((f"{len(long.lines)} lines", long), ("one of them Chinese, as an image", foreign)):
        escpos.encode(paper, PROFILES["epson-80"])
        timings = Timings()
        for _time in range(50):
            timings.of(lambda paper=paper: escpos.encode(paper, PROFILES["epson-80"]))
        cost = median(timings.cpu) / 1e3
        yield Figure(f"receipt of {what}: bytes ready, CPU, median", microseconds(cost), "10 ms", cost / 10_000, 1)


def _founded(url: str) -> tuple[Db, Acting]:
    db = open_shop(url, create=True)
    founding.found_shop(db, name="Shop", currency="GBP")
    return db, acting_as_owner(db)


def _held() -> int:
    """Return the bytes held by what the program itself made; the printer of the measurement keeps what it took."""
    gc.collect()  # the interpreter keeps small tuples for later use; that is not what the program holds
    taken = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, "*/shopstock/*", all_frames=False)])
    return sum(statistic.size for statistic in taken.statistics("filename"))


def _drained(url: str) -> Iterator[Figure]:
    db, owner = _founded(url)
    done = bytearray(RECEIPTS)  # how often each came out: a list of numbers would count as held
    held: list[int] = []
    ready = threading.Event()

    def changed(job: JobChanged) -> None:
        if job.state is State.CONFIRMED:
            done[job.job_id - 1] += 1
            if sum(done) in (RECEIPTS // 10, RECEIPTS):
                held.append(_held())
            if sum(done) == RECEIPTS:
                ready.set()

    with db, NetworkPrinter() as printer:
        printing.set_device(db, owner, printing.RECEIPT_PRINTER, printer.url)
        for _receipt in range(RECEIPTS):
            printing.enqueue(db, owner, SalesReceipt("1-1", "now", "GBP", (), Money(0)))
        worker = PrintWorker(url, owner.station_id, changed, patience=Patience(30, 30, 30, 30))
        tracemalloc.start()
        began = time.perf_counter()
        worker.start()
        assert ready.wait(600), f"only {sum(done)} came out"
        took = time.perf_counter() - began
        tracemalloc.stop()
        worker.stop(30)
        wrong = sum(times != 1 for times in done) + abs(len(printer.jobs) - RECEIPTS)
    yield Figure(f"{RECEIPTS} receipts queued and drained: missing or doubled", str(wrong), "", float(wrong), 0)
    first, last = held
    growth = max(0, last - first) / (RECEIPTS - RECEIPTS // 10)
    size = sum(len(job) for job in printer.jobs) / RECEIPTS
    yield Figure("… memory that stays for each, beside its bytes", f"{growth:.0f} bytes", f"{size:.0f} bytes",
                 growth / size, 0.2)  # fmt: skip
    yield Figure("… on the clock", microseconds(took * 1e6))


def _hanging(folder: str) -> Iterator[Figure]:
    found: dict[str, tuple[float, float]] = {}
    for name in ("no printer waits", "a printer hangs"):
        url = str(Path(folder) / f"{name[:4]}.db")
        db, owner = _founded(url)
        with db, NetworkPrinter("stalled") as printer:
            printing.set_device(db, owner, printing.RECEIPT_PRINTER, printer.url)
            worker = PrintWorker(url, owner.station_id, lambda _job: None)
            if name == "a printer hangs":
                worker.start()
            goods = till.goods(db, owner, "TEA", "4.95", "1000")
            timings, statements = Timings(), []
            for _sale in range(SALES):
                cart = till.new_cart(db).add(goods)
                statements.append(_sold(db, owner, cart, timings))
                worker.wake()
            worker.stop(30)
            found[name] = median(timings.wall) / 1e3, median(statements)
    (plain, usual), (waits, run) = found["no printer waits"], found["a printer hangs"]
    yield Figure("sale while a printer hangs: statements", str(run), str(usual), run / usual, 1)
    yield Figure("… on the clock, median", microseconds(waits), microseconds(plain), waits / plain, 1.5)


def _sold(db: Db, owner: Acting, cart: Cart, timings: Timings) -> int:
    """Sell a cart and return how many statements that took."""
    run: list[str] = []
    db.raw.exec_trace = lambda _cursor, sql, _bindings: run.append(sql) is None
    timings.of(lambda: till.pay(db, owner, cart))
    db.raw.exec_trace = None
    return len(run)


def _scans() -> Iterator[Figure]:
    master, slave = os.openpty()
    tty.setraw(slave)
    heard: list[str] = []
    there = threading.Event()
    scanner = SerialScanner(f"serial://{os.ttyname(slave)}", heard.append, lambda up: there.set() if up else None)
    scanner.start()
    assert there.wait(30)
    wanted = [f"{number:013d}" for number in range(SCANS_A_SECOND * SECONDS)]
    began = time.perf_counter()
    for number, code in enumerate(wanted):
        os.write(master, f"{code}\r\n".encode())
        time.sleep(max(0.0, began + (number + 1) / SCANS_A_SECOND - time.perf_counter()))
    deadline = time.monotonic() + 30
    while len(heard) < len(wanted) and time.monotonic() < deadline:
        time.sleep(0.01)
    scanner.stop()
    os.close(slave)
    os.close(master)
    wrong = sum(one != other for one, other in zip(heard, wanted, strict=False)) + abs(len(heard) - len(wanted))
    what = f"{SCANS_A_SECOND} scans a second for {SECONDS} s over a serial port: missing, doubled or changed"
    yield Figure(what, str(wrong), f"{len(wanted)} scans", float(wrong), 0)

"""The hands of the till, brought in when a key first asks for one: a scan needs none of them.

:mod:`desk` and :mod:`till_work` stand on most services of the shop. They come in beside the open till, before anybody
pays, instead of before the first scan.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from shopstock.db.connection import Db
from shopstock.ui.shop import Shop

if TYPE_CHECKING:
    from shopstock.ui.sell.desk import Desk
    from shopstock.ui.sell.screen import SellScreen
    from shopstock.ui.sell.till_work import TillWork

Deed = Callable[..., object]

FETCH_AFTER_MS = 300


def fetch_later(screen: SellScreen, shop: Shop) -> None:
    """Fetch them on a reader's thread, some time after the till takes scans."""

    def look() -> None:
        if screen.sale.ready:
            shop.read(fetch, asked_by=screen)
        else:
            fetch_later(screen, shop)

    QTimer.singleShot(FETCH_AFTER_MS, screen, look)


def fetch(_db: Db) -> None:
    """Import what the keys of the till need, so that the first payment does not wait for it."""
    import shopstock.ui.sell.desk
    import shopstock.ui.sell.till_work  # noqa: F401


def desk(screen: SellScreen, shop: Shop) -> Desk:
    """Make the deeds of the till."""
    from shopstock.ui.sell.desk import Desk

    return Desk(screen, shop)


def work(screen: SellScreen, shop: Shop) -> TillWork:
    """Make what the till does beside selling, wired to the screen."""
    from shopstock.ui.sell.till_work import TillWork

    made = TillWork(shop, screen.sale, screen.digits, screen)
    made.opened.connect(screen.open_panel)
    made.done.connect(screen.close_panel)
    made.approval_needed.connect(screen.ask_approval)
    made.reprint = screen.desk.reprint
    return made


def at_desk(screen: SellScreen, deed: Callable[[Desk], Deed]) -> Deed:
    """Return what does a deed of the desk; the desk is made only then."""

    def do(*told: object) -> None:
        deed(screen.desk)(*told)

    return do


def at_work(screen: SellScreen, deed: Callable[[TillWork], Deed]) -> Deed:
    """Return what does a deed of the work beside selling; it is made only then."""

    def do(*told: object) -> None:
        deed(screen.work)(*told)

    return do


def keys(screen: SellScreen) -> dict[str, Deed]:
    """Return the deed of every key of the till."""
    sale = screen.sale
    return {
        "sell.entry": screen.entry_line,
        "sell.customer": at_desk(screen, lambda desk: desk.handed.customer),
        "sell.park": at_desk(screen, lambda desk: desk.park),
        "sell.recall": at_desk(screen, lambda desk: desk.recall),
        "sell.quantity": lambda: screen.desk.change_line("quantity"),
        "sell.weigh": lambda: screen.sale.then_do(screen.sale.weighing.line),
        "sell.price_check": at_desk(screen, lambda desk: desk.check_price),
        "sell.discount": lambda: screen.desk.change_line("percent"),
        "sell.pay": at_desk(screen, lambda desk: desk.pay),
        "sell.exact": at_desk(screen, lambda desk: desk.exact),
        "sell.return": at_desk(screen, lambda desk: desk.handed.take_back),
        "sell.drawer": at_work(screen, lambda work: work.drawer),
        "sell.reprint": at_desk(screen, lambda desk: desk.reprint),
        "sell.void": lambda: sale.then_do(lambda: sale.void(sale.cart.selected)),
        "sell.undo": lambda: sale.then_do(sale.undo),
        "sell.open_price": at_desk(screen, lambda desk: desk.open_price),
        "sell.shift": at_work(screen, lambda work: work.shift),
        "sell.cash_in_out": at_work(screen, lambda work: work.in_or_out),
        "sell.practice": at_work(screen, lambda work: work.practise),
    }

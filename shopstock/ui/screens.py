"""The screens of the window: one line each.

``count``, where a screen has one, names a query ``(db) -> int`` of what waits there for somebody; the rail
shows it, and reads it again whenever one of the ``counted`` topics changes.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer

from shopstock.core.acting import Permission
from shopstock.core.outcome import Changes
from shopstock.ui.rail import Rail
from shopstock.ui.shop import ELSEWHERE, Shop


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen: ``path`` is ``module:Class``; ``reserve`` keeps the message bar's place free above it.

    ``short`` is what the rail has room for, where the title is too long.
    """

    id: str
    title: str
    icon: str
    digit: str
    path: str
    permission: Permission | None = None
    reserve: bool = False
    short: str = ""
    count: str = ""
    counted: frozenset[str] = frozenset()


#: What nobody waits for begins so long after the window stands.
AFTER_MS = 1_500

SCREENS = (
    Screen("sell", "Sell", "barcode", "1", "shopstock.ui.sell.screen:SellScreen", Permission.SELL, reserve=True),
    Screen("stock", "Stock", "box", "2", "shopstock.ui.stock:StockScreen", Permission.SEE_STOCK),
    Screen("receive", "Receive", "truck", "3", "shopstock.ui.receive.screen:ReceiveScreen", Permission.RECEIVE),
    Screen(
        "count",
        "Count",
        "clipboard-check",
        "4",
        "shopstock.ui.count.screen:CountScreen",
        Permission.COUNT,
        count="shopstock.queries.counting:waiting",
        counted=frozenset(("counts",)),
    ),
    Screen("orders", "Orders", "file-text", "5", "shopstock.ui.orders.screen:OrdersScreen", Permission.ORDER),
    Screen(
        "transfers",
        "Transfers",
        "arrows-left-right",
        "6",
        "shopstock.ui.transfers.screen:TransfersScreen",
        Permission.TRANSFER,
        count="shopstock.ui.transfers.reading:waiting",
        counted=frozenset(("transfers",)),
    ),
    Screen(
        "back",
        "Returns & write-offs",
        "arrow-back-up",
        "7",
        "shopstock.ui.back.screen:BackScreen",
        Permission.WRITE_OFF,
        short="Returns",
        count="shopstock.queries.write_offs:waiting_count",
        counted=frozenset(("write_offs",)),
    ),
    Screen("reports", "Reports", "chart-bar", "8", "shopstock.ui.report_view:ReportsScreen", Permission.SEE_REPORTS),
    Screen("labels", "Labels", "tag", "9", "shopstock.ui.labels.screen:LabelsScreen", Permission.PRINT_LABELS),
    Screen("settings", "Settings", "adjustments-horizontal", "0", "shopstock.ui.settings:SettingsScreen"),
)


def load(path: str) -> Any:
    """Return what ``module:name`` names."""
    module, _colon, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


class RailCounts(QObject):
    """Keeps the counts of the rail."""

    def __init__(self, shop: Shop, rail: Rail, screens: Iterable[Screen]) -> None:
        super().__init__(rail)
        self._shop = shop
        self._rail = rail
        self._screens = tuple(screen for screen in screens if screen.count)
        shop.changed.connect(self._changed)
        shop.acting_changed.connect(lambda _acting: self.read())
        # The first scan comes first: what counts is loaded only then.
        QTimer.singleShot(AFTER_MS, self, self.read)

    def read(self, topics: frozenset[str] = frozenset((ELSEWHERE,))) -> None:
        """Count what waits on the screens that these topics belong to, for who is signed in."""
        acting = self._shop.acting
        for screen in self._screens:
            if acting is None or (screen.permission is not None and not acting.may(screen.permission)):
                self._rail.count(screen.id, 0)
            elif topics & (screen.counted | {ELSEWHERE}):
                query: Callable[..., int] = load(screen.count)
                self._shop.read(
                    query, then=partial(self._rail.count, screen.id), key=("rail", screen.id), asked_by=self
                )  # fmt: skip

    def _changed(self, changes: Changes) -> None:
        self.read(changes.topics)

"""What the till shows beside the sale: parked sales, quick keys, ways to pay, whether a printer is there."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from shopstock.core.outcome import Changes
from shopstock.core.tender import Method
from shopstock.queries import items, till
from shopstock.ui.shop import ELSEWHERE, Shop

MOST_QUICK_KEYS = 60


class TillFacts(QObject):
    """Reads them when the till is opened, and again when they change anywhere."""

    parked_read = Signal(int)
    quick_keys_read = Signal(object)  # list of items.QuickKey
    methods_read = Signal(object)  # list of Method

    def __init__(self, shop: Shop, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self.quick_keys: list[items.QuickKey] = []
        self.has_printer = False
        shop.changed.connect(self._changed)

    def read(self) -> None:
        """Read everything again."""
        self._read_parked()
        self._read_quick_keys()
        self._read_methods()
        self._read_printer()

    def _changed(self, changes: Changes) -> None:
        topics = changes.topics
        if topics & {"parked", ELSEWHERE}:
            self._read_parked()
        if topics & {"catalogue", "quick_keys", ELSEWHERE}:
            self._read_quick_keys()
        if topics & {"settings", ELSEWHERE}:
            self._read_methods()
        if "devices" in topics:
            self._read_printer()

    def _read_parked(self) -> None:
        acting = self._shop.acting
        if acting is not None:
            self._shop.read(till.parked_count, acting.location_id, then=self.parked_read.emit, key="till parked")

    def _read_quick_keys(self) -> None:
        self._shop.read(items.quick_keys, MOST_QUICK_KEYS, then=self._quick_keys, key="till quick keys")

    def _quick_keys(self, found: list[items.QuickKey]) -> None:
        self.quick_keys = found
        self.quick_keys_read.emit(found)

    def _read_methods(self) -> None:
        self._shop.read(till.methods, then=self._methods, key="till methods")

    def _methods(self, methods: list[Method]) -> None:
        self.methods_read.emit(methods)

    def _read_printer(self) -> None:
        acting = self._shop.acting
        if acting is not None:
            self._shop.read(till.has_device, acting.station_id, till.PRINTER, then=self._printer, key="till printer")

    def _printer(self, there: bool) -> None:
        self.has_printer = there

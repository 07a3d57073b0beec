"""The page where goods are written off: choose why, scan what, add a photo where it is asked for, post."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSettings
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget

from shopstock.core.outcome import Changes, DocumentRef
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import NO_DAY, Day, ItemId, LocationId, Qty
from shopstock.services.write_offs import WriteOffLine
from shopstock.ui import sounds
from shopstock.ui.actions import Actions
from shopstock.ui.back.cause_keys import CauseKeys
from shopstock.ui.back.evidence_panel import paths_of, take_dropped
from shopstock.ui.back.look_ups import EXPIRY, Expired
from shopstock.ui.back.page import Page
from shopstock.ui.back.scanning import Scanning
from shopstock.ui.back.start_panel import StartPanel
from shopstock.ui.back.tally import Card
from shopstock.ui.back.work_panel import WorkPanel
from shopstock.ui.receive.page import new_key
from shopstock.ui.shop import ELSEWHERE, Shop


class Wanted:
    """Goods that another page asks to write off: an item, how much, from where, of which lot and why."""

    def __init__(
        self, item_id: ItemId, sku: str, name: str, unit: str, qty: Qty, location_id: LocationId, cause: str = "",
        lot: str = "", expires: Day = NO_DAY,
    ) -> None:  # fmt: skip
        self.card = Card(sku, name, unit, "", "")
        self.item_id, self.qty, self.location_id = item_id, qty, location_id
        self.cause, self.lot, self.expires = cause, lot, expires


class WriteOffPage(Page):
    """The page. What is begun here lives in the database; leaving it loses nothing."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop)
        self._machine: QSettings | None = None
        self.work: WorkPanel | None = None
        #: What was scanned before the first row: the causes and rules are there with it.
        self.causes = CauseKeys()
        self.causes.chosen.connect(self._cause_chosen)
        self.start = StartPanel(shop, self.digits, costs=self.sees_cost)
        self.start.resumed.connect(self.resume)
        self.start.asked.connect(self._write_off_expired)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.start)
        self.column.addWidget(self.causes)
        self.column.addWidget(self._stack, 1)
        self._fresh = self._new_scanning(None)
        self.setAcceptDrops(True)

    def _new_scanning(self, write_off_id: int | None) -> Scanning:
        scanning = Scanning(self._shop, write_off_id, self)
        scanning.changed.connect(self._show_causes)
        return scanning

    @property
    def scanning(self) -> Scanning:
        """The queue that scans go to: that of the write-off on show, or of the one that the first scan begins."""
        return self.work.scanning if self.work is not None else self._fresh

    def take_actions(self, actions: Actions) -> None:
        self._machine = actions.machine

    def came_into_view(self) -> None:
        if self.work is None:
            self.start.refresh()
        else:
            self.scanning.keeping.read()
            self.work.evidence.look()
        self._show_causes()

    def changed(self, changes: Changes) -> None:
        if changes.topics & {"causes", "settings", ELSEWHERE}:
            self.scanning.read_causes()
        if self.work is not None:
            if changes.topics & {"write_offs", ELSEWHERE} or changes.items:
                self.scanning.keeping.read_soon()
        elif changes.topics & {"write_offs", ELSEWHERE} or changes.items:
            self.start.refresh()

    def _show_causes(self) -> None:
        scanning = self.scanning
        self.causes.show_causes(scanning.causes, scanning.cause)
        cause = scanning.tally.causes.get(scanning.cause)
        self.start.show_cause(cause.name if cause is not None else "")
        if self.work is None and (scanning.tally.rows or scanning.keeping.write_off_id is not None):
            self._show_work(scanning)

    def _cause_chosen(self, cause: str) -> None:
        self.scanning.use_cause(cause)
        self.entry()

    # -- which write-off ----------------------------------------------------------------------------------------------

    def _show_work(self, scanning: Scanning) -> None:
        work = WorkPanel(self._shop, scanning, self.digits, costs=self.sees_cost)
        work.posted.connect(self._posted)
        work.sent.connect(self._sent)
        work.left.connect(self.show_start)
        if self._machine is not None:
            work.evidence.use_machine(self._machine)
        self.work = work
        self._stack.addWidget(work)
        self._stack.setCurrentWidget(work)
        if self.isVisible():
            work.setFocus()

    def resume(self, write_off_id: int) -> None:
        """Go on with a write-off."""
        if self.work is not None:
            self.show_start()
        self._show_work(self._new_scanning(write_off_id))
        self._show_causes()

    def show_start(self) -> None:
        """Go back to where write-offs begin; the one on show is paused."""
        work, self.work = self.work, None
        if work is None:
            return
        cause = work.scanning.cause
        self._stack.setCurrentWidget(self.start)
        self._fresh = self._new_scanning(None)
        self._fresh.cause = cause
        work.when_kept(lambda: self._drop(work))
        self.start.refresh()
        self._show_causes()
        if self.isVisible():
            self.start.setFocus()

    def _drop(self, work: WorkPanel) -> None:
        self._stack.removeWidget(work)
        work.deleteLater()

    def _posted(self, ref: DocumentRef | None) -> None:
        self.show_start()
        if ref is not None:
            self._shop.say(
                "ok", _("Write-off {number} is posted.").format(number=ref.number), "", _("Show it"),
                lambda: self.document_asked.emit(ref.id), key="back",
            )  # fmt: skip

    def _sent(self, number: str) -> None:
        self.show_start()
        self.say("ok", _("{number} waits for approval.").format(number=number), _("Nothing is written off till then."))

    def _write_off_expired(self, lots: Sequence[Expired]) -> None:
        self.write_off([
            Wanted(one.item_id, one.sku, one.name, "piece", one.lot.on_hand, one.location_id, EXPIRY, one.lot.code,
                   one.lot.expires)
            for one in lots
        ])  # fmt: skip

    def write_off(self, goods: Sequence[Wanted]) -> None:
        """Begin a write-off with goods that another page names, or add them to the one on show."""
        scanning = self.scanning
        for one in goods:
            line = WriteOffLine(
                new_key(), one.item_id, one.qty, one.cause, "", one.location_id, one.lot, one.expires
            )  # fmt: skip
            scanning.add_goods(line, one.card)
        if self.work is not None and self.isVisible():
            self.work.setFocus()

    # -- scans and keys -----------------------------------------------------------------------------------------------

    def on_scan(self, scan: Scan) -> None:
        """Write off what is scanned."""
        if self.work is not None:
            self.work.on_scan(scan)
        else:
            self.scanning.scan(scan)

    def entry(self) -> None:
        if self.work is None:
            self._show_work(self.scanning)
        if self.work is not None:
            self.work.entry.go()

    def escape(self) -> bool:
        if self.work is None:
            return False
        if self.work.escape():
            return True
        if not self.work.scanning.tally.rows and self.work.scanning.keeping.write_off_id is None:
            self.show_start()
            return True
        return False

    def next_cause(self) -> None:
        """F3: choose the cause behind the chosen one."""
        keys = list(self.causes.keys)
        place = keys.index(self.scanning.cause) + 1 if self.scanning.cause in keys else 0
        if keys:
            self.causes.choose(place % len(keys))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if paths_of(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.work is None:
            sounds.no()
            self.say("warn", _("Scan what is written off first, then add its photo."))
            return
        take_dropped(event, self.work.evidence.take)

    def send_all(self) -> None:
        """Send what waits to be kept: the window closes."""
        self.scanning.keeping.send_all()

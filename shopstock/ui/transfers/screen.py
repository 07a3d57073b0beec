"""The Transfers screen: which page is on show, and where scans and keys go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from shopstock.core.outcome import Changes, ShopError
from shopstock.core.scan import Scan
from shopstock.queries import transfers
from shopstock.queries.transfers import Transfer
from shopstock.ui import sounds
from shopstock.ui.actions import Actions
from shopstock.ui.receive.page import Page
from shopstock.ui.shop import Shop
from shopstock.ui.transfers.begin_page import BeginPage
from shopstock.ui.transfers.counting import KEY
from shopstock.ui.transfers.slip import Slip
from shopstock.ui.transfers.start_page import REPORT, StartPage
from shopstock.ui.transfers.wizard import Wizard


class TransfersScreen(QWidget):
    """The screen. One page is on show; a wizard lives as long as its transfer is on show in one state."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._slip = Slip(shop, self)
        self._opening = False
        self._early: list[Scan] = []
        self.wizard: Wizard | None = None
        self.start = StartPage(shop)
        self.request = BeginPage(shop)
        self.sending = BeginPage(shop, sending=True)
        self._stack = QStackedWidget()
        for page in (self.start, self.request, self.sending):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.start.opened.connect(self.open_transfer)
        self.start.request_asked.connect(lambda: self._show_page(self.request))
        self.start.send_asked.connect(lambda: self._show_page(self.sending))
        self.start.report_asked.connect(self._open_report)
        self.start.places_asked.connect(self._open_places)
        for begin in (self.request, self.sending):
            begin.left.connect(self.show_start)
            begin.begun.connect(self._begun)
        shop.changed.connect(self._changed)
        shop.acting_changed.connect(lambda _acting: self.show_start())

    @property
    def page(self) -> Page:
        """The page on show."""
        page: Any = self._stack.currentWidget()
        return page  # type: ignore[no-any-return]

    @property
    def idle(self) -> bool:
        """Tell whether every scan was understood and is kept."""
        counted = self.wizard is None or self.wizard.counting.idle
        return not self._opening and counted and self.start.deed.idle

    def came_into_view(self) -> None:
        """Read again what others may have changed."""
        if self._shop.acting is not None:
            self.page.came_into_view()

    def on_scan(self, scan: Scan) -> None:
        """Hand a scan to the page on show; while a transfer is being opened, its first scans wait for it."""
        if self._opening:
            self._early.append(scan)
        else:
            self.page.on_scan(scan)

    def status_text(self) -> str:
        """Say which transfer is on show, for the end of the strip."""
        return self.wizard.transfer.head.number if self.wizard is not None and self.page is self.wizard else ""

    def may_leave(self) -> bool:
        """Let the screen go at any time: scans are in the database or on their way, goods in hand stay in hand."""
        return True

    # -- pages ------------------------------------------------------------------------------------------------------

    def show_start(self) -> None:
        """Go back to the list; what is packed or unpacked stays as it is."""
        self._shop.unsay(KEY)
        self._let_wizard_go()
        self._stack.setCurrentWidget(self.start)
        if self._shop.acting is not None and self.isVisible():
            self.start.came_into_view()

    def _let_wizard_go(self) -> None:
        wizard, self.wizard = self.wizard, None
        if wizard is not None:
            wizard.counting.outbox.when_idle(lambda: self._drop(wizard))

    def _drop(self, wizard: Wizard) -> None:
        self._stack.removeWidget(wizard)
        wizard.deleteLater()

    def _show_page(self, page: Page) -> None:
        if self.start.several:
            self._shop.unsay(KEY)
            self._let_wizard_go()
            self._stack.setCurrentWidget(page)
            page.came_into_view()

    def _begun(self, transfer_id: int, packs: bool) -> None:
        if packs:
            self.open_transfer(transfer_id)
        else:
            self.show_start()

    def open_transfer(self, transfer_id: int) -> None:
        """Show a transfer at the step where it stands."""
        self._shop.unsay(KEY)
        self._open(transfer_id, -1)

    def _open(self, transfer_id: int, step: int) -> None:
        # What was scanned after the number of a transfer belongs to that transfer.
        self._opening = True
        self._early += self.start.deed.scans.take()
        if self.wizard is not None:
            self._early += self.wizard.counting.scans.take()

        def then(transfer: Transfer) -> None:
            self._let_wizard_go()
            wizard = Wizard(self._shop, transfer, self._slip)
            wizard.left.connect(self.show_start)
            wizard.reopened.connect(self._open)
            wizard.transfer_asked.connect(self.open_transfer)
            self.wizard = wizard
            self._stack.addWidget(wizard)
            self._stack.setCurrentWidget(wizard)
            if step >= 0:
                wizard.go(step)
            wizard.came_into_view()
            self._opened()

        self._shop.read(transfers.transfer, transfer_id, then=then, failed=self._not_opened, asked_by=self)

    def _not_opened(self, error: ShopError) -> None:
        sounds.no()
        self._shop.say("bad", error.sentence(), key=KEY)
        self._opened()

    def _opened(self) -> None:
        self._opening = False
        early, self._early = self._early, []
        for scan in early:
            self.on_scan(scan)

    def _open_report(self) -> None:
        window: Any = self.window()
        window.open_screen("reports")
        window.opened("reports").open_report(REPORT)

    def _open_places(self) -> None:
        window: Any = self.window()
        window.show_settings("places")

    # -- keys -------------------------------------------------------------------------------------------------------

    def bind_actions(self, actions: Actions) -> None:
        """Give every key of the screen its deed."""
        closing = getattr(self.window(), "closing", None)
        if closing is not None:
            closing.connect(self._closing)
        start = self.start
        deeds: dict[str, Callable[[], object]] = {
            "transfers.entry": self._on_page("entry_line"),
            "transfers.decide": self._on_page("decide"),
            "transfers.list": self._list,
            "transfers.place": self._on_page("choose_place"),
            "transfers.set": self._on_page("set_count"),
            "transfers.damaged": self._on_page("damaged"),
            "transfers.back": self._on_page("step_back"),
            "transfers.next": self._on_page("next"),
            "transfers.slip": self._on_page("print_slip"),
            "transfers.request": lambda: self._show_page(self.request),
            "transfers.send": lambda: self._show_page(self.sending),
            "transfers.undo": start.deed.take_back,
        }
        for id_, do in deeds.items():
            actions.bind(id_, do, self)

    def _on_page(self, name: str) -> Callable[[], object]:
        def do() -> None:
            deed = getattr(self.page, name, None)
            if deed is not None:
                deed()

        return do

    def _list(self) -> None:
        if self.page is self.start:
            self.start.list.take_focus()
        else:
            self.show_start()

    def _closing(self) -> None:
        if self.wizard is not None:
            self.wizard.counting.outbox.send_all()

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and self._shop.acting is not None:
            self.page.changed(changes)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.page.escape()
            return
        super().keyPressEvent(event)

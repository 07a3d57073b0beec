"""Begin a transfer: ask a place for goods, or send some that nobody asked for."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from shopstock.core.outcome import ShopError
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.queries import places
from shopstock.queries.places import Place
from shopstock.services import transfers as service
from shopstock.services.transfers import Created
from shopstock.ui import sounds
from shopstock.ui.receive.page import NARROW, Page, narrow_side
from shopstock.ui.shop import Shop
from shopstock.ui.transfers.counting import KEY
from shopstock.ui.transfers.request_step import RequestStep


class BeginPage(Page):
    """The page. ``begun`` tells the transfer and whether it is to be packed now."""

    begun = Signal(int, bool)

    def __init__(self, shop: Shop, parent: QWidget | None = None, *, sending: bool = False) -> None:
        super().__init__(shop, _("Send goods") if sending else _("Ask for goods"), parent)
        self.back_key.setAccessibleName(_("Back to the transfers"))
        self.back_key.setToolTip(_("Back to the transfers (Esc)"))
        self.sending = sending
        self._busy = False
        self.form = RequestStep(shop, sending=sending)
        self.form.done_asked.connect(self.begin)
        self.column.addWidget(self.form, 1)
        self.setFocusProxy(self.form)

    def came_into_view(self) -> None:
        self._shop.read(places.saleable, then=self._show_places, asked_by=self)
        self.form.setFocus()

    def _show_places(self, known: list[Place]) -> None:
        acting = self._shop.acting
        here = next((one for one in known if acting is not None and one.id == acting.location_id), None)
        ours = next((one for one in known if here is not None and one.id == here.shop_id), here)
        # Another shop first; in a single shop another of its places.
        shops = [one for one in known if one.depth == 0 and one != ours]
        other = next(iter([*shops, *(one for one in known if one != ours)]), None)
        source, target = (ours, other) if self.sending else (other, ours)
        self.form.show_places(
            known, source.id if source is not None else None, target.id if target is not None else None
        )

    def on_scan(self, scan: Scan) -> None:
        self.form.on_scan(scan)

    def next(self) -> None:
        """F9: begin."""
        self.begin()

    def begin(self) -> None:
        """Write the transfer down."""
        head = self.form.head()
        if head is None or self._busy:
            return
        self._busy = True
        if self.sending:
            self._shop.run(service.send_now, head, then=self._begun, failed=self._refused, asked_by=self)
        else:
            lines = [(row.item_id, row.asked) for row in self.form.rows()]
            self._shop.run(service.request, head, lines, then=self._begun, failed=self._refused, asked_by=self)

    def _begun(self, created: Created) -> None:
        self._busy = False
        self._shop.announce(created.changes)
        sounds.yes()
        self._shop.unsay(KEY)
        self.form.forget()
        self.begun.emit(created.transfer_id, self.sending)

    def _refused(self, error: ShopError) -> None:
        self._busy = False
        sounds.no()
        self._shop.say("bad", error.sentence(), key=KEY)

    def escape(self) -> None:
        if not self.form.escape():
            self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow_side(self.form.side, self.width() < NARROW)

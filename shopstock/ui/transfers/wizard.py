"""One transfer from the request to its end: Request, Pack, Send, Arrive, Done. What is scanned is kept at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from shopstock.core.acting import Permission
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.transfers import ON_THE_WAY, Settle, Stage, TransferFields, TransferState
from shopstock.core.units import ItemId, Qty
from shopstock.queries import causes, places
from shopstock.queries.causes import Cause
from shopstock.queries.places import Place
from shopstock.queries.transfers import Transfer
from shopstock.services import transfers as service
from shopstock.ui import fields, sounds
from shopstock.ui.receive.page import NARROW, Page, narrow_side
from shopstock.ui.receive.step_bar import StepBar
from shopstock.ui.shop import Shop
from shopstock.ui.transfers import words
from shopstock.ui.transfers.count_step import CountStep, place_words
from shopstock.ui.transfers.counting import KEY, Counting
from shopstock.ui.transfers.end_step import EndStep, ShortPanel, ShortRow
from shopstock.ui.transfers.request_step import AskedRow, RequestStep
from shopstock.ui.transfers.send_step import SendStep, waits
from shopstock.ui.transfers.slip import Slip

REQUEST, PACK, SEND, ARRIVE, DONE = range(5)


class Wizard(Page):
    """The wizard of one transfer in the state it was opened in. ``reopened`` wants it built anew: its state changed."""

    reopened = Signal(int, int)  # transfer, step
    transfer_asked = Signal(int)

    def __init__(self, shop: Shop, transfer: Transfer, slip: Slip, parent: QWidget | None = None) -> None:
        super().__init__(shop, "", parent)
        self.transfer = transfer
        self._slip = slip
        self._busy = False
        self._places: list[Place] = []
        state = transfer.head.state
        self.packing = state is TransferState.REQUESTED
        self.counts = self.packing or state in ON_THE_WAY
        self.counting = Counting(shop, transfer, Stage.DISPATCH if self.packing else Stage.ARRIVE, self)
        self.back_key.setAccessibleName(_("Back to the transfers"))
        self.back_key.setToolTip(_("Back to the transfers (F4)"))
        self.place_key = fields.Button("", icon="building-store", on_click=self.choose_place)
        self.head.addWidget(self.place_key)
        self.bar = StepBar((_("Request"), _("Pack"), _("Send"), _("Arrive"), _("Done")))
        self.bar.chosen.connect(self.go)
        self.request = RequestStep(shop)
        self.count = CountStep(shop, self.counting)
        self.send = SendStep()
        self.end = EndStep()
        self.stack = QStackedWidget()
        for page in (self.request, self.count, self.send, self.end):
            self.stack.addWidget(page)
        self.column.addWidget(self.bar)
        self.column.addWidget(self.stack, 1)
        self._where = self.first_step()
        self._connect()
        self._show(transfer)
        self._show_step(self._where)
        shop.read(places.saleable, then=self._show_places, asked_by=self)

    def _connect(self) -> None:
        counting, request = self.counting, self.request
        counting.read_again.connect(self._show)
        counting.changed.connect(self._tell)
        counting.transfer_scanned.connect(self.transfer_asked)
        self.count.next_asked.connect(lambda: self.go(SEND if self.packing else DONE))
        request.done_asked.connect(lambda: self.go(PACK))
        request.line_set.connect(self._set_line)
        request.line_removed.connect(self._remove_line)
        request.head_changed.connect(self._change_head)
        request.cancel_asked.connect(self._cancel)
        self.send.send_asked.connect(self.dispatch)
        self.send.print_asked.connect(self.print_slip)
        self.send.save_asked.connect(lambda: self._slip.save(self.transfer.head.id, self.transfer.head.number))
        self.send.next_asked.connect(lambda: self.go(ARRIVE if self.counts else DONE))
        self.end.book_asked.connect(self.book_in)
        self.end.settle_asked.connect(self.settle)
        self.end.done_asked.connect(self.left)

    # -- showing ----------------------------------------------------------------------------------------------------

    def first_step(self) -> int:
        """Return where somebody of this shop goes on."""
        head, acting = self.transfer.head, self._shop.acting
        here = acting.location_id if acting is not None else None
        if head.state is TransferState.REQUESTED:
            ours = here is None or here in (head.from_id, head.from_shop_id)
            return PACK if ours or self.transfer.rows == () else REQUEST
        if head.state not in ON_THE_WAY:
            return DONE
        if head.unpacked and any(row.figures.in_transit for row in self.transfer.rows):
            return DONE
        return SEND if here in (head.from_id, head.from_shop_id) else ARRIVE

    def came_into_view(self) -> None:
        self.counting.read()
        self._focus()

    def changed(self, changes: Changes) -> None:
        if not self._busy:
            self.counting.read_soon()

    def _show_places(self, known: list[Place]) -> None:
        self._places = known
        head = self.transfer.head
        self.request.show_places(known, head.from_id, head.to_id)

    def _show(self, transfer: Transfer) -> None:
        before, self.transfer = self.transfer, transfer
        head = transfer.head
        if head.state is not before.head.state and not self._busy:
            self.reopened.emit(head.id, -1)
            return
        self.title.setText(_("Transfer {number}").format(number=head.number))
        self.facts.setText(words.facts(head))
        if self.packing:
            self.request.show_head(TransferFields(head.from_id, head.to_id, head.note, head.expected_day))
            self.request.show_rows(
                [
                    AskedRow(row.item_id, row.name, row.sku, row.at_from, row.figures.requested)
                    for row in transfer.rows
                    if row.figures.requested
                ]
            )
        self._tell()

    def _tell(self) -> None:
        tally = self.counting.tally
        if self.packing:
            self.send.show_packed(self.transfer.head, tally)
        else:
            self.send.show_sent(self.transfer)
            if self.counts:
                self.end.show_counted(self.transfer, tally)
            else:
                self.end.show_ended(self.transfer)
        self.place_key.setText(place_words(self.counting))
        self.place_key.setAccessibleName(place_words(self.counting))
        self._show_place()

    def _show_place(self) -> None:
        shop_id = self.counting.shop_id
        several = sum(1 for place in self._places if place.shop_id == shop_id) > 1
        self.place_key.setVisible(several and self._where in (PACK, ARRIVE))

    # -- steps ------------------------------------------------------------------------------------------------------

    def open_to(self, step: int) -> bool:
        """Tell whether a step can be gone to in the state the transfer is in."""
        if self.packing:
            return step in (REQUEST, PACK, SEND)
        return step in (SEND, ARRIVE, DONE) if self.counts else step in (SEND, DONE)

    def go(self, step: int) -> None:
        """Go to a step; what was counted stays."""
        if not self.open_to(step) or self._busy:
            return
        self.count.close_panel()
        self.end.close_panel()
        self._show_step(step)
        self.counting.after_written(self.counting.read)
        self._focus()

    def _show_step(self, step: int) -> None:
        self._where = step
        self.bar.show_step(step)
        for number, button in enumerate(self.bar.steps):
            button.setEnabled(self.open_to(number))
        page = {REQUEST: self.request, SEND: self.send, DONE: self.end}.get(step, self.count)
        self.stack.setCurrentWidget(page)
        self._show_place()

    def _focus(self) -> None:
        page = self.stack.currentWidget()
        if page is not None:
            page.setFocus()

    def next(self) -> None:
        """F9: go on; at the steps that post, post."""
        match self._where:
            case 0:
                self.go(PACK)
            case 1:
                self.go(SEND)
            case 2:
                self.send.press()
            case 3:
                self.go(DONE)
            case _:
                self.end.press()

    def step_back(self) -> None:
        """F8: go to the step before."""
        if self.open_to(self._where - 1):
            self.go(self._where - 1)

    def escape(self) -> None:
        """Esc closes what is open on the step; it never loses a scan."""
        if self._where in (PACK, ARRIVE):
            self.count.escape()
        elif (self._where == REQUEST and self.request.escape()) or (self._where == DONE and self.end.close_panel()):
            return
        else:
            self.step_back()

    def on_scan(self, scan: Scan) -> None:
        """Count a scan at whatever step; while the request is written it asks for one more."""
        if self._busy:
            sounds.no()
        elif self._where == REQUEST:
            self.request.on_scan(scan)
        elif not self.counts:
            self._look_elsewhere(scan)
        else:
            if self._where not in (PACK, ARRIVE):
                self.go(PACK if self.packing else ARRIVE)
            self.count.on_scan(scan)

    def _look_elsewhere(self, scan: Scan) -> None:
        sounds.no()
        self._shop.say(
            "warn", _("{number} is over.").format(number=self.transfer.head.number),
            _("Go back to the list (F4), then scan."), key=KEY,
        )  # fmt: skip

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow_side(self.request.side, self.width() < NARROW)

    # -- keys of the count ------------------------------------------------------------------------------------------

    def _counts(self, do: Callable[[], object]) -> None:
        if self._where in (PACK, ARRIVE) and not self._busy:
            do()

    def entry_line(self) -> None:
        """F2: type a code, words or a quantity."""
        if self._where == REQUEST:
            self.request.entry.line.setFocus()
        else:
            self._counts(self.count.entry_line)

    def choose_place(self) -> None:
        """F5: say where goods are taken from, or where they are put."""
        self._counts(self.count.questions.place)

    def set_count(self) -> None:
        """F6: set the count of the selected row."""
        self._counts(self.count.questions.set_count)

    def damaged(self) -> None:
        """F7: count what is scanned next as damaged, or as good again."""
        self._counts(self.count.turn_condition)

    def print_slip(self) -> None:
        """Print the slip."""
        self._slip.print(self.transfer.head.id, self.transfer.head.number)

    # -- writing ----------------------------------------------------------------------------------------------------

    def _set_line(self, item_id: ItemId, qty: Qty) -> None:
        self._shop.run(
            service.set_line, self.transfer.head.id, item_id, qty, then=self._written, failed=self._not_written,
            asked_by=self,
        )  # fmt: skip

    def _remove_line(self, item_id: ItemId) -> None:
        self._shop.run(
            service.remove_line, self.transfer.head.id, item_id, then=self._written, failed=self._not_written,
            asked_by=self,
        )  # fmt: skip

    def _change_head(self, head: TransferFields) -> None:
        self._shop.run(
            service.change, self.transfer.head.id, head, then=self._written, failed=self._not_written, asked_by=self
        )

    def _written(self, _changes: Changes) -> None:
        self.counting.read()

    def _not_written(self, error: ShopError) -> None:
        self._busy = False
        sounds.no()
        self._shop.say("bad", error.sentence(), key=KEY)
        self.counting.read()

    def _cancel(self) -> None:
        def then(_changes: Changes) -> None:
            self.left.emit()
            self._shop.say("ok", _("{number} is cancelled. Nothing moved.").format(number=number), key=KEY)

        number, self._busy = self.transfer.head.number, True
        self._shop.run(
            service.cancel, self.transfer.head.id, then=then, failed=self._not_written, asked_by=self
        )  # fmt: skip

    def dispatch(self) -> None:
        """Send off what is packed, once every scan is kept."""
        why = waits(self.counting.tally)
        if why:
            sounds.no()
            self._shop.say("bad", why, key=KEY)
        elif not self._busy:
            self._busy = True
            self.counting.after_written(self._dispatch_now)

    def _dispatch_now(self) -> None:
        def then(_changes: Changes) -> None:
            sounds.yes()
            head = self.transfer.head
            self.reopened.emit(head.id, SEND)
            self._shop.say(
                "ok", _("{number} is on its way to {place}.").format(number=head.number, place=head.to_place),
                "", _("Print the slip"), self.print_slip, key=KEY,
            )  # fmt: skip

        self._shop.run(
            service.dispatch, self.transfer.head.id, then=then, failed=self._not_written, asked_by=self
        )  # fmt: skip

    def book_in(self, complete: bool) -> None:
        """Book in what is counted, once every scan is kept; ``complete``: nothing else came."""
        unknown = [row.code for row in self.counting.tally.rows if row.unknown]
        if unknown:
            sounds.no()
            said = _("{code} is no item. Find it or skip it first.").format(code=unknown[0])
            self._shop.say("bad", said, key=KEY)
        elif not self._busy:
            self._busy = True
            self.counting.after_written(lambda: self._book_now(complete))

    def _book_now(self, complete: bool) -> None:
        def then(_changes: Changes) -> None:
            sounds.yes()
            head = self.transfer.head
            self.reopened.emit(head.id, DONE)
            self._shop.say("ok", _("{number} is booked in.").format(number=head.number), key=KEY)

        self._shop.run(
            service.arrive, self.transfer.head.id, complete=complete, then=then, failed=self._not_written,
            asked_by=self,
        )  # fmt: skip

    # -- what is short ----------------------------------------------------------------------------------------------

    def decide(self) -> None:
        """F3: say what became of the first goods that are short."""
        if self._where in (PACK, ARRIVE):
            self.count.questions.set_count()
            return
        row = self.end.first_short() if self._where == DONE else None
        if row is None:
            self._shop.say("ok", _("Nothing is short."), key=KEY)
        else:
            self.settle(row)

    def settle(self, row: ShortRow) -> None:
        """Ask what became of goods that did not arrive."""
        if row is not None:
            self._shop.read(causes.causes, "write_off", then=lambda known: self._ask_short(row, known), asked_by=self)

    def _ask_short(self, row: ShortRow, known: list[Cause]) -> None:
        def take(qty: Qty, how: str, cause: str) -> None:
            self.end.close_panel()
            if how == "coming":
                self._shop.say("ok", _("{item}: still on its way.").format(item=row.name), key=KEY)
                return
            self._shop.run(
                service.settle_short, self.transfer.head.id, row.item_id, qty, Settle(how), cause,
                then=lambda _changes: self._settled(row, qty, how), failed=self._not_written, asked_by=self,
            )  # fmt: skip

        self.end.open_panel(ShortPanel(row, known, take, may_lose=self.may(Permission.WRITE_OFF)))

    def _settled(self, row: ShortRow, qty: Qty, how: str) -> None:
        sounds.yes()
        said = _("{goods} came back.") if how == Settle.CAME_BACK else _("{goods} are written off.")
        self._shop.say("ok", said.format(goods=words.pieces(qty, row.name)), key=KEY)
        self.counting.read()

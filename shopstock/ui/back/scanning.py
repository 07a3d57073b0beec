"""The queue of scans of one write-off: each becomes a row or a red row, in its order, and is kept at once."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from shopstock.core.code_rules import NO_RULES, Kind, Rules
from shopstock.core.entry import EntryKind, parse_entry
from shopstock.core.outcome import Refused, ShopError
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import MAX_QTY, NO_DAY, ONE, QTY_SCALE, ItemId, LocationId, Qty
from shopstock.core.write_offs import RowId
from shopstock.db import clock
from shopstock.queries import search
from shopstock.queries.causes import Cause
from shopstock.queries.lots import LotHere
from shopstock.queries.places import Place
from shopstock.services import items as item_services
from shopstock.services import write_offs as service
from shopstock.services.write_offs import WriteOffLine
from shopstock.ui import format as fmt
from shopstock.ui.back import look_ups
from shopstock.ui.back.keeping import Keeping
from shopstock.ui.back.look_ups import Basis, Looked
from shopstock.ui.back.tally import Card, Row, Tally, key_of
from shopstock.ui.receive.page import new_key
from shopstock.ui.sell.steps import Steps
from shopstock.ui.shop import Shop


class Last(NamedTuple):
    """The last scan: its row's key, what it added, in what tone, when, and its code."""

    key: str
    words: str
    tone: str
    at: str
    code: str


class Scanning(QObject):
    """The queue of one write-off. ``tally`` is what the page shows of it."""

    changed = Signal()
    scanned = Signal(str, bool)  # the row's key, whether nobody has to look
    times_changed = Signal(object)  # Qty or None
    looked_up = Signal(str, object)  # text typed, list of search.Hit
    line_refused = Signal(str)  # what was typed goes back into the line
    ended = Signal(object)  # WriteOff: somebody else posted it, or it waits now

    def __init__(self, shop: Shop, write_off_id: int | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        acting = shop.acting
        assert acting is not None, "a write-off needs somebody signed in"
        self._shop = shop
        self.cause = ""
        self.place: Place | None = None
        self.times: Qty | None = None
        self.last: Last | None = None
        self.selected = ""
        self.causes: list[Cause] = []
        self.tally = Tally(acting.location_id)
        self._rules: Rules = NO_RULES
        self._turn = ""
        self.steps = Steps(self)
        self.keeping = Keeping(shop, self.tally, write_off_id, self)
        self.keeping.changed.connect(self.changed)
        self.keeping.refused.connect(self._line_lost)
        self.keeping.ended.connect(self.ended)
        shop.read(look_ups.basis, then=self._take_basis, asked_by=self)

    def _take_basis(self, read: Basis) -> None:
        self._rules = read.rules
        self.causes = [cause for cause in read.causes if cause.active]
        self.tally.causes = {cause.key: cause for cause in read.causes}
        self.tally.places = {place.id: place.path for place in read.places}
        self.tally.rebuild()
        self.changed.emit()
        self.steps.start()
        self.keeping.read()

    def read_causes(self) -> None:
        """Read the causes again: somebody changed them."""
        self._shop.read(look_ups.basis, then=self._take_basis, asked_by=self)

    @property
    def idle(self) -> bool:
        """Tell whether every scan was understood and kept, and the rows are as they were read."""
        return self.steps.idle and self.keeping.idle

    # -- scans and typed lines --------------------------------------------------------------------------------------

    def scan(self, scan: Scan) -> None:
        """Take a scan: it becomes a row, or a red row, after those before it."""
        self.steps.then_do(lambda: self._look_up(scan.code, self._take_times(), aim=scan.aim))

    def type(self, text: str) -> None:
        """Take a typed line: a code, ``24*CODE``, ``24*``, ``*5``, words; what it cannot be goes back."""
        self.steps.then_do(lambda: self._typed(text))

    def _typed(self, text: str) -> None:
        try:
            entry = parse_entry(text)
        except Refused as error:
            self.say("bad", error.sentence())
            self.line_refused.emit(text)
            return
        match entry.kind:
            case EntryKind.CODE:
                self._look_up(entry.text, entry.qty if entry.multiplied else self._take_times(), typed=True)
            case EntryKind.WORDS:
                if entry.multiplied:
                    self.set_times(entry.qty)
                self._words(entry.text)
            case EntryKind.TIMES:
                self.set_times(entry.qty)
            case EntryKind.SET_QTY:
                self.set_qty(entry.qty)
            case EntryKind.MORE | EntryKind.LESS:
                self.step(1 if entry.kind == EntryKind.MORE else -1)
            case _:
                self.say("bad", _("That means nothing here. Type a code, words, 24* or *5."))
                self.line_refused.emit(text)

    def set_times(self, qty: Qty | None) -> None:
        """Let the next scan count so often (``None``: once)."""
        self.times = qty
        self.times_changed.emit(qty)

    def _take_times(self) -> Qty:
        qty = self.times
        if qty is not None:
            self.set_times(None)
        return ONE if qty is None else qty

    def _look_up(self, code: str, times: Qty, *, typed: bool = False, aim: str = "") -> None:
        ticket, busy = self.steps.hold(lambda: self.add_unknown(code, times))

        def then(looked: Looked) -> None:
            if not self.steps.holds(ticket):
                return
            if looked.found is not None:
                self.take(looked, times, code)
            elif looked.place is not None:
                self.use_place(looked.place)
            elif typed and not any(character.isdigit() for character in code):
                self._words(code)
                return
            else:
                self.add_unknown(code, times)
            self.steps.release(ticket)

        def failed(error: ShopError) -> None:
            if self.steps.holds(ticket):
                self.add_unknown(code, times)
                self.say("bad", error.sentence())
                self.steps.release(ticket)

        self._shop.read(
            look_ups.look_up, aim + code, self._fixed(), self.cause, self._rules, then=then, failed=failed, busy=busy,
            asked_by=self,
        )  # fmt: skip

    def _fixed(self) -> LocationId | None:
        return None if self.place is None else self.place.id

    def _words(self, text: str) -> None:
        ticket, busy = self.steps.hold()

        def then(hits: list[search.Hit]) -> None:
            if self.steps.holds(ticket):
                self.looked_up.emit(text, hits)
                self.steps.release(ticket)

        self._shop.read(search.find_or_nearest, text, self.tally.place, then=then, busy=busy, asked_by=self)

    def choose(self, item_id: ItemId, unknown: str = "") -> None:
        """Write off an item picked from a list, or settle the red row ``unknown`` with it."""
        self.steps.then_do(lambda: self._choose(item_id, unknown))

    def _choose(self, item_id: ItemId, unknown: str) -> None:
        ticket, busy = self.steps.hold()

        def then(looked: Looked) -> None:
            if not self.steps.holds(ticket):
                return
            if looked.found is not None and unknown:
                self._settle(looked, unknown)
            elif looked.found is not None:
                self.take(looked, self._take_times(), "")
            self.steps.release(ticket)

        self._shop.read(look_ups.by_id, item_id, self._fixed(), self.cause, then=then, busy=busy, asked_by=self)

    def _settle(self, looked: Looked, code: str) -> None:
        times = self.tally.unknown(code)
        if times > 0 and looked.found is not None:
            self.tally.add_unknown(code, -times)
            self.take(looked, times, code)
            # The code belongs to the item from now on, where the person may say so and it is free.
            self._shop.run(item_services.add_code, looked.found.id, code, failed=_nothing, asked_by=self)

    def take(self, looked: Looked, times: Qty, code: str) -> None:
        """Write off what a code stands for, ``times`` times."""
        found = looked.found
        assert found is not None
        once = Qty(found.amount) if found.embedded in (Kind.WEIGHT, Kind.COUNT) else found.qty
        qty = Qty(times * once // QTY_SCALE)
        if not found.stocked:
            self._refuse(_("{item} keeps no stock: there is nothing to write off.").format(item=found.name))
            return
        if not qty or qty > MAX_QTY:
            self._refuse(_("{qty} of {item} cannot be written off at once. Check the code's pack.").format(
                qty=fmt.qty(qty), item=found.name
            ))  # fmt: skip
            return
        lot, expires = found.trace.lot, found.trace.expires
        if looked.lot is not None:
            lot, expires = looked.lot.code, looked.lot.expires
        self.tally.cards[found.id] = Card(found.sku, found.name, found.unit, found.tracks, found.code)
        line = WriteOffLine(
            new_key(), found.id, qty, self.cause, code, looked.location_id, lot, expires or NO_DAY
        )  # fmt: skip
        words = _("+{qty}").format(qty=fmt.qty(qty))
        if found.embedded is None and found.qty > ONE:
            words = (_("+{qty}, one pack") if times == ONE else _("+{qty}, {n} packs")).format(
                qty=fmt.qty(qty), n=fmt.qty(times)
            )  # fmt: skip
        if self.cause:
            words = f"{words} · {self.tally.causes[self.cause].name}"
        self._add(line, words, code or found.code)
        if not self.cause:
            self.say("warn", _("Why is {item} written off?").format(item=found.name), _("Choose the cause above."))

    def _refuse(self, sentence: str) -> None:
        self.say("bad", sentence)
        self.scanned.emit("", False)

    def add_unknown(self, code: str, times: Qty) -> None:
        """Keep a code that nobody knows as a red row."""
        self.tally.add_unknown(code, times)
        self._note(f"u{code}", "", "bad", code)
        self._shop.run(item_services.record_unknown, code, failed=_nothing, asked_by=self)

    def skip(self, code: str) -> None:
        """Drop an unknown code: it was a misread, or it is nobody's."""
        self.tally.add_unknown(code, -self.tally.unknown(code))
        self.changed.emit()

    def _add(self, line: WriteOffLine, words: str, code: str) -> None:
        self.keeping.add(line, self._fixed())
        self._note(key_of(self.tally.row_id(line)), words, "ok" if line.cause else "bad", code)

    def add_goods(self, line: WriteOffLine, card: Card) -> None:
        """Write off goods that were not scanned but chosen from a list."""
        known = self.tally.cards.get(line.item_id)
        self.tally.cards[line.item_id] = known if known is not None else card
        self._add(line, _("+{qty}").format(qty=fmt.qty(line.qty)), card.sku)

    def _note(self, key: str, words: str, tone: str, code: str) -> None:
        at = clock.to_local(clock.now()).strftime("%H:%M:%S")
        self.last = Last(key, words, tone, at, code)
        self._turn = key
        self.changed.emit()
        self.scanned.emit(key, tone == "ok")

    def _line_lost(self, _line: WriteOffLine, why: str) -> None:
        self.say("bad", why)
        self.scanned.emit("", False)

    # -- rows -------------------------------------------------------------------------------------------------------

    def step(self, by: int) -> None:
        """Write off one more or one less of the selected row."""
        row = self.tally.row(self.selected)
        if row is None:
            return
        if by < 0 and row.qty < ONE:
            self.say("warn", _("Nothing is left to take back."))
            self.scanned.emit(self.selected, False)
            return
        self._by_hand(row, Qty(by * ONE), _("one more") if by > 0 else _("one less"))

    def set_qty(self, qty: Qty) -> None:
        """Set how many of the selected row are written off."""
        row = self.tally.row(self.selected)
        if row is not None and qty != row.qty:
            self._by_hand(row, Qty(qty - row.qty), _("set to {qty}").format(qty=fmt.qty(qty)))

    def _by_hand(self, row: Row, qty: Qty, words: str) -> None:
        if row.id is None:
            self.tally.add_unknown(row.code, qty)
            self.changed.emit()
            return
        id_ = row.id
        line = WriteOffLine(new_key(), id_.item_id, qty, id_.cause, "", id_.location_id, id_.lot, id_.expires)
        self._add(line, words, row.code)

    def remove(self, row: Row) -> None:
        """Take a row off."""
        self._by_hand(row, Qty(-row.qty), _("taken off"))

    def set_cause(self, rows: list[RowId], cause: str) -> None:
        """Give rows a cause."""
        if rows:
            self._turn = key_of(rows[-1]._replace(cause=cause))
            self.keeping.run(service.set_cause, rows, cause)

    def set_lot(self, row: RowId, lot: LotHere | None) -> None:
        """Say which lot a row is of."""
        code, expires = (lot.code, lot.expires) if lot is not None else ("", NO_DAY)
        self._turn = key_of(row._replace(lot=code, expires=expires))
        self.keeping.run(service.set_lot, row, code, expires)

    def use_cause(self, cause: str) -> None:
        """Let what is scanned next have a cause; rows that have none yet take it."""
        self.cause = cause
        self.set_cause([row.id for row in self.tally.rows if row.id is not None and not row.id.cause], cause)
        self.changed.emit()

    def use_place(self, place: Place) -> None:
        """Take what is scanned next from a place."""
        self.place = place
        self.say("ok", _("What is scanned next is taken from {place}.").format(place=place.path))
        self.scanned.emit("", True)
        self.changed.emit()

    def take_turn(self) -> str:
        """Return the row to select because it was just scanned or changed, once it is there."""
        if self._turn and self.tally.row(self._turn) is None:
            return ""
        turn, self._turn = self._turn, ""
        return turn

    def say(self, level: str, fact: str, plain: str = "") -> None:
        """Say something in the message bar; the last word replaces the one before."""
        self._shop.say(level, fact, plain, key="back")


def _nothing(_error: ShopError) -> None:
    """Nobody has to know: the scan is a row all the same."""

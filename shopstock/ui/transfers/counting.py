"""The scans of a transfer that is packed or unpacked, in their order, each on its way into the database."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from shopstock.core import places as place_rules
from shopstock.core.acting import Acting
from shopstock.core.code_rules import Kind
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.receiving import Condition
from shopstock.core.text import _
from shopstock.core.transfers import ScanLine, Stage
from shopstock.core.units import MAX_QTY, ONE, QTY_SCALE, ItemId, LocationId, Qty
from shopstock.db.connection import Db
from shopstock.queries import transfers
from shopstock.queries.places import Place
from shopstock.queries.transfers import Transfer
from shopstock.services import items as item_services
from shopstock.services import transfers as service
from shopstock.ui import format as fmt
from shopstock.ui.receive import view
from shopstock.ui.receive.count_table import CountRow
from shopstock.ui.receive.last_scan import LastScan
from shopstock.ui.receive.page import new_key
from shopstock.ui.scanning.goods_count import GoodsCount
from shopstock.ui.shop import Shop
from shopstock.ui.transfers import reading
from shopstock.ui.transfers.reading import Looked, Thing
from shopstock.ui.transfers.tally import Line, Tally

KEY = "transfers"


def pack(db: Db, acting: Acting, transfer_id: int, lines: list[ScanLine]) -> Changes:
    """Write scans of what is packed."""
    return service.scan(db, acting, transfer_id, Stage.DISPATCH, lines)


def unpack(db: Db, acting: Acting, transfer_id: int, lines: list[ScanLine]) -> Changes:
    """Write scans of what arrived."""
    return service.scan(db, acting, transfer_id, Stage.ARRIVE, lines)


class Counting(GoodsCount):
    """The count of one stage. ``tally`` is what the screen shows of it, ``place`` where goods are taken from or go."""

    read_again = Signal(object)  # queries.transfers.Transfer
    transfer_scanned = Signal(int)
    key = KEY

    def __init__(self, shop: Shop, transfer: Transfer, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(shop, transfer.head.id, pack if stage is Stage.DISPATCH else unpack, parent)
        self.transfer_id = transfer.head.id
        self.stage = stage
        self.shop_id = LocationId(0)
        self.place: Place | None = None
        self.damaged = False
        self.tally = Tally(stage)
        self._take_over(transfer, set())
        self._start()

    # -- reading ----------------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read the transfer again; what is written by now is then part of what was read."""
        known = self.tally.known()

        def then(transfer: Transfer) -> None:
            self._take_over(transfer, known)
            self.changed.emit()
            self.read_again.emit(transfer)

        self._shop.read(
            transfers.transfer, self.transfer_id, then=then, key=("transfer", id(self)), asked_by=self
        )  # fmt: skip

    def _take_over(self, transfer: Transfer, known: set[str]) -> None:
        head = transfer.head
        self.here = head.from_id if self._packing else head.to_id
        self.shop_id = head.from_shop_id if self._packing else head.to_shop_id
        self.tally.take_over(transfer, known)

    # -- scans and typed lines --------------------------------------------------------------------------------------

    def ask(self, code: str, times: Qty, typed: str = "") -> None:
        ticket, busy = self.steps.hold(lambda: self.add_unknown(code, times))

        def then(looked: Looked) -> None:
            if not self.steps.holds(ticket):
                return
            if looked.thing is not None:
                self.take(looked.thing, times, code)
            elif looked.place is not None:
                self.use_place(looked.place)
            elif looked.transfer_id is not None:
                self._other(looked.transfer_id, code)
            elif typed and (" " in code.strip() or not any(letter.isdigit() for letter in code)):
                self.look_for(code, typed)
                return
            else:
                self.add_unknown(code, times)
            self.steps.release(ticket)

        def failed(error: ShopError) -> None:
            if self.steps.holds(ticket):
                self.refuse(error.sentence())
                self.steps.release(ticket)

        self._shop.read(
            reading.look_up, code, self.here, self._rules, then=then, failed=failed, busy=busy, asked_by=self
        )

    def _other(self, transfer_id: int, code: str) -> None:
        """The paper of a transfer was scanned: this one's says nothing new, another one's opens that."""
        if transfer_id == self.transfer_id:
            self._shop.say("info", _("{number} is open already. Scan the goods.").format(number=code.upper()), key=KEY)
            self.scanned.emit("", True)
        else:
            self.transfer_scanned.emit(transfer_id)

    def choose(self, item_id: ItemId, unknown: str = "") -> None:
        """Count an item picked from a list, or settle the red row ``unknown`` with it."""
        self.steps.then_do(lambda: self._choose(item_id, unknown))

    def _choose(self, item_id: ItemId, unknown: str) -> None:
        ticket, busy = self.steps.hold()
        times = ONE if unknown else self._take_times()

        def then(thing: Thing | None) -> None:
            if self.steps.holds(ticket):
                if thing is not None and unknown:
                    self._settle(thing, unknown[1:])
                elif thing is not None:
                    self.take(thing, times, "")
                self.steps.release(ticket)

        self._shop.read(reading.thing_of, item_id, self.here, then=then, busy=busy, asked_by=self)

    def _settle(self, thing: Thing, code: str) -> None:
        qty = self.tally.unknown(code)
        if qty > 0:
            self.tally.add_unknown(code, Qty(-qty))
            self.take(thing, qty, code)
            # The code belongs to the item from now on, where the person may say so and it is free.
            self._shop.run(
                item_services.add_code, thing.found.id, code, failed=lambda _error: None, asked_by=self
            )  # fmt: skip

    def take(self, thing: Thing, times: Qty, code: str) -> None:
        """Count what a code stands for, ``times`` times."""
        found, trace = thing.found, thing.found.trace
        once = Qty(found.amount) if found.embedded in (Kind.WEIGHT, Kind.COUNT) else found.qty
        qty = Qty(times * once // QTY_SCALE)
        if not found.stocked:
            self.refuse(_("{item} is not kept in stock: it is not sent.").format(item=found.name))
            return
        if not 0 < qty <= MAX_QTY:
            self.refuse(_("{qty} of {item} cannot be counted at once. Check the code's pack.").format(
                qty=fmt.qty(qty), item=found.name))  # fmt: skip
            return
        there = Qty(sum(row.on_hand for row in thing.stock if row.shop_id == self.shop_id))
        self.tally.know(Line(found.id, found.sku, found.name, found.code, None, there=there if self._packing else None))
        words = _("+{qty}").format(qty=fmt.qty(qty))
        if found.embedded is None and found.qty > ONE:
            words = (_("+{qty}, one pack") if times == ONE else _("+{qty}, {n} packs")).format(
                qty=fmt.qty(qty), n=fmt.qty(times)
            )  # fmt: skip
        if self.damaged:
            words = _("{qty} damaged").format(qty=fmt.qty(qty))
        self.add(
            ScanLine(
                new_key(), found.id, qty, code, Condition.DAMAGED if self.damaged else Condition.GOOD, trace.lot,
                trace.expires or None, self.place.id if self.place is not None and not self.damaged else None,
            )
        )  # fmt: skip
        self._note_row(found.id, words, code or found.code)

    @property
    def _packing(self) -> bool:
        return self.stage is Stage.DISPATCH

    def _note_row(self, item_id: ItemId, words: str, code: str) -> None:
        key = view.key_of(item_id)
        look_at = next((one for one in self.tally.look_at if one.key == key), None)
        if look_at is not None and not self.damaged:
            words = f"{words}: {look_at.words}"
        self._note(key, words, "ok" if look_at is None else "bad", code)

    def add_unknown(self, code: str, times: Qty) -> None:
        """Keep a code that nobody knows as a red row."""
        self.tally.add_unknown(code, times)
        self.note_unknown(code)

    def skip(self, key: str) -> None:
        """Drop an unknown code: it was a misread, or it is nobody's."""
        code = key[1:]
        self.tally.add_unknown(code, Qty(-self.tally.unknown(code)))
        self.changed.emit()

    # -- figures of a row -------------------------------------------------------------------------------------------

    def _item(self, key: str) -> ItemId | None:
        return ItemId(int(key[1:])) if key.startswith("i") else None

    def step(self, by: int) -> None:
        """Count one more or one less of the selected row."""
        self._change(self._selected, Qty(by * ONE), _("one more") if by > 0 else _("one less"))

    def set_qty(self, key: str, qty: Qty) -> None:
        """Set how many of a row are counted and not posted."""
        item_id = self._item(key)
        if item_id is not None:
            line = self.tally.lines[item_id]
            change = Qty(qty - line.booked - self.tally.held(item_id).all)
            self._change(key, change, _("set to {qty}").format(qty=fmt.qty(qty)))

    def _change(self, key: str, qty: Qty, words: str) -> None:
        item_id = self._item(key)
        if item_id is None or not qty:
            return
        held = self.tally.held(item_id)
        if qty < 0 and (held.damaged if self.damaged else held.good) < -qty:
            said = _("No more damaged ones can be taken back.") if self.damaged else _("No more can be taken back.")
            other = held.good if self.damaged else held.damaged
            plain = _("F7 switches between good and damaged.") if other else ""
            self._shop.say("warn", said, plain, key=KEY)
            self.scanned.emit(key, False)
            return
        put = self.place is not None and qty > 0 and not self.damaged
        condition = Condition.DAMAGED if self.damaged else Condition.GOOD
        place_id = self.place.id if self.place is not None and put else None
        self.add(ScanLine(new_key(), item_id, qty, condition=condition, location_id=place_id))
        self._note_row(item_id, words, self.tally.lines[item_id].code)

    # -- places and condition -----------------------------------------------------------------------------------------

    def use_place(self, place: Place | None) -> None:
        """Take what is scanned next from a place, or put it there; ``None``: where the book has it, or its home."""
        if place is not None and place.shop_id != self.shop_id:
            self.refuse(_("{place} is in another shop.").format(place=place.path))
            return
        self.place = place
        if place is None:
            said = (
                _("Goods come from where the book has them.") if self._packing else _("Goods go to their home places.")
            )
        else:
            name = place_rules.inside(place.path)
            said = (
                _("What is scanned next comes from {place}.") if self._packing
                else _("What is scanned next goes to {place}.")
            ).format(place=name)  # fmt: skip
        self._shop.say("ok", said, key=KEY)
        self.scanned.emit("", True)
        self.changed.emit()

    def set_damaged(self, damaged: bool) -> None:
        """Count what is scanned next as damaged, or as good again."""
        self.damaged = damaged
        self.changed.emit()

    # -- what the screen asks ---------------------------------------------------------------------------------------

    def card_of(self, row: CountRow | None) -> LastScan | None:
        """Return what the card shows of a row."""
        if row is None or row.item_id is None or row.item_id not in self.tally.lines:
            return None
        line = self.tally.lines[row.item_id]
        last = self.last_of(row)
        code = (last.code if last is not None else "") or line.code
        second = f"{line.sku} · {code}" if code and code != line.sku else line.sku
        return LastScan(
            line.name, second, last.at if last else "", row.counted, line.wanted, ONE, last.words if last else "",
            last.tone if last else "ok",
        )  # fmt: skip

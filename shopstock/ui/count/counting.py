"""The scans of one sheet, in their order, each an entry on its way into the database."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from shopstock.core import counting as rules
from shopstock.core import places as place_rules
from shopstock.core.acting import Acting
from shopstock.core.code_rules import Kind
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.text import _
from shopstock.core.units import MAX_QTY, ONE, QTY_SCALE, ItemId, Qty
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import counting
from shopstock.queries.counting import Counted, Looked, Thing
from shopstock.services import count_entries
from shopstock.services import items as item_services
from shopstock.services.count_entries import EntryLine
from shopstock.ui import format as fmt
from shopstock.ui.count.tally import Tally
from shopstock.ui.receive import view
from shopstock.ui.receive.count_table import CountRow
from shopstock.ui.receive.last_scan import LastScan
from shopstock.ui.receive.page import new_key
from shopstock.ui.scanning.goods_count import GoodsCount
from shopstock.ui.shop import Shop

KEY = "count"
#: An entry that waited longer for the database says itself when it was counted; else the ledger of now is met.
_LATE_US = 5_000_000


def enter(db: Db, acting: Acting, sheet_id: int, lines: list[EntryLine]) -> Changes:
    """Write entries of a sheet."""
    late = clock.now() - _LATE_US
    told = [line if line.at is not None and line.at < late else replace(line, at=None) for line in lines]
    return count_entries.enter(db, acting, sheet_id, told)


class Counting(GoodsCount):
    """The count of one sheet; ``tally`` is what the screen shows of it."""

    read_again = Signal(object)  # queries.counting.Counted
    sheet_asked = Signal(int)
    key = KEY
    find = staticmethod(counting.find)  # type: ignore[assignment]

    def __init__(self, shop: Shop, counted: Counted, parent: QObject | None = None) -> None:
        super().__init__(shop, counted.head.id, enter, parent)
        assert shop.acting is not None
        self.head = counted.head
        self.here = shop.acting.location_id
        self.tally = Tally()
        self.tally.take_over(counted, set())
        self._asked: tuple[ItemId, Qty] | None = None
        self._start()

    # -- reading ------------------------------------------------------------------------------------------------------

    def read(self) -> None:
        known = self.tally.known()

        def then(counted: Counted) -> None:
            self.head = counted.head
            self.tally.take_over(counted, known)
            self.changed.emit()
            self.read_again.emit(counted)

        self._shop.read(counting.sheet, self.head.id, then=then, key=("sheet", id(self)), asked_by=self)

    # -- scans and typed lines ----------------------------------------------------------------------------------------

    def ask(self, code: str, times: Qty, typed: str = "") -> None:
        device = "typed" if typed else "scanner"
        ticket, busy = self.steps.hold(lambda: self.add_unknown(code, times, device))

        def then(looked: Looked) -> None:
            if not self.steps.holds(ticket):
                return
            if looked.thing is not None:
                self.take(looked.thing, times, code, device)
            elif looked.place is not None:
                self._other_place(looked)
            elif typed and (" " in code.strip() or not any(letter.isdigit() for letter in code)):
                self.look_for(code, typed)
                return
            else:
                self.add_unknown(code, times, device)
            self.steps.release(ticket)

        def failed(error: ShopError) -> None:
            if self.steps.holds(ticket):
                self.refuse(error.sentence())
                self.steps.release(ticket)

        self._shop.read(
            counting.look_up, code, self.head.count_id, self._rules, then=then, failed=failed, busy=busy, asked_by=self
        )

    def _other_place(self, looked: Looked) -> None:
        """The label of a place was scanned: this one's says nothing new, another one's is counted next."""
        assert looked.place is not None
        name = place_rules.inside(looked.place.path)
        if looked.sheet_id == self.head.id:
            self._shop.say("info", _("You are counting {place}. Scan what lies there.").format(place=name), key=KEY)
            self.scanned.emit("", True)
        elif looked.sheet_id is None:
            self.refuse(_("{place} is not being counted now.").format(place=name), _("Put its goods aside, and go on."))
        else:
            self.sheet_asked.emit(looked.sheet_id)

    def choose(self, item_id: ItemId, unknown: str = "") -> None:
        """Count an item picked from a list, or say that the red row ``unknown`` is this item."""
        self.steps.then_do(lambda: self._choose(item_id, unknown))

    def _choose(self, item_id: ItemId, unknown: str) -> None:
        ticket, busy = self.steps.hold()
        times = ONE if unknown else self._take_times()

        def then(thing: Thing | None) -> None:
            if self.steps.holds(ticket):
                if thing is not None and unknown:
                    self._settle(thing, unknown[1:])
                elif thing is not None:
                    self.take(thing, times, "", "typed")
                self.steps.release(ticket)

        self._shop.read(counting.thing, item_id, then=then, busy=busy, asked_by=self)

    def _settle(self, thing: Thing, code: str) -> None:
        qty = self.tally.unknown(code)
        if qty > 0:
            self.skip(f"u{code}")
            self.take(thing, qty, code, "typed")
            # The code belongs to the item from now on, where the person may say so and it is free.
            self._shop.run(item_services.add_code, thing.id, code, failed=lambda _error: None, asked_by=self)

    def take(self, thing: Thing, times: Qty, code: str, device: str) -> None:
        """Count what a code stands for, ``times`` times."""
        once = Qty(thing.amount) if thing.embedded in (Kind.WEIGHT, Kind.COUNT) else thing.qty
        qty = Qty(times * once // QTY_SCALE)
        if not thing.stocked:
            self.refuse(_("{item} is not kept in stock: there is nothing to count.").format(item=thing.name))
            return
        if not 0 < qty <= MAX_QTY:
            self.refuse(_("{qty} of {item} cannot be counted at once. Check the code's pack.").format(
                qty=fmt.qty(qty), item=thing.name))  # fmt: skip
            return
        self.tally.know(thing)
        if self._enter(thing.id, qty, code, device):
            words = _("+{qty}").format(qty=fmt.qty(qty))
            if thing.embedded is None and thing.qty > ONE:
                words = (_("+{qty}, one pack") if times == ONE else _("+{qty}, {n} packs")).format(
                    qty=fmt.qty(qty), n=fmt.qty(times)
                )  # fmt: skip
            self._note(view.key_of(thing.id), words, "ok", code or thing.code)

    def _enter(self, item_id: ItemId, qty: Qty, code: str, device: str) -> bool:
        """Enter a figure; one that looks like a code is asked for a second time."""
        sure = self._asked == (item_id, qty)
        self._asked = None
        if abs(qty) > rules.ASK_ABOVE and not sure:
            self._asked = (item_id, qty)
            self.refuse(
                _("{qty} is very many. Is it a code?").format(qty=fmt.qty(qty)), _("Enter it once more to keep it.")
            )
            return False
        self.add(EntryLine(new_key(), item_id, qty, code, device, clock.now(), sure))
        return True

    def add_unknown(self, code: str, times: Qty, device: str = "scanner") -> None:
        """Keep a code that nobody knows: it is an entry too, and is matched now or afterwards."""
        self.add(EntryLine(new_key(), None, times, code, device, clock.now()))
        self.note_unknown(code)

    def skip(self, key: str) -> None:
        """Take an unknown code back: it was a misread, or it is nobody's."""
        code = key[1:]
        self.add(EntryLine(new_key(), None, Qty(-self.tally.unknown(code)), code, "typed", clock.now()))

    def row_key(self, line: EntryLine) -> str:
        return f"u{line.code}" if line.item_id is None else view.key_of(line.item_id)

    # -- figures of a row ---------------------------------------------------------------------------------------------

    def step(self, by: int) -> None:
        self._change(self._selected, Qty(by * ONE), _("one more") if by > 0 else _("one less"))

    def set_qty(self, key: str, qty: Qty) -> None:
        item_id = _item(key)
        if item_id is not None:
            change = Qty(qty - (self.tally.qty(item_id) or 0))
            words = _("set to {qty}").format(qty=fmt.qty(qty)) if qty else _("none here")
            self._change(key, change, words, even_none=self.tally.qty(item_id) is None)

    def none_here(self) -> None:
        """Say that the selected item does not lie here."""
        self.set_qty(self._selected, Qty(0))

    def _change(self, key: str, qty: Qty, words: str, *, even_none: bool = False) -> None:
        item_id = _item(key)
        if item_id is None or not (qty or even_none):
            return
        if qty < 0 and (self.tally.qty(item_id) or 0) < -qty:
            self._shop.say("warn", _("No more can be taken back."), key=KEY)
            self.scanned.emit(key, False)
        elif self._enter(item_id, qty, "", "typed"):
            self._note(key, words, "ok", "")

    def card_of(self, row: CountRow | None) -> LastScan | None:
        """Return what the card shows of a row."""
        if row is None or row.item_id is None or row.item_id not in self.tally.lines:
            return None
        line, last = self.tally.lines[row.item_id], self.last_of(row)
        second = f"{line.sku} · {last.code}" if last is not None and last.code not in ("", line.sku) else line.sku
        return LastScan(
            line.name, second, last.at if last else "", row.counted, None, ONE, last.words if last else "",
            last.tone if last else "ok",
        )  # fmt: skip


def _item(key: str) -> ItemId | None:
    return ItemId(int(key[1:])) if key.startswith("i") else None

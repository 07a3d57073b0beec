"""The count of one delivery: scans and typed lines in their order, each a line of the count or a red row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from shopstock.core.catalogue import LOTS
from shopstock.core.code_rules import Kind, Rules
from shopstock.core.entry import EntryKind, parse_entry
from shopstock.core.outcome import Refused
from shopstock.core.receiving import Condition
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import MAX_QTY, NO_DAY, ONE, QTY_SCALE, ZERO_QTY, Day, ItemId, LocationId, Qty
from shopstock.db import clock
from shopstock.queries import items, receiving
from shopstock.queries.places import Place
from shopstock.services import items as item_services
from shopstock.services.receiving import CountLine
from shopstock.ui import format as fmt
from shopstock.ui.receive import view
from shopstock.ui.receive.count_table import CountRow
from shopstock.ui.receive.last_scan import LastScan
from shopstock.ui.receive.look_ups import LookUps
from shopstock.ui.receive.page import new_key
from shopstock.ui.receive.tally import Tally
from shopstock.ui.receive.view import Asked, Line
from shopstock.ui.scanning.outbox import Outbox
from shopstock.ui.sell.steps import Steps
from shopstock.ui.shop import Shop

READ_PAUSE_MS = 400


class _Shown(NamedTuple):
    """The last scan: its row's key, what it added, and when."""

    key: str
    words: str
    tone: str
    at: str
    code: str


class Counting(QObject):
    """The count: ``tally`` is what the screen shows, ``place`` where goods are put (``None``: where each belongs)."""

    changed = Signal()
    scanned = Signal(str, bool)  # the row's key, whether nobody has to look
    times_changed = Signal(object)  # Qty or None
    looked_up = Signal(str, object)  # text typed, list of search.Hit
    line_refused = Signal(str)  # what was typed goes back into the line
    lot_asked = Signal(str)  # the row's key
    read_again = Signal(object)  # receiving.Delivery

    def __init__(self, shop: Shop, delivery_id: int, here: LocationId, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self.delivery_id = delivery_id
        self.here = here
        self.place: Place | None = None
        self._to: LocationId | None = None
        self.times: Qty | None = None
        self.stuck = ""
        self.tally = Tally()
        self._lotless: Counter[ItemId] = Counter()
        self._lots: dict[ItemId, tuple[str, Day]] = {}
        self._last: _Shown | None = None
        self._turn = ""
        self._selected = ""
        self.steps = Steps(self)
        self._look_ups = LookUps(shop, self)
        self.outbox = Outbox(shop, delivery_id, self)
        self.outbox.written.connect(self._batch_written)
        self.outbox.refused.connect(self._line_lost)
        self.outbox.stuck.connect(self._show_stuck)
        self._pause = QTimer(self, singleShot=True, interval=READ_PAUSE_MS)
        self._pause.timeout.connect(self.read)
        shop.read(items.code_rules_of, then=self._begin, asked_by=self)

    def _begin(self, rules: Rules) -> None:
        self._look_ups.rules = rules
        self.steps.start()

    @property
    def idle(self) -> bool:
        """Tell whether every scan was understood, counted and kept."""
        return self.steps.idle and self.outbox.idle and not self._pause.isActive()

    # -- reading ----------------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read the delivery again; what is written by now is then part of what was read."""
        known = self.tally.known()

        def then(delivery: receiving.Delivery) -> None:
            self.tally.take_over(delivery, known)
            self.changed.emit()
            self.read_again.emit(delivery)

        self._shop.read(
            receiving.delivery, self.delivery_id, then=then, key=("receive-delivery", id(self)), asked_by=self
        )

    def read_after(self, _changes: object = None) -> None:
        """Read again because something was decided."""
        self.read()

    def read_soon(self) -> None:
        """Read again when the scans pause: somebody counted elsewhere, or here."""
        if not self._pause.isActive():
            self._pause.start()

    # -- scans and typed lines --------------------------------------------------------------------------------------

    def scan(self, scan: Scan) -> None:
        """Take a scan: it is counted, or becomes a red row, after those before it."""
        self.steps.then_do(lambda: self._look_ups.code(scan.code, self._take_times(), aim=scan.aim))

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
                self._look_ups.code(entry.text, entry.qty if entry.multiplied else self._take_times(), typed=True)
            case EntryKind.WORDS:
                if entry.multiplied:
                    self.set_times(entry.qty)
                self._look_ups.words(entry.text)
            case EntryKind.TIMES:
                self.set_times(entry.qty)
            case EntryKind.SET_QTY:
                self.set_qty(self._selected, entry.qty)
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

    def choose(self, item_id: ItemId, unknown: str = "") -> None:
        """Count an item picked from a list, or settle the red row ``unknown`` with it."""
        self.steps.then_do(lambda: self._choose(item_id, unknown))

    def _choose(self, item_id: ItemId, unknown: str) -> None:
        if unknown:
            self._look_ups.by_id(item_id, lambda found: self._settle(found, unknown[1:]))
        else:
            times = self._take_times()
            self._look_ups.by_id(item_id, lambda found: self.take(found, times, ""))

    def _settle(self, found: items.Found, code: str) -> None:
        qty = self.tally.unknown(code)
        if qty > 0:
            self._add(CountLine(new_key(), None, Qty(-qty), code))
            self.take(found, qty, code)
            # The code belongs to the item from now on, where the person may say so and it is free.
            self._shop.run(item_services.add_code, found.id, code, failed=lambda _error: None, asked_by=self)

    def take(self, found: items.Found, times: Qty, code: str) -> None:
        """Count what a code stands for, ``times`` times."""
        once = found.qty
        if found.embedded in (Kind.WEIGHT, Kind.COUNT):
            once = Qty(found.amount)
        qty = Qty(times * once // QTY_SCALE)
        if not qty or qty > MAX_QTY:
            self.say("bad", _("{qty} of {item} cannot be counted at once. Check the code's pack.").format(
                qty=fmt.qty(qty), item=found.name
            ))  # fmt: skip
            self.scanned.emit("", False)
            return
        trace = found.trace
        self._know(found)
        line = CountLine(
            new_key(), found.id, qty, code, lot=trace.lot, expires=trace.expires or None, location_id=self._to
        )
        expired = bool(trace.expires) and trace.expires < clock.day_of(clock.now())
        if found.tracks == LOTS and not trace.lot and not trace.expires:
            self._lotless[found.id] += qty
        if trace.lot or trace.expires:
            self._lots[found.id] = (trace.lot, trace.expires)
        words = _("+{qty}").format(qty=fmt.qty(qty))
        if found.embedded is None and found.qty > ONE:
            words = (_("+{qty}, one pack") if times == ONE else _("+{qty}, {n} packs")).format(
                qty=fmt.qty(qty), n=fmt.qty(times)
            )  # fmt: skip
        self._add(line)
        held = self.tally.held.get(found.id)
        good = held is not None and not held.to_decide and not expired
        if expired:
            words = _("expired {day}").format(day=fmt.day(trace.expires))
            self.say("warn", _("{item} expired on {day}.").format(item=found.name, day=fmt.day(trace.expires)),
                      _("It is counted. Set it aside or refuse it with “Damaged”."))  # fmt: skip
        elif not good and held is not None:
            asked = view.look_at(self.tally.lines[found.id], held)
            words = f"{words}: {asked.words}" if asked is not None else words
        self._note(view.key_of(found.id), words, "ok" if good else "bad", code or found.code)
        if self._lotless[found.id] and found.tracks == LOTS:
            self.lot_asked.emit(view.key_of(found.id))

    def _know(self, found: items.Found) -> None:
        pack = found.qty if found.embedded is None else ONE
        self.tally.know(Line(found.id, found.sku, found.name, found.code, pack, None, ZERO_QTY, ZERO_QTY))

    def add_unknown(self, code: str, times: Qty) -> None:
        """Keep a code that nobody knows as a red row."""
        self._add(CountLine(new_key(), None, times, code))
        self._note(f"u{code}", "", "bad", code)
        self._shop.run(item_services.record_unknown, code, failed=lambda _error: None, asked_by=self)

    def _note(self, key: str, words: str, tone: str, code: str) -> None:
        at = clock.to_local(clock.now()).strftime("%H:%M:%S")
        self._last = _Shown(key, words, tone, at, code)
        self._turn = key
        self.changed.emit()
        self.scanned.emit(key, tone == "ok")

    # -- lines of the count -----------------------------------------------------------------------------------------

    def _add(self, line: CountLine) -> None:
        self.tally.add(line)
        self.changed.emit()
        self.outbox.add(line)

    def _batch_written(self, lines: list[CountLine]) -> None:
        self.tally.wrote(lines)
        self.read_soon()

    def _line_lost(self, line: CountLine, why: str) -> None:
        self.tally.take_off(line)
        self.changed.emit()
        self.say("bad", why)
        self.scanned.emit("" if line.item_id is None else view.key_of(line.item_id), False)
        self.read_soon()

    def _show_stuck(self, why: str) -> None:
        waiting = len(self.outbox.waiting)
        self.stuck = _("{n} scans wait to be kept. They are tried again. {why}").format(
            n=fmt.number(waiting), why=why
        ) if waiting and why else ""  # fmt: skip
        self.changed.emit()

    def after_written(self, then: Callable[[], object]) -> None:
        """Do something when the database has everything counted so far."""
        self.outbox.when_idle(then)

    # -- figures of a row -------------------------------------------------------------------------------------------

    def select(self, key: str) -> None:
        """Remember the row that figures typed next belong to."""
        self._selected = key

    def _item(self, key: str) -> ItemId | None:
        return ItemId(int(key[1:])) if key.startswith("i") else None

    def step(self, by: int) -> None:
        """Count one more or one less of the selected row."""
        item_id = self._item(self._selected)
        if item_id is None or item_id not in self.tally.held:
            return
        if by < 0 and self.tally.held[item_id].good < ONE:
            self.say("warn", _("Nothing is left to take back."))
            self.scanned.emit(self._selected, False)
            return
        self._count_by_hand(item_id, Qty(by * ONE), _("one more") if by > 0 else _("one less"))

    def set_qty(self, key: str, qty: Qty) -> None:
        """Set how many of a row were counted in all."""
        item_id = self._item(key)
        held = self.tally.held.get(item_id) if item_id is not None else None
        if item_id is None or held is None:
            return
        if qty < held.damaged:
            self.say("warn", _("{qty} of them are damaged. Take those back first.").format(qty=fmt.qty(held.damaged)))
            return
        change = Qty(qty - held.counted)
        if change:
            self._count_by_hand(item_id, change, _("set to {qty}").format(qty=fmt.qty(qty)))

    def _count_by_hand(self, item_id: ItemId, qty: Qty, words: str) -> None:
        self._add(CountLine(new_key(), item_id, qty, location_id=self._to))
        asks = self.tally.held[item_id].to_decide if item_id in self.tally.held else ()
        self._note(view.key_of(item_id), words, "bad" if asks and qty > 0 else "ok", self.tally.lines[item_id].code)

    def good_of(self, key: str) -> Qty:
        """Return how many undamaged ones are counted of a row."""
        return self.tally.good(self._item(key))

    def add_damaged(self, key: str, qty: Qty, note: str) -> str:
        """Count so many as damaged, of those that were counted where there are; return the scan's key."""
        item_id = self._item(key)
        assert item_id is not None
        from_good = Qty(min(qty, self.tally.held[item_id].good)) if item_id in self.tally.held else ZERO_QTY
        if from_good:
            self._add(CountLine(new_key(), item_id, Qty(-from_good), location_id=self._to))
        line = CountLine(new_key(), item_id, qty, condition=Condition.DAMAGED, note=note)
        self._add(line)
        self._note(key, _("{qty} damaged").format(qty=fmt.qty(qty)), "bad", self.tally.lines[item_id].code)
        return line.key

    def skip(self, key: str) -> None:
        """Drop an unknown code: it was a misread, or it is nobody's."""
        code = key[1:]
        qty = self.tally.unknown(code)
        if qty > 0:
            self._add(CountLine(new_key(), None, Qty(-qty), code))

    # -- lots and places --------------------------------------------------------------------------------------------

    def without_lot(self, key: str) -> Qty:
        """Return how many of a row wait for their lot."""
        item_id = self._item(key)
        return Qty(self._lotless[item_id]) if item_id is not None else ZERO_QTY

    def next_without_lot(self) -> str:
        """Return the key of a row that waits for its lot; empty when none does."""
        return next((view.key_of(item_id) for item_id, qty in self._lotless.items() if qty > 0), "")

    def last_lot(self, key: str) -> tuple[str, Day]:
        """Return the lot that was last named for a row."""
        item_id = self._item(key)
        return self._lots.get(item_id, ("", NO_DAY)) if item_id is not None else ("", NO_DAY)

    def name_lot(self, key: str, lot: str, expires: Day) -> None:
        """Say to which lot the goods belong that were counted without one."""
        item_id = self._item(key)
        qty = self.without_lot(key)
        if item_id is None or not qty:
            return
        self._lotless[item_id] = 0
        self._lots[item_id] = (lot, expires)
        self._add(CountLine(new_key(), item_id, Qty(-qty), location_id=self._to))
        self._add(CountLine(new_key(), item_id, qty, lot=lot, expires=expires or None, location_id=self._to))
        if expires and expires < clock.day_of(clock.now()):
            self.say("warn", _("That day is past: these goods have expired."))
            self.scanned.emit(key, False)

    def use_place(self, place: Place | None) -> None:
        """Put what is counted next at a place, or each item where it belongs."""
        self.place, self._to = place, None if place is None else place.id
        home = _("What is counted next goes where it belongs.")
        self.say("ok", _("What is counted next goes to {place}.").format(place=place.name) if place else home)
        self.scanned.emit("", True)
        self.changed.emit()

    # -- what the screen asks ---------------------------------------------------------------------------------------

    def take_turn(self) -> str:
        """Return the row to select because it was just scanned, once."""
        turn, self._turn = self._turn, ""
        return turn

    def is_last(self, row: CountRow | None) -> bool:
        """Tell whether a row is the one of the last scan."""
        return self._last is not None and (row is None or row.key == self._last.key)

    def card_of(self, row: CountRow | None) -> LastScan | None:
        """Return what the card shows of a row."""
        if row is None or row.item_id is None or row.item_id not in self.tally.held:
            return None
        line, held = self.tally.lines[row.item_id], self.tally.held[row.item_id]
        last = self._last if self._last is not None and self._last.key == row.key else None
        code = (last.code if last is not None else "") or line.code
        second = f"{line.sku} · {code}" if code and code != line.sku else line.sku
        return LastScan(
            line.name, second, last.at if last else "", held.counted, line.ordered, line.pack,
            last.words if last else "", last.tone if last else "ok",
        )  # fmt: skip

    def choices_of(self, row: CountRow) -> list[Asked]:
        """Return what may be decided about a row."""
        held = self.tally.held.get(row.item_id) if row.item_id is not None else None
        return view.asked(held) if held is not None else []

    def say(self, level: str, fact: str, plain: str = "") -> None:
        """Say something in the message bar; the last word replaces the one before."""
        self._shop.say(level, fact, plain, key="receive")

"""Put-away by three scans: where from, what, where to. The last one posts at once; what is refused stays in hand.

A place that is scanned with nothing in hand is where goods come from, with goods in hand it is where they go. Goods
that are scanned first come from where the book has them: that is shown, and can be changed.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from shopstock.core import places as place_rules
from shopstock.core.acting import Permission
from shopstock.core.code_rules import Kind
from shopstock.core.document import Head
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.text import _, ngettext
from shopstock.core.units import MAX_QTY, ONE, QTY_SCALE, DocumentId, ItemId, LocationId, Qty
from shopstock.db import clock
from shopstock.queries.places import Place
from shopstock.services import items as item_services
from shopstock.services import reverse
from shopstock.ui import format as fmt
from shopstock.ui import sounds
from shopstock.ui.receive.page import new_key
from shopstock.ui.scanning.scan_work import ScanWork
from shopstock.ui.shop import Shop
from shopstock.ui.transfers import carry, posting, reading, words
from shopstock.ui.transfers.carry import Carried
from shopstock.ui.transfers.posting import Group, Posting
from shopstock.ui.transfers.reading import Hits, Looked, Thing

KEY = "transfers"


class PutAway(ScanWork):
    """What is in hand. ``source`` is the place that somebody named, ``rows`` the goods."""

    changed = Signal()
    flashed = Signal(str)  # the key of the row that was just scanned
    looked_up = Signal(str, object)  # text typed, reading.Hits
    transfer_scanned = Signal(int)

    def __init__(self, shop: Shop, here: LocationId, parent: QObject | None = None) -> None:
        super().__init__(shop, parent)
        self.here = here
        self.shop_id = here
        self.source: Place | None = None
        self.rows: list[Carried] = []
        self.last: Carried | None = None
        self.last_at = ""
        self.undo: tuple[DocumentId, str] | None = None
        self.stuck = ""
        self._selected = ""
        self._posting = Posting(shop, self.steps, self)
        self._posting.gone.connect(self._gone)
        self._posting.stuck.connect(self._show_stuck)
        self._posting.refused.connect(lambda why: self.refuse(why, _("What is in hand stays so.")))
        self._start()

    @property
    def idle(self) -> bool:
        """Tell whether everything scanned so far was carried out."""
        return self.steps.idle

    # -- scans and typed lines --------------------------------------------------------------------------------------

    def nothing_typed(self) -> None:
        self._go_home()

    def set_selected(self, qty: Qty) -> None:
        self.set_qty(qty)

    def ask(self, code: str, times: Qty, typed: str = "") -> None:
        ticket, busy = self.steps.hold()

        def then(looked: Looked) -> None:
            if not self.steps.holds(ticket):
                return
            if looked.thing is not None:
                self.take(looked.thing, times, code)
            elif looked.place is not None:
                if self._use_place(looked.place):
                    return  # what is in hand is posted: the queue goes on when that is done
            elif looked.transfer_id is not None:
                sounds.yes()
                self.transfer_scanned.emit(looked.transfer_id)
            elif typed:
                self._search(code, typed)
                return
            else:
                self._unknown(code)
            self.steps.release(ticket)

        def failed(error: ShopError) -> None:
            if self.steps.holds(ticket):
                self.refuse(error.sentence(), text=typed)
                self.steps.release(ticket)

        self._shop.read(
            reading.look_up, code, self.here, self._rules, then=then, failed=failed, busy=busy, asked_by=self
        )

    def _search(self, text: str, typed: str) -> None:
        ticket, busy = self.steps.hold()

        def then(hits: Hits) -> None:
            if self.steps.holds(ticket):
                if not hits.places and not hits.items and any(letter.isdigit() for letter in text):
                    self._unknown(text)
                else:
                    self.looked_up.emit(typed, hits)
                self.steps.release(ticket)

        self._shop.read(reading.find, text, self.here, then=then, busy=busy, asked_by=self)

    def _unknown(self, code: str) -> None:
        self.refuse(
            _("Nobody knows {code}.").format(code=code[:40]),
            _("It is no item and no place. What is in hand stays so."),
        )
        self._shop.run(item_services.record_unknown, code, failed=lambda _error: None, asked_by=self)

    def choose_item(self, item_id: ItemId) -> None:
        """Take an item picked from a list."""
        self.steps.then_do(lambda: self._choose(item_id))

    def _choose(self, item_id: ItemId) -> None:
        ticket, busy = self.steps.hold()
        times = self._take_times()

        def then(thing: Thing | None) -> None:
            if self.steps.holds(ticket):
                if thing is not None:
                    self.take(thing, times, "")
                self.steps.release(ticket)

        self._shop.read(reading.thing_of, item_id, self.here, then=then, busy=busy, asked_by=self)

    def choose_place(self, place: Place) -> None:
        """Take a place picked from a list, as if its label had been scanned."""
        self.steps.then_do(lambda: self._use_place(place))

    # -- goods ------------------------------------------------------------------------------------------------------

    def take(self, thing: Thing, times: Qty, code: str) -> None:
        """Take goods into the hand: as much as the code stands for, ``times`` times."""
        found = thing.found
        once = Qty(found.amount) if found.embedded in (Kind.WEIGHT, Kind.COUNT) else found.qty
        qty = Qty(times * once // QTY_SCALE)
        if not found.stocked:
            self.refuse(_("{item} is not kept in stock. There is nothing to put away.").format(item=found.name))
            return
        if not 0 < qty <= MAX_QTY:
            self.refuse(_("{qty} of {item} cannot be taken at once. Check the code's pack.").format(
                qty=fmt.qty(qty), item=found.name))  # fmt: skip
            return
        spots = carry.spots_of(thing.stock, self.shop_id)
        held = next((row for row in self.rows if row.item_id == found.id and row.lot == found.trace.lot), None)
        if self.source is not None:
            source: carry.Spot | None = carry.at(self.source, thing.stock)
        elif held is not None:
            source = held.source
        else:
            source = carry.guess(spots, qty)
        if source is None:
            self.refuse(
                _("The book has no {item} in this shop.").format(item=found.name),
                _("Receive it, or adjust its stock, then put it away."),
            )
            return
        row = carry.carried(thing, qty, code, source, self.source is None, spots)
        self._put(row._replace(qty=Qty(row.qty + sum(one.qty for one in self.rows if one.key == row.key))))

    def _put(self, row: Carried) -> None:
        """Put a row in place of the one of its key, or behind the others."""
        place = next((number for number, one in enumerate(self.rows) if one.key == row.key), len(self.rows))
        self.rows[place : place + 1] = [row]
        self.last, self._selected = row, row.key
        self.last_at = clock.to_local(clock.now()).strftime("%H:%M:%S")
        if row.too_many:
            sounds.no()
            self._say_too_many(row)
        else:
            sounds.yes()
            self._shop.unsay(KEY)
        self.changed.emit()
        self.flashed.emit(row.key)

    def _say_too_many(self, row: Carried) -> None:
        others = [spot for spot in row.spots if spot.id != row.source.id]
        elsewhere = words.listed([_("{qty} in {place}").format(qty=fmt.qty(s.on_hand), place=s.name) for s in others])
        self._shop.say(
            "bad",
            _("{place} has {qty} {item}, and {wanted} are in hand.").format(
                place=row.source.name, qty=fmt.qty(row.source.on_hand), item=row.name, wanted=fmt.qty(row.qty)
            ),
            _("There are {elsewhere}. F5 says where they come from.").format(elsewhere=elsewhere)
            if elsewhere
            else _("Count them, or take some back with -."),
            key=KEY,
        )

    def select(self, key: str) -> None:
        """Remember the row that figures typed next belong to."""
        self._selected = key

    def selected(self) -> Carried | None:
        """Return the row that figures typed next belong to: the last one scanned unless another is selected."""
        return next((row for row in self.rows if row.key == self._selected), self.rows[-1] if self.rows else None)

    def step(self, by: int) -> None:
        """Take one more or one less of the selected row; none left takes the row away."""
        row = self.selected()
        if row is not None:
            self.set_qty(Qty(max(0, row.qty + by * ONE)))

    def set_qty(self, qty: Qty) -> None:
        """Set how many of the selected row are in hand."""
        row = self.selected()
        if row is None:
            return
        if qty <= 0:
            self.drop(row.key)
        else:
            self._put(row._replace(qty=qty))

    def drop(self, key: str) -> None:
        """Put a row back where it was: nothing was posted of it."""
        self.rows = [row for row in self.rows if row.key != key]
        self.last = self.rows[-1] if self.rows else None
        self._shop.unsay(KEY)
        self.changed.emit()

    def clear(self) -> None:
        """Put everything back where it was, and forget where goods come from."""
        self.rows, self.source, self.last = [], None, None
        self._shop.unsay(KEY)
        self.changed.emit()

    # -- places -----------------------------------------------------------------------------------------------------

    def come_from(self, place: Place) -> None:
        """Say where the goods in hand, and those scanned next, come from."""
        self.source = place
        moved: list[Carried] = []
        for row in self.rows:
            on_hand = next((spot.on_hand for spot in row.spots if spot.id == place.id), Qty(0))
            source = carry.Spot(place.id, place_rules.inside(place.path), on_hand)
            key = f"{row.item_id}/{place.id}/{row.lot}/{row.expires}"
            same = next((number for number, one in enumerate(moved) if one.key == key), None)
            if same is None:
                moved.append(row._replace(key=key, source=source, guessed=False))
            else:
                moved[same] = moved[same]._replace(qty=Qty(moved[same].qty + row.qty))
        self.rows = moved
        self.last = moved[-1] if moved else None
        self._shop.unsay(KEY)
        sounds.yes()
        self.changed.emit()

    def _use_place(self, place: Place) -> bool:
        """Take a place: from where, or where to; tell whether goods are being posted now."""
        if place.shop_id != self.shop_id:
            self.refuse(
                _("{place} is in another shop.").format(place=place.path),
                _("Goods go there by a transfer: Ctrl+T sends them."),
            )
            return False
        if place.kind != place_rules.Kind.SALE:
            self.refuse(
                _("{place} holds goods that are set aside.").format(place=place.name),
                _("Set goods aside in Returns & write-offs (Alt+7)."),
            )
            return False
        if not self.rows:
            self.source = place
            sounds.yes()
            self._shop.unsay(KEY)
            self.changed.emit()
            return False
        there = [row for row in self.rows if row.source.id == place.id]
        if there:
            self.refuse(
                _("{item} comes from {place}.").format(item=there[0].name, place=place_rules.inside(place.path)),
                _("Scan another place, or say with F5 where it comes from."),
            )
            return False
        return self._post([Group(place, tuple(self.rows))])

    def home_targets(self) -> list[Group]:
        """Return the home places of what is in hand, each with its goods; empty when some have none to go to."""
        found: dict[LocationId, tuple[Place, list[Carried]]] = {}
        for row in self.rows:
            if row.target is None:
                return []
            found.setdefault(row.target.id, (row.target, []))[1].append(row)
        return [Group(place, tuple(rows)) for place, rows in found.values()]

    def home_words(self) -> str:
        """Say what Enter does now; empty when it does nothing."""
        targets = self.home_targets()
        if not targets:
            return ""
        if len(targets) == 1:
            place = place_rules.inside(targets[0].to.path)
            return ngettext("to its home {place}", "to their home {place}", len(self.rows)).format(place=place)
        return ngettext("each to its home, {n} place", "each to its home, {n} places", len(targets)).format(
            n=fmt.number(len(targets))
        )

    def go_home(self) -> None:
        """Put what is in hand away where it belongs."""
        self.steps.then_do(self._go_home)

    def _go_home(self) -> None:
        targets = self.home_targets()
        if targets:
            self._post(targets)
        elif self.rows:
            lost = next((row for row in self.rows if row.target is None), self.rows[0])
            said = _("{item} has no home place here.") if lost.home is None else _("{item} is at its home already.")
            self.refuse(said.format(item=lost.name), _("Scan the place where it goes, or type its name."))
        else:
            self.refuse(_("Nothing is in hand."), _("Scan a place or an item first."))

    # -- posting ----------------------------------------------------------------------------------------------------

    def _post(self, groups: list[Group]) -> bool:
        """Post what is in hand, unless there is less of it where it comes from; tell whether it is being posted."""
        too_many = next((row for row in self.rows if row.too_many), None)
        if too_many is not None:
            sounds.no()
            self._say_too_many(too_many)
            return False
        self._posting.post(groups)
        return True

    def _show_stuck(self, why: str) -> None:
        self.stuck = why
        self.changed.emit()

    def _gone(self, group: Group, changes: Changes) -> None:
        done = {row.key for row in group.rows}
        self.rows = [row for row in self.rows if row.key not in done]
        self.last = self.rows[-1] if self.rows else None
        said = posting.said_of(group)
        self.undo = (changes.document.id, said) if changes.document is not None and self._may_undo() else None
        sounds.yes()
        self._shop.say("ok", said, "", _("Undo") if self.undo is not None else "", self.take_back, key=KEY)
        self.changed.emit()

    def _may_undo(self) -> bool:
        return self._shop.acting is not None and self._shop.acting.may(Permission.REVERSE)

    def take_back(self) -> None:
        """Undo the last put-away: a document that reverses it."""
        undo, self.undo = self.undo, None
        if undo is None:
            self._shop.say("info", _("There is no put-away to take back."), key=KEY)
            return
        head = Head(new_key(), clock.now(), note=_("Put away by mistake"))

        def then(_changes: Changes) -> None:
            sounds.yes()
            self._shop.say("ok", _("Taken back: {what}").format(what=undo[1]), key=KEY)
            self.changed.emit()

        def failed(error: ShopError) -> None:
            self.refuse(error.sentence())

        self._shop.run(reverse.reverse, head, undo[0], then=then, failed=failed, asked_by=self)

    def refuse(self, fact: str, plain: str = "", *, text: str = "") -> None:
        sounds.no()
        self._shop.say("bad", fact, plain, key=KEY)
        if text:
            self.line_refused.emit(text)

"""The sale that is open: scans and keys in the order they were made, each scan a row or a red row.

Everything that changes the cart is a step in one queue. A look-up runs on a reader and the queue waits for it, so that
two scans never overtake each other and "pay", pressed after a scan, pays for it too. The cart is saved after every
change; while one save runs, the next ones become one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from shopstock.core import catalogue, commands
from shopstock.core.acting import Acting
from shopstock.core.cart import Cart, ConfirmQuantity
from shopstock.core.cart_lines import Goods
from shopstock.core.code_rules import NO_RULES, Rules
from shopstock.core.entry import Entry, EntryKind, parse_entry
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.pricing import Totals, price
from shopstock.core.scan import Scan
from shopstock.core.settings import Settings
from shopstock.core.text import _
from shopstock.core.units import ONE, ItemId, Qty
from shopstock.queries import items, till
from shopstock.queries import lots as stock_lots
from shopstock.services import parked
from shopstock.ui.sell.look_ups import LookUps
from shopstock.ui.sell.notice import Notice
from shopstock.ui.sell.single_goods import expired_on
from shopstock.ui.sell.steps import Step, Steps
from shopstock.ui.sell.weighing import Weighing
from shopstock.ui.shop import ELSEWHERE, Shop

Act = Callable[[], Cart]


class OpenSale(QObject):
    """The cart and the queue. Signals say what a person should see or be asked."""

    changed = Signal()  # the cart, its figures or what the system says of its goods
    row_added = Signal(int, bool)  # uid, whether all is well with it
    times_changed = Signal(object)  # Qty or None
    noticed = Signal(object)  # Notice
    confirm_asked = Signal(str, object)  # sentence, the step that takes it
    price_asked = Signal(object, object)  # Goods without a price of their own, Qty
    paper_scanned = Signal(object)  # papers.Paper: a receipt, a voucher or a customer's card was scanned
    priced_by_hand = Signal()  # a discount or another price: somebody may have to say yes
    command = Signal(object)  # commands.Command that the screen carries out
    looked_up = Signal(str, object)  # text typed, list of search.Hit: nothing bears it as a code
    entry = Signal(object)  # an Entry that the screen carries out (pay, quick key)
    line_refused = Signal(str)  # what was typed cannot be done: it goes back into the entry line

    def __init__(self, shop: Shop, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self.cart = Cart(key="", currency=shop.settings.currency)
        self.totals: Totals = price(self.cart)
        self.on_hand: dict[ItemId, Qty] = {}
        self.lots: dict[ItemId, tuple[stock_lots.LotHere, ...]] = {}
        self.times: Qty | None = None
        self.taker: Callable[[Scan], bool] = lambda _scan: False
        self.ready = False
        self.rules: Rules = NO_RULES
        self._aside: list[Cart] = []
        self.steps = Steps(self)
        self._look_ups = LookUps(shop, self)
        self.weighing = Weighing(shop, self)
        self._saving = False
        self._unsaved = False
        self._saved_empty = True
        shop.changed.connect(self._shop_changed)
        shop.settings_changed.connect(self._settings_changed)

    @property
    def acting(self) -> Acting:
        """Who is signed in."""
        acting = self._shop.acting
        assert acting is not None, "the till is shown only to somebody who is signed in"
        return acting

    @property
    def idle(self) -> bool:
        """Tell whether every scan and key so far has done what it does."""
        return self.steps.idle

    @property
    def saved(self) -> bool:
        """Tell whether the sale as it stands is in the database."""
        return not self._saving and not self._unsaved

    # -- starting -------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Read the code rules and the sale that was open when the program ended."""
        self._shop.read(items.code_rules_of, then=self._rules_read)
        self._shop.read(till.new_cart, then=self._fresh_read)

    def _rules_read(self, rules: Rules) -> None:
        self.rules = rules

    def _fresh_read(self, cart: Cart) -> None:
        self.cart = cart
        self._shop.read(till.open_sale, self.acting.station_id, then=self._open_read, failed=self._open_unreadable)

    def _open_read(self, saved: Cart | None) -> None:
        if saved is not None and saved.lines:
            self.cart = saved
            self._saved_empty = False
            self.noticed.emit(
                Notice("info", _("The open sale is back."), _("It was saved when the program ended. Go on with it."))
            )
            self.read_stock(line.item_id for line in saved.lines)
        self._begin()

    def _open_unreadable(self, error: ShopError) -> None:
        self.noticed.emit(Notice("bad", error.sentence()))
        self._begin()

    def _begin(self) -> None:
        self.totals = price(self.cart)
        self.ready = True
        self.changed.emit()
        self.steps.start()

    def then_do(self, step: Step) -> None:
        """Do something after every scan and key before it is done."""
        self.steps.then_do(step)

    # -- scans and typed lines ------------------------------------------------------------------------------------

    def scan(self, scan: Scan) -> None:
        """Take a scan after those before it: the ``taker`` is offered it, else it is carried out."""
        self.then_do(lambda: None if self.taker(scan) else self.carry_out(scan.code))

    def type(self, text: str) -> None:
        """Take a typed line; what cannot be done with it comes back by ``line_refused``."""
        self.then_do(lambda: None if self._typed(text) else self.line_refused.emit(text))

    def carry_out(self, code: str) -> None:
        """Make a scan whose turn has come a row, a red row or a command."""
        if commands.is_reserved(code):
            found = commands.parse(code)
            if found is None:
                self.noticed.emit(Notice("bad", _("This command code is not known."), _("Print a new sheet.")))
            else:
                self.command.emit(found)
            return
        self._look_ups.code(code, self.take_times(), typed=False)

    def _typed(self, text: str) -> bool:
        understood: list[Entry] = []
        if commands.is_reserved(text):
            self.carry_out(text.strip())
            return True
        if not self.attempt(lambda: understood.append(parse_entry(text))):
            return False
        entry = understood[0]
        match entry.kind:
            case EntryKind.CODE:
                self._look_ups.code(entry.text, entry.qty if entry.multiplied else self.take_times(), typed=True)
            case EntryKind.WORDS:
                if not entry.multiplied and self.take_serial(entry.text):
                    return True
                if entry.multiplied:
                    self.set_times(entry.qty)
                self._look_ups.words(entry.text)
            case EntryKind.TIMES:
                self.set_times(entry.qty)
            case EntryKind.SET_QTY:
                return self.set_qty(self.cart.selected, entry.qty)
            case EntryKind.MORE | EntryKind.LESS:
                return self.step(1 if entry.kind == EntryKind.MORE else -1)
            case EntryKind.PERCENT:
                return self._discount(lambda uid: self.cart.discount(uid, percent=entry.percent))
            case EntryKind.AMOUNT:
                return self._discount(lambda uid: self.cart.discount(uid, amount=entry.amount))
            case _:
                self.entry.emit(entry)
        return True

    def _discount(self, give: Callable[[int], Cart]) -> bool:
        uid = self.cart.selected
        if self.change(lambda: give(uid)):
            self.priced_by_hand.emit()
            return True
        return False

    def set_times(self, qty: Qty | None) -> None:
        """Let the next item count so often (``None``: once)."""
        self.times = qty
        self.times_changed.emit(qty)

    def take_times(self) -> Qty:
        """Return how often the next item counts, and forget it."""
        qty = self.times
        if qty is not None:
            self.set_times(None)
        return ONE if qty is None else qty

    # -- rows -----------------------------------------------------------------------------------------------------

    def choose(self, item_id: ItemId, red_uid: int = 0) -> None:
        """Add an item picked from a list or a quick key, or settle a red row with it."""
        self.then_do(lambda: self._look_ups.by_id(item_id, red_uid))

    def take(self, found: items.Found, qty: Qty) -> None:
        """Add what a code stands for, ``qty`` times."""
        self.on_hand_is(found)
        asking = self.cart.asks_serial
        if asking is not None and asking.item_id == found.id and found.trace.serial:
            self.take_serial(found.trace.serial)
            return
        if found.asks_price and found.embedded is None:
            self.price_asked.emit(till.goods_of(found), Qty(qty * found.qty // ONE))
        elif not self.weighing.takes(found, qty):
            self.change(
                lambda: till.take(self.cart, found, qty),
                confirmed=lambda: till.take(self.cart, found, qty, confirmed=True),
                added=True,
            )

    def on_hand_is(self, found: items.Found) -> None:
        """Keep what the system says of an item, for the amber chip."""
        if found.stocked:
            self.on_hand[found.id] = found.on_hand
        if found.tracks == catalogue.LOTS:
            self.lots[found.id] = found.lots

    def take_serial(self, number: str) -> bool:
        """Give a number to the row that asks for one; false when none does."""
        line = self.cart.asks_serial
        if line is not None:
            self.change(lambda: self.cart.add_serial(line.uid, number), added=True)
        return line is not None

    def skip_serial(self) -> bool:
        """Let the row that asks for a serial number go without; false when none does."""
        line = self.cart.asks_serial
        return line is not None and self.change(lambda: self.cart.skip_serials(line.uid))

    def add_red(self, code: str, qty: Qty) -> None:
        """Add a red row for a code of nothing, and tell the back room."""
        if self.change(lambda: self.cart.add_unknown(code, qty)):
            self.row_added.emit(self.cart.selected, False)
            from shopstock.services import items as item_services

            self._shop.run(item_services.record_unknown, code, failed=lambda _error: None)

    def resolve(self, uid: int, goods: Goods, on_hand: Qty | None = None) -> None:
        """Make a red row the goods it turned out to be."""
        if goods.asks_price:
            self.price_asked.emit(goods, self.cart.line(uid).qty)
            return
        if on_hand is not None and goods.stocked:
            self.on_hand[goods.item_id] = on_hand
        self.change(lambda: self.cart.resolve(uid, goods), added=True)

    def set_qty(self, uid: int, qty: Qty) -> bool:
        """Set the quantity of a line, asking once more above the shop's limit."""
        return self.change(
            lambda: self.cart.set_qty(uid, qty), confirmed=lambda: self.cart.set_qty(uid, qty, confirmed=True)
        )

    def step(self, by: int) -> bool:
        """One more or one less of the selected line."""
        uid = self.cart.selected
        return self.change(lambda: self.cart.step(uid, by))

    def change_line(self, act: Callable[[Cart], Cart], confirmed: Callable[[Cart], Cart]) -> bool:
        """Change a line as a panel asks for; false when the rules refuse it or it must be confirmed first."""
        return self.change(lambda: act(self.cart), confirmed=lambda: confirmed(self.cart))

    def void(self, uid: int) -> None:
        """Take a line off the sale."""
        self.change(lambda: self.cart.void(uid))

    def undo(self) -> None:
        """Bring the line that was voided last back."""
        self.change(self.cart.undo)

    def select(self, by: int) -> None:
        """Select the row above (-1) or below (1)."""
        uids = [line.uid for line in self.cart.lines]
        if uids:
            here = uids.index(self.cart.selected) if self.cart.selected in uids else len(uids)
            uid = uids[max(0, min(here + by, len(uids) - 1))]
            self.change(lambda: self.cart.select(uid))

    # -- the cart -------------------------------------------------------------------------------------------------

    def attempt(self, act: Callable[[], object]) -> bool:
        """Do something that the rules may refuse; what they say goes to the message bar."""
        try:
            act()
        except ShopError as error:
            self.noticed.emit(Notice("bad", error.sentence()))
            return False
        return True

    def change(self, act: Act, *, confirmed: Act | None = None, added: bool = False) -> bool:
        """Take the cart that ``act`` makes; false when the rules refuse it.

        A quantity that is asked for once more is no refusal: ``confirmed`` makes the cart once somebody says yes.
        """
        try:
            cart = act()
        except ConfirmQuantity as asks:
            if confirmed is None:
                return False
            again = confirmed
            self.confirm_asked.emit(asks.sentence(), lambda: self.change(again, added=added))
            return True
        except ShopError as error:
            self.noticed.emit(Notice("bad", error.sentence()))
            return False
        self.put(cart)
        if added:
            line = cart.line(cart.selected)
            self.row_added.emit(line.uid, not expired_on(line, self.lots.get(line.item_id, ())))
        return True

    def put(self, cart: Cart) -> None:
        """Show and save another cart."""
        self._show(cart)
        self.save()

    def _show(self, cart: Cart) -> None:
        self.cart = cart
        self.totals = price(cart)
        self.changed.emit()

    def detach(self) -> Cart:
        """Take the cart away to be paid or parked; the next scan falls into a new one.

        The caller hands the cart to its service and then calls :meth:`save`: the saved sale must not vanish before the
        service has it.
        """
        paid = self.cart
        if self.times is not None:
            self.set_times(None)
        self._show(till.next_cart(paid) if not self._aside else self._aside.pop())
        return paid

    def give_back(self, cart: Cart) -> None:
        """Put a cart back that could not be posted; a sale begun meanwhile comes after it."""
        if self.cart.lines:
            self._aside.append(self.cart)
        self.put(cart)

    def save(self) -> None:
        """Save the sale as it stands; while one save runs, the next ones become one."""
        if self._saving:
            self._unsaved = True
            return
        if not self.cart.lines and self._saved_empty:
            return
        self._saving, self._unsaved = True, False
        self._saved_empty = not self.cart.lines
        self._shop.run(parked.save_open_sale, self.cart, busy=self._save_ended, failed=self._save_failed)

    def _save_failed(self, error: ShopError) -> None:
        self.noticed.emit(Notice("bad", _("The open sale is not saved."), error.sentence()))

    def _save_ended(self, still: bool) -> None:
        if still:
            return
        self._saving = False
        if self._unsaved:
            self.save()

    # -- what the system says -------------------------------------------------------------------------------------

    def read_stock(self, item_ids: object) -> None:
        """Ask again what is on hand of these items."""
        for item_id in set(item_ids):  # type: ignore[call-overload]
            if item_id:
                self._shop.read(items.by_id, item_id, self.acting.location_id, then=self._stock_read, asked_by=self)

    def _stock_read(self, found: items.Found | None) -> None:
        if found is None or not found.stocked:
            return
        if (self.on_hand.get(found.id), self.lots.get(found.id, ())) != (found.on_hand, found.lots):
            self.on_hand_is(found)
            self.changed.emit()

    def _settings_changed(self, settings: Settings) -> None:
        # The cart carries the limit; the one on the counter takes the new one at once.
        self.cart = replace(self.cart, ask_above=Qty(settings.ask_quantity_above * ONE))

    def _shop_changed(self, changes: Changes) -> None:
        if self.ready and changes.topics & {"settings", ELSEWHERE}:
            self._shop.read(items.code_rules_of, then=self._rules_read)
        here = {line.item_id for line in self.cart.lines}
        moved = here & changes.items
        if moved and self._shop.acting is not None:
            self.read_stock(moved)

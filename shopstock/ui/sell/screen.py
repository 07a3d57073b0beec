"""The Sell screen: entry line, rows, totals and keys, and one panel at a time below the rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from shopstock.core import commands, currency
from shopstock.core.acting import Permission
from shopstock.core.entry import Entry, EntryKind
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import Money
from shopstock.ui import format as fmt
from shopstock.ui import sounds, theme
from shopstock.ui.actions import Actions
from shopstock.ui.approve import ApprovalPanel
from shopstock.ui.sell import hands, lines
from shopstock.ui.sell.entry_line import EntryLine
from shopstock.ui.sell.facts import TillFacts
from shopstock.ui.sell.finder import Finder
from shopstock.ui.sell.notice import Notice
from shopstock.ui.sell.open_sale import OpenSale
from shopstock.ui.sell.paying import Paid, Paying
from shopstock.ui.sell.quick_keys import QuickKeys
from shopstock.ui.sell.results import Results
from shopstock.ui.sell.totals import TotalsCard
from shopstock.ui.shop import Shop

if TYPE_CHECKING:
    from shopstock.ui.sell.desk import Desk
    from shopstock.ui.sell.panel import Panel
    from shopstock.ui.sell.till_work import TillWork

_MESSAGE = "till"


class SellScreen(QWidget):
    """The till. Scans come by :meth:`on_scan`; what a key does stands in :meth:`bind_actions`."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self.currency = currency.of(shop.settings.currency)
        self.digits = self.currency.digits
        self.sale = OpenSale(shop, self)
        self.paying = Paying(shop, self.sale, self)
        self.facts = TillFacts(shop, self)
        self.panel: Panel | None = None
        self._question: Callable[[], object] | None = None
        self._done: Paid | None = None
        self._started = False
        self._seen = 0
        self._complained = False
        self._build()
        self.finder = Finder(shop, self.entry, self.results, self)
        self._connect()

    # -- what it is made of ---------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.entry = EntryLine()
        self.results = Results(self.digits)
        self.table = lines.SaleTable(self.digits)
        self.quick = QuickKeys()
        self.approval = ApprovalPanel(self._shop)
        self.totals = TotalsCard(self.currency)
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 0, 1, 0)
        inside.addWidget(self.table)
        self._left = QVBoxLayout()
        for widget, stretch in ((self.entry, 0), (self.results, 0), (card, 1), (self.quick, 0), (self.approval, 0)):
            self._left.addWidget(widget, stretch)
        self._row = QHBoxLayout(self)
        self._row.addLayout(self._left, 1)
        self._row.addWidget(self.totals)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._measure()
        self.setFocusProxy(self.entry)

    @cached_property
    def desk(self) -> Desk:
        """The deeds of the till, made when the first key asks for one."""
        return hands.desk(self, self._shop)

    @cached_property
    def work(self) -> TillWork:
        """What the till does beside selling, made when it is first asked for."""
        return hands.work(self, self._shop)

    def _connect(self) -> None:
        sale, totals = self.sale, self.totals
        self.entry.line.entered.connect(lambda text: self.after_scans(partial(self._entered, text)))
        self.entry.line.stepped.connect(lambda by: sale.then_do(lambda: sale.step(by)))
        self.entry.line.moved.connect(self._moved)
        self.entry.line.escaped.connect(self.escape)
        self.entry.chip_pressed.connect(lambda: sale.set_times(None))
        self.finder.shown.connect(self._list_shown)
        self.results.chosen.connect(self._chosen)
        self.table.tapped.connect(hands.at_desk(self, lambda desk: desk.tapped))
        self.table.red_action.connect(hands.at_desk(self, lambda desk: desk.cure))
        self.quick.chosen.connect(sale.choose)
        self.quick.more.connect(self._more_keys)
        sale.taker = self._offer
        sale.changed.connect(self._show_sale)
        sale.changed.connect(self._show_task)
        sale.row_added.connect(self._row_added)
        sale.times_changed.connect(lambda qty: self.entry.show_times(fmt.qty(qty) if qty is not None else ""))
        sale.noticed.connect(self.say)
        sale.confirm_asked.connect(self._ask)
        sale.price_asked.connect(hands.at_desk(self, lambda desk: desk.ask_price))
        sale.line_refused.connect(self._give_line_back)
        sale.looked_up.connect(self._looked_up)
        sale.paper_scanned.connect(hands.at_desk(self, lambda desk: desk.handed.paper))
        sale.command.connect(hands.at_desk(self, lambda desk: desk.command))
        sale.entry.connect(self._carry_out)
        sale.priced_by_hand.connect(self.paying.ask_needs)
        self.facts.parked_read.connect(totals.show_parked)
        self.facts.quick_keys_read.connect(self.quick.show_items)
        self.facts.methods_read.connect(self.paying.use)
        totals.exact.connect(hands.at_desk(self, lambda desk: desk.exact))
        totals.card_pressed.connect(hands.at_desk(self, lambda desk: desk.card))
        totals.other.connect(hands.at_desk(self, lambda desk: desk.pay))
        totals.amount_set.connect(hands.at_desk(self, lambda desk: desk.pay_amount))
        totals.park.connect(hands.at_desk(self, lambda desk: desk.park))
        totals.recall.connect(hands.at_desk(self, lambda desk: desk.recall))
        totals.menu.connect(hands.at_work(self, lambda work: work.menu))
        totals.customer.connect(hands.at_desk(self, lambda desk: desk.handed.customer))
        totals.nobody.connect(hands.at_desk(self, lambda desk: desk.handed.nobody))
        self.paying.paid.connect(self._paid)
        self.paying.detached.connect(self.close_panel)
        self.paying.needed.connect(hands.at_desk(self, lambda desk: desk.ask_need))
        self.approval.ended.connect(lambda _approved: self.close_panel())
        self._shop.acting_changed.connect(lambda _acting: self.came_into_view())

    def bind_actions(self, actions: Actions) -> None:
        """Give every key of the till its deed."""
        for id_, do in hands.keys(self).items():
            actions.bind(id_, partial(self.after_scans, do), self)

    def after_scans(self, do: Callable[[], object]) -> None:
        """Do what a key says after the scans before it: the scanner hands them over when the event loop turns."""
        QTimer.singleShot(0, self, do)

    # -- coming and going -----------------------------------------------------------------------------------------

    def came_into_view(self) -> None:
        """Start once somebody who may sell is signed in; read again what others may have changed."""
        acting = self._shop.acting
        if acting is None or not acting.may(Permission.SELL):
            return
        self.table.may_create = acting.may(Permission.NEW_ITEM)
        self.facts.read()
        if not self._started:
            self._started = True
            self.sale.start()
            hands.fetch_later(self, self._shop)

    # -- scans and typed lines ------------------------------------------------------------------------------------

    def on_scan(self, scan: Scan) -> None:
        """Take a scan: to the panel that asks for one, else into the sale. It never lands in a field."""
        if self.approval.isVisible() and not commands.is_reserved(scan.code):
            self.desk.badge_or_goods(scan)
            return
        self.sale.scan(scan)

    def _offer(self, scan: Scan) -> bool:
        """Offer a scan whose turn has come to the panel that is open by then."""
        return self.panel is not None and not commands.is_reserved(scan.code) and self.panel.take_scan(scan)

    def _entered(self, text: str) -> None:
        if self._question is not None and not text.strip():
            self._answer()
            return
        if text.strip() and self.panel is not None and self.panel.prompt:
            self.entry.set_text("")
            self.finder.hide()
            self.panel.take_line(text.strip())
            return
        if self.results.isVisible() and (self.results.picked or not text.strip()) and self.results.take():
            return
        self._seen = self.results.first()
        self.finder.hide()
        self.entry.set_text("")
        self.sale.type(text)

    def _give_line_back(self, text: str) -> None:
        if not self.entry.line.text():
            self.entry.set_text(text)
            self.entry.line.selectAll()

    def _looked_up(self, text: str, hits: list[Any]) -> None:
        if hits and self._seen == hits[0].id:
            # Enter on words whose best answer stood first in the list on show means that one.
            self._chosen(hits[0].id)
            return
        self._give_line_back(text)
        self.finder.show(text, hits)

    def _list_shown(self, shown: bool) -> None:
        # The list needs the room of the rows' lower end: the quick keys go while it is open.
        self.quick.setVisible(not shown and self.panel is None and not self.approval.isVisible())

    def _chosen(self, item_id: Any) -> None:
        times = self.entry.line.text().partition("*")
        self.entry.set_text("")
        self.finder.hide()
        if times[1] and times[0].strip():
            self.sale.type(f"{times[0]}*")
        self.desk.chosen(item_id)

    def _moved(self, by: int) -> None:
        if self.results.isVisible():
            self.results.go(by)
        else:
            self.sale.then_do(lambda: self.sale.select(by))

    def _carry_out(self, entry: Entry) -> None:
        if entry.kind == EntryKind.PAY:
            self.desk.pay()
        elif entry.kind == EntryKind.QUICK:
            if self.quick.item(entry.number) is None:
                self.say(Notice("bad", _("There is no quick key /{number} yet.").format(number=entry.number)))
            else:
                self.quick.press(entry.number)

    def escape(self) -> None:
        """Esc: clear what is typed, then the question, the list, the waiting 3 ×, the panel; one at a time."""
        if self.entry.line.text() or self.results.isVisible():
            self.entry.set_text("")
            self.finder.hide()
        elif self._question is not None:
            self._question = None
            self.say(Notice("ok", _("Nothing was changed.")))
        elif self.sale.times is not None:
            self.sale.set_times(None)
        elif self.approval.isVisible():
            self.approval.cancel()
        else:
            self.sale.then_do(self._step_back)

    def _step_back(self) -> None:
        if not (self.panel and self.panel.back()) and not self.desk.skip_serial():
            self.close_panel()

    def entry_line(self) -> None:
        """F2: back to the entry line, whatever is open."""
        self.close_panel()
        self.entry.line.setFocus()
        self.entry.line.selectAll()

    # -- panels, questions, messages ------------------------------------------------------------------------------

    def open_panel(self, panel: Panel) -> None:
        """Open a panel below the rows instead of the one that is open."""
        self._drop_panel()
        self.panel = panel
        self._left.insertWidget(self._left.count() - 1, panel)
        panel.closed.connect(self.close_panel)
        self.totals.show_first(False)
        self.finder.on = panel.finds_items
        self.entry.show_task(panel.prompt)
        self.finder.hide()
        self.quick.hide()
        panel.show()
        (panel.first if panel.first is not None and not panel.prompt else self.entry.line).setFocus()

    def close_panel(self) -> None:
        """Close whatever is open; the focus is in the entry line again."""
        self._drop_panel()
        self.approval.hide()
        self.totals.show_first(True)
        self.desk.finding = 0
        self.desk.show_task()
        self.finder.hide()
        self.entry.line.setFocus()

    def _drop_panel(self) -> None:
        panel, self.panel = self.panel, None
        self.finder.on = True
        if panel is not None:
            self._left.removeWidget(panel)
            panel.hide()
            panel.deleteLater()

    def ask_approval(self, error: Any, again: Callable[[Any], object]) -> None:
        """Ask for a second person's PIN or badge in place of the panel."""
        self._drop_panel()
        self.finder.hide()
        self.quick.hide()
        self.totals.show_first(False)
        self.approval.ask(error, again)

    def _more_keys(self) -> None:
        from shopstock.ui.sell.list_panels import QuickPanel

        self.open_panel(QuickPanel(self.facts.quick_keys, self.digits, self.sale.choose))

    def _ask(self, sentence: str, yes: Callable[[], object]) -> None:
        self.close_panel()
        self._question = yes
        sounds.no()
        self.say(Notice("warn", sentence, "", _("Take it"), self._answer))

    def _answer(self) -> None:
        yes, self._question = self._question, None
        if yes:
            self.sale.then_do(yes)
            self.say(Notice("ok", _("Taken.")))

    def say(self, notice: Notice) -> None:
        """Say something in the message bar; the till's last word replaces the one before."""
        if notice.tone == "bad":
            sounds.no()
        self._complained = notice.tone == "bad"
        self._shop.say(notice.tone, notice.fact, notice.plain, notice.action, notice.act, key=_MESSAGE)

    # -- showing --------------------------------------------------------------------------------------------------

    def _show_task(self) -> None:
        if self.sale.cart.asks_serial is not None or "desk" in vars(self):
            self.desk.show_task()

    def _show_sale(self) -> None:
        sale = self.sale
        if self._complained:
            self._complained = False
            self._shop.unsay(_MESSAGE)
        self.table.show_rows(lines.rows_of(sale.cart, sale.totals, sale.on_hand, sale.lots), sale.cart.selected)
        self.totals.show_sale(sale.cart, sale.totals, self.paying.waits_for())
        self.totals.show_customer(sale.cart.customer)
        if sale.cart.lines:
            self._done = None
        elif self._done is not None:
            self._show_done(self._done)
        if self.panel is not None:
            self.panel.sale_changed()

    def _row_added(self, uid: int, well: bool) -> None:
        self.table.flash_line(uid)
        if well:
            sounds.yes()
        else:
            sounds.no()

    def _paid(self, paid: Paid) -> None:
        self.desk.last_document = paid.document.id
        self._done = paid
        fact, left = paid.words(self.digits)
        prints = _("The receipt is printing.") if self.facts.has_printer and self._shop.settings.print_receipts else ""
        self.say(Notice("ok", fact, f"{left} {prints}".strip(), _("Reprint"), self.desk.reprint))
        if not self.sale.cart.lines:
            self._show_done(paid)

    def _show_done(self, paid: Paid) -> None:
        if paid.total < 0:
            said = _("{number}: {method}").format(number=paid.document.number, method=paid.methods)
            self.totals.show_done(_("Give back"), Money(-paid.total), said)
        else:
            self.totals.show_done(_("Change"), paid.change, _("The next scan starts a sale"))

    # -- measures and keys ----------------------------------------------------------------------------------------

    def _measure(self) -> None:
        narrow = self.width() < 1000
        gap = theme.S3 if narrow else theme.S4
        self._left.setSpacing(gap)
        self._row.setSpacing(gap)
        self.totals.setFixedWidth(304 if narrow else 336)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def minimumSizeHint(self) -> QSize:
        return QSize(640, 560)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Typing on while a key has the focus goes where typing belongs.
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.escape()
        elif plain and event.text().isprintable() and event.text():
            self.entry.type(event.text())
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # A key of a panel that vanished took the focus with it: it belongs to the entry line.
        if event.type() == QEvent.Type.FocusIn:
            self.entry.line.setFocus()
        return super().event(event)

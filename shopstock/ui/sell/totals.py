"""The card beside the sale: who buys, what it comes to, how it is paid; the change stays huge until the next scan."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from shopstock.core import tender
from shopstock.core.cart import Cart
from shopstock.core.currency import Currency
from shopstock.core.pricing import Totals
from shopstock.core.text import _, ngettext
from shopstock.core.units import ONE, Money
from shopstock.ui import format as fmt
from shopstock.ui import icons, theme
from shopstock.ui.fields import label
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.stylesheet import restyle


def hairline() -> QFrame:
    """Return a line of one pixel."""
    line = QFrame()
    line.setProperty("role", "hairline")
    line.setFixedHeight(1)
    return line


def _dress(widget: QWidget, role: str) -> None:
    """Give a widget its role; a stylesheet that is looked at again for each scan would cost time and memory."""
    if widget.property("role") != role:
        restyle(widget, role=role)


def _write(label: QLabel, text: str) -> None:
    """Write a label that does not say so already."""
    if label.text() != text:
        label.setText(text)


class HugeFigure(QLabel):
    """A figure of 60 pixels that shrinks rather than being cut off."""

    def __init__(self) -> None:
        super().__init__()
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(68)

    def show_figure(self, text: str) -> None:
        """Show a figure as large as it fits."""
        _write(self, text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        size = theme.TOTAL
        while size > theme.TITLE and (
            QFontMetrics(theme.font(size, theme.SEMIBOLD)).horizontalAdvance(self.text()) > self.width()
        ):
            size -= 4
        if self.font().pixelSize() != size:
            theme.style_font(self, size, theme.SEMIBOLD)


class TotalsCard(QFrame):
    """Sums, the amount to pay, and the keys that end the sale."""

    exact = Signal()
    amount_set = Signal(int)  # Money: one of the plausible amounts
    card_pressed = Signal()
    other = Signal()
    park = Signal()
    recall = Signal()
    menu = Signal()
    customer = Signal()
    nobody = Signal()  # the customer goes off the sale

    def __init__(self, currency: Currency, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._currency = currency
        self._wait = ""
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 16)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addWidget(hairline())
        body = QVBoxLayout()
        body.setContentsMargins(16, 14, 16, 0)
        body.setSpacing(theme.S2)
        column.addLayout(body, 1)
        self._build_sums(body)
        self._build_keys(body)
        theme.watcher().changed.connect(self._repaint)
        self._repaint()

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(2, 0, 6, 0)
        head.setSpacing(0)
        self.customer_key = TillButton(_("Walk-in customer"), kind="bare", icon="user", keycap="F3")
        self.customer_key.clicked.connect(self.customer)
        self.nobody_key = TillButton("", kind="bare", icon="x", centered=True)
        self.nobody_key.setAccessibleName(_("Take the customer off the sale"))
        self.nobody_key.setToolTip(self.nobody_key.accessibleName())
        self.nobody_key.setFixedWidth(theme.CONTROL)
        self.nobody_key.clicked.connect(self.nobody)
        self.nobody_key.hide()
        self.menu_key = TillButton("", kind="bare", icon="dots", centered=True)
        self.menu_key.setAccessibleName(_("Till: shift, cash, reports, practice"))
        self.menu_key.setToolTip(self.menu_key.accessibleName())
        self.menu_key.setFixedWidth(theme.CONTROL)
        self.menu_key.clicked.connect(self.menu)
        head.addWidget(self.customer_key, 1)
        head.addWidget(self.nobody_key)
        head.addWidget(self.menu_key)
        return head

    def _build_sums(self, body: QVBoxLayout) -> None:
        sums = QGridLayout()
        sums.setVerticalSpacing(theme.S2)
        sums.setColumnStretch(0, 1)
        self._names: list[QLabel] = []
        self._values: list[QLabel] = []
        for row in range(3):
            name, value = label("", "label"), label("", weight=theme.MEDIUM)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute)
            sums.addWidget(name, row, 0)
            sums.addWidget(value, row, 1)
            self._names.append(name)
            self._values.append(value)
        body.addLayout(sums)
        body.addSpacing(4)
        body.addWidget(hairline())
        due = QHBoxLayout()
        due.setSpacing(theme.S2)
        words = QVBoxLayout()
        words.setContentsMargins(0, 8, 0, 0)
        words.setSpacing(2)
        self.due_word = label(_("To pay"), weight=theme.MEDIUM)
        self.due_currency = label(self._currency.code, "small", theme.SMALL)
        words.addWidget(self.due_word)
        words.addWidget(self.due_currency)
        words.addStretch(1)
        self.due = HugeFigure()
        due.addLayout(words)
        due.addWidget(self.due, 1)
        body.addLayout(due)
        self.notice = QFrame()
        self.notice.setFixedHeight(theme.CONTROL)
        inside = QHBoxLayout(self.notice)
        inside.setContentsMargins(14, 0, 14, 0)
        inside.setSpacing(theme.S3)
        self._notice_icon = QLabel()
        self._notice_icon.setFixedSize(20, 20)
        self.notice_text = label("", weight=theme.MEDIUM)
        self.notice_text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.notice_text.setWordWrap(True)
        inside.addWidget(self._notice_icon)
        inside.addWidget(self.notice_text, 1)
        body.addWidget(self.notice)

    def _build_keys(self, body: QVBoxLayout) -> None:
        self.exact_key = TillButton(
            kind="primary", icon="coins", keycap="F10", size=theme.TITLE, height=theme.MAIN_ACTION
        )
        self.exact_key.clicked.connect(self.exact)
        body.addWidget(self.exact_key)
        keys = QGridLayout()
        keys.setSpacing(theme.S2)
        self.amount_keys: list[TillButton] = []
        self._amounts: list[Money] = []
        for place in range(4):
            key = TillButton(kind="outline", size=theme.TITLE)
            key.clicked.connect(lambda _checked=False, n=place: self._amount_pressed(n))
            self.amount_keys.append(key)
            keys.addWidget(key, place // 2, place % 2)
        self.card_key = TillButton(_("Card"), kind="outline", icon="credit-card", centered=True)
        self.card_key.clicked.connect(self.card_pressed)
        self.other_key = TillButton(_("Other"), kind="outline", keycap="F9")
        self.other_key.setAccessibleName(_("Other ways to pay"))
        self.other_key.clicked.connect(self.other)
        keys.addWidget(self.card_key, 2, 0)
        keys.addWidget(self.other_key, 2, 1)
        keys.setColumnStretch(0, 1)
        keys.setColumnStretch(1, 1)
        body.addLayout(keys)
        body.addStretch(1)
        feet = QHBoxLayout()
        feet.setSpacing(theme.S2)
        self.park_key = TillButton(_("Park"), keycap="F4")
        self.park_key.clicked.connect(self.park)
        self.recall_key = TillButton(_("Recall"), keycap="F5")
        self.recall_key.clicked.connect(self.recall)
        feet.addWidget(self.park_key, 1)
        feet.addWidget(self.recall_key, 1)
        body.addLayout(feet)

    # -- showing --------------------------------------------------------------------------------------------------

    def show_sale(self, cart: Cart, totals: Totals, wait: str) -> None:
        """Show what the sale comes to; ``wait`` says why it cannot be paid yet (empty: it can)."""
        digits = self._currency.digits
        pieces = sum(1 if line.line.unit != "piece" else -(-line.line.qty // ONE) for line in totals.lines)
        lines = len(totals.lines)
        self._show_sum(0, ngettext("{items} item, {lines}", "{items} items, {lines}", pieces).format(
            items=pieces, lines=ngettext("{n} line", "{n} lines", lines).format(n=lines)
        ), fmt.money(totals.subtotal + totals.discount, digits))  # fmt: skip
        self._show_sum(1, _("Discount"), fmt.money(-totals.discount, digits) if totals.discount else fmt.EMPTY)
        tax = _("Tax included") if cart.tax_inside else _("Tax on top")
        self._show_sum(2, tax, fmt.money(totals.tax, digits))
        self._show_due(totals.total)
        self._show_wait(wait, bool(cart.lines))
        self._show_keys(totals.total, bool(wait) or not cart.lines)

    def show_done(self, word: str, amount: Money, sentence: str) -> None:
        """Show what the sale that was just paid leaves to do: the change, huge, until the next one begins."""
        _write(self.due_word, word)
        _dress(self.due, "ok")
        self.due.show_figure(fmt.money(amount, self._currency.digits))
        self.due.setAccessibleName(f"{word} {self.due.text()} {self._currency.code}")
        _write(self.notice_text, sentence)
        _dress(self.notice, "message-ok")
        _dress(self.notice_text, "ok")
        self._notice_icon.setPixmap(icons.pixmap("check", 20, "ok", self.devicePixelRatioF()))
        self._notice_icon.show()

    def show_first(self, first: bool) -> None:
        """Make the exact key the one filled key of the screen, or leave that to the panel that is open."""
        self.exact_key.kind = "primary" if first else "outline"
        self.exact_key.update()

    def show_parked(self, count: int) -> None:
        """Show how many sales are parked."""
        self.recall_key.show_text(_("Recall"), badge=str(count) if count else "")
        self.recall_key.waiting = not count

    def show_customer(self, name: str) -> None:
        """Show whose sale this is."""
        self.customer_key.show_text(name or _("Walk-in customer"))
        self.nobody_key.setVisible(bool(name))

    def _show_sum(self, row: int, name: str, value: str) -> None:
        _write(self._names[row], name)
        _write(self._values[row], value)

    def _show_due(self, due: Money) -> None:
        _write(self.due_word, _("To pay") if due >= 0 else _("To give back"))
        _dress(self.due, "")
        self.due.show_figure(fmt.money(abs(due), self._currency.digits))
        self.due.setAccessibleName(f"{self.due_word.text()} {self.due.text()} {self._currency.code}")

    def _show_wait(self, wait: str, lines: bool) -> None:
        self._wait = wait
        _dress(self.notice, "waits" if wait else "sunken")
        _dress(self.notice_text, "bad" if wait else "label")
        self._notice_icon.setVisible(bool(wait))
        if wait:
            self._notice_icon.setPixmap(icons.pixmap("lock", 20, "bad", self.devicePixelRatioF()))
            _write(self.notice_text, wait)
        elif lines:
            _write(self.notice_text, _("Enter on an empty line pays"))
        else:
            _write(self.notice_text, _("Nothing to pay yet"))

    def _show_keys(self, due: Money, waits: bool) -> None:
        digits = self._currency.digits
        cash = tender.cash_due(due, self._currency)
        word = _("Exact {amount}") if due >= 0 else _("Give back {amount}")
        self.exact_key.show_text(word.format(amount=fmt.money(abs(cash), digits)))
        self._amounts = list(tender.suggestions(due, self._currency)) if due > 0 else []
        for place, key in enumerate(self.amount_keys):
            key.waiting = waits or place >= len(self._amounts)
            if place >= len(self._amounts):
                key.show_text("")
            if place < len(self._amounts):
                amount = self._amounts[place]
                whole = amount % 10_000 == 0
                key.show_text(
                    fmt.money(amount, 0 if whole else digits),
                    _("back {amount}").format(amount=fmt.money(amount - cash, digits)),
                )
        for key in (self.exact_key, self.card_key, self.other_key, self.park_key):
            key.waiting = waits
        self.park_key.waiting = waits and not self._wait

    def _amount_pressed(self, place: int) -> None:
        if place < len(self._amounts):
            self.amount_set.emit(self._amounts[place])

    def _repaint(self) -> None:
        if self._wait:
            self._notice_icon.setPixmap(icons.pixmap("lock", 20, "bad", self.devicePixelRatioF()))

"""Find the sale whose receipt is lost: by day, words, an item, the card's last digits or the customer."""

from __future__ import annotations

import re
from datetime import date, timedelta

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core.text import _
from shopstock.core.units import Day, ItemId
from shopstock.db import clock
from shopstock.queries import sales
from shopstock.queries.customers import CustomerRow
from shopstock.queries.sales import SaleRow, SaleSearch
from shopstock.ui import format as fmt
from shopstock.ui import theme
from shopstock.ui.fields import NumberPad, label
from shopstock.ui.sell.key_list import KeyList
from shopstock.ui.sell.panel import PAD_WIDTH, action
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.shop import Shop

_CARD = re.compile(r"#\s*(\d{2,4})")
_DAY = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})\.(\d{4})?)")
MOST = 30


def day_of_words(text: str) -> Day | None:
    """Read ``2026-11-24``, ``24.11.2026`` or ``24.11.`` (the last one there was); ``None`` if it is no day."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    today = clock.to_local(clock.now()).date()
    year, month, day = (int(part) if part else 0 for part in found.group(1, 2, 3))
    if not year:
        day, month, year = (int(part) if part else 0 for part in found.group(4, 5, 6))
    try:
        when = date(year or today.year, month, day)
        if not year and when > today:
            when = date(today.year - 1, month, day)
    except ValueError:
        return None
    return _as_day(when)


def _as_day(when: date) -> Day:
    return Day(when.year * 10_000 + when.month * 100 + when.day)


class FindSale(QWidget):
    """The filters as keys, and the sales that match, the latest first. ``chosen`` names the document."""

    chosen = Signal(int)
    loose = Signal()  # there is no receipt, and no sale to be found
    told = Signal(str)  # what the list shows, in a sentence

    def __init__(self, shop: Shop, digits: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop, self._digits = shop, digits
        self.wanted = SaleSearch()
        self._about = ""
        self._rows: list[SaleRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S2)
        filters = QHBoxLayout()
        filters.setSpacing(theme.S2)
        self.earlier_key = TillButton(icon="chevron-left", centered=True)
        self.earlier_key.setAccessibleName(_("The day before"))
        self.earlier_key.clicked.connect(lambda: self._step_day(-1))
        self.day_key = TillButton(centered=True)
        self.day_key.clicked.connect(lambda: self._set(self.wanted._replace(day=None)))
        self.later_key = TillButton(icon="chevron-right", centered=True)
        self.later_key.setAccessibleName(_("The day after"))
        self.later_key.clicked.connect(lambda: self._step_day(1))
        for key in (self.earlier_key, self.later_key):
            key.setFixedWidth(theme.TILL_KEY)
        self.card_key = TillButton(icon="credit-card", centered=True)
        self.card_key.clicked.connect(self._card_pressed)
        self.about_key = TillButton(icon="x", kind="chosen", height=theme.CONTROL)
        self.about_key.clicked.connect(self._forget_about)
        self.loose_key = action(_("Without receipt"), self.loose.emit, "quiet")
        for key, stretch in (
            (self.earlier_key, 0), (self.day_key, 2), (self.later_key, 0), (self.card_key, 2), (self.loose_key, 3),
        ):  # fmt: skip
            filters.addWidget(key, stretch)
        column.addLayout(filters)
        column.addWidget(self.about_key)
        self.list = KeyList()
        self.list.setMinimumHeight(2 * (theme.TILL_KEY + theme.S2))
        column.addWidget(self.list, 1)
        column.addWidget(self._build_pad())
        self._show_filters()

    def _build_pad(self) -> QWidget:
        self.pad_page = QWidget()
        row = QHBoxLayout(self.pad_page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S4)
        left = QVBoxLayout()
        left.setSpacing(theme.S2)
        words = label(_("Last digits of the card"), "label", theme.SMALL)
        self.card_field = card_digits_field()
        self.card_field.returnPressed.connect(self._card_typed)
        words.setBuddy(self.card_field)
        self.card_apply = action(_("Find"), self._card_typed, "primary", "search")
        left.addWidget(words)
        left.addWidget(self.card_field)
        left.addWidget(self.card_apply)
        left.addStretch(1)
        pad = NumberPad(self.card_field, decimal=False)
        pad.setFixedWidth(PAD_WIDTH)
        row.addLayout(left, 1)
        row.addWidget(pad, 0, Qt.AlignmentFlag.AlignTop)
        self.pad_page.hide()
        return self.pad_page

    # -- what is looked for ---------------------------------------------------------------------------------------

    def line(self, text: str) -> None:
        """Take a typed line: ``#1234`` is a card, a date is a day, all else are words."""
        card, day = _CARD.fullmatch(text.strip()), day_of_words(text)
        if card is not None:
            self._set(self.wanted._replace(card_digits=card[1]))
        elif day is not None:
            self._set(self.wanted._replace(day=day))
        else:
            self._about = text
            self._set(self.wanted._replace(words=text, item_id=None, customer_id=None))

    def item(self, item_id: ItemId, name: str) -> None:
        """Look for the sales of an item."""
        self._about = name
        self._set(self.wanted._replace(words="", item_id=item_id, customer_id=None))

    def customer(self, row: CustomerRow) -> None:
        """Look for the purchases of a customer."""
        self._about = row.name
        self._set(self.wanted._replace(words="", item_id=None, customer_id=row.id))

    def read(self) -> None:
        """Read the list again."""
        self._shop.read(sales.find, self.wanted, MOST, then=self._show, key="find sale", asked_by=self)

    def back(self) -> bool:
        """Close the number pad; false when it is not open."""
        if not self.pad_page.isVisible():
            return False
        self._show_pad(False)
        (self.list.keys[0] if self.list.keys else self.card_key).setFocus()
        return True

    def _set(self, wanted: SaleSearch) -> None:
        self.wanted = wanted
        self._show_pad(False)
        self._show_filters()
        self.read()

    def _forget_about(self) -> None:
        self._about = ""
        self._set(self.wanted._replace(words="", item_id=None, customer_id=None))

    def _step_day(self, by: int) -> None:
        today = clock.to_local(clock.now()).date()
        here = self.wanted.day
        if here is None:
            when = today
        else:
            when = min(today, date(here // 10_000, here // 100 % 100, here % 100) + timedelta(days=by))
        self._set(self.wanted._replace(day=_as_day(when)))

    def _card_pressed(self) -> None:
        if self.wanted.card_digits:
            self._set(self.wanted._replace(card_digits=""))
        else:
            self._show_pad(not self.pad_page.isVisible())

    def _card_typed(self) -> None:
        if len(self.card_field.text()) >= 2:
            self._set(self.wanted._replace(card_digits=self.card_field.text()))
        else:
            self.card_field.setFocus()

    def _show_pad(self, shown: bool) -> None:
        self.pad_page.setVisible(shown)
        self.list.setVisible(not shown)
        self.about_key.setVisible(bool(self._about) and not shown)
        if shown:
            self.card_field.setText("")
            self.card_field.setFocus()

    # -- showing --------------------------------------------------------------------------------------------------

    def _show_filters(self) -> None:
        day, card = self.wanted.day, self.wanted.card_digits
        self.day_key.show_text(_("Any day") if day is None else _day_words(day))
        self.day_key.kind = "quiet" if day is None else "chosen"
        self.card_key.show_text(_("Card …{digits}").format(digits=card) if card else _("Card"))
        self.card_key.kind = "chosen" if card else "quiet"
        self.about_key.show_text(self._about)
        self.about_key.setAccessibleName(_("{words}: press to look for all again").format(words=self._about))
        self.about_key.setVisible(bool(self._about))
        for key in (self.day_key, self.card_key):
            key.update()

    def _show(self, found: list[SaleRow]) -> None:
        self._rows = found
        keys = []
        for row in found:
            key = TillButton(kind="outline", stacked=True)
            total = fmt.money(row.total, self._digits)
            key.show_text(
                f"{row.number} · {fmt.instant(row.occurred_at)} · {total}",
                " · ".join(part for part in (row.goods, row.paid_by, row.customer) if part),
            )
            key.clicked.connect(lambda _checked=False, n=row.document_id: self.chosen.emit(n))
            keys.append(key)
        self.list.show_keys(keys)
        filtered = self.wanted != SaleSearch()
        if not found:
            self.told.emit(_("No sale matches. Try fewer words or another day.") if filtered else _("No sale yet."))
        elif filtered:
            self.told.emit(_("Choose the sale, the latest first. Scan an item to see its sales."))
        else:
            self.told.emit(_("Scan the receipt or an item, type words, a day or #card digits, or choose."))
        if keys and filtered and self.isVisible():
            keys[0].setFocus()


def _day_words(day: Day) -> str:
    today = clock.to_local(clock.now()).date()
    if day == _as_day(today):
        return _("Today")
    return _("Yesterday") if day == _as_day(today - timedelta(days=1)) else fmt.day(day)


def card_digits_field() -> QLineEdit:
    """Return a field for the last four digits of a card."""
    field = QLineEdit()
    field.setAccessibleName(_("Last four digits of the card"))
    field.setMaxLength(4)
    field.setFixedHeight(theme.CONTROL)
    field.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9]{0,4}"), field))
    return field

"""The head of an order beside its lines: supplier, day, currency and rate, reference, note, and who did what."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QPlainTextEdit, QWidget

from shopstock.core import currency
from shopstock.core.purchasing import OPEN_STATES, OrderSaved, OrderState
from shopstock.core.text import _
from shopstock.ui import fields, theme
from shopstock.ui import format as fmt
from shopstock.ui.orders import frame, heads, words
from shopstock.ui.orders.reading import OrderView
from shopstock.ui.shop import Shop


class DetailsPanel(frame.SidePanel):
    """The panel. ``saved`` tells the id of the order whose head was kept."""

    saved = Signal(int)

    def __init__(self, shop: Shop, on_close: Callable[[], object]) -> None:
        super().__init__(_("Details"), _("Close the details"), on_close)
        self._shop = shop
        self._view: OrderView | None = None
        self._usual = shop.settings.currency
        self.supplier = QComboBox()
        self.supplier.setEditable(True)
        self.supplier.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.supplier.setMinimumWidth(120)
        completer = self.supplier.completer()
        assert completer is not None, "an editable box completes what is typed"
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.expected, self.rate, self.reference = QLineEdit(), QLineEdit(), QLineEdit()
        self.expected.setPlaceholderText(_("YYYY-MM-DD or +7"))
        self.reference.setMaxLength(200)
        self.rate.setMaxLength(20)
        self.expected.setMaxLength(20)
        self.currency = QComboBox()
        for code in currency.codes():
            self.currency.addItem(code)
        self.note = QPlainTextEdit()
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(84)
        self.note.setPlaceholderText(_("Printed on the order"))
        for words_, widget in (
            (_("Supplier"), self.supplier), (_("Expected"), self.expected), (_("Currency"), self.currency),
            (_("Rate"), self.rate), (_("Reference"), self.reference), (_("Note"), self.note),
        ):  # fmt: skip
            part = QWidget()
            part.setLayout(frame.over(words_, widget))
            part.layout().setContentsMargins(0, 0, 0, 0)  # type: ignore[union-attr]
            self.body.addWidget(part)
            if widget is self.rate:
                self._rate_part = part
        self._rate_hint = fields.label("", "small", theme.SMALL)
        self._rate_hint.setWordWrap(True)
        self.body.insertWidget(4, self._rate_hint)
        self._facts = fields.label("", "small", theme.SMALL)
        self._facts.setWordWrap(True)
        self.body.addWidget(self._facts)
        self.body.addStretch(1)
        self.keep = fields.Button(_("Save details"), fields.OUTLINE, icon="device-floppy", on_click=self.save)
        self.foot.addWidget(self.keep, 1)
        for line in (self.expected, self.rate, self.reference):
            line.returnPressed.connect(self.save)
            line.textEdited.connect(lambda _text: self._edited())
        self.supplier.editTextChanged.connect(lambda _text: self._edited())
        self.currency.currentTextChanged.connect(lambda _text: self._edited())
        self.note.textChanged.connect(self._edited)
        self._filling = False

    @property
    def dirty(self) -> bool:
        """Tell whether something was typed that is not kept yet."""
        return self._view is not None and self._typed() != self._written(self._view)

    def begin(self, supplier: str = "") -> None:
        """Show the empty head of a new order."""
        self._view = None
        self._read_choices()
        self._put(heads.Typed(supplier, "", "", "", "", ""))
        self.title.setText(_("New order"))
        self.keep.setText(_("Create the draft"))
        self.keep.setAccessibleName(_("Create the draft"))
        self._facts.setText("")
        self._enable(OrderState.DRAFT)
        self._edited()

    def show_view(self, view: OrderView) -> None:
        """Show the head of an order; what is being typed stays."""
        same = self._view is not None and self._view.order.row.id == view.order.row.id
        typing = same and self.dirty
        self._view = view
        if not typing:
            if not same:
                self._read_choices()
            self._put(self._written(view))
        self.title.setText(_("Details"))
        self.keep.setText(_("Save details"))
        self.keep.setAccessibleName(_("Save details"))
        self._facts.setText("\n".join(self._story(view)))
        self._enable(view.order.row.state)
        self._edited()

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Keep what is typed; ``then`` goes on when it was taken."""
        order_id = self._view.order.row.id if self._view is not None else None

        def kept(done: OrderSaved) -> None:
            if then is not None:
                then()
            self.saved.emit(done.order_id)

        self._shop.run(heads.save, order_id, self._typed(), then=kept, asked_by=self)

    def _read_choices(self) -> None:
        self._shop.read(heads.choices, then=self._offer, key=("order choices", id(self)))

    def _offer(self, choices: heads.Choices) -> None:
        self._usual = choices.currency
        chosen, self._filling = self.supplier.currentText(), True
        self.supplier.clear()
        self.supplier.addItems([row.name for row in choices.suppliers])
        self.supplier.setCurrentIndex(-1)
        self.supplier.setEditText(chosen)
        self._filling = False
        self._edited()

    def _put(self, typed: heads.Typed) -> None:
        self._filling = True
        self.supplier.setEditText(typed.supplier)
        self.currency.setCurrentIndex(self.currency.findText(typed.currency) if typed.currency else -1)
        self.rate.setText(typed.rate)
        self.expected.setText(typed.expected)
        self.reference.setText(typed.reference)
        if self.note.toPlainText() != typed.note:
            self.note.setPlainText(typed.note)
        self._filling = False

    def _typed(self) -> heads.Typed:
        return heads.Typed(
            self.supplier.currentText(), self.currency.currentText(), self.rate.text(), self.expected.text(),
            self.reference.text(), self.note.toPlainText(),
        )  # fmt: skip

    def _written(self, view: OrderView) -> heads.Typed:
        row = view.order.row
        rate = "" if row.currency == self._usual else heads.rate_written(row.rate)
        return heads.Typed(
            row.supplier, row.currency, rate, heads.day_written(row.expected_day), row.reference, view.order.note
        )

    def _enable(self, state: OrderState) -> None:
        draft, may = state is OrderState.DRAFT, state in OPEN_STATES
        self.supplier.setEnabled(draft)
        self.currency.setEnabled(draft)
        for line in (self.expected, self.rate, self.reference):
            line.setReadOnly(not may)
        self.note.setReadOnly(not may)

    def _edited(self) -> None:
        if self._filling:
            return
        code = self.currency.currentText()
        foreign = bool(code) and code != self._usual
        self._rate_part.setVisible(foreign)
        self._rate_hint.setText(
            _("What one {currency} costs in {usual}.").format(currency=code, usual=self._usual) if foreign
            else _("The supplier's own, unless chosen here.") if not code else ""
        )  # fmt: skip
        self._rate_hint.setVisible(bool(self._rate_hint.text()))
        self.keep.setEnabled(self._view is None or self.dirty)

    def _story(self, view: OrderView) -> list[str]:
        order, lead = view.order, view.supplier.lead_time
        promised = self._shop.settings.lead_time_days if lead.promised is None else lead.promised
        told = [
            _("Lead time promised: {days} days").format(days=fmt.number(promised)),
            _("Measured: {words}").format(words=words.lead_words(lead)),
            _("Drafted {when} by {name}").format(when=fmt.instant(order.row.created_at), name=order.created_by),
        ]
        for said, when, who in (
            (_("Approved {when} by {name}"), order.approved_at, order.approved_by),
            (_("Sent {when} by {name}"), order.row.sent_at, order.sent_by),
            (_("First goods {when}"), order.first_receipt_at, ""),
            (_("Ended {when} by {name}") if order.ended_by else _("Ended {when}"), order.ended_at, order.ended_by),
        ):
            if when is not None:
                told.append(said.format(when=fmt.instant(when), name=who))
        return told

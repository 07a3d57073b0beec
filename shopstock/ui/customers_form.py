"""The fields of one customer, as they are typed; below them what the person bought and has in credit."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from shopstock.core.customers import CustomerFields
from shopstock.core.text import _
from shopstock.ui import theme
from shopstock.ui.orders.frame import over


class CustomerForm(QWidget):
    """The fields. ``kept`` asks to save: Enter in a field."""

    kept = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.card, self.phone = QLineEdit(), QLineEdit(), QLineEdit()
        self.email, self.tax_number = QLineEdit(), QLineEdit()
        self.address, self.note = QPlainTextEdit(), QPlainTextEdit()
        self.card.setPlaceholderText(_("scan the card"))
        self.tax_number.setPlaceholderText(_("makes the receipt an invoice"))
        for line in (self.name, self.card, self.phone, self.email, self.tax_number):
            line.setMaxLength(120)
            line.returnPressed.connect(self.kept)
        for box in (self.address, self.note):
            box.setTabChangesFocus(True)
            box.setFixedHeight(84)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.S4)
        grid.setVerticalSpacing(theme.S3)
        for place, (words, field) in enumerate((
            (_("Name"), self.name), (_("Customer card"), self.card), (_("Phone"), self.phone),
            (_("E-mail address"), self.email), (_("Tax number"), self.tax_number),
        )):  # fmt: skip
            grid.addLayout(over(words, field), place // 2, place % 2)
        texts = QVBoxLayout()
        texts.addLayout(over(_("Address"), self.address))
        grid.addLayout(texts, 3, 0)
        grid.addLayout(over(_("Note"), self.note), 3, 1)
        self.setFocusProxy(self.name)

    def put(self, fields: CustomerFields) -> None:
        """Show these fields."""
        for line, text in (
            (self.name, fields.name), (self.card, fields.card), (self.phone, fields.phone), (self.email, fields.email),
            (self.tax_number, fields.tax_number),
        ):  # fmt: skip
            line.setText(text)
        self.address.setPlainText(fields.address)
        self.note.setPlainText(fields.note)

    def typed(self) -> CustomerFields:
        """Return what stands in the fields."""
        return CustomerFields(
            self.name.text(), self.card.text(), self.email.text(), self.phone.text(), self.address.toPlainText(),
            self.tax_number.text(), self.note.toPlainText(),
        )  # fmt: skip

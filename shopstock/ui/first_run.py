"""The first start: try the demo shop, open a shop of your own, or open a file that is there already."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from shopstock.core import currency
from shopstock.core.settings import Costing, TaxMode
from shopstock.core.text import _
from shopstock.core.units import parse_qty
from shopstock.ui import fields, files, settings_form, theme


@dataclass(frozen=True, slots=True)
class NewShop:
    """What a new shop is to be. ``tax_rate`` is in 1/1,000 of a percent."""

    name: str
    currency: str
    costing: Costing
    tax_mode: TaxMode
    tax_rate: int


class FirstRun(QWidget):
    """The page. It tells what was chosen; the program does it."""

    demo_chosen = Signal()
    new_chosen = Signal(object)  # NewShop
    file_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setWindowTitle("shopstock")
        self.setMinimumSize(1024, 768)
        self._said = fields.label("", "bad", theme.BODY, theme.SEMIBOLD)
        self._said.setWordWrap(True)
        self._said.hide()
        demo, demo_inside = self._card(
            _("Look around first"),
            _("A made-up neighbourhood shop with two years of trade. Nothing you do there is kept."),
        )
        self.demo = fields.Button(_("Open the demo shop"), fields.OUTLINE, icon="eye", height=theme.TILL_KEY)
        self.demo.clicked.connect(lambda _checked=False: self.demo_chosen.emit())
        demo_inside.addWidget(self.demo)
        there, there_inside = self._card(
            _("A shop that is there already"), _("A shop file of yours, or a copy from a backup.")
        )
        self.file = fields.Button(_("Open a file"), fields.OUTLINE, icon="folder-open", height=theme.TILL_KEY)
        self.file.clicked.connect(lambda _checked=False: self._choose())
        there_inside.addWidget(self.file)
        left = QVBoxLayout()
        left.setSpacing(theme.S4)
        left.addWidget(demo)
        left.addWidget(there)
        left.addStretch(1)
        columns = QHBoxLayout()
        columns.setSpacing(theme.S4)
        columns.addWidget(self._new_card(), 3)
        columns.addLayout(left, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(64, 64, 64, 64)
        layout.setSpacing(theme.S4)
        layout.addWidget(fields.title(_("Welcome. Which shop shall it be?")))
        layout.addWidget(self._said)
        layout.addLayout(columns)
        layout.addStretch(1)

    def say(self, sentence: str) -> None:
        """Say what went wrong."""
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))

    def _card(self, head: str, text: str) -> tuple[QFrame, QVBoxLayout]:
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(theme.S6, theme.S6, theme.S6, theme.S6)
        inside.setSpacing(theme.S3)
        inside.addWidget(fields.label(head, "", theme.BODY, theme.SEMIBOLD))
        words = fields.label(text, "label")
        words.setWordWrap(True)
        inside.addWidget(words)
        return card, inside

    def _new_card(self) -> QFrame:
        card, inside = self._card(
            _("A shop of your own"),
            _("Currency, costing and tax are chosen once. You can do everything alone; people can come later."),
        )
        self.name = QLineEdit()
        self.name.setMaxLength(80)
        self.name.setPlaceholderText(_("as it stands on the receipt"))
        self.currency = QComboBox()
        self.currency.addItems(currency.codes())
        home = QLocale().currencySymbol(QLocale.CurrencySymbolFormat.CurrencyIsoCode)
        self.currency.setCurrentText(home if home in currency.codes() else "EUR")
        self.costing = QComboBox()
        self.tax_mode = QComboBox()
        for box, values in ((self.costing, tuple(Costing)), (self.tax_mode, tuple(TaxMode))):
            for value in values:
                box.addItem(settings_form.choice_words(value), value)
        self.tax_rate = fields.QtyEdit(_("Usual tax, %"))
        self.tax_rate.setText("0")
        self.tax_rate.setMaximumWidth(160)
        form = fields.form()
        for words, widget in (
            (_("Name"), self.name), (_("Currency"), self.currency), (_("Costing"), self.costing),
            (_("Prices are"), self.tax_mode), (_("Usual tax, %"), self.tax_rate),
        ):  # fmt: skip
            fields.form_row(form, words, widget)
        inside.addLayout(form)
        self.found = fields.Button(
            _("Create the shop"), fields.PRIMARY, icon="building-store", height=theme.MAIN_ACTION
        )
        self.found.clicked.connect(lambda _checked=False: self._create())
        self.name.returnPressed.connect(self._create)
        inside.addWidget(self.found)
        return card

    def _create(self) -> None:
        if not self.name.text().strip():
            self.say(_("Give the shop a name first."))
            self.name.setFocus()
            return
        rate = self.tax_rate.read()
        if rate is None or not 0 <= rate <= parse_qty("100"):
            self.say(_("The tax is a percentage between 0 and 100, for example 20."))
            self.tax_rate.setFocus()
            return
        self.say("")
        self.new_chosen.emit(
            NewShop(
                self.name.text().strip(),
                self.currency.currentText(),
                Costing(self.costing.currentData()),
                TaxMode(self.tax_mode.currentData()),
                int(rate),
            )
        )

    def _choose(self) -> None:
        files.ask_open(self, _("Open a shop"), self.file_chosen.emit)

"""Settings, Taxes and payments: the tax rates that items may have, and the ways to pay."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core.movements import Account
from shopstock.core.outcome import Changes
from shopstock.core.settings import Settings
from shopstock.core.text import _
from shopstock.core.units import format_scaled
from shopstock.db.connection import Db
from shopstock.queries import items as items_query
from shopstock.queries import settings as settings_query
from shopstock.queries.items import TaxRate
from shopstock.queries.settings import PaymentMethod
from shopstock.services import settings as settings_service
from shopstock.ui import fields, settings_form, theme
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.shop import ELSEWHERE, Shop
from shopstock.ui.table import Table


def read_all(db: Db) -> tuple[Settings, list[TaxRate], list[PaymentMethod]]:
    """Return the settings, the tax rates and the ways to pay that are offered."""
    return settings_query.load(db), items_query.tax_rates(db), settings_query.payment_methods(db)


def account_words(account: Account) -> str:
    """Say where the money of a payment method goes."""
    return {
        Account.CASH: _("Cash in the drawer"),
        Account.CARD: _("Card"),
        Account.OTHER_TENDER: _("Other"),
        Account.STORE_CREDIT: _("Store credit"),
    }.get(account, str(account))


class MoneyPage(QWidget):
    """Two lists with the fields of what is added to each."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._usual = 0
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        self._build_rates(layout)
        layout.addSpacing(theme.S3)
        self._build_methods(layout)
        layout.addStretch(1)
        shop.changed.connect(self._changed)

    def _build_rates(self, layout: QVBoxLayout) -> None:
        self._rates = RowsModel(
            (
                Column("name", _("Tax rate"), chips=self._usual_chip),
                Column("rate", _("Percent"), "number", width=140, text=lambda row: format_scaled(row.rate, 3) + " %"),
            ),
            self,
        )
        self.rates = Table(self._rates, _("Tax rates"))
        self.rates.setMinimumHeight(172)
        self.rate_name = QLineEdit()
        self.rate_name.setMaxLength(80)
        self.rate_name.setPlaceholderText(_("name, for example Reduced"))
        self.rate_name.setAccessibleName(_("Name of the new tax rate"))
        self.rate = fields.QtyEdit(_("Percent of the new tax rate"))
        self.rate.setPlaceholderText("%")
        self.rate.setFixedWidth(120)
        self.rate.setFont(theme.font(theme.BODY))
        self.rate.returnPressed.connect(self._add_rate)
        self.add_rate = fields.Button(_("Add"), fields.OUTLINE, icon="plus", on_click=self._add_rate)
        self.make_usual = fields.Button(_("Use as the usual one"), icon="star", on_click=self._make_usual)
        self.retire_rate = fields.Button(_("Retire"), fields.BAD, on_click=self._retire_rate)
        adding, deeds = QHBoxLayout(), QHBoxLayout()
        adding.addWidget(self.rate_name, 1)
        adding.addWidget(self.rate)
        adding.addWidget(self.add_rate)
        deeds.addWidget(self.make_usual)
        deeds.addStretch(1)
        deeds.addWidget(self.retire_rate)
        layout.addWidget(settings_form.heading(_("Tax rates")))
        layout.addWidget(self.rates)
        layout.addLayout(deeds)
        layout.addLayout(adding)

    def _build_methods(self, layout: QVBoxLayout) -> None:
        self._methods = RowsModel(
            (
                Column("name", _("Payment method"), chips=_drawer_chip),
                Column("account", _("Where it goes"), width=220, text=lambda row: account_words(row.account)),
            ),
            self,
        )
        self.methods = Table(self._methods, _("Payment methods"))
        self.methods.setMinimumHeight(172)
        self.methods.selectionModel().currentRowChanged.connect(lambda _now, _before: self._fill_method())
        self.method_name = QLineEdit()
        self.method_name.setMaxLength(80)
        self.method_name.setAccessibleName(_("Name of the payment method"))
        self.account = QComboBox()
        for account in settings_service.TENDER_ACCOUNTS:
            self.account.addItem(account_words(account), account)
        self.opens = QCheckBox(_("Opens the drawer"))
        form = fields.form()
        fields.form_row(form, _("Name"), self.method_name)
        fields.form_row(form, _("Where it goes"), self.account)
        form.addRow("", self.opens)
        self.save_method = fields.Button(_("Save method"), fields.PRIMARY, on_click=self._save_method)
        self.add_method = fields.Button(_("Add as new"), fields.OUTLINE, icon="plus", on_click=self._add_method)
        self.retire_method = fields.Button(_("Retire"), fields.BAD, on_click=self._retire_method)
        deeds = QHBoxLayout()
        deeds.addWidget(self.save_method)
        deeds.addWidget(self.add_method)
        deeds.addStretch(1)
        deeds.addWidget(self.retire_method)
        layout.addWidget(settings_form.heading(_("Payment methods")))
        layout.addWidget(self.methods)
        layout.addLayout(form)
        layout.addLayout(deeds)

    def came_into_view(self) -> None:
        """Read rates and methods."""
        self._shop.read(read_all, then=self._show, key="settings money")

    def _show(self, everything: tuple[Settings, list[TaxRate], list[PaymentMethod]]) -> None:
        settings, rates, methods = everything
        self._usual = settings.default_tax_rate_id
        self._rates.set_rows(rates)
        self._methods.set_rows(methods)
        for table in (self.rates, self.methods):
            if table.selected_row() is None:
                table.select(0)
            table.viewport().update()
        self._fill_method()

    def _usual_chip(self, rate: TaxRate) -> list[Chip]:
        return [Chip(_("usual"), "star", "accent")] if rate.id == self._usual else []

    def _fill_method(self) -> None:
        method = self.methods.selected_row()
        if method is not None:
            self.method_name.setText(method.name)
            own = method.account in settings_service.TENDER_ACCOUNTS
            self.account.setEnabled(own)
            self.account.setCurrentIndex(self.account.findData(method.account) if own else -1)
            self.account.setPlaceholderText(account_words(Account(method.account)))
            self.opens.setChecked(bool(method.opens_drawer))

    def _add_rate(self) -> None:
        rate = self.rate.read()
        if rate is None:
            self._shop.say("bad", _("The tax is a percentage between 0 and 100, for example 20."))
            return
        self._shop.run(settings_service.add_tax_rate, self.rate_name.text(), int(rate), then=self._rate_added)

    def _rate_added(self, changes: Changes) -> None:
        self.rate_name.setText("")
        self.rate.setText("")
        self._saved(changes)

    def _make_usual(self) -> None:
        rate = self.rates.selected_row()
        if rate is not None:
            self._shop.run(settings_service.save, {"default_tax_rate_id": rate.id}, then=self._saved)

    def _retire_rate(self) -> None:
        rate = self.rates.selected_row()
        if rate is not None:
            self._shop.run(settings_service.retire_tax_rate, rate.id, then=self._saved)

    def _save_method(self) -> None:
        method = self.methods.selected_row()
        if method is not None:
            self._shop.run(
                settings_service.edit_payment_method, method.id, name=self.method_name.text(),
                account=Account(self.account.currentData() or method.account), opens_drawer=self.opens.isChecked(),
                then=self._saved,
            )  # fmt: skip

    def _add_method(self) -> None:
        self._shop.run(
            settings_service.add_payment_method, self.method_name.text(),
            Account(self.account.currentData() or Account.OTHER_TENDER),
            opens_drawer=self.opens.isChecked(), then=self._saved,
        )  # fmt: skip

    def _retire_method(self) -> None:
        method = self.methods.selected_row()
        if method is not None:
            self._shop.run(settings_service.retire_payment_method, method.id, then=self._saved)

    def _saved(self, _changes: Changes) -> None:
        self._shop.say("ok", _("Saved."))

    def _changed(self, changes: Changes) -> None:
        elsewhere = ELSEWHERE in changes.topics and not settings_form.typing_in(self)
        if self.isVisible() and ("settings" in changes.topics or elsewhere):
            self.came_into_view()


def _drawer_chip(method: PaymentMethod) -> list[Chip]:
    return [Chip(_("opens the drawer"), "cash-register", "outline")] if method.opens_drawer else []

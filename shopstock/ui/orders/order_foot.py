"""The foot of an order: how much it is, what is missing to the minimum, and what can be done with it now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from shopstock.core import currency, purchasing
from shopstock.core.acting import Permission
from shopstock.core.purchasing import OrderState
from shopstock.core.text import _, ngettext
from shopstock.core.units import Money
from shopstock.ui import fields, theme
from shopstock.ui import format as fmt
from shopstock.ui.orders import frame
from shopstock.ui.orders.reading import OrderView
from shopstock.ui.shop import Shop


class OrderFoot(QFrame):
    """The card; the page connects its buttons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._total = fields.label("", "", theme.TITLE, theme.SEMIBOLD)
        self._count = fields.label("", "label")
        self._reach = QVBoxLayout()
        self._reach.setSpacing(0)
        self.cancel = fields.Button(_("Cancel order"), icon="x")
        self.close_rest = fields.Button(_("Close the rest"), icon="archive")
        self.draft = fields.Button(_("Back to draft"), icon="arrow-back-up")
        self.send = fields.Button(_("Send"), fields.PRIMARY, icon="send", key="F10")
        self.again = fields.Button(_("Send again"), icon="send", key="F10")
        self.approve = fields.Button(_("Approve"), fields.PRIMARY, icon="check", key="F9")
        self._waits = fields.label("", "label")
        told = QVBoxLayout()
        told.setSpacing(0)
        figures = QHBoxLayout()
        figures.setSpacing(theme.S3)
        figures.addWidget(self._total)
        figures.addWidget(self._count, 1)
        told.addLayout(figures)
        told.addLayout(self._reach)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.S4, theme.S2, theme.S2, theme.S2)
        row.setSpacing(theme.S2)
        row.addLayout(told, 1)
        for widget in (self._waits, self.cancel, self.close_rest, self.draft, self.again, self.send, self.approve):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_view(self, view: OrderView, shop: Shop) -> None:
        """Show an order's figures and the buttons of its state."""
        row, usual = view.order.row, shop.settings.currency
        decimals = currency.of(row.currency).digits
        may_approve = frame.may(shop, Permission.APPROVE_ORDER)
        total = "" if view.total is None else f"{fmt.money(view.total, decimals)} {row.currency}"
        self._total.setText(total)
        self._total.setVisible(bool(total))
        words = ngettext("{n} line", "{n} lines", row.lines).format(n=fmt.number(row.lines))
        if view.total is not None and row.rate not in (0, purchasing.RATE_SCALE):
            own = purchasing.in_shop_money(Money(view.total), row.rate)
            words += f" · {fmt.money(own, currency.of(usual).digits)} {usual}"
        self._count.setText(words)
        state = row.state
        draft, approved = state is OrderState.DRAFT, state is OrderState.APPROVED
        sent, partly = state is OrderState.SENT, state is OrderState.PARTLY_RECEIVED
        self.cancel.setVisible(draft or approved or sent)
        self.close_rest.setVisible(partly or sent)
        self.draft.setVisible(may_approve and (approved or sent))
        self.approve.setVisible(draft and may_approve)
        self.approve.setEnabled(bool(view.lines))
        self._waits.setText(_("Someone who may has to approve it.") if draft and not may_approve else "")
        self._waits.setVisible(bool(self._waits.text()))
        self.send.setVisible(approved)
        self.again.setVisible(bool(view.lines) and not approved)
        self.again.setText(_("Send again") if sent or partly else _("Files"))
        self.again.setAccessibleName(self.again.text())

    def tell(self, told: Sequence[tuple[str, bool]]) -> None:
        """Say what is missing; what has to be reached stands out."""
        frame.empty(self._reach)
        for said, needed in told:
            line = fields.label(said, "warn" if needed else "small", theme.SMALL, theme.MEDIUM)
            line.setWordWrap(True)
            self._reach.addWidget(line)

"""How an order goes to the supplier: a file, an e-mail, on paper, or by other means; beside its lines."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QVBoxLayout

from shopstock.core.acting import Permission
from shopstock.core.purchasing import EXPECTED_STATES, OrderSaved, OrderState
from shopstock.core.text import _
from shopstock.services import purchase
from shopstock.ui import fields, files, theme
from shopstock.ui.orders import frame, sending
from shopstock.ui.orders.reading import OrderView
from shopstock.ui.orders.sending import Kind
from shopstock.ui.shop import Shop


def folder() -> Path:
    """Return the folder where orders that are e-mailed are kept."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents) / _("Purchase orders")


class SendPanel(frame.SidePanel):
    """The panel for one order. Choosing a way carries it out and, where it was approved, notes it as sent."""

    def __init__(self, shop: Shop, on_close: Callable[[], object]) -> None:
        super().__init__(_("Send"), _("Close the ways to send"), on_close)
        self._shop = shop
        self._view: OrderView | None = None
        self._says = fields.label("", "wrap")
        self.prices = QCheckBox(_("With prices"))
        self.prices.setChecked(True)
        self.mail = self._way(_("E-mail"), "mail", self._mail)
        self.pdf = self._way(_("Save as PDF"), "file-text", partial(self._save, Kind.PDF))
        self.xlsx = self._way(_("Save as spreadsheet"), "columns-3", partial(self._save, Kind.XLSX))
        self.csv = self._way(_("Save as CSV"), "list", partial(self._save, Kind.CSV))
        self.printed = self._way(_("Open for printing"), "printer", self._print)
        self.other = self._way(_("Mark as sent"), "check", self._by_other_means)
        self._address = fields.label("", "small", theme.SMALL)
        self._address.setWordWrap(True)
        ways = QVBoxLayout()
        ways.setSpacing(theme.S2)
        ways.addWidget(self.mail)
        ways.addWidget(self._address)
        for button in (self.pdf, self.xlsx, self.csv, self.printed, self.other):
            ways.addWidget(button)
        self.body.addWidget(self._says)
        self.body.addWidget(self.prices)
        self.body.addLayout(ways)
        self.body.addStretch(1)

    def _way(self, words: str, icon: str, do: Callable[[], object]) -> fields.Button:
        button = fields.Button(words, fields.OUTLINE, icon=icon, on_click=do)
        button.setStyleSheet("QPushButton { text-align: left; }")
        return button

    def show_view(self, view: OrderView) -> None:
        """Show what can be done with an order as it stands."""
        self._view = view
        row = view.order.row
        self.title.setText(_("Send {number}").format(number=row.number))
        self.prices.setVisible(frame.may(self._shop, Permission.SEE_COST))
        state = row.state
        if state is OrderState.APPROVED:
            said = _("Choose how it goes to {supplier}. It is noted as sent, and its goods are on order.")
        elif state in EXPECTED_STATES:
            said = _("It went to {supplier}. It can go again; that is noted too.")
        elif state is OrderState.DRAFT:
            said = _("A draft can be looked at. Approve it with F9 before it goes to {supplier}.")
        else:
            said = _("It is over. Its paper can be kept as a file.")
        self._says.setText(said.format(supplier=row.supplier))
        goes = state is OrderState.APPROVED or state in EXPECTED_STATES
        self.mail.setVisible(goes)
        self._address.setVisible(goes)
        self.other.setVisible(state is OrderState.APPROVED)
        self._address.setText(
            _("to {address}, with the PDF to attach from its folder").format(address=view.order.supplier_email)
            if view.order.supplier_email else _("No address is on the supplier's card yet.")
        )  # fmt: skip

    def first(self) -> fields.Button:
        """Return the way that stands first."""
        return self.pdf if self.mail.isHidden() else self.mail

    # -- the ways -----------------------------------------------------------------------------------------------------

    def _save(self, kind: Kind) -> None:
        view = self._view
        if view is not None:
            name = f"{view.order.row.number}.{kind}"
            files.ask_save(self, _("Save the order"), name, partial(self._write, kind, self._saved))

    def _mail(self) -> None:
        if self._view is not None:
            self._write(Kind.PDF, self._written_for_mail, str(folder() / f"{self._view.order.row.number}.pdf"))

    def _print(self) -> None:
        if self._view is not None:
            place = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.TempLocation))
            self._write(Kind.PDF, self._written_for_paper, str(place / f"{self._view.order.row.number}.pdf"))

    def _write(self, kind: Kind, then: Callable[[sending.Written], object], path: str) -> None:
        view = self._view
        if view is not None:
            self._shop.read(
                sending.write, view.order.row.id, path, kind, self.prices.isChecked(), then=then,
                asked_by=self,
            )  # fmt: skip

    def _saved(self, written: sending.Written) -> None:
        self._sent(_("as a file"), _("{number} is saved.").format(number=written.paper.number), written.path)

    def _written_for_mail(self, written: sending.Written) -> None:
        place = str(Path(written.path).parent)
        QDesktopServices.openUrl(QUrl.fromLocalFile(place))
        if QDesktopServices.openUrl(sending.letter(written)):
            self._sent(
                _("by e-mail"), _("The e-mail is open in the mail program."),
                _("Attach {name} from {folder}.").format(name=Path(written.path).name, folder=place),
            )  # fmt: skip
        else:
            self._shop.say(
                "warn", _("No mail program opened."),
                _("The order is in {path}. Send it, then choose “Mark as sent”.").format(path=written.path),
                key="order",
            )  # fmt: skip

    def _written_for_paper(self, written: sending.Written) -> None:
        if QDesktopServices.openUrl(QUrl.fromLocalFile(written.path)):
            self._sent(_("on paper"), _("The order is open in the PDF program."), _("Print it from there."))
        else:
            self._shop.say(
                "warn", _("No program for PDF files opened."),
                _("The order is in {path}.").format(path=written.path), key="order",
            )  # fmt: skip

    def _by_other_means(self) -> None:
        if self._view is not None:
            self._sent("", _("{number} is sent.").format(number=self._view.order.row.number), "")

    def _sent(self, how: str, fact: str, rest: str) -> None:
        """Note an approved order as sent, and one that went before as sent again; say what became of it."""
        view = self._view
        state = view.order.row.state if view is not None else OrderState.DRAFT
        if view is None or (state is not OrderState.APPROVED and state not in EXPECTED_STATES):
            self._shop.say("ok", fact, rest)
            return
        goods = _("Its goods are on order.") if state is OrderState.APPROVED else ""

        def noted(_saved: OrderSaved) -> None:
            self._shop.say("ok", fact, f"{goods} {rest}".strip())

        self._shop.run(purchase.send, view.order.row.id, how, then=noted, asked_by=self)

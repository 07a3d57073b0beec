"""What the till does beside selling, wired to the services: each act may need a second person's yes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from shopstock.core import commands, papers
from shopstock.core.acting import Acting, Permission
from shopstock.core.cart import new_key
from shopstock.core.outcome import Changes, NotAllowed, ShopError
from shopstock.core.text import _
from shopstock.core.units import Money
from shopstock.queries import cash as reading
from shopstock.services import cash, parked, practice, printing
from shopstock.ui import format as fmt
from shopstock.ui.sell.ask_panels import WordsPanel
from shopstock.ui.sell.notice import Notice
from shopstock.ui.sell.open_sale import OpenSale
from shopstock.ui.sell.till_panels import AmountPanel, Choice, ReportPanel, TillMenu, VerdictPanel
from shopstock.ui.shop import Shop


class TillWork(QObject):
    """Opens the panels of the till and carries out what they ask."""

    opened = Signal(object)  # Panel
    done = Signal()  # the panel may go
    approval_needed = Signal(object, object)  # NotAllowed, again(Acting)

    def __init__(self, shop: Shop, sale: OpenSale, digits: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._sale = sale
        self._digits = digits
        self.reprint: Callable[[], object] = lambda: None

    def ask_reprint(self) -> None:
        """Print the last receipt again."""
        self.reprint()

    # -- doing things that may need a yes -------------------------------------------------------------------------

    def run(
        self, fn: Callable[..., Any], *args: Any, then: Callable[[Any], object], acting: Acting | None = None, **kw: Any
    ) -> None:
        """Call a service; when the person lacks the right, ask for a second person's yes and call it again."""

        def failed(error: ShopError) -> None:
            if isinstance(error, NotAllowed) and acting is None:
                self.approval_needed.emit(error, lambda who: self.run(fn, *args, then=then, acting=who, **kw))
            else:
                self._sale.noticed.emit(Notice("bad", error.sentence()))

        self._shop.run(fn, *args, then=then, failed=failed, acting=acting, asked_by=self, **kw)

    def _finish(self, notice: Notice) -> None:
        self.done.emit()
        self._sale.noticed.emit(notice)

    # -- the menu -------------------------------------------------------------------------------------------------

    def menu(self) -> None:
        """Open the till menu."""
        self._shop.read(reading.open_shift, self._sale.acting.station_id, then=self._menu_read, asked_by=self)

    def _menu_read(self, shift: reading.OpenShift | None) -> None:
        acting = self._sale.acting
        choices = []
        if acting.may(Permission.CASH_UP):
            if shift is None:
                choices.append(Choice(_("Open the shift"), "login", self.open_shift))
            else:
                choices.append(Choice(_("Cash up"), "report-money", self.count))
        if shift is not None and acting.may(Permission.SEE_REPORTS):
            choices.append(Choice(_("X report"), "receipt", self.x_report))
        choices += [
            Choice(_("Paid in"), "plus", self.paid_in),
            Choice(_("Paid out"), "minus", self.paid_out),
            Choice(_("Open drawer"), "cash-register", self.drawer),
        ]
        if acting.may(Permission.REPRINT):
            choices.append(Choice(_("Reprint"), "printer", self.ask_reprint))
        choices.append(Choice(_("Command sheet"), "barcode", self.command_sheet))
        if self._sale.cart.lines:
            choices.append(Choice(_("Give this sale up"), "trash", self.give_up))
        words = _("End practice") if self._shop.settings.practice else _("Practice mode")
        choices.append(Choice(words, "device-desktop", self.practise))
        self.opened.emit(TillMenu(choices, shift, self._digits))

    def shift(self) -> None:
        """Open the shift, or cash it up when one runs."""
        self._shop.read(
            reading.open_shift, self._sale.acting.station_id,
            then=lambda shift: self.open_shift() if shift is None else self.count(), asked_by=self,
        )  # fmt: skip

    def open_shift(self) -> None:
        """Ask for the float and open the shift."""
        self.opened.emit(
            AmountPanel(
                _("Open the shift"), _("Count the money in the drawer: the float to give change from."),
                _("Opening float"), _("Open the shift"), self._open, amount=Money(0), digits=self._digits,
            )
        )  # fmt: skip

    def _open(self, amount: Money, _reason: str) -> None:
        said = Notice("ok", _("The shift is open with {amount}.").format(amount=fmt.money(amount, self._digits)))
        self.run(cash.open_shift, amount, then=lambda _changes: self._finish(said))

    # -- money in and out, the drawer -----------------------------------------------------------------------------

    def paid_in(self) -> None:
        """Ask for money that goes into the drawer without a sale."""
        self._cash_panel(_("Paid in"), cash.pay_in)

    def paid_out(self) -> None:
        """Ask for money that is taken out of the drawer without a sale."""
        self._cash_panel(_("Paid out"), cash.pay_out)

    def in_or_out(self) -> None:
        """Ask which of the two."""
        self.opened.emit(
            TillMenu(
                [Choice(_("Paid in"), "plus", self.paid_in), Choice(_("Paid out"), "minus", self.paid_out)], None,
                self._digits,
            )
        )  # fmt: skip

    def _cash_panel(self, heading: str, service: Callable[..., Changes]) -> None:
        key = new_key()

        def take(amount: Money, reason: str) -> None:
            said = Notice("ok", f"{heading} {fmt.money(amount, self._digits)}.", reason)
            self.run(service, amount, reason, then=lambda _changes: self._finish(said), key=key)

        self.opened.emit(
            AmountPanel(heading, "", _("Amount"), heading, take, reason=_("What it is for"), digits=self._digits)
        )

    def drawer(self) -> None:
        """Ask why the drawer is opened, then open it."""
        ready = (_("Change money"), _("Check the float"), _("Mistake"))
        self.opened.emit(
            WordsPanel(
                _("Open drawer"), _("The reason is kept and counted on the Z report."), _("Reason"), self._open_drawer,
                _("Open"), ready,
            )
        )  # fmt: skip

    def _open_drawer(self, reason: str) -> None:
        said = Notice("ok", _("The drawer opens."), reason)
        self.run(cash.open_drawer, reason, then=lambda _changes: self._finish(said))

    # -- cashing up -----------------------------------------------------------------------------------------------

    def count(self) -> None:
        """Ask what is in the drawer, before anything tells what should be."""
        self.opened.emit(
            AmountPanel(
                _("Cash up"), _("Count all the money in the drawer. What should be there is told afterwards."),
                _("Counted"), _("That is what I counted"), self._counted, digits=self._digits,
            )
        )  # fmt: skip

    def _counted(self, amount: Money, _reason: str) -> None:
        self.run(cash.count_drawer, amount, then=lambda _changes: self._ask_verdict())

    def _ask_verdict(self) -> None:
        self._shop.read(reading.verdict, self._sale.acting.station_id, then=self._verdict, asked_by=self)

    def _verdict(self, told: reading.Verdict) -> None:
        self.opened.emit(VerdictPanel(told, self._digits, self._close, self.count))

    def _close(self, leave: Money) -> None:
        said = Notice("ok", _("The shift is closed."), _("The Z report is printed."))
        self.run(cash.close_shift, then=lambda _changes: self._finish(said), leave=leave)

    def x_report(self) -> None:
        """Show the running shift's figures."""
        self.run(cash.x_report, then=self._show_x)

    def _show_x(self, report: papers.CashReport) -> None:
        def money(amount: Money | None) -> str:
            return fmt.money(amount, self._digits)

        figures = [
            (_("Sales"), money(report.gross_sales)), (_("Returns"), money(report.returns)),
            (_("Discounts"), money(report.discounts)), (_("Float"), money(report.opening_float)),
            *((line.method, money(line.amount)) for line in report.methods),
            (_("Expected in the drawer"), money(report.expected)), (_("Sales made"), fmt.number(report.sale_count)),
            (_("Voids"), fmt.number(report.void_count)), (_("Drawer openings"), fmt.number(report.no_sale_count)),
        ]  # fmt: skip
        self.opened.emit(ReportPanel(_("X report"), figures, self._print_x))

    def _print_x(self) -> None:
        said = Notice("ok", _("The X report is printed."))
        self.run(cash.print_x_report, then=lambda _changes: self._finish(said))

    # -- the rest -------------------------------------------------------------------------------------------------

    def command_sheet(self) -> None:
        """Print the sheet of command codes that makes the till usable by scanner alone."""
        sheet = papers.CommandSheet(
            shop_name=self._shop.settings.name,
            commands=tuple(papers.SheetCommand(one.code, one.label) for one in commands.COMMANDS),
        )
        self.run(printing.enqueue, sheet, then=self._sheet_queued)

    def _sheet_queued(self, _job_id: int) -> None:
        self._shop.announce(Changes(topics=frozenset({printing.TOPIC})))
        self._finish(Notice("ok", _("The command sheet is printed."), _("Scan its codes instead of pressing keys.")))

    def practise(self) -> None:
        """Open the whole till on a private copy of the shop, or go back to the shop."""
        self._sale.then_do(self._practise)

    def _practise(self) -> None:
        if self._shop.settings.practice:
            self._shop.practice_asked.emit("")
        else:
            self._shop.run(practice.start, then=self._shop.practice_asked.emit, asked_by=self)

    def give_up(self) -> None:
        """Give the open sale up; every row is logged as a void."""
        self._sale.then_do(self._give_up)

    def _give_up(self) -> None:
        if not self._sale.cart.lines:
            return
        cart = self._sale.detach()
        self.run(parked.drop_open_sale, cart, then=lambda _changes: None)
        self._sale.save()
        self._finish(
            Notice("info", _("The sale was given up."), _("Its rows are in the log."), _("Bring it back"),
                   lambda: self._sale.give_back(cart))
        )  # fmt: skip

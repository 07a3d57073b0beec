"""Every command of the program in one table: its words, icon, key and right.

Menus, the palette, keycaps and the keys page of the help are all made from :data:`COMMANDS`. A screen hands its handler
over once: ``actions.bind("sell.park", self._park, self)``; from then on the key works while that screen is visible, and
the palette knows the command. People may change keys; what they changed is kept in the machine's own settings file.

To add a command: one line in :data:`COMMANDS`, one ``bind`` where it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from shopstock.core.acting import Acting, Permission
from shopstock.core.text import _


@dataclass(frozen=True, slots=True)
class Command:
    """One command. ``text`` is English and translated by :attr:`label`; ``screen`` is where it works, or everywhere."""

    id: str
    text: str
    icon: str = ""
    key: str = ""
    permission: Permission | None = None
    screen: str = ""

    @property
    def label(self) -> str:
        """The command in words."""
        return _(self.text)


_P = Permission
COMMANDS = (
    Command("palette", "Find anything", "command", "Ctrl+K"),
    Command("help", "Help and keys", "help", "F1"),
    Command("sign_in", "Sign in or out", "login", "Ctrl+L"),
    Command("queue", "Print queue", "printer", "Ctrl+P"),
    Command("backup", "Back up now", "device-floppy", "", _P.BACKUP),
    Command("full_screen", "Full screen", "photo", "Shift+F11"),
    Command("appearance", "Next appearance: light, dark, high contrast", "eye", "Ctrl+Shift+L"),
    Command("sell.entry", "Entry line", "barcode", "F2", _P.SELL, "sell"),
    Command("sell.customer", "Customer", "user", "F3", _P.SELL, "sell"),
    Command("sell.park", "Park", "player-pause", "F4", _P.SELL, "sell"),
    Command("sell.recall", "Recall", "history", "F5", _P.SELL, "sell"),
    Command("sell.quantity", "Quantity of the line", "edit", "F6", _P.SELL, "sell"),
    Command("sell.weigh", "Weigh the line", "package", "Ctrl+W", _P.SELL, "sell"),
    Command("sell.price_check", "Price check", "tag", "F7", _P.SELL, "sell"),
    Command("sell.discount", "Discount", "percentage", "F8", _P.DISCOUNT, "sell"),
    Command("sell.pay", "Pay", "cash", "F9", _P.SELL, "sell"),
    Command("sell.exact", "Exact cash, done", "coins", "F10", _P.SELL, "sell"),
    Command("sell.return", "Return or exchange", "arrow-back-up", "F11", _P.RETURN_WITH_SALE, "sell"),
    Command("sell.drawer", "Open drawer", "cash-register", "F12", _P.OPEN_DRAWER, "sell"),
    Command("sell.reprint", "Reprint the last receipt", "printer", "Ctrl+R", _P.REPRINT, "sell"),
    Command("sell.void", "Void the line", "trash", "Del", _P.SELL, "sell"),
    Command("sell.undo", "Bring the line back", "rotate-clockwise", "Ctrl+Z", _P.SELL, "sell"),
    Command("sell.open_price", "Open price", "tag", "Ctrl+O", _P.OPEN_PRICE, "sell"),
    Command("sell.shift", "Shift and cash-up", "report-money", "Ctrl+Shift+F", _P.CASH_UP, "sell"),
    Command("sell.cash_in_out", "Paid in or out", "coin", "Ctrl+Shift+C", _P.CASH_IN_OUT, "sell"),
    Command("sell.practice", "Practice mode", "device-desktop", "Ctrl+Shift+P", _P.SELL, "sell"),
    Command("stock.filter", "Filter", "filter", "F2", _P.SEE_STOCK, "stock"),
    Command("stock.explain", "Explain this figure", "info-circle", "F3", _P.SEE_STOCK, "stock"),
    Command("stock.card", "Item card", "file-text", "F4", _P.SEE_STOCK, "stock"),
    Command("stock.now", "Back to now", "clock", "F5", _P.SEE_STOCK, "stock"),
    Command("stock.columns", "Columns", "columns-3", "F6", _P.SEE_STOCK, "stock"),
    Command("stock.new_item", "New item", "plus", "Ctrl+N", _P.NEW_ITEM, "stock"),
    Command("stock.unknown", "Unknown codes", "help", "F7", _P.SEE_STOCK, "stock"),
    Command("stock.label", "Print label", "tag", "F8", _P.PRINT_LABELS, "stock"),
    Command("receive.entry", "Type a code, words or a number of packs", "keyboard", "F2", _P.RECEIVE, "receive"),
    Command("receive.decide", "Decide about the row", "help", "F3", _P.RECEIVE, "receive"),
    Command("receive.pause", "Pause the delivery", "player-pause", "F4", _P.RECEIVE, "receive"),
    Command("receive.place", "Put-away place", "building-store", "F5", _P.RECEIVE, "receive"),
    Command("receive.set", "Set the count", "edit", "F6", _P.RECEIVE, "receive"),
    Command("receive.damaged", "Damaged", "alert-triangle", "F7", _P.RECEIVE, "receive"),
    Command("receive.back", "Step before", "chevron-left", "F8", _P.RECEIVE, "receive"),
    Command("receive.next", "Next step", "chevron-right", "F9", _P.RECEIVE, "receive"),
    Command("receive.lot", "Lot and last day", "tag", "F10", _P.RECEIVE, "receive"),
    Command("receive.label", "Print a label of the item", "printer", "Ctrl+R", _P.RECEIVE, "receive"),
    Command("receive.without_order", "Receive without an order", "plus", "Ctrl+N", _P.RECEIVE, "receive"),
    Command("receive.ship", "Goods on their way", "truck", "Ctrl+T", _P.RECEIVE, "receive"),
    Command("receive.invoices", "Supplier invoices", "file-text", "Ctrl+I", _P.MATCH_INVOICE, "receive"),
    Command("receive.late_costs", "Late costs", "coins", "Ctrl+D", _P.LANDED_COST, "receive"),
    Command("receive.return", "Return to a supplier", "arrow-back-up", "Ctrl+B", _P.SUPPLIER_RETURN, "receive"),
    Command("orders.entry", "Entry line or filter", "barcode", "F2", _P.ORDER, "orders"),
    Command("orders.price", "Price of the line", "tag", "F3", _P.ORDER, "orders"),
    Command("orders.details", "Details of the order", "edit", "F4", _P.ORDER, "orders"),
    Command("orders.list", "List of orders", "list", "F5", _P.ORDER, "orders"),
    Command("orders.quantity", "Quantity of the line", "edit", "F6", _P.ORDER, "orders"),
    Command("orders.low_stock", "Low stock", "arrow-down", "F7", _P.ORDER, "orders"),
    Command("orders.suppliers", "Suppliers", "truck", "F8", _P.ORDER, "orders"),
    Command("orders.approve", "Approve the order", "check", "F9", _P.APPROVE_ORDER, "orders"),
    Command("orders.send", "Send the order", "send", "F10", _P.ORDER, "orders"),
    Command("orders.new", "New order", "plus", "Ctrl+N", _P.ORDER, "orders"),
    Command("orders.new_supplier", "New supplier", "plus", "Ctrl+Shift+N", _P.ORDER, "orders"),
    Command("orders.draft", "Back to draft", "arrow-back-up", "Ctrl+D", _P.ORDER, "orders"),
    Command("orders.cancel", "Cancel the order", "x", "Ctrl+Shift+X", _P.ORDER, "orders"),
    Command("orders.close", "Close the rest of the order", "archive", "Ctrl+Shift+R", _P.ORDER, "orders"),
    Command("orders.remove", "Take the line off the order", "trash", "Del", _P.ORDER, "orders"),
    Command("orders.propose", "Draft orders for what is low", "clipboard-check", "Ctrl+Shift+D", _P.ORDER, "orders"),
    Command("back.entry", "Entry line or filter", "barcode", "F2", _P.WRITE_OFF, "back"),
    Command("back.cause", "Next cause", "list", "F3", _P.WRITE_OFF, "back"),
    Command("back.pause", "Pause the write-off", "player-pause", "F4", _P.WRITE_OFF, "back"),
    Command("back.set", "Set the quantity", "edit", "F6", _P.WRITE_OFF, "back"),
    Command("back.row_cause", "Another cause for the row", "edit", "F7", _P.WRITE_OFF, "back"),
    Command("back.done", "Write off, or approve", "check", "F9", _P.WRITE_OFF, "back"),
    Command("back.lot", "Lot of the row", "tag", "F10", _P.WRITE_OFF, "back"),
    Command("back.file", "Add a photo or file", "photo", "Ctrl+O", _P.WRITE_OFF, "back"),
    Command("back.write_off", "Write goods off", "trash", "Ctrl+1", _P.WRITE_OFF, "back"),
    Command("back.waiting", "What waits for approval", "clock", "Ctrl+2", _P.WRITE_OFF, "back"),
    Command("back.set_aside", "Goods set aside", "archive", "Ctrl+3", _P.WRITE_OFF, "back"),
    Command("back.returns", "Customer returns", "arrow-back-up", "Ctrl+4", _P.WRITE_OFF, "back"),
    Command("back.documents", "Find a document", "file-text", "Ctrl+5", _P.WRITE_OFF, "back"),
    Command("transfers.entry", "Type a place, a code, words or a quantity", "keyboard", "F2", _P.TRANSFER, "transfers"),
    Command("transfers.decide", "What became of goods that are short", "help", "F3", _P.TRANSFER, "transfers"),
    Command("transfers.list", "List of transfers", "list", "F4", _P.TRANSFER, "transfers"),
    Command("transfers.place", "Where goods come from or go", "building-store", "F5", _P.TRANSFER, "transfers"),
    Command("transfers.set", "Set the quantity", "edit", "F6", _P.TRANSFER, "transfers"),
    Command("transfers.damaged", "Good or damaged", "alert-triangle", "F7", _P.TRANSFER, "transfers"),
    Command("transfers.back", "Step before", "chevron-left", "F8", _P.TRANSFER, "transfers"),
    Command("transfers.next", "Next step, or put away at home", "chevron-right", "F9", _P.TRANSFER, "transfers"),
    Command("transfers.request", "Ask for goods", "arrow-down", "Ctrl+N", _P.TRANSFER, "transfers"),
    Command("transfers.send", "Send goods", "send", "Ctrl+T", _P.TRANSFER, "transfers"),
    Command("transfers.slip", "Print the slip of the transfer", "printer", "Ctrl+R", _P.TRANSFER, "transfers"),
    Command("transfers.undo", "Take the last put-away back", "rotate-clockwise", "Ctrl+Z", _P.REVERSE, "transfers"),
    Command("count.entry", "Type what is counted", "keyboard", "F2", _P.COUNT, "count"),
    Command("count.list", "Places to count, and counts", "list", "F4", _P.COUNT, "count"),
    Command("count.set", "Type the figure, or say who counts", "edit", "F6", _P.COUNT, "count"),
    Command("count.none", "None here, or approve", "circle-minus", "F7", _P.COUNT, "count"),
    Command("count.again", "Have the line counted again", "refresh", "F8", _P.POST_COUNT, "count"),
    Command("count.next", "Place is counted, compare, or post", "check", "F9", _P.COUNT, "count"),
    Command("count.new", "New count", "plus", "Ctrl+N", _P.POST_COUNT, "count"),
    Command("count.file", "Enter a file of counted goods", "folder-open", "Ctrl+O", _P.COUNT, "count"),
    Command("count.paper", "Sheets of the count on paper", "printer", "Ctrl+R", _P.COUNT, "count"),
    Command("count.plan", "Plan of counts", "clock", "Ctrl+Shift+P", _P.POST_COUNT, "count"),
    Command("labels.entry", "Entry line", "barcode", "F2", _P.PRINT_LABELS, "labels"),
    Command("labels.lists", "Next list of labels", "list", "F3", _P.PRINT_LABELS, "labels"),
    Command("labels.templates", "Label templates", "edit", "F4", _P.PRINT_LABELS, "labels"),
    Command("labels.code", "Give a code", "barcode", "F6", _P.NEW_ITEM, "labels"),
    Command("labels.done", "Done: take off the list", "check", "F8", _P.PRINT_LABELS, "labels"),
    Command("labels.print", "Print the labels", "printer", "F9", _P.PRINT_LABELS, "labels"),
    Command("labels.save", "Save the template", "device-floppy", "Ctrl+S", _P.PRINT_LABELS, "labels"),
    Command("reports.csv", "Save as CSV", "download", "Ctrl+E", _P.SEE_REPORTS, "reports"),
    Command("settings.save", "Save settings", "device-floppy", "Ctrl+S", _P.EDIT_SETTINGS, "settings"),
)


class Actions(QObject):
    """The table brought to life: what is bound, and which keys people chose."""

    keys_changed = Signal()

    def __init__(self, machine: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.machine = machine
        self._commands = {command.id: command for command in COMMANDS}
        self._bound: dict[str, QAction] = {}

    def command(self, id_: str) -> Command:
        """Return a command by its id."""
        return self._commands[id_]

    def all(self) -> tuple[Command, ...]:
        """Return every command in the order of the table."""
        return tuple(self._commands.values())

    def add(self, command: Command) -> None:
        """Add a command that is known only at run time (one for each screen of the window)."""
        self._commands[command.id] = command

    def bind(self, id_: str, handler: Callable[[], object], widget: QWidget) -> QAction:
        """Let a command be done by ``handler`` while ``widget`` is visible."""
        command = self._commands[id_]
        action = QAction(command.label, widget)
        action.setShortcut(QKeySequence(self.key(id_)))
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setAutoRepeat(False)
        action.triggered.connect(lambda _checked=False: handler())
        widget.addAction(action)
        self._bound[id_] = action
        return action

    def bound(self, id_: str) -> QAction | None:
        """Return the action of a command that somebody does, or ``None``."""
        return self._bound.get(id_)

    def run(self, id_: str) -> None:
        """Do a command as if its key had been pressed."""
        action = self._bound.get(id_)
        if action is not None:
            action.trigger()

    def key(self, id_: str) -> str:
        """Return a command's key as portable text (``Ctrl+K``), empty when it has none."""
        return str(self.machine.value(f"keys/{id_}", self._commands[id_].key))

    def keycap(self, id_: str) -> str:
        """Return a command's key as people read it on this machine."""
        return QKeySequence(self.key(id_)).toString(QKeySequence.SequenceFormat.NativeText)

    def taken_by(self, key: str, id_: str) -> Command | None:
        """Return another command that has the key already and works on the same screen, or ``None``."""
        mine = self._commands[id_]
        wanted = QKeySequence(key)
        for command in self.all():
            together = not command.screen or not mine.screen or command.screen == mine.screen
            if command.id != id_ and together and QKeySequence(self.key(command.id)) == wanted and not wanted.isEmpty():
                return command
        return None

    def set_key(self, id_: str, key: str) -> None:
        """Give a command another key; it stays so on this machine."""
        self.machine.setValue(f"keys/{id_}", QKeySequence(key).toString())
        self._apply(id_)

    def reset_keys(self) -> None:
        """Give every command its first key again."""
        self.machine.remove("keys")
        for id_ in self._commands:
            self._apply(id_)

    def allowed(self, acting: Acting | None, screen: str = "") -> Iterator[Command]:
        """Yield the commands that a person may give, of one screen or (empty) of all."""
        for command in self.all():
            if screen and command.screen not in ("", screen):
                continue
            if command.permission is None or (acting is not None and acting.may(command.permission)):
                yield command

    def _apply(self, id_: str) -> None:
        action = self._bound.get(id_)
        if action is not None:
            action.setShortcut(QKeySequence(self.key(id_)))
        self.keys_changed.emit()

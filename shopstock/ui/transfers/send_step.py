"""The step Send: what goes off, in words; then the slip that goes with the goods."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shopstock.core import places as place_rules
from shopstock.core.text import _, ngettext
from shopstock.core.transfers import ON_THE_WAY
from shopstock.core.units import Qty
from shopstock.queries.transfers import Head, Transfer
from shopstock.ui import fields, theme
from shopstock.ui import format as fmt
from shopstock.ui.receive.page import card
from shopstock.ui.receive.post_page import Said, Sentences
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.transfers import words
from shopstock.ui.transfers.tally import Tally


class SendStep(QWidget):
    """The step. ``send_asked`` sends the goods off, ``print_asked`` and ``save_asked`` want the slip."""

    send_asked = Signal()
    print_asked = Signal()
    save_asked = Signal()
    next_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        frame, column = card(padding=theme.S6, spacing=theme.S4)
        self._title = fields.label("", "", theme.TITLE, theme.MEDIUM)
        self._title.setWordWrap(True)
        self.sentences = Sentences(_("What is sent"))
        self._wait = fields.label("", "bad")
        self._wait.setWordWrap(True)
        self.save_key = TillButton(_("Save the slip"), icon="download", height=theme.MAIN_ACTION, centered=True)
        self.print_key = TillButton(
            _("Print the slip"), kind="outline", icon="printer", keycap="Ctrl+R", height=theme.MAIN_ACTION
        )
        self.main_key = TillButton(
            "", kind="primary", size=theme.TITLE, height=theme.MAIN_ACTION, centered=True, keycap="F9"
        )
        self.main_key.setMinimumWidth(240)
        self.save_key.clicked.connect(lambda _checked=False: self.save_asked.emit())
        self.print_key.clicked.connect(lambda _checked=False: self.print_asked.emit())
        self.main_key.clicked.connect(lambda _checked=False: self.press())
        foot = QHBoxLayout()
        foot.setSpacing(theme.S3)
        foot.addWidget(self._wait, 1)
        for key in (self.save_key, self.print_key, self.main_key):
            foot.addWidget(key)
        column.addWidget(self._title)
        column.addWidget(self.sentences, 1)
        column.addLayout(foot)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame)
        self.setFocusProxy(self.main_key)
        self._sent = False

    def press(self) -> None:
        """F9: send, or go on to what arrives."""
        (self.next_asked if self._sent else self.send_asked).emit()

    def show_packed(self, head: Head, tally: Tally) -> None:
        """Say what sending does."""
        self._sent = False
        self._title.setText(_("This goes to {place}").format(place=head.to_place))
        self.sentences.say(before(head, tally))
        wait = waits(tally)
        self._wait.setText(wait)
        self.main_key.waiting = bool(wait)
        self.main_key.show_text(_("Send"))
        self.print_key.hide()
        self.save_key.hide()

    def show_sent(self, transfer: Transfer) -> None:
        """Say what was sent, and offer the slip."""
        self._sent = True
        head = transfer.head
        on_its_way = head.state in ON_THE_WAY
        self._title.setText(
            (_("{number} is on its way to {place}") if on_its_way else _("{number} went to {place}")).format(
                number=head.number, place=head.to_place
            )
        )
        self.sentences.say(after(transfer))
        self._wait.setText("")
        self.main_key.waiting = False
        self.main_key.show_text(_("Next: arrive") if on_its_way else _("How it ended"))
        self.print_key.show()
        self.save_key.show()


def waits(tally: Tally) -> str:
    """Say what has to be done before sending; empty when nothing has."""
    if not tally.counted():
        return _("Nothing is packed yet.")
    unknown = [row.code for row in tally.rows if row.unknown]
    return _("{code} is no item. Find it or skip it first.").format(code=unknown[0]) if unknown else ""


def before(head: Head, tally: Tally) -> list[Said]:
    """Say what sending does."""
    packed = tally.counted()
    lines = [words.pieces(held.all, line.name) for line, held in packed]
    if not packed:
        return []
    total = fmt.qty(Qty(sum(held.all for _line, held in packed)))
    items = ngettext("{n} item", "{n} items", len(packed)).format(n=fmt.number(len(packed)))
    said = [
        Said(
            _("{qty} pieces of {items} leave {place}").format(qty=total, items=items, place=head.from_place),
            words.listed(lines, 6), "truck",
        ),
        Said(_("They are in transit until they arrive"), _("Still ours, at the same value, not for sale."), "clock"),
    ]  # fmt: skip
    short = [
        words.pieces(Qty((line.wanted or 0) - tally.held(line.item_id).all), line.name)
        for line in tally.lines.values()
        if line.wanted is not None and line.wanted > tally.held(line.item_id).all
    ]
    over = [words.pieces(held.all, line.name) for line, held in packed if line.wanted is None]
    more = [
        words.pieces(Qty(held.all - line.wanted), line.name)
        for line, held in packed
        if line.wanted is not None and held.all > line.wanted
    ]
    beyond = [line.name for line, held in packed if line.there is not None and held.all > line.there]
    for listed, fact, icon in (
        (short, _("Not sent of what was asked for: {names}"), "circle-minus"),
        (over, _("Nobody asked for: {names}"), "plus"), (more, _("More than was asked for: {names}"), "plus"),
        (beyond, _("More than the book has: {names}. They are counted soon."), "alert-triangle"),
    ):  # fmt: skip
        if (listed and any(line.wanted is not None for line in tally.lines.values())) or (listed and listed is beyond):
            said.append(Said(fact.format(names=words.listed(listed, 6)), "", icon, "warn"))
    return said


def after(transfer: Transfer) -> list[Said]:
    """Say what was sent, when and by whom."""
    head = transfer.head
    sent = [(row.figures.dispatched, row.name) for row in transfer.rows if row.figures.dispatched]
    said = []
    if sent:
        lines = [words.pieces(qty, name) for qty, name in sent]
        said.append(Said(words.goods(sent), words.listed(lines, 8) if len(lines) > 1 else "", "truck", "ok"))
    if head.dispatched_at is not None:
        by = _("by {name}").format(name=head.dispatched_by)
        said.append(Said(_("Sent {when}").format(when=fmt.instant(head.dispatched_at)), by, "clock"))
    if head.state in ON_THE_WAY:
        place = place_rules.inside(head.to_place)
        plain = _("Put the slip with the goods: {place} scans it to book them in.").format(place=place)
        said.append(Said(_("The slip has the barcode of {number}").format(number=head.number), plain, "barcode"))
    return said

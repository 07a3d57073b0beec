"""The card of the last scan: the item, its count in the largest figure of the program, and what to do about it."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from shopstock.core.text import _, ngettext
from shopstock.core.units import ONE, ZERO_QTY, Qty
from shopstock.ui import format as fmt
from shopstock.ui import theme
from shopstock.ui.fields import label
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.stylesheet import restyle

_MOST_SEGMENTS = 24
_FIGURE_HEIGHT = 96


class LastScan(NamedTuple):
    """What the card shows: ``chip`` says what the scan added, in ``tone``; ``ordered`` ``None`` is on no order."""

    name: str
    code: str
    at: str
    counted: Qty
    ordered: Qty | None
    pack: Qty
    chip: str = ""
    tone: str = "ok"


class _Figure(QLabel):
    """The huge figure; it shrinks rather than being cut off."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(_FIGURE_HEIGHT)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.room = 200
        self.fit()

    def fit(self) -> None:
        """Take the largest size that the room allows."""
        size = theme.LAST_SCAN
        while size > theme.TITLE and theme.metrics(size, theme.SEMIBOLD).horizontalAdvance(self.text()) > self.room:
            size -= 4
        if self.font().pixelSize() != size:
            theme.style_font(self, size, theme.SEMIBOLD)


class Progress(QWidget):
    """A bar of packs, or of one piece where there are too many; full is what was ordered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(8)
        self.setAccessibleName(_("Progress"))
        self._done, self._whole, self._segments = 0, 0, 1
        theme.watcher().changed.connect(self.update)

    def show_progress(self, done: int, whole: int, segments: int = 1) -> None:
        """Show ``done`` of ``whole``, cut into ``segments``."""
        self._done, self._whole = max(done, 0), whole
        self._segments = segments if 1 <= segments <= _MOST_SEGMENTS else 1
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        gap = 2 if self._segments > 1 else 0
        wide = (self.width() - gap * (self._segments - 1)) / self._segments
        full = min(1.0, self._done / self._whole) if self._whole > 0 else float(self._done > 0)
        for number in range(self._segments):
            part = min(1.0, max(0.0, full * self._segments - number))
            left = number * (wide + gap)
            for share, token in ((1.0, "line"), (part, "accent" if self._done <= self._whole else "bad")):
                if share:
                    width = wide * share
                    start = self.width() - left - width if self.isRightToLeft() else left
                    painter.setBrush(t.color(token))
                    painter.drawRoundedRect(QRectF(start, 0, width, self.height()), 2, 2)
        painter.end()


class LastScanCard(QWidget):
    """The upper part of the side card. The keys act on the item of the last scan, or on the row that is selected."""

    less = Signal()
    more = Signal()
    set_asked = Signal()
    damaged = Signal()
    label_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S1)
        head = QHBoxLayout()
        self._title = label(_("Last scan"), "small", theme.SMALL)
        self._time = label("", "small", theme.SMALL)
        head.addWidget(self._title, 1)
        head.addWidget(self._time)
        self._name = label("", "", theme.TITLE, theme.MEDIUM)
        self._name.setWordWrap(True)
        self._code = label("", "small", theme.SMALL)
        self._figure = _Figure()
        self._chip = label("", "chip-ok", theme.SMALL, theme.MEDIUM)
        self._chip.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._of = label("", "label", theme.TITLE)
        beside = QVBoxLayout()
        beside.setSpacing(6)
        beside.addStretch(1)
        beside.addWidget(self._chip)
        beside.addWidget(self._of)
        beside.addStretch(1)
        figures = QHBoxLayout()
        figures.setSpacing(theme.S4)
        figures.addWidget(self._figure)
        figures.addLayout(beside, 1)
        self._bar = Progress()
        self._left = label("", "small", theme.SMALL)
        self._left.setWordWrap(True)
        column.addLayout(head)
        column.addSpacing(theme.S1)
        column.addWidget(self._name)
        column.addWidget(self._code)
        column.addSpacing(theme.S2)
        column.addLayout(figures)
        column.addSpacing(theme.S2)
        column.addWidget(self._bar)
        column.addWidget(self._left)
        column.addSpacing(theme.S2)
        column.addLayout(self._keys())
        self.show_scan(None)

    def _keys(self) -> QVBoxLayout:
        self.less_key = TillButton(_("1 less"), icon="minus", centered=True)
        self.more_key = TillButton(_("1 more"), icon="plus", centered=True)
        self.set_key = TillButton(_("Set"), centered=True)
        self.damaged_key = TillButton(_("Damaged"), centered=True)
        self.label_key = TillButton(_("Print label"), icon="printer", centered=True)
        pairs = (
            (self.less_key, self.less), (self.more_key, self.more), (self.set_key, self.set_asked),
            (self.damaged_key, self.damaged), (self.label_key, self.label_asked),
        )  # fmt: skip
        for key, signal in pairs:
            key.clicked.connect(signal)
        rows = QVBoxLayout()
        rows.setSpacing(theme.S2)
        for keys in ((self.less_key, self.more_key, self.set_key), (self.damaged_key, self.label_key)):
            row = QHBoxLayout()
            row.setSpacing(theme.S1)
            for key in keys:
                row.addWidget(key, {self.set_key: 6, self.more_key: 12}.get(key, 11))
            rows.addLayout(row)
        return rows

    def show_scan(
        self, scan: LastScan | None, *, selected: bool = False, unknown: str = "", begun: bool = False
    ) -> None:
        """Show a scan (or the row that somebody selected); ``None``: nothing was scanned yet."""
        self._title.setText(_("Selected") if selected and scan is not None else _("Last scan"))
        for widget in (self._time, self._code, self._figure, self._chip, self._of, self._bar, self._left):
            widget.setVisible(scan is not None)
        for key in (self.less_key, self.more_key, self.set_key, self.damaged_key, self.label_key):
            key.setEnabled(scan is not None)
        if scan is None:
            self._name.setText(self.invitation(unknown, begun))
            return
        self._time.setText(scan.at)
        self._name.setText(scan.name)
        self._code.setText(scan.code)
        self._figure.setText(fmt.qty(scan.counted))
        self._figure.setAccessibleName(_("{qty} counted").format(qty=fmt.qty(scan.counted)))
        self._chip.setText(scan.chip)
        self._chip.setVisible(bool(scan.chip))
        if self._chip.property("role") != f"chip-{scan.tone}":
            restyle(self._chip, role=f"chip-{scan.tone}")
        self._show_progress(scan)
        self._fit()

    def invitation(self, unknown: str, begun: bool) -> str:
        """Say what to scan while nothing is on the card; ``unknown`` is a code that nobody knows."""
        if unknown:
            return _("Nobody knows {code}. Find its item, make a new one, or skip it.").format(code=unknown)
        return _("Scan the next item.") if begun else _("Scan the first item. The count begins at zero.")

    def of_words(self, scan: LastScan) -> str:
        """Say of how many, beside the figure."""
        if scan.ordered is None:
            return _("not on order")
        return _("of {qty} counted").format(qty=fmt.qty(scan.ordered))

    def left_words(self, scan: LastScan) -> str:
        """Say how much is still to come of what has an ``ordered``."""
        return left_words(scan.counted, scan.ordered or ZERO_QTY, scan.pack)

    def _show_progress(self, scan: LastScan) -> None:
        self._of.setText(self.of_words(scan))
        if scan.ordered is None:
            self._bar.hide()
            self._left.hide()
            return
        packs = scan.ordered // scan.pack if scan.pack > ONE and scan.ordered % scan.pack == 0 else 1
        self._bar.show_progress(scan.counted, scan.ordered, packs)
        self._left.setText(self.left_words(scan))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        beside = max(
            theme.metrics(theme.TITLE).horizontalAdvance(self._of.text()),
            theme.metrics(theme.SMALL, theme.MEDIUM).horizontalAdvance(self._chip.text()) + 16,
        )
        self._figure.room = max(56, self.width() - beside - theme.S4)
        self._figure.fit()


def left_words(counted: Qty, ordered: Qty, pack: Qty) -> str:
    """Say how much is still to come, in packs where that comes out even."""
    left = Qty(ordered - counted)
    if left < 0:
        return _("{qty} more than ordered").format(qty=fmt.qty(Qty(-left)))
    if not left:
        return _("Everything ordered is here")
    if pack > ONE and left % pack == 0:
        packs = left // pack
        words = ngettext("One pack of {pack} to go", "{n} packs of {pack} to go", packs)
        return words.format(n=fmt.number(packs), pack=fmt.qty(pack))
    return _("{qty} to go").format(qty=fmt.qty(left))

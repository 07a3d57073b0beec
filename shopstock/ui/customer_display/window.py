"""The second window: what a customer reads from two metres."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from shopstock.core.customer_display import Frame, Moment
from shopstock.core.text import _
from shopstock.ui import fields, theme

_NAME, _LINE, _FIGURE, _HUGE = 30, 24, 40, 84


class CustomerWindow(QWidget):
    """Shows frames. It takes no keys and no focus: the till keeps them; ``activated`` tells that it got it."""

    activated = Signal()

    def __init__(self, picture: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint
                         | Qt.WindowType.WindowDoesNotAcceptFocus)  # fmt: skip
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Customer display"))
        self.setAccessibleName(_("Customer display"))
        self.setObjectName("customer")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._frame = Frame()
        self._scale = 1.0
        self._picture = QPixmap(picture) if picture else QPixmap()
        self.shop = fields.label("", "", _NAME, theme.SEMIBOLD)
        self.image = QLabel()
        self.image.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.welcome = fields.label("", "", _FIGURE, theme.MEDIUM)
        self.welcome.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.welcome.setWordWrap(True)
        self._rows = QGridLayout()
        self._rows.setColumnStretch(0, 1)
        self._rows.setHorizontalSpacing(theme.S6)
        self._rows.setVerticalSpacing(theme.S3)
        self._cells: list[tuple[QLabel, QLabel, QLabel]] = []
        self.word = fields.label("", "", _FIGURE, theme.MEDIUM)
        self.figure = fields.label("", "", _HUGE, theme.SEMIBOLD)
        self.figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.below = fields.label("", "", _LINE)
        self.below.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._foot = QFrame()
        self._foot.setProperty("role", "card")
        sums = QHBoxLayout()
        sums.addWidget(self.word)
        sums.addStretch(1)
        sums.addWidget(self.figure)
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(theme.S6, theme.S4, theme.S6, theme.S4)
        foot.addLayout(sums)
        foot.addWidget(self.below)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(48, 40, 48, 40)
        layout.setSpacing(theme.S6)
        layout.addWidget(self.shop)
        layout.addWidget(self.image, 1)
        layout.addLayout(self._rows)
        layout.addStretch(1)
        layout.addWidget(self.welcome)
        layout.addStretch(1)
        layout.addWidget(self._foot)
        self.show_frame(self._frame)

    def show_frame(self, frame: Frame) -> None:
        """Show what is going on at the till."""
        self._frame = frame
        idle = frame.moment is Moment.IDLE
        self.shop.setText(frame.shop)
        self.shop.setVisible(not idle)
        self.image.setVisible(idle and not self._picture.isNull())
        self.welcome.setVisible(idle or frame.moment is Moment.PAID)
        self.welcome.setText(_("Welcome to {shop}").format(shop=frame.shop) if idle else _("Thank you!"))
        self._foot.setVisible(not idle)
        self.word.setText(_("Change") if frame.moment is Moment.PAID and frame.change else _("Total"))
        self.figure.setText(frame.change if frame.moment is Moment.PAID and frame.change else frame.total)
        paid = _("{total} paid").format(total=frame.total) if frame.moment is Moment.PAID and frame.change else ""
        self.below.setText(paid)
        self.below.setVisible(bool(paid))
        self._fill()
        self._fit()

    def _fill(self) -> None:
        """Show the last rows that there is room for, the newest below."""
        room = max(1, int((self.height() - 380 * self._scale) // (46 * self._scale)))
        frame = self._frame
        first = max(0, min(len(frame.rows) - room, frame.shown if frame.shown >= 0 else len(frame.rows)))
        rows = frame.rows[first : first + room] if frame.moment is Moment.SALE else ()
        while len(self._cells) < len(rows):
            at = len(self._cells)
            cells = (fields.label("", "", _LINE), fields.label("", "", _LINE), fields.label("", "", _LINE))
            for column, cell in enumerate(cells):
                self._rows.addWidget(cell, at, column)
                cell.setAlignment(Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft)
            self._cells.append(cells)
        for at, (name, quantity, amount) in enumerate(self._cells):
            row = rows[at] if at < len(rows) else None
            for cell in (name, quantity, amount):
                cell.setVisible(row is not None)
            if row is not None:
                weight = theme.SEMIBOLD if first + at == frame.shown else theme.REGULAR
                for cell in (name, quantity, amount):
                    theme.style_font(cell, int(_LINE * self._scale), weight)
                wide = max(120, self.width() - int(460 * self._scale))
                name.setText(name.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, wide))
                quantity.setText(row.quantity)
                amount.setText(row.amount)

    def _fit(self) -> None:
        if self.image.isVisible() or (self._frame.moment is Moment.IDLE and not self._picture.isNull()):
            room = self.size() * 0.6
            self.image.setPixmap(
                self._picture.scaled(
                    room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
                )
            )

    def event(self, event: QEvent) -> bool:
        # A window manager that gives it the focus all the same must not take the keys from the till.
        if event.type() == QEvent.Type.WindowActivate:
            self.activated.emit()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._scale = min(2.0, max(1.0, self.height() / 768))
        for label, size, weight in (
            (self.shop, _NAME, theme.SEMIBOLD), (self.welcome, _FIGURE, theme.MEDIUM),
            (self.word, _FIGURE, theme.MEDIUM), (self.figure, _HUGE, theme.SEMIBOLD),
            (self.below, _LINE, theme.REGULAR),
        ):  # fmt: skip
            theme.style_font(label, int(size * self._scale), weight)
        self._fill()
        self._fit()

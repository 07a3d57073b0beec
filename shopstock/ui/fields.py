"""Buttons with keycaps, fields for amounts and quantities, and the number pad for touch.

A scan never lands in any field: :mod:`scanner` takes it away before. These fields refuse what a scan would be if one
did come through, because an amount of thirteen digits is never meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NewType

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QIntValidator, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFormLayout,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from shopstock.core.text import _
from shopstock.core.units import MAX_MONEY, MAX_QTY, Money, Qty, format_money, format_qty, parse_money, parse_qty
from shopstock.ui import format as fmt
from shopstock.ui import icons, theme
from shopstock.ui.stylesheet import restyle

ButtonKind = NewType("ButtonKind", str)
PRIMARY, OUTLINE, QUIET, BARE, BAD = (ButtonKind(kind) for kind in ("primary", "outline", "quiet", "bare", "bad"))


class Button(QPushButton):
    """A button with its icon before and its keycap at the end. ``kind``: one ``PRIMARY`` on a screen at most."""

    def __init__(
        self,
        text: str,
        kind: ButtonKind = QUIET,
        *,
        icon: str = "",
        key: str = "",
        height: int = theme.CONTROL,
        on_click: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._key = key
        self._icon_name = icon
        self._kind = kind
        self.setProperty("kind", kind)
        self.setAccessibleName(text)
        self.setFixedHeight(height)
        self.setAutoDefault(True)
        theme.style_font(self, theme.BODY, theme.SEMIBOLD)
        if icon:
            self.setIcon(icons.icon(icon, {"primary": "onaccent", "bad": "bad"}.get(kind, "ink")))
            self.setIconSize(QSize(26 if text else 20, 20))
        if key:
            self.setToolTip(f"{text} ({key})")
            self._make_room()
        if on_click is not None:
            self.clicked.connect(lambda _checked=False: on_click())

    def setText(self, text: str) -> None:
        """Show other words; beside them the icon keeps its distance."""
        super().setText(text)
        if self._icon_name:
            self.setIconSize(QSize(26 if text else 20, 20))

    def set_key(self, key: str) -> None:
        """Show another key on the keycap."""
        self._key = key
        self._make_room()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._make_room()

    def _make_room(self) -> None:
        """Keep the text clear of the cap: it stands at the start, the cap at the end."""
        if self._key:
            side, start = ("left", "right") if self.isRightToLeft() else ("right", "left")
            room = self._cap_width() + 10 + theme.S3
            self.setStyleSheet(f"QPushButton {{ text-align: {start}; padding-{side}: {room}px; }}")
        else:
            self.setStyleSheet("")

    def _cap_width(self) -> int:
        return QFontMetrics(theme.font(theme.SMALL, theme.MEDIUM)).horizontalAdvance(self._key) + 12

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._key:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self._cap_width()
        left = 10 if self.isRightToLeft() else self.width() - width - 10
        paint_keycap(
            painter,
            QRect(left, (self.height() - 22) // 2, width, 22),
            self._key,
            self._kind == PRIMARY and self.isEnabled(),
        )
        painter.end()


def paint_keycap(painter: QPainter, rect: QRect, key: str, on_accent: bool = False) -> None:
    """Paint a keycap."""
    t = theme.current()
    painter.setPen(QPen(t.color("onaccent" if on_accent else "line"), 1))
    painter.setBrush(t.color("accent" if on_accent else "surface"))
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS_CHIP, theme.RADIUS_CHIP)
    painter.setFont(theme.font(theme.SMALL, theme.MEDIUM))
    painter.setPen(t.color("onaccent" if on_accent else "ink2"))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, key)


def keycap(key: str) -> QLabel:
    """Return a keycap as a label."""
    label = QLabel(key)
    label.setProperty("role", "keycap")
    label.setAccessibleName(_("Key {key}").format(key=key))
    theme.style_font(label, theme.SMALL, theme.MEDIUM)
    label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return label


def label(text: str, role: str = "", size: int = theme.BODY, weight: object = theme.REGULAR) -> QLabel:
    """Return a plain-text label; ``role`` is one of the stylesheet's."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(role == "wrap")
    if role:
        made.setProperty("role", role)
    made.setFont(theme.font(size, weight))  # type: ignore[arg-type]
    return made


def title(text: str) -> QLabel:
    """Return the title of a screen."""
    return label(text, "title", theme.TITLE, theme.SEMIBOLD)


def form() -> QFormLayout:
    """Return a form whose labels stand in the middle of their fields."""
    made = QFormLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setVerticalSpacing(theme.S3)
    made.setHorizontalSpacing(theme.S4)
    made.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return made


def form_row(into: QFormLayout, words: str, field: QWidget) -> None:
    """Add a field with its label, which is also its accessible name unless it has one."""
    if not field.accessibleName():
        field.setAccessibleName(words)
    name = label(words)
    name.setMinimumHeight(theme.CONTROL)
    name.setBuddy(field)
    into.addRow(name, field)


class _FigureEdit(QLineEdit):
    """A field for one exact figure; red and saying why while it cannot be read."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setMaxLength(20)
        self.setMinimumHeight(theme.CONTROL)
        theme.style_font(self, theme.TITLE, theme.SEMIBOLD)
        self.textChanged.connect(self._judge)

    def plain(self) -> str:
        """Return what is typed with a point for decimals, whatever the locale's mark and grouping.

        "1,50" is one and a half everywhere. "1,234" (or "1.234") may be a thousand or a little more than one: it
        comes back unreadable, so that nobody's price is guessed.
        """
        where = fmt.locale()
        point, group = where.decimalPoint(), where.groupSeparator()
        text = self.text().strip().replace(fmt.MINUS, "-")
        for space in (" ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "'", "\N{RIGHT SINGLE QUOTATION MARK}"):
            text = text.replace(space, "")
        if group in (",", ".") and re.fullmatch(rf"-?[1-9]\d{{0,2}}(\{group}\d{{3}})+(\{point}\d*)?", text):
            if text.count(group) == 1 and point not in text:
                return text.replace(group, ",")
            text = text.replace(group, "")
        return text.replace(point, ".").replace(",", ".")

    def read(self) -> int | None:
        """Return the figure, or ``None`` while there is none to read."""
        raise NotImplementedError

    def _judge(self) -> None:
        bad = bool(self.text().strip()) and self.read() is None
        restyle(self, state="bad" if bad else "")
        self.setToolTip(_("This is not a figure that can be used here.") if bad else "")


class MoneyEdit(_FigureEdit):
    """A field for an amount."""

    def read(self) -> Money | None:
        try:
            amount = parse_money(self.plain())
        except ValueError:
            return None
        return amount if abs(amount) <= MAX_MONEY else None

    def write(self, amount: Money, decimals: int = 2) -> None:
        """Show an amount and select it, so that the next key replaces it."""
        self.setText(format_money(amount, decimals).replace(".", fmt.locale().decimalPoint()))
        self.selectAll()


class QtyEdit(_FigureEdit):
    """A field for a quantity."""

    def read(self) -> Qty | None:
        try:
            quantity = parse_qty(self.plain())
        except ValueError:
            return None
        return quantity if abs(quantity) <= MAX_QTY else None

    def write(self, quantity: Qty) -> None:
        """Show a quantity and select it, so that the next key replaces it."""
        self.setText(format_qty(quantity).replace(".", fmt.locale().decimalPoint()))
        self.selectAll()


class CountEdit(QLineEdit):
    """A short field for a whole number between two limits; a step up or down by the arrow keys."""

    def __init__(self, least: int, most: int, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least, self._most = least, most
        self.setAccessibleName(name)
        self.setMaxLength(len(str(most)))
        self.setFixedWidth(96)
        self.setValidator(QIntValidator(least, most, self))
        self.setToolTip(_("{least} to {most}").format(least=least, most=most))

    def value(self) -> int:
        """Return the number, brought between the limits."""
        text = self.text()
        return min(max(int(text) if text.isascii() and text.isdigit() else self._least, self._least), self._most)

    def set_value(self, number: int) -> None:
        """Show a number."""
        self.setText(str(number))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.set_value(min(max(self.value() + step, self._least), self._most))


class NumberPad(QWidget):
    """Keys of 56 for touch. ``pressed`` tells a character, ``"back"`` or ``"enter"``."""

    pressed = Signal(str)

    def __init__(
        self, target: QLineEdit | None = None, *, decimal: bool = True, enter: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._target = target
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.S2)
        point = fmt.locale().decimalPoint() if decimal else ""
        keys = ["7", "8", "9", "4", "5", "6", "1", "2", "3", point, "0", "back"]
        for place, key in enumerate(keys):
            if not key:
                continue
            button = Button(
                "" if key == "back" else key, icon="backspace" if key == "back" else "", height=theme.TILL_KEY
            )
            button.setAccessibleName(_("Delete the last digit") if key == "back" else key)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            theme.style_font(button, theme.TITLE, theme.SEMIBOLD)
            button.clicked.connect(lambda _checked=False, key=key: self._press(key))
            grid.addWidget(button, place // 3, place % 3)
        if enter:
            done = Button(enter, PRIMARY, height=theme.MAIN_ACTION)
            done.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            done.clicked.connect(lambda _checked=False: self._press("enter"))
            grid.addWidget(done, 4, 0, 1, 3)

    def _press(self, key: str) -> None:
        if self._target is not None:
            if key == "back":
                self._target.backspace()
            elif key == "enter":
                self._target.returnPressed.emit()
            else:
                self._target.insert(key)
        self.pressed.emit(key)

"""Parts of the orders screen that all its pages are made of: cards, panels at the side, gauges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from shopstock.core.acting import Permission
from shopstock.ui import fields, icons, theme
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table

PANEL = 344
TYPING_PAUSE_MS = 120


def may(shop: Shop, permission: Permission) -> bool:
    """Tell whether the signed-in person has a right."""
    return shop.acting is not None and shop.acting.may(permission)


def card(inside: QWidget) -> QFrame:
    """Return a card around a table."""
    frame = QFrame()
    frame.setProperty("role", "card")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(1, 1, 1, 1)
    layout.addWidget(inside)
    return frame


def bare_button(icon: str, name: str, on_click: Callable[[], object]) -> QPushButton:
    """Return a button that is only its icon."""
    button = QPushButton()
    button.setIcon(icons.icon(icon, "ink2"))
    button.setProperty("kind", "bare")
    button.setFixedSize(theme.CONTROL, theme.CONTROL)
    button.setAccessibleName(name)
    button.setToolTip(name)
    button.clicked.connect(lambda _checked=False: on_click())
    return button


class SidePanel(QFrame):
    """A card at the side: a title with a close button, a body that scrolls, and deeds at its foot."""

    def __init__(self, title: str, close_name: str, on_close: Callable[[], object], width: int = PANEL) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setFixedWidth(width)
        self.title = fields.title(title)
        self.title.setWordWrap(True)
        self.close_button = bare_button("x", close_name, on_close)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        page = QWidget()
        page.setObjectName("page")
        self.body = QVBoxLayout(page)
        self.body.setContentsMargins(0, 0, theme.S3, 0)
        self.body.setSpacing(theme.S3)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(theme.S2)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.S4, theme.S2, theme.S1, theme.S4)
        layout.setSpacing(theme.S2)
        layout.addLayout(head)
        layout.addWidget(area, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, theme.S3, 0)
        foot.addLayout(self.foot)
        layout.addLayout(foot)


def empty(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def fit_columns(
    table: Table, dispensable: Sequence[str], room_for_name: int, hidden: Iterable[str] = (), *, width: int
) -> None:
    """Hide columns, the dispensable ones in their order, until the one that takes the rest has its room."""
    gone, room = set(hidden), width - room_for_name
    columns = table.rows_model().columns
    for field in dispensable:
        if sum(column.width for column in columns if column.field not in gone) <= room:
            break
        gone.add(field)
    for number, column in enumerate(columns):
        if table.isColumnHidden(number) != (column.field in gone):
            table.setColumnHidden(number, column.field in gone)


class EmptyPage(QWidget):
    """What a list shows when there is nothing in it: what this is, what to do first, and a button or two."""

    def __init__(self, what: str, first: str, *buttons: fields.Button) -> None:
        super().__init__()
        self._what = fields.label(what, "title", theme.TITLE, theme.SEMIBOLD)
        self._first = fields.label(first, "wrap")
        row = QHBoxLayout()
        row.setSpacing(theme.S2)
        for button in buttons:
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.S4, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addWidget(self._what)
        layout.addWidget(self._first)
        layout.addLayout(row)
        layout.addStretch(1)

    def say(self, what: str, first: str) -> None:
        """Say something else."""
        self._what.setText(what)
        self._first.setText(first)


class FilterField(QLineEdit):
    """A line of words that filters while somebody types. ``left`` tells that the list is wanted (Down or Enter)."""

    changed = Signal(str)
    left = Signal()

    def __init__(self, name: str, hint: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setMaxLength(120)
        self.setStyleSheet("QToolButton { border: 0; padding: 0; min-height: 0; background: transparent; }")
        self.addAction(icons.icon("search", "ink2"), QLineEdit.ActionPosition.LeadingPosition)
        self._pause = QTimer(self, singleShot=True, interval=TYPING_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.changed.emit(self.text()))
        self.textChanged.connect(lambda _text: self._pause.start())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.setText("")
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)


def over(words: str, widget: QWidget) -> QVBoxLayout:
    """Return a field under its name: the panel is narrow."""
    if not widget.accessibleName():
        widget.setAccessibleName(words)
    name = fields.label(words, "small", theme.SMALL)
    name.setBuddy(widget)
    column = QVBoxLayout()
    column.setSpacing(theme.S1)
    column.addWidget(name)
    column.addWidget(widget)
    return column

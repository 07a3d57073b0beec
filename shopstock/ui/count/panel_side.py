"""A side card that shows facts, and in their place a question while one is asked."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from shopstock.core.scan import Scan
from shopstock.ui import theme
from shopstock.ui.receive.page import card
from shopstock.ui.sell.panel import Panel


def scroll(inside: QWidget) -> QScrollArea:
    """Return a frame in which a long column scrolls."""
    inside.setObjectName("page")
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return area


class Side:
    """The card. ``facts`` is the column of what it shows, ``foot`` what always stands below."""

    def __init__(self, back_to: QWidget) -> None:
        self._back_to = back_to
        self.panel: Panel | None = None
        self.card, column = card(padding=theme.S6, spacing=theme.S3)
        inside = QWidget()
        self.facts = QVBoxLayout(inside)
        self.facts.setContentsMargins(0, 0, theme.S2, 0)
        self.facts.setSpacing(theme.S2)
        self._area = scroll(inside)
        self._slot = QVBoxLayout()
        self.foot = QVBoxLayout()
        self.foot.setSpacing(theme.S2)
        column.addWidget(self._area, 1)
        column.addLayout(self._slot)
        column.addLayout(self.foot)

    def ask(self, panel: Panel) -> None:
        """Show a question in the place of the facts."""
        self._drop()
        self.panel = panel
        panel.setProperty("role", "bare")
        panel.closed.connect(self.close)
        self._area.hide()
        self._slot.addWidget(panel, 1)
        panel.show()
        (panel.first if panel.first is not None else panel).setFocus()

    def close(self) -> bool:
        """Show the facts again; tells whether a question was open."""
        if self.panel is None:
            return False
        self._drop()
        self._area.show()
        self._back_to.setFocus()
        return True

    def _drop(self) -> None:
        panel, self.panel = self.panel, None
        if panel is not None:
            self._slot.removeWidget(panel)
            panel.hide()
            panel.deleteLater()

    def take_scan(self, scan: Scan) -> bool:
        """Hand a scan to the question, if one is asked that wants it."""
        return self.panel is not None and self.panel.take_scan(scan)

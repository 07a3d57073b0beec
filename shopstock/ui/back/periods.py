"""The periods that a list may be narrowed to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtWidgets import QComboBox

from shopstock.core.text import _
from shopstock.core.units import Day
from shopstock.db import clock
from shopstock.ui import theme


def box(on_change: Callable[[], object], chosen: int = 2) -> QComboBox:
    """Return a box of periods; ``chosen`` is the place of the one that stands first."""
    made = QComboBox()
    made.setAccessibleName(_("Period"))
    made.setMinimumHeight(theme.CONTROL)
    for words, back in (
        (_("Today"), 0), (_("Last 7 days"), 6), (_("Last 30 days"), 29), (_("Last 365 days"), 364), (_("Any time"), -1),
    ):  # fmt: skip
        made.addItem(words, back)
    made.setCurrentIndex(chosen)
    made.currentIndexChanged.connect(lambda _place: on_change())
    return made


def days(chosen: QComboBox) -> tuple[Day | None, Day | None]:
    """Return the first and the last day of the chosen period; ``None`` for no end."""
    back = int(chosen.currentData())
    if back < 0:
        return None, None
    now = clock.to_local(clock.now())
    return clock.as_day(now - timedelta(days=back)), None

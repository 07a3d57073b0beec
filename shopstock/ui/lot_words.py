"""Lots in words."""

from __future__ import annotations

from shopstock.core.text import _
from shopstock.ui import format as fmt


def lot_words(code: str, expires: int) -> str:
    """Write a lot by its day and code: ``best before 12 Dec, lot A17``."""
    if not expires:
        return _("lot {lot}").format(lot=code)
    day = _("best before {day}").format(day=fmt.day(expires))
    return _("{day}, lot {lot}").format(day=day, lot=code) if code else day

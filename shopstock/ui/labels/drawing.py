"""Turn the dots of a label into a picture for the screen, and say how large it is and what does not come out."""

from __future__ import annotations

from PySide6.QtGui import QImage

from shopstock.core import labels
from shopstock.core.text import _
from shopstock.ui.labels.work import Drawn


def picture(drawn: Drawn) -> QImage:
    """Return the dots of a label as a picture."""
    image = QImage(drawn.bits, drawn.width, drawn.height, (drawn.width + 7) // 8, QImage.Format.Format_Mono)
    image.setColorTable([0xFF000000, 0xFFFFFFFF])
    return image.copy()  # the bytes belong to somebody else


def about(drawn: Drawn) -> str:
    """Say how large a label is, and what of it does not come out."""
    words = _("{size} mm · {dpi} dpi").format(size=labels.size_text(*drawn.size), dpi=drawn.dpi)
    if drawn.omitted:
        parts = ", ".join(dict.fromkeys(part.words for part in drawn.omitted))
        words += " · " + _("no room for: {parts}").format(parts=parts)
    if drawn.missing:
        words += " · " + _("cannot be printed: {letters}").format(letters=" ".join(drawn.missing[:8]))
    return words

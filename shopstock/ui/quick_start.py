"""Spare the start of the program what nobody has of it. Imported by :mod:`shopstock.app` before everything of ours.

Qt for Python reads the source text of every module that is imported, to find those that may ask for its renamed
methods (``from __feature__ import snake_case``). Nobody here asks for them, and reading took a tenth of the start: the
answer is given at once, and it is the one that is right for modules that use Qt.
"""

from __future__ import annotations

import gc
from typing import Any

import PySide6.QtCore  # noqa: F401 - brings the module below


def spare_reading_sources() -> bool:
    """Answer Qt's question for every module from now on; false when this version of Qt does not ask it."""
    try:
        from shibokensupport import feature  # type: ignore[import-not-found]
    except ImportError:
        return False
    if not hasattr(feature, "_mod_uses_pyside"):
        return False
    feature._mod_uses_pyside = _uses_qt
    return True


def _uses_qt(_module: Any) -> bool:
    return True


def collect_later() -> None:
    """Look for no garbage while the window is built: nearly all that is made then stays until the end."""
    gc.disable()


def collect_from_now() -> None:
    """Look for garbage again, among what comes from now on; what the start made is not gone through each time."""
    gc.freeze()
    gc.enable()


spare_reading_sources()

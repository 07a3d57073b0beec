"""Open a posted document from anywhere: whole, where the person may; else what it moved."""

from __future__ import annotations

from typing import Any


def open_document(window: Any, document_id: int) -> None:
    """Show a document on the screen of returns and write-offs, or on Stock for who may not open that."""
    screen = "back" if "back" in window.allowed_screens() else "stock"
    window.open_screen(screen)
    if window.current_screen == screen:
        window.opened(screen).open_document(document_id)


def may_open(window: Any) -> bool:
    """Tell whether the signed-in person may look at documents at all."""
    return bool({"back", "stock"} & set(window.allowed_screens()))

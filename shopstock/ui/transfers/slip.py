"""The slip that goes with a transfer: printed from the system's PDF program, or saved as a file."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from shopstock.core.acting import Acting
from shopstock.core.text import _
from shopstock.db.connection import Db
from shopstock.formats import transfer_pdf
from shopstock.queries import purchase
from shopstock.ui import files
from shopstock.ui.shop import Shop
from shopstock.ui.transfers import reading

_KEY = "transfers"


def write(db: Db, acting: Acting, transfer_id: int, path: str) -> str:
    """Write the slip of a transfer to a file and return where; raise ``ShopError`` where it cannot be written."""
    paper = reading.slip(db, acting, transfer_id)
    return files.write(path, transfer_pdf.to_bytes(paper, purchase.page_size(db)))


class Slip(QObject):
    """Prints and saves slips for one screen."""

    def __init__(self, shop: Shop, parent: QWidget) -> None:
        super().__init__(parent)
        self._shop = shop
        self._window = parent

    def print(self, transfer_id: int, number: str) -> None:
        """Open the slip in the system's PDF program, to be printed from there."""
        folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.TempLocation))
        self._write(transfer_id, str(folder / f"{number}.pdf"), self._opened)

    def save(self, transfer_id: int, number: str) -> None:
        """Ask where the slip is kept, and write it."""
        files.ask_save(
            self._window, _("Save the slip"), f"{number}.pdf",
            lambda path: self._write(transfer_id, path, partial(self._saved, number)),
        )  # fmt: skip

    def _write(self, transfer_id: int, path: str, then: object) -> None:
        self._shop.read(write, transfer_id, path, then=then, asked_by=self)  # type: ignore[arg-type]

    def _opened(self, path: str) -> None:
        if QDesktopServices.openUrl(QUrl.fromLocalFile(path)):
            self._shop.say("ok", _("The slip is open in the PDF program."), _("Print it from there."), key=_KEY)
        else:
            self._shop.say(
                "warn", _("No program for PDF files opened."), _("The slip is in {path}.").format(path=path), key=_KEY
            )

    def _saved(self, number: str, path: str) -> None:
        self._shop.say("ok", _("The slip of {number} is saved.").format(number=number), path, key=_KEY)

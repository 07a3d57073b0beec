"""The papers of counting: sheets to print, and the review of a quarter to save."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from shopstock.core.acting import Acting
from shopstock.core.count_review import Quarter
from shopstock.core.text import _
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.formats import count_review_pdf, count_sheet_pdf
from shopstock.queries import count_papers, count_review, purchase
from shopstock.ui import files
from shopstock.ui.count.counting import KEY
from shopstock.ui.shop import Shop


def write_sheets(db: Db, acting: Acting, count_id: int, path: str) -> str:
    """Write the sheets of a count that are not done and return where."""
    paper = count_papers.paper(db, acting, count_id)
    return files.write(path, count_sheet_pdf.to_bytes(paper, purchase.page_size(db)))


def write_review(db: Db, acting: Acting, quarter: Quarter, path: str) -> str:
    """Write the review of a quarter and return where."""
    review = count_review.review(db, acting, quarter)
    return files.write(path, count_review_pdf.to_bytes(review, purchase.page_size(db)))


def last_quarter() -> Quarter:
    """Return the quarter to look back on: this one in its last month, else the one before."""
    day = clock.day_of(clock.now())
    year, month = day // 10_000, day // 100 % 100
    now = Quarter(year, (month + 2) // 3)
    return now if month % 3 == 0 else now.before


class Papers(QObject):
    """Prints sheets and saves reviews for the screen."""

    def __init__(self, shop: Shop, parent: QWidget) -> None:
        super().__init__(parent)
        self._shop = shop
        self._window = parent

    def print_sheets(self, count_id: int, number: str) -> None:
        """Open the sheets in the system's PDF program, to be printed from there."""
        folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.TempLocation))
        self._shop.read(write_sheets, count_id, str(folder / f"{number}.pdf"), then=self._opened, asked_by=self)

    def _opened(self, path: str) -> None:
        if QDesktopServices.openUrl(QUrl.fromLocalFile(path)):
            self._shop.say("ok", _("The sheets are open in the PDF program."), _("Print them from there."), key=KEY)
        else:
            said = _("The sheets are in {path}.").format(path=path)
            self._shop.say("warn", _("No program for PDF files opened."), said, key=KEY)

    def save_review(self) -> None:
        """Ask where the review of the last quarter is kept, and write it."""
        quarter = last_quarter()
        name = _("counting-{quarter}.pdf").format(quarter=quarter.name)
        files.ask_save(self._window, _("Save the review"), name, partial(self._write_review, quarter))

    def _write_review(self, quarter: Quarter, path: str) -> None:
        self._shop.read(write_review, quarter, path, then=self._saved, asked_by=self)

    def _saved(self, path: str) -> None:
        self._shop.say("ok", _("The review is saved."), path, key=KEY)

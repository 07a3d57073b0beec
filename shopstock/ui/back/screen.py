"""The screen of returns and write-offs: its segments, which page is on show, and where scans and keys go."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from shopstock.core.outcome import Changes
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.queries import write_offs
from shopstock.ui import fields, theme
from shopstock.ui.actions import Actions
from shopstock.ui.back.page import Page
from shopstock.ui.screens import load
from shopstock.ui.segments import Segments
from shopstock.ui.shop import ELSEWHERE, Shop

#: The pages in the order of their segments: ``module:Class``, built when they are first opened.
PAGES = {
    "write_off": "shopstock.ui.back.write_off_page:WriteOffPage",
    "waiting": "shopstock.ui.back.waiting_page:WaitingPage",
    "set_aside": "shopstock.ui.back.set_aside_page:SetAsidePage",
    "returns": "shopstock.ui.back.returns_page:ReturnsPage",
    "documents": "shopstock.ui.back.documents_page:DocumentsPage",
}


class BackScreen(QWidget):
    """The screen."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._actions: Actions | None = None
        self._built: dict[str, Page] = {}
        self.parts = Segments(_("Parts of the screen"))
        for name, words in (
            ("write_off", _("Write off")), ("waiting", _("Waiting")), ("set_aside", _("Set aside")),
            ("returns", _("Returns")), ("documents", _("Documents")),
        ):  # fmt: skip
            self.parts.add(name, words)
        self.parts.chosen.connect(self.show_part)
        self._stack = QStackedWidget()
        head = QHBoxLayout()
        head.setSpacing(theme.S3)
        head.addWidget(fields.title(_("Returns & write-offs")), 1)
        head.addWidget(self.parts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)
        shop.changed.connect(self._changed)
        shop.acting_changed.connect(lambda _acting: self._begin_anew())
        self._stack.addWidget(self.page("write_off"))

    @property
    def part(self) -> str:
        """The name of the part on show."""
        return str(self.parts.value())

    @property
    def on_show(self) -> Page:
        """The page on show."""
        page: Page = self.page(self.part)
        return page

    def page(self, name: str) -> Any:
        """Return one of :data:`PAGES`, built when it is first asked for."""
        if name not in self._built:
            made: Page = load(PAGES[name])(self._shop)
            made.document_asked.connect(self.open_document)
            if self._actions is not None:
                made.take_actions(self._actions)
            if hasattr(made, "write_off_asked"):
                made.write_off_asked.connect(self._write_off)
            self._built[name] = made
            self._stack.addWidget(made)
        return self._built[name]

    def show_part(self, name: str) -> None:
        """Show one of the parts."""
        self._shop.unsay("back")
        self.parts.set_value(name)
        page = self.page(name)
        self._stack.setCurrentWidget(page)
        if self.isVisible() and self._shop.acting is not None:
            page.came_into_view()
            page.setFocus()

    def open_document(self, document_id: int) -> None:
        """Show one document in full."""
        self.show_part("documents")
        self.page("documents").open_document(document_id)

    def _write_off(self, goods: list[Any]) -> None:
        self.show_part("write_off")
        self.page("write_off").write_off(goods)

    def _begin_anew(self) -> None:
        """Build every page again: another person may see and do other things."""
        pages, self._built = list(self._built.values()), {}
        for page in pages:
            if hasattr(page, "send_all"):
                page.send_all()
            self._stack.removeWidget(page)
            page.deleteLater()
        if self._shop.acting is not None:
            self.parts.set_value("write_off")
            self._stack.setCurrentWidget(self.page("write_off"))

    def came_into_view(self) -> None:
        """Read what others may have changed."""
        self._count()
        self.on_show.came_into_view()
        self.on_show.setFocus()

    def on_scan(self, scan: Scan) -> None:
        """Hand a scan to the page on show."""
        self.on_show.on_scan(scan)

    def _changed(self, changes: Changes) -> None:
        if self._shop.acting is None or not self.isVisible():
            return
        if changes.topics & {"write_offs", ELSEWHERE}:
            self._count()
        self.on_show.changed(changes)

    def _count(self) -> None:
        self._shop.read(write_offs.waiting_count, then=self._counted, key=("waiting count", id(self)), asked_by=self)

    def _counted(self, count: int) -> None:
        self.parts.count("waiting", count or None)

    # -- keys -------------------------------------------------------------------------------------------------------

    def bind_actions(self, actions: Actions) -> None:
        """Give every key of the screen its deed."""
        self._actions = actions
        for page in self._built.values():
            page.take_actions(actions)
        closing = getattr(self.window(), "closing", None)
        if closing is not None:
            closing.connect(self._closing)
        deeds: dict[str, Callable[[], object]] = {
            "back.entry": self._entry,
            "back.cause": self._next_cause,
            "back.pause": self._in_work("pause"),
            "back.file": self._in_work("choose_file"),
            "back.set": self._ask("qty"),
            "back.row_cause": self._ask("cause"),
            "back.lot": self._ask("lot"),
            "back.done": self._done,
        }
        for id_, do in deeds.items():
            actions.bind(id_, do, self)
        for name in PAGES:
            actions.bind(f"back.{name}", partial(self.show_part, name), self)

    def _entry(self) -> None:
        self.on_show.entry()

    def _ask(self, name: str) -> Callable[[], object]:
        def do() -> None:
            if self.part == "write_off" and self.page("write_off").work is not None:
                getattr(self.page("write_off").work.questions, name)()

        return do

    def _in_work(self, name: str) -> Callable[[], object]:
        def do() -> None:
            if self.part == "write_off" and self.page("write_off").work is not None:
                getattr(self.page("write_off").work, name)()

        return do

    def _next_cause(self) -> None:
        if self.part == "write_off":
            self.page("write_off").next_cause()

    def _done(self) -> None:
        """F9: write off, or approve."""
        if self.part == "waiting":
            self.page("waiting").approve()
        else:
            self._in_work("post")()

    def _closing(self) -> None:
        if "write_off" in self._built:
            self.page("write_off").send_all()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.on_show.escape():
            return
        super().keyPressEvent(event)

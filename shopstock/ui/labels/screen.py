"""The Labels screen: the page with the lists, and the page where templates are made."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from shopstock.core.outcome import Changes
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import ItemId, LocationId
from shopstock.services import label_due, labels, printing
from shopstock.ui import fields, theme
from shopstock.ui.actions import Actions
from shopstock.ui.labels.deeds import Deeds
from shopstock.ui.labels.editor import TemplateEditor
from shopstock.ui.labels.lines import Pick
from shopstock.ui.labels.output import OutputPanel
from shopstock.ui.labels.print_page import PrintPage
from shopstock.ui.shop import ELSEWHERE, Shop

_HEARD = {label_due.TOPIC, "catalogue", "places", labels.TEMPLATES_TOPIC, printing.DEVICES_TOPIC, ELSEWHERE}


class LabelsScreen(QWidget):
    """The screen. Scans go to the page on show: they add a line, or choose what the template is shown with."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._machine: QSettings | None = None
        self.output = OutputPanel()
        self.page = PrintPage(shop, self.output)
        self.deeds = Deeds(shop, self.page, self.output, self)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._print_page())
        self.output.set_up_asked.connect(self._set_up)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self.setFocusProxy(self.page.entry.line)
        shop.changed.connect(self._changed)
        shop.acting_changed.connect(lambda _acting: self.came_into_view() if self.isVisible() else None)

    def _print_page(self) -> QWidget:
        whole = QWidget()
        head = QHBoxLayout()
        head.addStrut(theme.CONTROL)
        head.addWidget(fields.title(_("Labels")), 1)
        head.addWidget(fields.Button(_("Templates"), icon="edit", key="F4", on_click=self.open_editor))
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addLayout(head)
        layout.addWidget(self.page, 1)
        return whole

    @cached_property
    def editor(self) -> TemplateEditor:
        """The page where templates are made, built when first asked for."""
        made = TemplateEditor(self._shop)
        made.closed.connect(self._editor_closed)
        self._pages.addWidget(made)
        return made

    def bind_actions(self, actions: Actions) -> None:
        """Give every key of the screen its deed; what was chosen last is kept on this machine."""
        self._machine = actions.machine
        self.output.use_machine(actions.machine)
        for id_, do in {
            "labels.entry": self._entry,
            "labels.lists": self._next_list,
            "labels.templates": self._toggle_editor,
            "labels.code": self.page.give_code,
            "labels.done": self.deeds.mark_done,
            "labels.print": self.deeds.go,
            "labels.save": self._save,
        }.items():
            actions.bind(id_, do, self)

    def came_into_view(self) -> None:
        """Read again what others may have changed."""
        if self._shop.acting is not None:
            self.deeds.refresh()
            self.page.refresh()

    def on_scan(self, scan: Scan) -> None:
        """Hand a scan to the page on show."""
        page: Any = self.editor if self._editing() else self.page
        page.on_scan(scan)

    def add_items(self, item_ids: Iterable[ItemId], copies: int = 1) -> None:
        """Put items on the list of any items, as other screens ask for it."""
        self._pages.setCurrentIndex(0)
        for item_id in item_ids:
            self.page.add(Pick(item_id), copies)

    def show_places(self, place_ids: Iterable[LocationId]) -> None:
        """Show the list of places with these ticked, as the tree of places asks for it."""
        self._pages.setCurrentIndex(0)
        self.page.choose_places(list(place_ids))

    def open_editor(self) -> None:
        """Show the page of the templates, with the chosen one open."""
        chosen, line = self.output.chosen(), self.page.selected()
        self._pages.setCurrentWidget(self.editor)
        self.editor.open(chosen.name if chosen is not None else "", line.goods if line is not None else None,
                         self.output.printer())  # fmt: skip

    def _editor_closed(self, name: str) -> None:
        self._pages.setCurrentIndex(0)
        self.deeds.refresh(name)
        self.page.entry.line.setFocus()

    def _editing(self) -> bool:
        return self._pages.currentIndex() != 0

    def _toggle_editor(self) -> None:
        if self._editing():
            self.editor.leave()
        else:
            self.open_editor()

    def _entry(self) -> None:
        if not self._editing():
            self.page.entry.line.setFocus()
            self.page.entry.line.selectAll()

    def _next_list(self) -> None:
        if not self._editing():
            self.page.next_list()

    def _save(self) -> None:
        if self._editing():
            self.editor.save()

    def _set_up(self) -> None:
        window: Any = self.window()
        if hasattr(window, "show_settings"):
            window.show_settings("devices")

    def _changed(self, changes: Changes) -> None:
        if "print_job" in changes.topics:
            self.deeds.follow()
        if self.isVisible() and (changes.topics & _HEARD or changes.items):
            self.came_into_view()

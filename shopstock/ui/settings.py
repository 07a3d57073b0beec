"""The settings: one page per subject, listed at the side.

The pages of the shop's own settings are made from ``core.settings``; nothing is written until *Save*.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from shopstock.core.acting import Permission
from shopstock.core.outcome import Changes
from shopstock.core.scan import Scan
from shopstock.core.settings import Settings
from shopstock.core.text import _
from shopstock.db.connection import Db
from shopstock.queries import items as items_query
from shopstock.queries import settings as settings_query
from shopstock.services import settings as settings_service
from shopstock.ui import fields, settings_form, sounds, stylesheet, theme
from shopstock.ui.actions import Actions
from shopstock.ui.customer_display.settings_page import CustomerDisplayPage
from shopstock.ui.devices.page import DevicesPage
from shopstock.ui.settings_backups import BackupsPage
from shopstock.ui.settings_causes import CausesPage
from shopstock.ui.settings_codes import CodesPage
from shopstock.ui.settings_customers import CustomersPage
from shopstock.ui.settings_logo import LogoPage
from shopstock.ui.settings_machine import AppearancePage, KeysPage
from shopstock.ui.settings_money import MoneyPage
from shopstock.ui.settings_people import PeoplePage
from shopstock.ui.settings_places import PlacesPage
from shopstock.ui.settings_quick_keys import QuickKeysPage
from shopstock.ui.settings_scanner import ScannerPage
from shopstock.ui.shop import ELSEWHERE, Shop


def read_all(db: Db) -> tuple[Settings, list[tuple[int, str]]]:
    """Return the settings and the tax rates that may be the usual one, as ``(id, words)``."""
    rates = [(rate.id, rate.name) for rate in items_query.tax_rates(db)]
    return settings_query.load(db), rates


class _Sections(QListWidget):
    """The list at the side; the bar of the chosen one stands at its leading edge."""

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutDirectionChange, QEvent.Type.Polish):
            stylesheet.restyle(self, rtl=self.isRightToLeft())
        return super().event(event)


class SettingsScreen(QWidget):
    """The screen: sections at the side, one page beside them."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._forms: list[settings_form.SettingsForm] = []
        self._sections: list[str] = []
        self._pages_by_section: dict[str, QWidget] = {}
        self._list = _Sections()
        self._list.setFixedWidth(208)
        self._list.setAccessibleName(_("Sections of the settings"))
        self._list.currentRowChanged.connect(self._show)
        self._list.setObjectName("sections")
        self._pages = QStackedWidget()
        self._save = fields.Button(_("Save"), fields.PRIMARY, icon="device-floppy", key="Ctrl+S", on_click=self.save)
        self._save.setEnabled(False)
        head = QHBoxLayout()
        head.addStrut(theme.CONTROL)
        head.addWidget(fields.title(_("Settings")), 1)
        head.addWidget(self._save)
        body = QHBoxLayout()
        body.setSpacing(theme.S4)
        body.addWidget(self._list)
        body.addWidget(self._pages, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S4)
        layout.addLayout(head)
        layout.addLayout(body, 1)
        self._keys = KeysPage()
        self._backups, self._causes, self._logo = BackupsPage(shop), CausesPage(shop), LogoPage(shop)
        for section in ("shop", "till"):
            self._add_form(section)
        self._add_form("receipt", below=self._logo)
        self._add_form("stock")
        self._add_page("money", _("Taxes and payments"), MoneyPage(shop))
        self._add_page("places", _("Places and tills"), PlacesPage(shop))
        self._add_page("codes", _("Scale codes"), CodesPage(shop))
        self._add_page("quick_keys", _("Quick keys"), QuickKeysPage(shop))
        self._add_form("write_offs", below=self._causes)
        self._add_form("counts")
        self._add_page("customers", _("Customers"), CustomersPage(shop))
        self._add_page("people", _("People"), PeoplePage(shop))
        self._add_page("scanner", _("Scanner"), ScannerPage(shop))
        self._add_page("devices", _("Devices"), DevicesPage(shop))
        self._add_page("customer_display", _("Customer display"), CustomerDisplayPage(shop))
        self._add_form("backup", below=self._backups)
        self._add_page("appearance", _("Appearance"), AppearancePage())
        self._add_page("keys", _("Keys"), self._keys)
        shop.changed.connect(self._changed)
        shop.acting_changed.connect(lambda _acting: self._allow())
        self._allow()
        self.setFocusProxy(self._list)

    def bind_actions(self, actions: Actions) -> None:
        """Take the commands of this screen."""
        actions.bind("settings.save", self.save, self)
        actions.bind("backup", self._backups.back_up, self.window())
        self._keys.take(actions)

    def came_into_view(self) -> None:
        """Read everything again: somebody else may have changed it."""
        if not self._save.isEnabled():
            self._read()
        self._show(self._list.currentRow())

    def on_scan(self, scan: Scan) -> None:
        """Hand a scan to the page on show, where it takes scans."""
        page = self._page_on_show()
        if hasattr(page, "on_scan"):
            page.on_scan(scan)
        else:
            sounds.no()

    def show_section(self, section: str) -> None:
        """Open a section."""
        if section in self._sections:
            self._list.setCurrentRow(self._sections.index(section))

    def sections(self) -> tuple[str, ...]:
        """The ids of the sections in order."""
        return tuple(self._sections)

    def save(self) -> None:
        """Write what was changed."""
        changed: dict[str, object] = {}
        for form in self._forms:
            if not form.is_readable():
                self._shop.say("bad", _("One of the figures is not a whole number."), _("Correct it, then save again."))
                return
            changed |= form.changed()
        if changed:
            self._shop.run(settings_service.save, changed, then=self._saved)

    def _add_form(self, section: str, below: QWidget | None = None) -> None:
        form = settings_form.SettingsForm(section)
        form.edited.connect(lambda: self._save.setEnabled(True))
        self._forms.append(form)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S6)
        layout.addWidget(form)
        if below is not None:
            layout.addWidget(below)
        layout.addStretch(1)
        self._add_page(section, settings_form.section_title(section), page)

    def _add_page(self, section: str, title: str, page: QWidget) -> None:
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(theme.S6, theme.S6, theme.S6, theme.S6)
        inside.setSpacing(theme.S4)
        inside.addWidget(settings_form.heading(title))
        inside.addWidget(page, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(card)
        scroll.viewport().setAutoFillBackground(False)
        card.setAutoFillBackground(False)
        scroll.setAccessibleName(title)
        self._sections.append(section)
        self._pages_by_section[section] = page
        entry = QListWidgetItem(title)
        entry.setSizeHint(QSize(0, theme.CONTROL))
        self._list.addItem(entry)
        self._pages.addWidget(scroll)
        if self._list.currentRow() < 0:
            self._list.setCurrentRow(0)

    def _allow(self) -> None:
        acting = self._shop.acting
        may: Callable[[Permission], bool] = acting.may if acting is not None else lambda _permission: False
        needs = {
            "people": Permission.EDIT_PEOPLE, "quick_keys": Permission.EDIT_ITEMS, "appearance": None, "keys": None,
            "backup": Permission.BACKUP, "places": Permission.EDIT_PLACES, "customers": Permission.EDIT_CUSTOMERS,
        }  # fmt: skip
        first = -1
        for row, section in enumerate(self._sections):
            permission = needs.get(section, Permission.EDIT_SETTINGS)
            allowed = permission is None or may(permission)
            self._list.setRowHidden(row, not allowed)
            first = row if allowed and first < 0 else first
        current = self._list.currentRow()
        if current < 0 or self._list.isRowHidden(current):
            self._list.setCurrentRow(first)

    def _show(self, row: int) -> None:
        self._pages.setCurrentIndex(row)
        self._save.setVisible(any(form.section == self._sections[row] for form in self._forms))
        page = self._page_on_show()
        if hasattr(page, "came_into_view"):
            page.came_into_view()

    def page(self, section: str) -> Any:
        """Return the page of a section."""
        below = {"backup": self._backups, "write_offs": self._causes, "receipt": self._logo}
        return below.get(section) or self._pages_by_section[section]

    def _page_on_show(self) -> Any:
        return self.page(self._sections[self._list.currentRow()])

    def _read(self) -> None:
        self._shop.read(read_all, then=self._fill, key="settings")

    def _fill(self, everything: tuple[Settings, list[tuple[int, str]]]) -> None:
        settings, rates = everything
        self._shop.settings = settings
        for form in self._forms:
            form.fill(settings, {"default_tax_rate_id": list(rates)})
        self._save.setEnabled(False)

    def _saved(self, _changes: Changes) -> None:
        self._save.setEnabled(False)
        self._shop.say("ok", _("Settings saved."))
        self._read()

    def _changed(self, changes: Changes) -> None:
        if not self.isVisible():
            return
        if "settings" in changes.topics:
            self.came_into_view()
        elif ELSEWHERE in changes.topics:
            if not self._save.isEnabled():
                self._read()
            # What somebody types here must not give way to what another till did.
            if not settings_form.typing_in(self._page_on_show()):
                self._show(self._list.currentRow())

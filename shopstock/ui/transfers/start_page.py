"""Where Transfers begins: put goods away by three scans; below, the transfers that somebody works on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from shopstock.core.acting import Permission
from shopstock.core.outcome import Changes
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.core.units import LocationId, Qty
from shopstock.queries import reports
from shopstock.queries.places import Place
from shopstock.ui import fields, theme
from shopstock.ui import format as fmt
from shopstock.ui.receive.last_scan import LastScan
from shopstock.ui.receive.page import NARROW, Page, card, narrow_side, sentence, table_card
from shopstock.ui.scanning.scan_card import CardWords, ScanCard
from shopstock.ui.sell.panel import Panel
from shopstock.ui.sell.till_button import TillButton
from shopstock.ui.sell.totals import hairline
from shopstock.ui.shop import Shop
from shopstock.ui.transfers import reading
from shopstock.ui.transfers.carry import Carried
from shopstock.ui.transfers.place_panel import PlacePanel
from shopstock.ui.transfers.put_away import PutAway
from shopstock.ui.transfers.put_away_card import CarryTable, PutAwayCard, TypeAnywhere, targets
from shopstock.ui.transfers.reading import Start
from shopstock.ui.transfers.transfer_list import TransferList, summary_words

LIST, CARRY, EMPTY = range(3)
#: The report of what is on its way.
REPORT = "in-transit"


class StartPage(Page):
    """The page. Its signals say which transfer to open and what to begin."""

    opened = Signal(int)
    request_asked = Signal()
    send_asked = Signal()
    report_asked = Signal()
    places_asked = Signal()

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(shop, _("Transfers"), parent, back=False)
        self.column.setSpacing(theme.S3)
        self.panel: Panel | None = None
        self._known: Start | None = None
        acting = shop.acting
        self.deed = PutAway(shop, acting.location_id if acting is not None else LocationId(0), self)
        self.put_away = PutAwayCard(shop, self.deed)
        self.carry = CarryTable()
        self.list = TransferList(shop)
        self._build_empty()
        self._build_side()
        self.body = QStackedWidget()
        for part in (self.list, table_card(self.carry), self._empty):
            self.body.addWidget(part)
        left = QVBoxLayout()
        left.setSpacing(theme.S3)
        left.addWidget(self.put_away)
        left.addWidget(self.body, 1)
        row = QHBoxLayout()
        row.setSpacing(theme.S4)
        row.addLayout(left, 1)
        row.addWidget(self.side)
        self.column.addLayout(row, 1)
        self._connect()
        self.setFocusProxy(self.put_away)
        self._show_deed()

    def _build_empty(self) -> None:
        self._empty = QWidget()
        column = QVBoxLayout(self._empty)
        column.setContentsMargins(0, theme.S4, 0, 0)
        column.setSpacing(theme.S3)
        title = fields.label(_("Goods change place here, by scan."), "title", theme.TITLE, theme.SEMIBOLD)
        title.setWordWrap(True)
        column.addWidget(title)
        column.addWidget(
            sentence(
                _("This shop has one place, so there is nowhere to put goods yet. Add a back room, a bin or another"
                  " shop in Settings, Places: then goods are put away by three scans, and sent from shop to shop.")
            )
        )  # fmt: skip
        self.places_key = fields.Button(
            _("Add a place"), fields.PRIMARY, icon="plus", on_click=self.places_asked.emit
        )  # fmt: skip
        keys = QHBoxLayout()
        keys.addWidget(self.places_key)
        keys.addStretch(1)
        column.addLayout(keys)
        column.addStretch(1)

    def _build_side(self) -> None:
        self.side, self._side_column = card(padding=theme.S6, spacing=theme.S2)
        self.faces = QStackedWidget()
        self.faces.addWidget(self._idle_face())
        self.faces.addWidget(self._hand_face())
        self._side_column.addWidget(self.faces, 1)

    def _idle_face(self) -> QWidget:
        face = QWidget()
        column = QVBoxLayout(face)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S2)
        self._how = fields.label(_("Put goods away by three scans"), "", theme.TITLE, theme.MEDIUM)
        self._how.setWordWrap(True)
        self._how_plain = sentence(
            _("The label of the place they come from, each item, the label of the place they go to. "
              "Goods scanned first come from where the book has them.")
        )  # fmt: skip
        self._line = hairline()
        self.request_key = TillButton(_("Ask for goods"), kind="outline", icon="arrow-down", keycap="Ctrl+N")
        self.send_key = TillButton(_("Send goods"), kind="outline", icon="send", keycap="Ctrl+T")
        self.request_key.clicked.connect(lambda _checked=False: self.request_asked.emit())
        self.send_key.clicked.connect(lambda _checked=False: self.send_asked.emit())
        self.transit_key = TillButton(_("Goods in transit"), kind="bare", icon="truck", height=theme.CONTROL)
        self.transit_key.clicked.connect(lambda _checked=False: self.report_asked.emit())
        self._scan_number = sentence(_("Scan T-… on the paper of a transfer to open it."))
        column.addWidget(self._how)
        column.addWidget(self._how_plain)
        column.addSpacing(theme.S2)
        column.addWidget(self._line)
        for key in (self.request_key, self.send_key):
            column.addWidget(key)
        column.addWidget(self._scan_number)
        column.addStretch(1)
        column.addWidget(self.transit_key)
        return face

    def _hand_face(self) -> QWidget:
        face = QWidget()
        column = QVBoxLayout(face)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S3)
        self.last = ScanCard(
            CardWords(
                _("of {qty} there"), _("in hand"), _("{qty} stay there"), _("{qty} more than there are"),
                _("All that is there"), _("Scan the first item."), _("Scan the next item, or the place."),
            )
        )  # fmt: skip
        self.last.damaged_key.hide()
        self.last.label_key.hide()
        self.stuck = fields.label("", "bad", theme.SMALL)
        self.stuck.setWordWrap(True)
        self.stuck.hide()
        self.drop_key = TillButton(
            _("Put it back"), kind="bare", icon="arrow-back-up", height=theme.CONTROL, keycap="Del"
        )
        self.drop_key.clicked.connect(lambda _checked=False: self.drop_selected())
        self.home_key = TillButton(
            "", kind="primary", size=theme.BODY, height=theme.MAIN_ACTION, stacked=True, icon="", keycap="Enter"
        )
        self.home_key.clicked.connect(self.deed.go_home)
        column.addWidget(self.last)
        column.addWidget(self.drop_key)
        column.addStretch(1)
        column.addWidget(self.stuck)
        column.addWidget(self.home_key)
        return face

    def _connect(self) -> None:
        deed, card_ = self.deed, self.put_away
        deed.changed.connect(self._show_deed)
        deed.flashed.connect(self._flash)
        deed.transfer_scanned.connect(self.opened)
        self.list.opened.connect(self.opened)
        card_.source_asked.connect(self.choose_source)
        card_.target_asked.connect(self.choose_target)
        self.carry.selectionModel().currentRowChanged.connect(lambda _now, _before: self._row_selected())
        self.last.less.connect(lambda: deed.step(-1))
        self.last.more.connect(lambda: deed.step(1))
        self.last.set_asked.connect(card_.ask_quantity)
        self._anywhere = TypeAnywhere(self)
        self._anywhere.typed.connect(card_.type)
        for table in (self.carry, self.list.table):
            table.installEventFilter(self._anywhere)

    # -- reading ----------------------------------------------------------------------------------------------------

    def came_into_view(self) -> None:
        acting = self._shop.acting
        if acting is not None and not self.deed.rows:
            self.deed.here = acting.location_id
        self._read()
        if self.panel is None and self.put_away.isVisible():
            self.put_away.entry.line.setFocus()

    def changed(self, changes: Changes) -> None:
        self._read()

    def _read(self) -> None:
        self._shop.read(reading.start, then=self._show, key=("transfers-start", id(self)))

    def _show(self, known: Start) -> None:
        first = self._known is None
        self._known = known
        self.deed.shop_id = known.here.shop_id
        self.list.show_lists(known.open, known.recent, known.here.shop_id)
        self.facts.setText(summary_words(known.open, known.here.shop_id))
        several = self.several
        puts_away = len(targets(known.places, known.here)) > 1
        self.put_away.setVisible(puts_away)
        self._how.setVisible(puts_away)
        self._how_plain.setVisible(puts_away)
        self._line.setVisible(puts_away)
        self.side.setVisible(several or bool(known.open))
        self.transit_key.setVisible(self.may(Permission.SEE_REPORTS) and REPORT in reports.REPORTS)
        self.transit_key.show_text(
            _("Goods in transit"), fmt.money(known.value, self.digits) if known.value is not None else ""
        )
        self.places_key.setVisible(self.may(Permission.EDIT_PLACES))
        self._show_deed()
        if first and self.isVisible() and puts_away:
            self.put_away.entry.line.setFocus()

    def _show_deed(self) -> None:
        deed, known = self.deed, self._known
        lonely = known is not None and len(known.places) < 2 and not known.open and not known.recent
        self.body.setCurrentIndex(CARRY if deed.rows else EMPTY if lonely else LIST)
        selected = deed.selected()
        self.carry.carried.set_rows(deed.rows)
        if selected is not None:
            self.carry.select(self.carry.carried.index_of(selected.key))
        if self.panel is None:
            self.faces.setCurrentIndex(1 if deed.rows else 0)
        self._show_card(selected)
        home = deed.home_words()
        self.home_key.setVisible(bool(deed.rows))
        self.home_key.waiting = not home
        self.home_key.show_text(_("Put away") if home else _("Scan where it goes"), home or _("or type the place"))
        self.stuck.setText(deed.stuck)
        self.stuck.setVisible(bool(deed.stuck))

    def _show_card(self, row: Carried | None) -> None:
        if row is None:
            self.last.show_scan(None)
            return
        last = self.deed.last is not None and self.deed.last.key == row.key
        words = _("from {place}").format(place=row.source.name)
        self.last.show_scan(
            LastScan(
                row.name, f"{row.second} · {row.code}" if row.code and row.code != row.sku else row.second,
                self.deed.last_at if last else "", row.qty, Qty(max(0, row.source.on_hand)), Qty(1_000), words,
                "bad" if row.too_many else "ok",
            ),
            selected=not last,
        )  # fmt: skip

    def _row_selected(self) -> None:
        row = self.carry.selected_row()
        if row is not None:
            self.deed.select(row.key)
            self._show_card(row)

    def _flash(self, key: str) -> None:
        number = self.carry.carried.index_of(key)
        if number >= 0:
            self.carry.flash(number)

    # -- deeds ------------------------------------------------------------------------------------------------------

    def on_scan(self, scan: Scan) -> None:
        """Put away by scan; the number of a transfer opens it, whatever is on show."""
        if self.panel is None or not self.panel.take_scan(scan):
            self.close_panel()
            self.deed.scan(scan)

    @property
    def several(self) -> bool:
        """Tell whether there is more than one place, so that goods can be sent from one to another."""
        return self._known is not None and len(self._known.places) > 1

    def entry_line(self) -> None:
        """F2: type a place, a code, words or a quantity."""
        self.close_panel()
        self.put_away.entry.line.setFocus()

    def choose_place(self) -> None:
        """F5: say where the goods come from."""
        self.choose_source()

    def set_count(self) -> None:
        """F6: set how many of the selected row are in hand."""
        if self.deed.rows:
            self.put_away.ask_quantity()

    def next(self) -> None:
        """F9: put what is in hand away where it belongs."""
        if self.deed.rows:
            self.deed.go_home()

    def drop_selected(self) -> None:
        """Put the selected row back where it was."""
        row = self.deed.selected()
        if row is not None:
            self.deed.drop(row.key)

    def choose_source(self) -> None:
        """F5: say where the goods come from."""
        self._ask_place(
            _("Where do they come from?"), _("Scan a place's label, type its name, or choose."), self.deed.come_from,
            self.deed.source.id if self.deed.source is not None else None,
        )  # fmt: skip

    def choose_target(self) -> None:
        """Say where the goods in hand go."""
        if self.deed.rows:
            self._ask_place(
                _("Where do they go?"),
                _("Scan a place's label, type its name, or choose."),
                self.deed.choose_place,
                None,
            )

    def _ask_place(self, title: str, plain: str, take: object, now: LocationId | None) -> None:
        if self._known is None or not self.put_away.isVisible():
            return

        def chosen(place: Place) -> None:
            self.close_panel()
            take(place)  # type: ignore[operator]

        self.open_panel(PlacePanel(title, plain, targets(self._known.places, self._known.here), chosen, now))

    def open_panel(self, panel: Panel) -> None:
        """Show a question in the side card."""
        self._drop_panel()
        self.panel = panel
        panel.setProperty("role", "bare")
        panel.closed.connect(self.close_panel)
        self.faces.addWidget(panel)
        self.faces.setCurrentWidget(panel)
        (panel.first if panel.first is not None else panel).setFocus()

    def close_panel(self) -> None:
        """Show again what is in hand; the keys go to the entry line."""
        if self.panel is not None:
            self._drop_panel()
            self._show_deed()
            self.put_away.entry.line.setFocus()

    def _drop_panel(self) -> None:
        panel, self.panel = self.panel, None
        if panel is not None:
            self.faces.removeWidget(panel)
            panel.hide()
            panel.deleteLater()

    def escape(self) -> None:
        if self.panel is not None:
            self.close_panel()
        elif not self.put_away.escape() and self.list.filter.text():
            self.list.filter.setText("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.deed.rows:
            self.drop_selected()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        narrow_side(self.side, narrow)
        self.carry.setColumnHidden(2, narrow)

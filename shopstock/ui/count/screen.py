"""The Count screen: which page is on show, and where scans and keys go."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from shopstock.core import places as place_rules
from shopstock.core.acting import Permission
from shopstock.core.code_rules import NO_RULES
from shopstock.core.counting import CountState
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.scan import Scan
from shopstock.core.text import _, ngettext
from shopstock.queries import counting, counts
from shopstock.queries.counting import Counted, Looked
from shopstock.queries.counts import Progress
from shopstock.services import count_files
from shopstock.services.count_files import NotOurs, Taken
from shopstock.ui import document_links, files, sounds
from shopstock.ui import format as fmt
from shopstock.ui.actions import Actions
from shopstock.ui.count import lines_page, words
from shopstock.ui.count.board_page import BoardPage
from shopstock.ui.count.counting import KEY
from shopstock.ui.count.lines_page import Lines, LinesPage
from shopstock.ui.count.log_page import LogPage
from shopstock.ui.count.new_page import NewPage
from shopstock.ui.count.papers import Papers
from shopstock.ui.count.plan_page import PlanPage
from shopstock.ui.count.sheet_page import SheetPage
from shopstock.ui.count.start_page import StartPage
from shopstock.ui.receive.page import Page
from shopstock.ui.shop import Shop


class CountScreen(QWidget):
    """The screen. Pages of one sheet or count live as long as they are on show; scans of a sheet are kept anyway."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._opening = False
        self._early: list[Scan] = []
        self.papers = Papers(shop, self)
        self.start = StartPage(shop)
        self.new = NewPage(shop)
        self.plan = PlanPage(shop)
        self.log = LogPage(shop)
        self._stack = QStackedWidget()
        for page in (self.start, self.new, self.plan, self.log):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.start.sheet_asked.connect(self.open_sheet)
        self.start.place_scanned.connect(self._find_place)
        self.start.count_asked.connect(self.open_count)
        self.start.new_asked.connect(self.show_new)
        self.start.plan_asked.connect(self.show_plan)
        self.start.file_asked.connect(self.ask_file)
        self.start.report_asked.connect(self._open_report)
        self.start.review_asked.connect(self.papers.save_review)
        self.new.begun.connect(self.open_count)
        self.start.log_asked.connect(self.show_log)
        self.log.count_asked.connect(self._open_numbered)
        for page in (self.new, self.plan, self.log):
            page.left.connect(self.show_start)
        shop.changed.connect(self._changed)
        shop.acting_changed.connect(lambda _acting: self.show_start())

    @property
    def page(self) -> Any:
        """The page on show."""
        return self._stack.currentWidget()

    @property
    def idle(self) -> bool:
        """Tell whether every scan was understood and is kept."""
        return not self._opening and (not isinstance(self.page, SheetPage) or self.page.counting.idle)

    def came_into_view(self) -> None:
        """Read again what others may have changed."""
        if self._shop.acting is not None:
            self.page.came_into_view()

    def on_scan(self, scan: Scan) -> None:
        """Hand a scan to the page on show; while a place is being opened, its first scans wait for it."""
        if self._opening:
            self._early.append(scan)
        else:
            self.page.on_scan(scan)

    def status_text(self) -> str:
        """Say what is counted, for the end of the strip."""
        return f"{self.page.head_.number} · {self.page.title.text()}" if isinstance(self.page, SheetPage) else ""

    def may_leave(self) -> bool:
        """Let the screen go at any time: scans are in the database or on their way."""
        return True

    # -- pages --------------------------------------------------------------------------------------------------------

    def show_start(self) -> None:
        """Go back to the list; what was counted stays."""
        self._turn_to(self.start)

    def show_new(self) -> None:
        """Choose what a new count takes in."""
        if self.start.may(Permission.POST_COUNT):
            self._turn_to(self.new)

    def show_plan(self) -> None:
        """Show the plan of cycle counts."""
        if self.start.may(Permission.POST_COUNT):
            self._turn_to(self.plan)

    def show_log(self, part: str) -> None:
        """Show the variance log, or the corrective actions."""
        self.log.show_part(part)
        self._turn_to(self.log)

    def _open_numbered(self, number: str) -> None:
        self._shop.read(count_files.number_of, number, then=self.open_count, failed=self._not_opened, asked_by=self)

    def _turn_to(self, page: Page) -> None:
        self._shop.unsay(KEY)
        before = self.page
        if self._stack.indexOf(page) < 0:
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        if before is not page and before not in (self.start, self.new, self.plan, self.log):
            self._let_go(before)
        if self._shop.acting is not None and self.isVisible():
            page.came_into_view()

    def _let_go(self, page: Page) -> None:
        if isinstance(page, SheetPage):
            page.counting.outbox.when_idle(lambda: self._drop(page))
        else:
            self._drop(page)

    def _drop(self, page: Page) -> None:
        self._stack.removeWidget(page)
        page.deleteLater()

    def open_sheet(self, sheet_id: int) -> None:
        """Count at a place."""
        self._opening = True
        if isinstance(self.page, SheetPage):
            self._early += self.page.counting.scans.take()

        def then(counted: Counted) -> None:
            if counted.head.barred:
                self._not_yours(counted)
                return
            page = SheetPage(self._shop, counted)
            page.left.connect(self.show_start)
            page.sheet_asked.connect(self.open_sheet)
            self._turn_to(page)
            self._opened()

        self._shop.read(counting.sheet, sheet_id, then=then, failed=self._not_opened, asked_by=self)

    def _not_yours(self, counted: Counted) -> None:
        sounds.no()
        place = place_rules.inside(counted.head.place)
        self._shop.say(
            "warn", _("You counted {place} before.").format(place=place),
            _("Somebody else counts it again, without your figures."), key=KEY,
        )  # fmt: skip
        self._early.clear()
        self._opening = False

    def _find_place(self, scan: Scan) -> None:
        """Open the place whose label was scanned; what is scanned after it belongs there."""
        self._opening = True
        self._shop.read(
            counting.look_up, scan.aim + scan.code, None, NO_RULES, then=partial(self._found_place, scan),
            failed=self._not_opened, asked_by=self,
        )  # fmt: skip

    def _found_place(self, scan: Scan, looked: Looked) -> None:
        if looked.sheet_id is not None:
            sounds.yes()
            self.open_sheet(looked.sheet_id)
            return
        sounds.no()
        if looked.place is not None:
            name = place_rules.inside(looked.place.path)
            self._shop.say("warn", _("{place} is not being counted now.").format(place=name), key=KEY)
        else:
            self._shop.say(
                "warn", _("{code} is no place.").format(code=scan.code),
                _("Scan the label of the place first, then what lies there."), key=KEY,
            )  # fmt: skip
        self._opened()

    def open_count(self, count_id: int) -> None:
        """Show a count in the state that it is in."""
        self._opening = True
        self._shop.read(
            counts.progress, count_id, then=self._show_count, failed=self._not_opened, asked_by=self
        )  # fmt: skip

    def _show_count(self, progress: Progress) -> None:
        if progress.head.state == CountState.OPEN:
            board = BoardPage(self._shop, progress)
            board.left.connect(self.show_start)
            board.sheet_asked.connect(self.open_sheet)
            board.count_asked.connect(self.open_count)
            board.place_scanned.connect(self._find_place)
            board.papers_asked.connect(self.papers.print_sheets)
            self._turn_to(board)
            self._opened()
        else:
            self._shop.read(
                lines_page.read, progress.head.id, then=self._show_lines, failed=self._not_opened, asked_by=self
            )

    def _show_lines(self, lines: Lines) -> None:
        page = LinesPage(self._shop, lines)
        page.left.connect(self.show_start)
        page.count_asked.connect(self.open_count)
        page.document_asked.connect(self._open_document)
        self._turn_to(page)
        self._opened()

    def _not_opened(self, error: ShopError) -> None:
        sounds.no()
        self._shop.say("bad", error.sentence(), key=KEY)
        self._opened()

    def _opened(self) -> None:
        self._opening = False
        early, self._early = self._early, []
        for scan in early:
            self.on_scan(scan)

    def _open_report(self, name: str) -> None:
        window: Any = self.window()
        window.open_screen("reports")
        window.opened("reports").open_report(name)

    def _open_document(self, document_id: int) -> None:
        document_links.open_document(self.window(), document_id)

    # -- files --------------------------------------------------------------------------------------------------------

    def ask_file(self) -> None:
        """Ctrl+O: enter what a batch scanner or another program wrote, into the count on show or the only one."""
        page = self.page
        if isinstance(page, SheetPage):
            self._ask_file(page.head_.count_id, page.head_.location_id)
        elif isinstance(page, BoardPage):
            self._ask_file(page.progress.head.id, None)
        else:
            self._shop.read(counting.to_count, then=self._ask_file_of_only, asked_by=self)

    def _ask_file_of_only(self, sheets: list[counting.Sheet]) -> None:
        of = sorted({one.count_id for one in sheets})
        if len(of) == 1:
            self._ask_file(of[0], None)
        else:
            sounds.no()
            said = _("Open the count that the file belongs to first.") if of else _("Begin a count first (Ctrl+N).")
            self._shop.say("warn", said, key=KEY)

    def _ask_file(self, count_id: int, place: int | None) -> None:
        files.ask_open(self, _("Enter a file"), partial(self._take_file, count_id, place))

    def _take_file(self, count_id: int, place: int | None, path: str, *, sure: bool = False) -> None:
        def failed(error: ShopError) -> None:
            sounds.no()
            if isinstance(error, NotOurs):
                again = partial(self._take_file, count_id, place, path, sure=True)
                self._shop.say("bad", error.sentence(), "", _("Enter it all the same"), again, key=KEY)
            else:
                self._shop.say("bad", error.sentence(), key=KEY)

        self._shop.run(
            count_files.take, count_id, path, place, confirmed=sure, then=self._taken, failed=failed, asked_by=self
        )

    def _taken(self, taken: Taken) -> None:
        self._shop.announce(taken.changes)
        sounds.yes()
        rows = ngettext("{n} row entered.", "{n} rows entered.", taken.rows).format(n=fmt.number(taken.rows))
        parts = []
        if taken.unknown:
            parts.append(_("Nobody knows {codes}.").format(codes=words.listed(taken.unknown)))
        if taken.refused:
            first = taken.refused[0]
            parts.append(
                _("{n} rows are not entered; line {line}: {why}").format(
                    n=fmt.number(len(taken.refused)), line=fmt.number(first.line), why=first.reason
                )
            )
        self._shop.say("warn" if parts else "ok", rows, " ".join(parts), key=KEY)
        self.page.came_into_view()

    # -- keys ---------------------------------------------------------------------------------------------------------

    def bind_actions(self, actions: Actions) -> None:
        """Give every key of the screen its deed."""
        closing = getattr(self.window(), "closing", None)
        if closing is not None:
            closing.connect(self._closing)
        deeds: dict[str, Callable[[], object]] = {
            "count.entry": self._on_page("entry_line"),
            "count.list": self.show_start,
            "count.set": self._on_page("set_count"),
            "count.none": self._on_page("none_here"),
            "count.again": self._on_page("count_again"),
            "count.next": self._on_page("next"),
            "count.new": self.show_new,
            "count.file": self.ask_file,
            "count.plan": self.show_plan,
            "count.paper": self._on_page("print_sheets"),
        }
        for id_, do in deeds.items():
            actions.bind(id_, do, self)

    def _on_page(self, name: str) -> Callable[[], object]:
        def do() -> None:
            deed = getattr(self.page, name, None)
            if deed is not None:
                deed()

        return do

    def _closing(self) -> None:
        if isinstance(self.page, SheetPage):
            self.page.counting.outbox.send_all()

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and self._shop.acting is not None:
            self.page.changed(changes)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.page.escape()
            return
        super().keyPressEvent(event)

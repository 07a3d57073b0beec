"""The reports: choose one and a period, read it as a table with its totals, save it as CSV.

A report comes from ``queries.reports.REPORTS``; the columns, what may be narrowed and what a person may see are said
there. Nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from PySide6.QtCore import QDate
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from shopstock.core import currency
from shopstock.core.acting import Acting
from shopstock.core.outcome import Changes, ShopError
from shopstock.core.text import _, ngettext
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.formats import report_files
from shopstock.formats.report_files import Kind
from shopstock.queries import reports
from shopstock.queries.report_query import Filter, ReportQuery
from shopstock.queries.report_shape import Report
from shopstock.ui import fields, files, theme
from shopstock.ui import format as fmt
from shopstock.ui import rows as table_rows
from shopstock.ui.actions import Actions
from shopstock.ui.movement_words import kind_words
from shopstock.ui.rows import RowsModel
from shopstock.ui.shop import ELSEWHERE, Shop
from shopstock.ui.table import Table

WIDEST = 240


class Line(NamedTuple):
    """One row of the report on show: its place, and its values in the order of the columns."""

    place: int
    values: tuple[Any, ...]


class Asked(NamedTuple):
    """What is asked of a report, as typed: days or moments as text, empty for none."""

    name: str
    since: str
    until: str
    sku: str


def run(db: Db, acting: Acting, asked: Asked) -> reports.Answer:
    """Run a report as it was asked for on screen; raise ``Refused`` for a day or SKU that does not exist."""
    report = reports.named(asked.name)
    item_id = reports.item_named(db, asked.sku) if asked.sku and Filter.ITEM in report.filters else None
    if Filter.AS_OF in report.filters:
        query = ReportQuery(as_of=reports.moment(asked.until) if asked.until else None, item_id=item_id)
    elif Filter.PERIOD not in report.filters:
        query = ReportQuery(item_id=item_id)
    else:
        since, until = reports.period(asked.since or None, asked.until or None)
        query = ReportQuery(since=since, until=until, item_id=item_id)
    return reports.run(db, acting, report, query)


def periods(today: date) -> list[tuple[str, str, str]]:
    """Return the periods to choose from, as words and the first and last day."""
    first = today.replace(day=1)
    last_month = (first - timedelta(days=1)).replace(day=1)
    spans = (
        (_("Today"), today, today),
        (_("Yesterday"), today - timedelta(days=1), today - timedelta(days=1)),
        (_("Last 7 days"), today - timedelta(days=6), today),
        (_("Last 28 days"), today - timedelta(days=27), today),
        (_("This month"), first, today),
        (_("Last month"), last_month, first - timedelta(days=1)),
        (_("This year"), today.replace(month=1, day=1), today),
    )
    return [(words, since.isoformat(), until.isoformat()) for words, since, until in spans]


def days_ago(today: date) -> list[tuple[str, str, str]]:
    """Return the moments to choose from for a report that says how things stand."""
    first = today.replace(day=1)
    ends = ((_("End of yesterday"), today - timedelta(days=1)), (_("End of last month"), first - timedelta(days=1)))
    return [(_("Now"), "", ""), *((words, "", day.isoformat()) for words, day in ends)]


def cell_words(kind: Kind, value: Any, decimals: int) -> str:
    """Write a value for the screen."""
    if value is None:
        return fmt.EMPTY
    match kind:
        case Kind.MONEY:
            return fmt.money(value, decimals)
        case Kind.QTY:
            return fmt.qty(value)
        case Kind.DAY:
            return fmt.locale().toString(QDate(value // 10_000, value // 100 % 100, value % 100), "d MMM yyyy")
        case Kind.INSTANT:
            return clock.to_local(value).strftime("%Y-%m-%d %H:%M")
        case _:
            return str(value)


class ReportsScreen(QWidget):
    """The screen: which report, of what time, and its table."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._decimals = currency.of(shop.settings.currency).digits
        self._answer: reports.Answer | None = None
        self.box = QComboBox()
        self.box.setAccessibleName(_("Report"))
        for name, report in reports.REPORTS.items():
            self.box.addItem(_(report.title), name)
        self.box.setCurrentIndex(-1)
        self.period = QComboBox()
        self.period.setAccessibleName(_("Period"))
        self.since, self.until, self.sku = QLineEdit(), QLineEdit(), QLineEdit()
        for line, words, width in (
            (self.since, _("From"), 124), (self.until, _("To"), 124), (self.sku, _("SKU"), 112),
        ):  # fmt: skip
            line.setAccessibleName(words)
            line.setFixedWidth(width)
            line.setMaxLength(40)
            line.returnPressed.connect(self._run)
        for line in (self.since, self.until):
            line.setPlaceholderText(_("YYYY-MM-DD"))
            line.textEdited.connect(lambda _text: self.period.setCurrentIndex(-1))
        self.sku.setPlaceholderText(_("every item"))
        self._dash = fields.label(fmt.EMPTY, "label")
        self._csv = fields.Button(_("Save as CSV"), fields.OUTLINE, icon="download", on_click=self.save_csv)
        head = QHBoxLayout()
        head.addStrut(theme.CONTROL)
        head.addWidget(fields.title(_("Reports")), 1)
        head.addWidget(self._csv)
        asking = QHBoxLayout()
        asking.setSpacing(theme.S2)
        for part in (self.box, self.period, self.since, self._dash, self.until, self.sku):
            asking.addWidget(part)
        self._show_button = fields.Button(_("Show"), fields.PRIMARY, on_click=self._run)
        asking.addWidget(self._show_button)
        asking.addStretch(1)
        self._about = fields.label("", "small", theme.SMALL)
        self._card = QFrame()
        self._card.setProperty("role", "card")
        self._inside = QVBoxLayout(self._card)
        self._inside.setContentsMargins(1, 1, 1, 1)
        self._inside.setSpacing(0)
        self.table: Table | None = None
        self.total = QLabel()
        self.total.setFont(theme.font(theme.BODY, theme.SEMIBOLD))
        self.total.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addLayout(head)
        layout.addLayout(asking)
        layout.addWidget(self._about)
        layout.addWidget(self._card, 1)
        layout.addWidget(self.total)
        self.setFocusProxy(self.box)
        self.period.activated.connect(self._period_chosen)
        self.box.currentIndexChanged.connect(lambda _index: self._choose())
        shop.changed.connect(self._changed)

    def bind_actions(self, actions: Actions) -> None:
        """Give every key of the screen its deed."""
        actions.bind("reports.csv", self.save_csv, self)

    def came_into_view(self) -> None:
        """Show the report that was on show, as it is now."""
        self.box.setFocus()
        if self.box.currentIndex() < 0:
            self.open_report("sales")
        else:
            self._run()

    def open_report(self, name: str) -> None:
        """Show a report by its name."""
        self.box.setCurrentIndex(self.box.findData(name))

    def report(self) -> Report:
        """The report that is chosen."""
        return reports.REPORTS[self.box.currentData()]

    # -- asking -----------------------------------------------------------------------------------------------------

    def _choose(self) -> None:
        as_of = Filter.AS_OF in self.report().filters
        today = clock.to_local(clock.now()).date()
        self.period.clear()
        for words, since, until in days_ago(today) if as_of else periods(today):
            self.period.addItem(words, (since, until))
        for widget in (self.since, self._dash):
            widget.setVisible(Filter.PERIOD in self.report().filters)
        for part in (self.period, self.until):
            part.setVisible(as_of or Filter.PERIOD in self.report().filters)
        self.until.setAccessibleName(_("As of") if as_of else _("To"))
        self.until.setPlaceholderText(_("now") if as_of else _("YYYY-MM-DD"))
        self.sku.setVisible(Filter.ITEM in self.report().filters)
        self.period.setCurrentIndex(0 if as_of else 3)
        self._period_chosen()

    def _period_chosen(self) -> None:
        since, until = self.period.currentData()
        self.since.setText(since)
        self.until.setText(until)
        self._run()

    def _run(self) -> None:
        asked = Asked(self.report().name, self.since.text(), self.until.text(), self.sku.text().strip())
        if self._shop.acting is not None:
            self._shop.read(
                run, asked, then=self._show, failed=self._refused, key="report",
                busy=lambda busy: self._show_button.setEnabled(not busy),
            )  # fmt: skip

    def _refused(self, error: ShopError) -> None:
        self._shop.say("bad", str(error), key="report")

    # -- showing ----------------------------------------------------------------------------------------------------

    def _show(self, answer: reports.Answer) -> None:
        self._answer = answer
        old = self.table
        if old is not None and list(old.property("columns") or ()) == [column.name for column in answer.columns]:
            model = old.rows_model()
        else:
            model = self._new_table(answer)
        assert isinstance(model, RowsModel)
        model.set_rows(Line(place, row) for place, row in enumerate(answer.rows))
        count = len(answer.rows)
        words = ngettext("{n} row", "{n} rows", count).format(n=fmt.number(count))
        self._about.setText(words if count else _("Nothing happened in this time. Choose another period."))
        self.total.setText(
            "   ".join(
                _("{title} {figure}").format(
                    title=_(column.title), figure=cell_words(column.kind, answer.total[column.name], self._decimals)
                )
                for column in answer.columns
                if column.name in answer.total
            )
        )
        self._csv.setEnabled(bool(count))

    def _new_table(self, answer: reports.Answer) -> RowsModel:
        if self.table is not None:
            self._inside.removeWidget(self.table)
            self.table.hide()
            self.table.deleteLater()
        columns = [self._column(number, column) for number, column in enumerate(answer.columns)]
        model = RowsModel(columns, self, money_decimals=self._decimals)
        self.table = Table(model, _(answer.report.title), row_height=theme.ROW_DENSE, head_height=theme.CONTROL)
        self.table.setProperty("columns", [column.name for column in answer.columns])
        for number, column in enumerate(answer.columns):
            if columns[number].width:
                self.table.setColumnWidth(number, self._width(number, column, answer.rows))
        self._inside.addWidget(self.table)
        return model

    def _column(self, number: int, column: report_files.Column) -> table_rows.Column:
        figure = column.kind in (Kind.MONEY, Kind.QTY)
        widest = column.name == "name" or (column.name in ("account", "kind"))
        return table_rows.Column(
            "values", _(column.title), "number" if figure else "text", 0 if widest else 100,
            text=lambda line: self._words(column, line.values[number]),
        )  # fmt: skip

    def _words(self, column: report_files.Column, value: Any) -> str:
        if column.name == "kind":
            return kind_words(value)
        return cell_words(column.kind, value, self._decimals)

    def _width(self, number: int, column: report_files.Column, rows: Sequence[tuple[Any, ...]]) -> int:
        """Return a width that the longest of the first rows, and the sum, fit in."""
        metrics = QFontMetrics(theme.font(theme.BODY, theme.MEDIUM))
        texts = [cell_words(column.kind, row[number], self._decimals) for row in rows[:300]]
        if self._answer is not None and column.name in self._answer.total:
            texts.append(cell_words(column.kind, self._answer.total[column.name], self._decimals))
        texts.append(_(column.title))
        return min(WIDEST, max(metrics.horizontalAdvance(text) for text in texts) + 26)

    # -- taking away ------------------------------------------------------------------------------------------------

    def save_csv(self) -> None:
        """Ask where, and write the report on show as CSV."""
        answer = self._answer
        if answer is None:
            return
        name = f"{answer.report.name}-{self.until.text() or clock.to_local(clock.now()).date().isoformat()}.csv"
        files.ask_save(self, _("Save the report"), name, lambda path: self._write(path, answer))

    def _write(self, path: str, answer: reports.Answer) -> None:
        self._shop.read(write_csv, path, answer, then=self._saved, failed=self._refused)

    def _saved(self, path: str) -> None:
        self._shop.say("ok", _("The report is saved."), path)

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and (changes.document is not None or ELSEWHERE in changes.topics):
            self._run()


def write_csv(_db: Db, path: str, answer: reports.Answer) -> str:
    """Write a report as CSV for spreadsheets and return its path; raise ``ShopError`` where it cannot be written."""
    lines = "".join(report_files.csv_lines(answer.columns, answer.rows))
    return files.write(path, lines.encode("utf-8-sig"))

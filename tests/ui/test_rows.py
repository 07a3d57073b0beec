"""Rows show what queries return; a long table never waits."""

from __future__ import annotations

from array import array
from typing import Any, NamedTuple

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from shopstock.core.units import Money, Qty
from shopstock.ui import theme
from shopstock.ui.rows import PAGE, ROW_ROLE, Chip, Column, PagedRowsModel, RowsModel
from shopstock.ui.table import Table


class Line(NamedTuple):
    id: int
    name: str
    on_hand: Qty
    unit: str
    value: Money | None


COLUMNS = (
    Column("name", "Item", chips=lambda row: [Chip("Low", "arrow-down", "warn")] if row.on_hand < 3000 else []),
    Column("on_hand", "On hand", "qty", width=110, weight=theme.SEMIBOLD, unit="unit", explains=True, sortable=True),
    Column("value", "Value", "money", width=120, sortable=True),
)


def line(number: int, on_hand: int = 5000) -> Line:
    return Line(number, f"Item {number}", Qty(on_hand), "kg", Money(12_345_600))


@pytest.fixture
def model(qapp: Any) -> RowsModel:
    model = RowsModel(COLUMNS)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_rows([line(n) for n in range(5)])
    return model


def test_figures_are_written_and_stand_to_the_right(model: RowsModel) -> None:
    index = model.index(0, 1)
    assert index.data() == "5"
    assert model.index(0, 2).data() == "1,234.56"
    assert index.data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "5 kg"


def test_an_empty_figure_is_a_dash_and_zero_is_zero(model: RowsModel) -> None:
    model.set_rows([Line(1, "A", Qty(0), "", None)])
    assert [model.index(0, n).data() for n in (1, 2)] == ["0", "–"]


def test_the_selection_stays_when_rows_come_go_and_change(model: RowsModel, qtbot: Any) -> None:
    table = Table(model, "Items")
    qtbot.addWidget(table)
    table.select(3)
    model.set_rows([line(9), line(0), line(2), line(3, 1000), line(4)])
    assert table.selected_row() == line(3, 1000)
    assert table.selectionModel().isSelected(model.index(3, 0))
    model.set_rows([])
    assert model.rowCount() == 0


def test_only_what_differs_is_told(model: RowsModel, qtbot: Any) -> None:
    told: list[int] = []
    model.dataChanged.connect(lambda top, last: told.append(top.row()))
    model.rowsInserted.connect(lambda *_: told.append(-1))
    model.set_rows([line(0), line(1), line(2, 7), line(3), line(4)])
    assert told == [2]


def test_a_click_on_a_figure_picks_it_and_a_head_sorts(model: RowsModel, qtbot: Any) -> None:
    table = Table(model, "Items")
    qtbot.addWidget(table)
    table.resize(600, 300)
    table.show()
    picked, sorts = [], []
    table.picked.connect(lambda row, field: picked.append((row.id, field)))
    table.sort_asked.connect(lambda field, down: sorts.append((field, down)))
    spot = table.visualRect(model.index(2, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    assert picked == [(2, "on_hand")]
    head = table.horizontalHeader()
    for _again in range(2):
        place = head.sectionViewportPosition(2) + 20
        QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(place, 10))
    assert sorts == [("value", True), ("value", False)]


class Store:
    """Holds the requests of a paged model until the test lets them be answered."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[int], Any]] = []

    def fetch(self, ids: list[int], deliver: Any) -> None:
        self.asked.append((ids, deliver))

    def answer(self, make: Any = line) -> None:
        asked, self.asked = self.asked, []
        for ids, deliver in asked:
            deliver([make(id_) for id_ in ids])


def paged(count: int) -> tuple[PagedRowsModel, Store]:
    store = Store()
    model = PagedRowsModel(COLUMNS, store.fetch)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_ids(array("q", range(count)))
    return model, store


def test_a_long_table_is_blank_until_its_page_arrives(qtbot: Any) -> None:
    model, store = paged(100_000)
    assert model.rowCount() == 100_000
    assert model.index(99_999, 0).data() is None
    qtbot.waitUntil(lambda: len(store.asked) > 0)
    store.answer()
    assert model.index(99_999, 0).data() == "Item 99999"
    assert model.index(99_999, 0).data(ROW_ROLE).id == 99_999


def test_a_page_that_comes_too_late_is_dropped(qtbot: Any) -> None:
    model, store = paged(1000)
    model.index(0, 0).data()
    qtbot.waitUntil(lambda: len(store.asked) > 0)
    model.set_ids(array("q", range(1000, 2000)))
    store.answer()
    assert model.index(0, 0).data() is None


def test_a_refresh_reads_only_what_is_held_and_keeps_the_old_until_then(qtbot: Any) -> None:
    model, store = paged(10_000)
    model.index(0, 0).data()
    qtbot.waitUntil(lambda: len(store.asked) > 0)
    store.answer()
    store.asked.clear()
    model.refresh({3, 9_000})
    assert [ids for ids, _ in store.asked] == [[3]]
    assert model.index(3, 1).data() == "5"
    store.answer(lambda id_: line(id_, 4000))
    assert model.index(3, 1).data() == "4"


def test_scrolling_far_keeps_a_bounded_cache(qtbot: Any) -> None:
    model, store = paged(100_000)
    table = Table(model, "Items", row_height=theme.ROW_DENSE)
    qtbot.addWidget(table)
    table.resize(600, 400)
    table.show()
    for row in range(0, 100_000, 1000):
        table.scrollTo(model.index(row, 0))
        qtbot.wait(1)
        store.answer()
    assert len(model._pages) <= 64
    table.select(50_000)
    table.selectionModel().select(model.index(50_000, 0), QItemSelectionModel.SelectionFlag.Rows)
    assert model.ids[50_000] == 50_000


def test_a_long_table_begins_with_the_first_page_and_goes_on(qtbot: Any) -> None:
    store = Store()
    model = PagedRowsModel(COLUMNS, store.fetch)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    model.set_ids(array("q", range(PAGE)), [line(id_) for id_ in range(PAGE)])
    assert model.row_at(5) == line(5)
    model.set_ids(array("q", range(1_000)))
    assert (model.rowCount(), model.row_at(5), len(resets)) == (1_000, line(5), 1)
    assert model.row_at(PAGE) is None
    qtbot.waitUntil(lambda: bool(store.asked))
    store.answer()
    assert model.row_at(PAGE) == line(PAGE)
    model.set_ids(array("q", reversed(range(1_000))))
    assert (model.row_at(0), len(resets)) == (None, 2)

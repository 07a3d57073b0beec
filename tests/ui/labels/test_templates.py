"""The page of the templates by real keys and clicks: seen at once, saved when told, refused when too large."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from shopstock.core import labels
from shopstock.core.acting import Acting
from shopstock.core.labels import Align, Part, Symbol, Zone
from shopstock.core.units import ItemId
from shopstock.db.connection import Db
from shopstock.services import printing
from shopstock.ui.labels import draft
from shopstock.ui.labels.editor import TemplateEditor
from tests.ui.labels.conftest import CANDLE, CODES, TEA, Hands

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def opened(hands: Hands) -> TemplateEditor:
    hands.press(Key.Key_F4)
    return hands.screen.editor


def at(editor: TemplateEditor, part: Part) -> None:
    rows = [editor.elements.rows_model().row_at(n) for n in range(editor.elements.rows_model().rowCount())]
    editor.elements.select(next(n for n, row in enumerate(rows) if row.element.part is part))


def saved(hands: Hands, name: str) -> labels.LabelTemplate:
    return labels.from_json(hands.value("SELECT content FROM label_template WHERE name = ?", name))


def drawn(hands: Hands, editor: TemplateEditor) -> Any:
    """Return the picture once nothing is on its way."""
    hands.wait(lambda: not editor._pause.isActive())
    hands.settle()
    return editor.preview.image()


def test_what_is_ticked_moved_and_sized_is_seen_and_saved(hands: Hands) -> None:
    hands.scan(CODES[TEA])
    editor = opened(hands)
    before = drawn(hands, editor)
    at(editor, Part.SKU)
    editor.elements.setFocus()
    hands.press(Key.Key_Space)
    assert drawn(hands, editor) != before
    assert editor.elements.row().on
    hands.click(editor.form.zone.segment(Zone.BOTTOM))
    hands.click(editor.form.size_.segment(draft.LARGE))
    hands.click(editor.form.align.segment(Align.CENTRE))
    QTest.mouseClick(editor.form.bold, Qt.MouseButton.LeftButton, pos=QPoint(12, editor.form.bold.height() // 2))
    at(editor, Part.BARCODE)
    hands.click(editor.form.symbol.segment(Symbol.DATAMATRIX))
    assert not editor.form.digits.isVisible()
    at(editor, Part.PRICE)
    editor.elements.setFocus()
    hands.press(Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert editor.elements.row().element.part is Part.PRICE, "the moved one stays selected"
    assert hands.value("SELECT count(*) FROM label_template") == 0, "nothing is written before Save"
    hands.press(Key.Key_S, CTRL)
    made = saved(hands, "Shelf label")
    parts = [element.part for element in made.elements]
    assert parts == [Part.NAME, Part.BARCODE, Part.PRICE, Part.OLD_PRICE, Part.UNIT_PRICE, Part.SKU]
    sku = made.elements[-1]
    assert (sku.zone, sku.size, sku.align, sku.bold) == (Zone.BOTTOM, draft.LARGE, Align.CENTRE, True)
    assert made.elements[1].symbol is Symbol.DATAMATRIX
    assert not editor.save_button.isEnabled()


def test_escape_takes_back_what_was_not_saved_and_then_leaves(hands: Hands) -> None:
    editor = opened(hands)
    before = drawn(hands, editor)
    at(editor, Part.PRICE)
    editor.elements.setFocus()
    hands.press(Key.Key_Space)
    editor.name.setFocus()
    editor.name.selectAll()
    QTest.keyClicks(editor.name, "Small")
    assert drawn(hands, editor) != before
    hands.press(Key.Key_Escape)
    assert editor.name.text() == "Shelf label"
    assert drawn(hands, editor) == before
    hands.press(Key.Key_Escape)
    assert hands.page.isVisible()
    assert hands.value("SELECT count(*) FROM label_template") == 0


def test_changes_wait_while_one_looks_elsewhere(hands: Hands) -> None:
    editor = opened(hands)
    at(editor, Part.PRICE)
    hands.click(editor.form.size_.segment(draft.SMALL))
    editor.list.select(1)
    assert editor.name.text() == "Item label"
    hands.press(Key.Key_F4)
    assert hands.page.isVisible()
    hands.press(Key.Key_F4)
    editor.list.select(0)
    at(editor, Part.PRICE)
    assert editor.elements.row().element.size == draft.SMALL
    assert editor.save_button.isEnabled()


def test_a_template_is_duplicated_made_usual_and_deleted(hands: Hands) -> None:
    editor = opened(hands)
    hands.click(editor.duplicate)
    assert editor.name.text() == "Shelf label 2"
    QTest.keyClicks(editor.name, "Jam jars")
    at(editor, Part.TEXT)
    tick = editor.elements.visualRect(editor.elements.rows_model().index(editor.elements.currentIndex().row(), 0))
    QTest.mouseClick(editor.elements.viewport(), Qt.MouseButton.LeftButton, pos=tick.topLeft() + QPoint(20, 20))
    editor.form.text.setFocus()
    QTest.keyClicks(editor.form.text, "from our own trees")
    hands.click(editor.usual)
    hands.press(Key.Key_S, CTRL)
    assert [e.text for e in saved(hands, "Jam jars").elements if e.part is Part.TEXT] == ["from our own trees"]
    hands.press(Key.Key_F4)
    assert hands.output.template.currentText() == "Jam jars"
    hands.press(Key.Key_F4)
    hands.click(editor.duplicate)
    editor.name.selectAll()
    QTest.keyClicks(editor.name, "jam jars")
    hands.press(Key.Key_S, CTRL)
    assert "called Jam jars already" in editor.wrong.text()
    hands.click(editor.remove)
    assert not editor.remove.isEnabled(), "a built-in one stays"
    editor.list.select(0)
    assert editor.name.text() == "Jam jars"
    hands.click(editor.remove)
    assert hands.value("SELECT count(*) FROM label_template") == 0
    assert editor.list.rows_model().rowCount() == 3


def test_a_label_wider_than_the_paper_is_refused_with_a_sentence(
    sqlite_db: Db, owner: Acting, goods: dict[str, ItemId], open_labels: Callable[..., Hands]
) -> None:
    printing.set_device(sqlite_db, owner, printing.LABEL_PRINTER, "tcp://127.0.0.1:9", settings={"size": "50x25"})
    hands = open_labels()
    editor = opened(hands)
    editor.width_.setFocus()
    QTest.keyClicks(editor.width_, "62.5")
    drawn(hands, editor)
    assert "62.5 × 25 mm, the paper is 50 × 25 mm" in editor.wrong.text()
    hands.press(Key.Key_S, CTRL)
    assert hands.value("SELECT count(*) FROM label_template") == 0
    assert "62.5 × 25 mm" in editor.wrong.text()
    editor.width_.selectAll()
    QTest.keyClicks(editor.width_, "48")
    editor.height_.setFocus()
    QTest.keyClicks(editor.height_, "x")
    assert editor.height_.property("state") == "bad"
    editor.height_.selectAll()
    QTest.keyClicks(editor.height_, "20")
    assert not drawn(hands, editor).isNull()
    assert (editor.preview.image().width(), editor.preview.image().height()) == (384, 160)
    hands.press(Key.Key_S, CTRL)
    assert (saved(hands, "Shelf label").width, saved(hands, "Shelf label").height) == (480, 200)


def test_a_scan_shows_the_template_with_that_item(hands: Hands) -> None:
    hands.scan(CODES[TEA])
    editor = opened(hands)
    before = drawn(hands, editor)
    assert "Tea" in editor.shown_with.text()
    editor.name.setFocus()
    hands.scan(CODES[CANDLE])
    assert drawn(hands, editor) != before
    assert "Candle" in editor.shown_with.text()
    assert editor.name.text() == "Shelf label", "a scan never lands in a field"
    hands.press(Key.Key_F4)
    assert hands.lines() == [(TEA, 1, True)], "nor on the list behind"


def test_the_picture_takes_whole_pixels_for_a_dot_where_there_is_room(hands: Hands) -> None:
    editor = opened(hands)
    drawn(hands, editor)
    assert editor.preview.image().width() == 400
    assert editor.preview.scale() == 1
    editor.preview.resize(900, 500)
    assert editor.preview.scale() == 2
    editor.preview.resize(200, 200)
    assert 0 < editor.preview.scale() < 1

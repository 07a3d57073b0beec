"""The chapters of the tour behind the till: the stock table, its past, item cards, palette, help, settings, people."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QListWidget, QSlider

from shopstock.tour_hands import Hands, check
from shopstock.ui.table import Table

KEY = Qt.Key
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
#: The filter line waits this long for the next letter, and the slider for the next step.
PAUSE_MS = 250
CANDLE, SHORT = "Beeswax candle, 20 cm", "Candle holder, brass"
PIN, OTHER_PIN = "4071", "2683"


def table(hands: Hands) -> None:
    """Open the stock table, filter it by words, ask why a figure is what it is, down to its document."""
    hands.press(KEY.Key_2, ALT)
    hands.close_message()
    hands.press(KEY.Key_F2)
    rows = hands.table("Stock of every item")
    hands.wait(lambda: rows.model().rowCount() > 200, "the stock table shows every item")
    hands.picture("stock", small=True, contrast=True)
    hands.type("category candles")
    hands.enter()
    hands.rest(PAUSE_MS)
    hands.settle()
    check(0 < rows.model().rowCount() < 60, f"the words filter the table, not {rows.model().rowCount()} rows")
    hands.picture("stock-filtered")
    row = hands.row_of(rows, CANDLE)
    hands.click_cell(rows, row, 1)
    hands.picture("stock-why", small=True, contrast=True, double=True)
    check(hands.reads(f"Why {hands.cell(rows, row, 1)}?"), "the panel explains the figure that was picked")
    behind = hands.table("Movements behind the figure")
    hands.click_cell(behind, 0, 0)
    check(hands.table("Lines of the document").model().rowCount() > 0, "a movement opens its document")
    hands.picture("stock-document")
    hands.click(hands.button("Back to the figure"))


def past(hands: Hands) -> None:
    """Move the whole table into the past and back."""
    rows = hands.table("Stock of every item")
    row = hands.row_of(rows, CANDLE)
    now = hands.cell(rows, row, 1)
    track = next(one for one in hands.window.findChildren(QSlider) if one.isVisible())
    hands.click(track, QPoint(track.width() * 2 // 3, 16))
    hands.rest(PAUSE_MS)
    hands.settle()
    hands.wait(lambda: hands.reads(f"Why {hands.cell(rows, row, 1)}?"), "the panel follows the slider into the past")
    hands.picture("stock-past")
    hands.click(hands.button("Back to now"))
    hands.rest(PAUSE_MS)
    hands.settle()
    check(hands.cell(rows, row, 1) == now, "now is as it was")


def cards(hands: Hands) -> None:
    """Open an item's card, then make a new item."""
    rows = hands.table("Stock of every item")
    hands.click_cell(rows, hands.row_of(rows, SHORT), 0, twice=True)
    hands.picture("stock-item-card", small=True)
    hands.fill("Price", "9.90")
    hands.click(hands.button("Save"))
    check(hands.value("SELECT price FROM item WHERE name = ?", SHORT) == 99_000, "the card changes the price")
    hands.press(KEY.Key_N, CTRL)
    hands.fill("Name", "Rope candle 15 cm")
    hands.fill("Price", "3.80")
    hands.picture("stock-new-item")
    hands.click(hands.button("Create item"))
    check(hands.value("SELECT count(*) FROM item WHERE name = 'Rope candle 15 cm'") == 1, "the new item is there")
    hands.click(hands.button("Make a code"))
    check(hands.code_of("Rope candle 15 cm"), "the new item has a code of its own")
    hands.press(KEY.Key_F2)
    hands.press(KEY.Key_Escape)
    hands.scan(hands.code_of("Olive oil 500 ml"))
    hands.picture("stock-scanned")


def finding(hands: Hands) -> None:
    """The palette and the help, wherever one is."""
    hands.press(KEY.Key_K, CTRL)
    hands.picture("palette", small=True)
    hands.type("olive")
    hands.rest(PAUSE_MS)
    hands.settle()
    hands.picture("palette-olive")
    hands.press(KEY.Key_Escape)
    hands.press(KEY.Key_1, ALT)
    hands.press(KEY.Key_F1)
    hands.picture("help", small=True, contrast=True)
    hands.press(KEY.Key_F1)


def reports(hands: Hands) -> None:
    """Read a report; its total is the ledger's."""
    hands.press(KEY.Key_8, ALT)
    box = next(one for one in hands.window.findChildren(QComboBox) if one.isVisible())
    check(box.count() > 5, "there are reports to choose from")
    hands.picture("reports", small=True)
    box.setFocus()
    hands.press(KEY.Key_Down)
    model = next(one for one in hands.window.findChildren(Table) if one.isVisible()).model()
    cells = [str(model.index(row, column).data()) for row in range(20) for column in range(model.columnCount())]
    check(not any("_" in cell for cell in cells), f"a report speaks in words: {cells[:8]}")
    hands.picture("reports-next")


def settings(hands: Hands) -> None:
    """Every page of the settings."""
    hands.press(KEY.Key_0, ALT)
    sections = next(one for one in hands.window.findChildren(QListWidget) if one.isVisible())
    for row in range(sections.count()):
        item = sections.item(row)
        if item.isHidden():
            continue
        hands.click(sections.viewport(), sections.visualItemRect(item).center())
        hands.picture(f"settings-{item.text().lower().replace(' ', '-')}", small=row == 0)


def people(hands: Hands) -> None:
    """Two people: the cashier signs in, sees no costs, and asks for a discount that somebody else has to allow."""
    hands.window.show_settings("people")
    hands.fill("New PIN", PIN)
    hands.click(hands.button("Save person"))
    hands.fill("Name", "Mira")
    hands.press(KEY.Key_Tab)
    hands.type("Cash")
    hands.fill("New PIN", OTHER_PIN)
    hands.click(hands.button("Add as new"))
    role = hands.value("SELECT role FROM person WHERE name = 'Mira'")
    check(role == "cashier", f"Mira works here as a cashier, not as {role}: {hands.said()}")
    hands.picture("people-two")
    hands.close_message()
    hands.press(KEY.Key_L, CTRL)
    hands.click(hands.button("Mira, cashier"))
    hands.picture("sign-in", small=True)
    hands.fill("PIN", OTHER_PIN)
    hands.enter()
    acting = hands.window.shop.acting
    check(acting is not None and acting.name == "Mira", "Mira is signed in")


def rights(hands: Hands) -> None:
    """The cashier sees no cost, and asks for a discount that somebody else has to allow."""
    hands.press(KEY.Key_2, ALT)
    rows = hands.table("Stock of every item")
    check(rows.isColumnHidden(4), "a cashier sees no value")
    hands.picture("stock-cashier")
    hands.press(KEY.Key_1, ALT)
    hands.scan(hands.code_of(SHORT))
    hands.press(KEY.Key_F8)
    hands.type("60")
    hands.enter()
    hands.wait(lambda: hands.reads("Someone else has to approve this"), "a second person is asked")
    hands.picture("sell-approval", small=True)
    hands.type(PIN)
    hands.enter()
    check(not hands.reads("Someone else has to approve this"), "the owner's PIN approves it")
    hands.press(KEY.Key_F10)
    discount = hands.value("SELECT discount FROM document_line WHERE kind = 'sale' ORDER BY id DESC LIMIT 1")
    check(discount == 59_400, f"sixty percent off 9.90 was given, not {discount}")
    hands.picture("sell-cashier-done")


CHAPTERS = (table, past, cards, finding, reports, settings, people, rights)

"""The chapter of the tour about counting: a place counted blind, counted again, explained, posted; the plan."""

from __future__ import annotations

from PySide6.QtCore import Qt

from shopstock.core.units import Qty
from shopstock.tour_hands import Hands, check
from shopstock.ui.count.lines_page import LinesPage

KEY = Qt.Key
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
PLACE = "Cold wall"


def counting(hands: Hands) -> None:
    """Count a place blind, by its label and scans: a piece is missing, and the second look says so too."""
    hands.press(KEY.Key_4, ALT)
    screen = hands.window.opened("count")
    hands.patient.append(lambda: bool(screen.idle))
    hands.close_message()
    hands.picture("count", small=True)
    hands.press(KEY.Key_N, CTRL)
    table = screen.new.places
    table.select(hands.row_of(table, f"    {PLACE}", 1))
    hands.press(KEY.Key_Space)
    hands.picture("count-new", small=True)
    hands.press(KEY.Key_F9)
    hands.close_message()
    hands.picture("count-board", small=True)
    goods = hands.ask(lambda db: db.rows(_LYING, (PLACE,)))
    check(len(goods) > 3, f"several items lie at {PLACE}")
    _count(hands, goods, picture=True, short=goods[0][0])
    hands.press(KEY.Key_F9)
    hands.press(KEY.Key_F9)
    _compare(hands)
    for look in range(2):  # two looks that differ ask for a third
        if isinstance(screen.page, LinesPage):
            break
        hands.scan(_label(hands))
        listed = {line.item_id for line in screen.page.counting.tally.open}
        _count(hands, [one for one in goods if one[0] in listed], short=goods[0][0])
        if not look:
            hands.picture("count-again")
        for line in screen.page.counting.tally.open:  # what the book has below none lies nowhere
            rows = screen.page.step.table
            rows.select(rows.count_rows.index_of(f"i{line.item_id}"))
            hands.press(KEY.Key_F7)
        hands.press(KEY.Key_F9)
        _compare(hands)
    check(isinstance(screen.page, LinesPage), f"the count is compared: {hands.said()}")


def explaining(hands: Hands) -> None:
    """Say why, and post: the ledger says what was counted."""
    screen = hands.window.opened("count")
    hands.close_message()
    lines = screen.page
    row = next((one for one in lines.rows.rows if one.variance == -1_000), None)
    check(row is not None, "the missing piece is to be explained")
    assert row is not None
    lines.table.select(lines.rows.index_of(row.id))
    hands.settle()
    hands.picture("count-explain", small=True, contrast=True)
    before = hands.value(_ON_HAND, row.item_id, PLACE)
    while lines.parts.value() == "open" and lines.rows.rows:
        lines.card.box.setCurrentIndex(lines.card.box.findData("theft"))
        hands.click(hands.button("This is why"))
    hands.press(KEY.Key_F9)
    check(hands.value(_ON_HAND, row.item_id, PLACE) == before + row.variance, "the ledger says what was counted")
    hands.picture("count-posted")
    hands.close_message()
    hands.press(KEY.Key_P, CTRL | Qt.KeyboardModifier.ShiftModifier)
    hands.picture("count-plan", small=True, double=True)
    hands.press(KEY.Key_Escape)
    hands.patient.pop()


_LYING = (
    "SELECT i.id, min(c.code), l.on_hand FROM stock_level l JOIN location o ON o.id = l.location_id "
    "JOIN item i ON i.id = l.item_id JOIN item_code c ON c.item_id = i.id AND c.qty = 1000 AND c.retired_at IS NULL "
    "WHERE o.name = ? AND l.on_hand > 0 AND i.unit = 'piece' GROUP BY i.id, l.on_hand, i.name "
    "ORDER BY CASE WHEN l.on_hand >= 3000 THEN 0 ELSE 1 END, i.name"
)
_ON_HAND = (
    "SELECT l.on_hand FROM stock_level l JOIN location o ON o.id = l.location_id WHERE l.item_id = ? AND o.name = ?"
)


def _count(hands: Hands, goods: list[tuple[int, str, Qty]], *, short: int, picture: bool = False) -> None:
    """Scan the place and all that lies there, one piece less of what is ``short``."""
    if picture:
        hands.press(KEY.Key_F4)
        hands.scan(_label(hands))
    for number, (item, code, on_hand) in enumerate(goods):
        pieces = on_hand // 1_000 - (item == short)
        if pieces > 1:
            hands.type(f"{pieces}*")
            hands.enter()
        hands.scan(code)
        if picture and number == 3:
            hands.picture("count-sheet", small=True, double=True)


def _compare(hands: Hands) -> None:
    screen = hands.window.opened("count")
    count_id = hands.value("SELECT max(id) FROM stock_count")
    screen.open_count(count_id)
    hands.settle()
    hands.press(KEY.Key_F9)


def _label(hands: Hands) -> str:
    return str(hands.value("SELECT code FROM location WHERE name = ? ORDER BY id LIMIT 1", PLACE))


CHAPTERS = (counting, explaining)

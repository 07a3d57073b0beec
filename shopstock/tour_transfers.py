"""The chapters of the tour about places: put away by three scans, ask for goods, pack, send, unpack, settle."""

from __future__ import annotations

from PySide6.QtCore import Qt

from shopstock.tour_hands import Hands, check
from shopstock.ui.transfers.end_step import ShortPanel

KEY = Qt.Key
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
CELLAR, BIN = "Cellar", "C-04"


def putting_away(hands: Hands) -> None:
    """Scan the place, the goods and the place they go to: they are there."""
    hands.press(KEY.Key_6, ALT)
    hands.patient.append(lambda: bool(hands.window.opened("transfers").idle))
    hands.close_message()
    hands.picture("transfers", small=True)
    name, code = _most_on(hands, "Harbour Street")
    hands.scan(_label(hands, "Harbour Street"), code, code)
    hands.picture("transfers-in-hand", small=True, contrast=True)
    held = hands.value(_AT, name, BIN) or 0
    hands.scan(_label(hands, BIN))
    check(hands.value(_AT, name, BIN) == held + 2_000, f"two of “{name}” lie in {BIN}")
    hands.picture("transfers-put-away")
    hands.close_message()


def asking(hands: Hands) -> None:
    """The second shop asks for goods, by scan."""
    hands.press(KEY.Key_N, CTRL)
    form = hands.window.opened("transfers").request.form
    form.source.setCurrentText("Harbour Street")
    form.target.setCurrentText("Market Hall")
    for _name, code in _some_on(hands, "Harbour Street", 3):
        hands.type(f"4*{code}")
        hands.enter()
    hands.picture("transfers-request", small=True)
    hands.press(KEY.Key_F9)
    hands.close_message()


def packing(hands: Hands) -> None:
    """Scan its number and pack what is wanted; it is on its way, with a slip that has its code."""
    number = hands.value("SELECT max(number) FROM transfer")
    before = hands.value("SELECT coalesce(sum(value), 0) FROM item_pool")
    hands.scan(f"T-{number:04}")
    goods = _some_on(hands, "Harbour Street", 3)
    for _name, code in goods[:2]:
        hands.type("4*")
        hands.enter()
        hands.scan(code)
    hands.scan(goods[2][1], goods[2][1])
    hands.picture("transfers-pack", small=True, double=True)
    hands.press(KEY.Key_F9)
    hands.picture("transfers-send", small=True)
    hands.press(KEY.Key_F9)
    check(hands.value("SELECT state FROM transfer WHERE number = ?", number) == "dispatched", "the goods are under way")
    check(hands.value("SELECT sum(value) FROM item_pool") == before, "what is under way keeps its value")
    hands.picture("transfers-sent")


def unpacking(hands: Hands) -> None:
    """Unpack at the other end: one is broken and one is missing; the missing one came back."""
    number = hands.value("SELECT max(number) FROM transfer")
    hands.press(KEY.Key_F9)
    goods = _sent(hands, number)
    for _name, code in goods[:2]:
        hands.type("4*")
        hands.enter()
        hands.scan(code)
    hands.press(KEY.Key_F7)
    hands.scan(goods[2][1])
    hands.picture("transfers-unpack", small=True)
    hands.press(KEY.Key_F9)
    hands.press(KEY.Key_F9)
    hands.picture("transfers-short", small=True)
    hands.press(KEY.Key_F3)
    check(isinstance(hands.window.opened("transfers").wizard.end.panel, ShortPanel), "the missing piece is asked about")
    hands.picture("transfers-settle", small=True, contrast=True)
    hands.press(KEY.Key_Escape)
    hands.press(KEY.Key_Escape)
    hands.patient.pop()


_AT = (
    "SELECT l.on_hand FROM stock_level l JOIN item i ON i.id = l.item_id JOIN location o ON o.id = l.location_id "
    "WHERE i.name = ? AND o.name = ?"
)
_SOME = (
    "SELECT i.name, min(c.code) FROM stock_level l JOIN location o ON o.id = l.location_id "
    "JOIN item i ON i.id = l.item_id JOIN item_code c ON c.item_id = i.id AND c.qty = 1000 AND c.retired_at IS NULL "
    "WHERE o.name = ? AND l.on_hand - l.allocated >= 12000 AND i.tracks = '' AND i.unit = 'piece' AND i.active = 1 "
    "GROUP BY i.id, i.name ORDER BY i.name LIMIT ?"
)


def _some_on(hands: Hands, place: str, count: int) -> list[tuple[str, str]]:
    """Return items of which a place has plenty, with a code."""
    found: list[tuple[str, str]] = hands.ask(lambda db: db.rows(_SOME, (place, count)))
    check(len(found) == count, f"{place} has plenty of {count} items")
    return found


def _most_on(hands: Hands, place: str) -> tuple[str, str]:
    return _some_on(hands, place, 4)[3]


def _sent(hands: Hands, number: int) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = hands.ask(
        lambda db: db.rows(
            "SELECT i.name, min(c.code) FROM transfer t JOIN transfer_line l ON l.transfer_id = t.id "
            "JOIN item i ON i.id = l.item_id JOIN item_code c ON c.item_id = i.id AND c.qty = 1000 "
            "WHERE t.number = ? AND l.dispatched_qty > 0 GROUP BY l.line_no, i.name "
            "ORDER BY max(l.dispatched_qty) DESC, l.line_no",
            (number,),
        )
    )
    return found


def _label(hands: Hands, name: str) -> str:
    return str(hands.value("SELECT code FROM location WHERE name = ? ORDER BY id LIMIT 1", name))


CHAPTERS = (putting_away, asking, packing, unpacking)

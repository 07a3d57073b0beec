"""The chapters of the tour that order: what is low, drafts, an order changed by scans and sent, a supplier."""

from __future__ import annotations

from PySide6.QtCore import Qt

from shopstock.tour_hands import Hands, check

KEY = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier
SUPPLIER = "Northfield Dairy"
#: The filter lines wait this long for the next letter.
PAUSE_MS = 250


def low_stock(hands: Hands) -> None:
    """See what is low and let one draft be made for each supplier."""
    hands.press(KEY.Key_5, ALT)
    hands.close_message()
    hands.picture("orders", small=True)
    hands.press(KEY.Key_F7)
    low = hands.table("Low stock")
    check(low.model().rowCount() > 3, "some goods are low")
    hands.picture("orders-low", small=True)
    before = hands.value("SELECT count(*) FROM purchase_order WHERE state = 'draft'")
    hands.click(hands.button("Draft orders for all"))
    after = hands.value("SELECT count(*) FROM purchase_order WHERE state = 'draft'")
    check(after > before, f"{after} drafts where there were {before}")
    hands.picture("orders-drafts")


def one_order(hands: Hands) -> None:
    """Open a draft, add goods by scans, set how many, take one off, approve it, send it as a file."""
    number = hands.value(
        "SELECT o.number FROM purchase_order o JOIN supplier s ON s.id = o.supplier_id "
        "WHERE o.state = 'draft' AND s.name = ?",
        SUPPLIER,
    )
    check(number is not None, f"there is a draft for {SUPPLIER}")
    hands.scan(f"P-{number:04d}")
    hands.wait(lambda: hands.reads(f"Order P-{number:04d}"), "the scan opens the order")
    hands.settle()
    more = _not_on(hands, number)
    hands.scan(hands.code_of(more), hands.code_of(more))
    check(_ordered(hands, number, more) == 12_000, "two scans order two packs of six")
    hands.type("*30")
    hands.enter()
    check(_ordered(hands, number, more) == 30_000, "*30 orders thirty")
    hands.close_message()
    hands.picture("orders-draft", small=True, contrast=True, double=True)
    hands.type("yog")
    hands.rest(PAUSE_MS)
    hands.settle()
    hands.picture("orders-search")
    hands.press(KEY.Key_Escape)
    hands.scan(hands.code_of("Rye bread, sliced 500 g"))
    hands.picture("orders-other-supplier", small=True)
    hands.press(KEY.Key_Escape)
    hands.press(KEY.Key_F9)
    check(_state(hands, number) == "approved", "F9 approves the order")
    hands.press(KEY.Key_F10)
    hands.picture("orders-send", small=True)
    target = hands.folder / f"P-{number:04d}.pdf"
    target.unlink(missing_ok=True)
    hands.click(hands.button("Save as PDF"))
    hands.save_as(target)
    check(target.read_bytes().startswith(b"%PDF"), "the order is a PDF")
    hands.wait(lambda: _state(hands, number) == "sent", "the order is noted as sent")
    hands.settle()
    hands.picture("orders-sent")
    on_order = hands.value(
        "SELECT sum(l.open_qty) FROM purchase_order_line l JOIN purchase_order o ON o.id = l.order_id "
        "WHERE o.number = ?",
        number,
    )
    check(on_order >= 30_000, "what was sent is on order")
    hands.press(KEY.Key_F5)


def suppliers(hands: Hands) -> None:
    """The suppliers, one of them, what they sell, and a new one."""
    hands.press(KEY.Key_F8)
    hands.picture("suppliers", small=True)
    hands.press(KEY.Key_F2)
    hands.type("harbour")
    hands.rest(PAUSE_MS)
    hands.settle()
    hands.enter()
    hands.enter()
    hands.wait(lambda: hands.reads("Harbour Wholesale"), "the supplier opens")
    hands.settle()
    hands.picture("supplier", small=True)
    hands.press(KEY.Key_F8)
    hands.press(KEY.Key_N, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    hands.type("Wick & Wax")
    hands.picture("supplier-new")
    hands.press(KEY.Key_Escape)
    hands.press(KEY.Key_F5)


def on_order_in_stock(hands: Hands) -> None:
    """What is on order stands in the stock table."""
    hands.press(KEY.Key_2, ALT)
    hands.press(KEY.Key_F2)
    name = hands.value(
        "SELECT i.name FROM purchase_order_line l JOIN purchase_order o ON o.id = l.order_id "
        "JOIN item i ON i.id = l.item_id WHERE l.qty = 30000 ORDER BY o.sent_at DESC LIMIT 1"
    )
    hands.type(name)
    hands.enter()
    hands.rest(PAUSE_MS)
    hands.settle()
    rows = hands.table("Stock of every item")
    shown = [str(rows.model().index(0, column).data()) for column in range(rows.model().columnCount())]
    coming = hands.value(
        "SELECT sum(l.open_qty) / 1000 FROM purchase_order_line l JOIN item i ON i.id = l.item_id WHERE i.name = ?",
        name,
    )
    check(str(coming) in shown, f"{coming} are on order, and the row says {shown}")
    hands.picture("stock-on-order", small=True)
    hands.press(KEY.Key_F2)
    hands.press(KEY.Key_Escape)


def _not_on(hands: Hands, number: int) -> str:
    """Name an item that the supplier sells in sixes and that is not on the order."""
    name = hands.value(
        "SELECT i.name FROM supplier_item x JOIN item i ON i.id = x.item_id JOIN supplier s ON s.id = x.supplier_id "
        "JOIN item_code c ON c.item_id = i.id WHERE s.name = ? AND x.pack_qty = 6000 AND NOT EXISTS ("
        "SELECT 1 FROM purchase_order_line l JOIN purchase_order o ON o.id = l.order_id "
        "WHERE o.number = ? AND l.item_id = i.id) ORDER BY i.name LIMIT 1",
        SUPPLIER,
        number,
    )
    check(name is not None, f"{SUPPLIER} sells something in sixes that is not ordered yet")
    return str(name)


def _ordered(hands: Hands, number: int, name: str) -> int:
    return int(
        hands.value(
            "SELECT coalesce(sum(l.qty), 0) FROM purchase_order_line l JOIN purchase_order o ON o.id = l.order_id "
            "JOIN item i ON i.id = l.item_id WHERE o.number = ? AND i.name = ?",
            number,
            name,
        )
    )


def _state(hands: Hands, number: int) -> str:
    return str(hands.value("SELECT state FROM purchase_order WHERE number = ?", number))


CHAPTERS = (low_stock, one_order, suppliers, on_order_in_stock)

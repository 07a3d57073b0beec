"""The chapters of the tour in the back room: a delivery counted to its end, invoices, late costs, returns, expiry."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel

from shopstock.tour_hands import Hands, check

KEY = Qt.Key
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
OIL, OATS, PESTO, CRISPS = "Olive oil 500 ml", "Oat flakes 500 g", "Pesto, basil 190 g", "Crisps, paprika 175 g"
PIZZA, LANTERN = "Pizza, margherita", "Lantern, small"
SUPPLIER = "Harbour Wholesale"
UNKNOWN = "4012345678901"


def resuming(hands: Hands) -> None:
    """Go on with the delivery that was left half counted."""
    hands.patient.append(lambda: _kept(_counting(hands)))
    hands.press(KEY.Key_3, ALT)
    hands.close_message()
    hands.picture("receive", small=True)
    hands.click_cell(hands.table("Deliveries to go on with"), 0, 0)
    check(_counted(hands, OIL) == 12_000, "what was counted before is there")
    hands.picture("receive-resumed", small=True, double=True)


def counting(hands: Hands) -> None:
    """Count by pack and by number, over the order, a broken bottle, a code nobody knows, goods nobody ordered."""
    hands.scan(_pack(hands, OATS))
    check(_counted(hands, OATS) == 12_000, "the scan of a carton counts its six")
    hands.type("6*")
    hands.enter()
    hands.picture("receive-times")
    hands.scan(hands.code_of(PESTO))
    check(_counted(hands, PESTO) == 12_000, "6* counts six")
    hands.type("24*")
    hands.enter()
    hands.scan(hands.code_of(CRISPS))
    check(_counted(hands, CRISPS) == 30_000, "24* counts twenty-four")
    hands.picture("receive-over", small=True)
    hands.press(KEY.Key_F3)
    hands.picture("receive-decide-over", small=True)
    hands.click(hands.button("Refuse They go back with the driver"))
    hands.scan(hands.code_of(OIL), _pack(hands, OATS))
    hands.type("-")
    hands.scan(UNKNOWN)
    hands.picture("receive-unknown-code", small=True, contrast=True, double=True)
    hands.click(hands.button(f"Skip: unknown code {UNKNOWN}"))
    hands.press(KEY.Key_F2)
    hands.type("lantern small")
    hands.rest(300)
    hands.settle()
    hands.picture("receive-search")
    hands.press(KEY.Key_Down)
    hands.enter()
    hands.wait(lambda: _counted(hands, LANTERN) == 1_000, "words count an item as well")
    hands.settle()
    hands.press(KEY.Key_F3)
    hands.picture("receive-not-on-order")
    hands.click(hands.button("Accept A goods receipt without an order"))


def lots(hands: Hands) -> None:
    """Lot and day come with a GS1 DataMatrix; where the code says nothing they are asked for."""
    hands.type("6*")
    hands.enter()
    hands.scan(f"]d2010{hands.code_of(PIZZA)}1727033110PZ27-1")
    lot = hands.value(
        "SELECT lot || ' ' || expires FROM delivery_scan WHERE lot <> '' ORDER BY id DESC LIMIT 1",
    )
    check(lot == "PZ27-1 20270331", f"the code brings lot and day, not {lot}")
    hands.scan(_pack(hands, PIZZA))
    hands.picture("receive-lot", small=True)
    hands.type("PZ27-2")
    hands.enter()
    hands.type("2027-04-30")
    hands.enter()

    check(_counted(hands, PIZZA) == 12_000, "the pizzas are all here")


def finishing(hands: Hands) -> None:
    """Labels for goods without a code, what the goods cost with their freight, what posting does, and that it did."""
    hands.scan(hands.code_of(OIL))
    hands.type("-")
    hands.press(KEY.Key_F7)
    hands.enter()
    hands.type("Bottle broken")
    hands.picture("receive-damaged", small=True)
    hands.enter()
    while hands.window.opened("receive").wizard.counting.tally.look_at:
        hands.press(KEY.Key_F3)
        hands.picture(f"receive-decide-{len(hands.pictures)}")
        hands.enter()
    hands.picture("receive-counted")
    hands.press(KEY.Key_F9)
    hands.picture("receive-labels", small=True)
    hands.click(hands.button("Give 1 item a code"))
    hands.picture("receive-code-given")
    hands.close_message()
    hands.press(KEY.Key_F9)
    hands.fill("Name of the charge", "Freight")
    hands.enter()
    hands.type("12.50")
    hands.picture("receive-freight-typed")
    hands.enter()
    hands.picture("receive-costs", small=True, contrast=True)
    hands.press(KEY.Key_F9)
    hands.picture("receive-post", small=True)
    held = hands.on_hand(OATS)
    hands.press(KEY.Key_F9)
    hands.wait(lambda: hands.on_hand(OATS) == held + 17_000, "what was counted is in stock")
    hands.settle()
    said = [one.text() for one in hands.window.findChildren(QLabel) if one.isVisible()]
    check(any("were sold before they arrived" in one for one in said), f"what was oversold is settled: {said}")
    hands.picture("receive-result", small=True)
    hands.enter()


def invoices(hands: Hands) -> None:
    """Match an invoice of the supplier: one price is not the one of the order, and the difference is seen before."""
    hands.press(KEY.Key_I, CTRL)
    box = hands.window.opened("receive").page.supplier
    box.setFocus()
    hands.type(SUPPLIER[:4])
    check(box.currentText() == SUPPLIER, f"typing chooses the supplier, not {box.currentText()}")
    hands.click(hands.button("As received"))
    hands.click_cell(hands.table("Received and not invoiced"), 0, 4)
    hands.type("9.60")
    hands.enter()
    hands.fill("Invoice number", "HW-88213")
    hands.picture("receive-invoice", small=True)
    hands.click(hands.button("Post the invoice"))
    check("is posted" in hands.said(), f"the invoice is posted, not “{hands.said()}”")
    hands.close_message()
    hands.press(KEY.Key_Escape)


def late_costs(hands: Hands) -> None:
    """The carrier's invoice comes a week later: what is here takes its part into stock, what is gone into its cost."""
    hands.press(KEY.Key_D, CTRL)
    receipts = hands.table("Goods receipts")
    hands.click_cell(receipts, 1, 0)
    hands.fill("Number of the carrier's invoice", "CR-4410")
    hands.fill("Amount", "9")
    hands.picture("receive-late-cost", small=True)
    hands.click(hands.button("Post the cost"))
    check("is posted" in hands.said(), f"the cost is posted, not “{hands.said()}”")
    hands.close_message()
    hands.press(KEY.Key_Escape)


def going_back(hands: Hands) -> None:
    """Goods go back against their goods receipt, and the supplier's credit note follows."""
    hands.press(KEY.Key_B, CTRL)
    before = hands.on_hand(PESTO)
    receipts, lines, row = hands.table("Goods receipts"), hands.table("Lines of the goods receipt"), 0
    while PESTO not in [hands.cell(lines, line, 0) for line in range(lines.model().rowCount())]:
        hands.click_cell(receipts, row, 0)
        row += 1
    hands.scan(hands.code_of(PESTO), hands.code_of(PESTO))
    hands.fill("Why it goes back", "Lids not tight")
    hands.picture("receive-supplier-return", small=True)
    hands.click(hands.button("It goes back"))
    check(hands.on_hand(PESTO) == before - 2_000, "two glasses went back")
    hands.close_message()
    hands.press(KEY.Key_Escape)
    hands.press(KEY.Key_I, CTRL)
    hands.click(hands.button("Credit note"))
    hands.fill("Number of the credit note", "HW-C-119")
    hands.picture("receive-credit-note", small=True)
    hands.click(hands.button("Post the credit note"))
    check("is posted" in hands.said(), f"the credit note is posted, not “{hands.said()}”")
    hands.close_message()
    hands.press(KEY.Key_Escape)
    hands.press(KEY.Key_T, CTRL)
    hands.picture("receive-on-their-way", small=True)
    hands.press(KEY.Key_Escape)


def expiry(hands: Hands) -> None:
    """What expires soon, as a report and as a word in Stock."""
    hands.press(KEY.Key_8, ALT)
    box = next(one for one in hands.window.findChildren(QComboBox) if one.isVisible())
    box.setFocus()
    hands.type("Expiry")
    check(box.currentText() == "Expiry dates", f"typing chooses the report, not {box.currentText()}")
    hands.picture("reports-expiry", small=True)


def _counting(hands: Hands):  # type: ignore[no-untyped-def]
    wizard = hands.window.opened("receive").wizard
    return None if wizard is None else wizard.counting


def _kept(counting) -> bool:  # type: ignore[no-untyped-def]
    return counting is None or (counting.steps.idle and counting.outbox.idle)


def _counted(hands: Hands, name: str) -> int:
    return int(
        hands.value(
            "SELECT coalesce(sum(c.qty), 0) FROM delivery_scan c JOIN delivery d ON d.id = c.delivery_id "
            "JOIN item i ON i.id = c.item_id WHERE d.state = 'open' AND i.name = ?",
            name,
        )
    )


def _pack(hands: Hands, name: str) -> str:
    return str(
        hands.value(
            "SELECT c.code FROM item_code c JOIN item i ON i.id = c.item_id WHERE i.name = ? AND c.qty > 1000", name
        )
    )


CHAPTERS = (resuming, counting, lots, finishing, invoices, late_costs, going_back, expiry)

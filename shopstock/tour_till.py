"""The chapters of the tour at the till: selling, paying, parking, returns, cashing up, and a printer without paper."""

from __future__ import annotations

from PySide6.QtCore import Qt

from shopstock.formats import receipt_pdf
from shopstock.queries import printing as papers_of
from shopstock.tour_hands import Hands, LoopbackPrinter, check

KEY = Qt.Key
BREAD, MILK, COFFEE = "Rye bread, sliced 500 g", "Whole milk 1 L", "Ground coffee 250 g"
GOUDA, SOAP, BAG = "Mature Gouda", "Washing-up liquid 500 ml", "Paper bag, large"
FETA, RADIO = "Feta 200 g", "Radio alarm clock"
UNKNOWN = "2912345000015"


def scanning(hands: Hands) -> None:
    """Scan, weigh, three times, a discount."""
    hands.picture("sell-empty")
    hands.scan(hands.code_of(BREAD), hands.code_of(BREAD), hands.code_of(COFFEE))
    hands.picture("sell-scanned")
    hands.type("0.432*")
    hands.enter()
    hands.scan(hands.code_of(GOUDA))
    hands.type("3*")
    hands.enter()
    hands.picture("sell-three-times")
    hands.scan(hands.code_of(MILK), hands.code_of(BAG), hands.code_of(SOAP), hands.code_of(SOAP))
    quantities = {line.description: line.qty for line in _sale(hands).cart.lines}
    check(quantities == {BREAD: 2000, COFFEE: 1000, GOUDA: 432, MILK: 3000, BAG: 1000, SOAP: 2000}, f"{quantities}")
    hands.press(KEY.Key_F8)
    hands.type("10")
    hands.picture("sell-discount")
    hands.enter()
    check(_sale(hands).totals.discount == 4_200, "ten percent off two of 2.10")


def looking_up(hands: Hands) -> None:
    """Search by words, check a price, meet an unknown code and make an item of it."""
    hands.type("beesw")
    hands.rest(400)
    hands.settle()
    hands.picture("sell-search")
    hands.press(KEY.Key_Escape)
    before = _sale(hands).cart
    hands.press(KEY.Key_F7)
    hands.scan(hands.code_of("Olive oil 500 ml"))
    hands.picture("sell-price-check")
    hands.press(KEY.Key_F7)
    check(_sale(hands).cart == before, "a price check adds nothing")
    hands.scan(UNKNOWN)
    hands.picture("sell-unknown-code", contrast=True, small=True, double=True)
    hands.press(KEY.Key_F10)
    check(_sale(hands).cart.lines, "a sale with a red row cannot be paid")
    hands.click(hands.button(f"New item for unknown code {UNKNOWN}"))
    hands.type("Honey, heather 250 g")
    hands.enter()
    hands.type("4.20")
    hands.picture("sell-new-item")
    hands.enter()
    check(hands.code_of("Honey, heather 250 g") == UNKNOWN, "the new item bears the code")


def paying(hands: Hands) -> None:
    """Pay with a note: the change stays huge, the ledger has moved."""
    before = hands.on_hand(BREAD)
    hands.picture("sell-ready", contrast=True)
    hands.enter()
    hands.picture("pay", small=True)
    hands.type("50")
    hands.picture("pay-fifty")
    hands.enter()
    hands.picture("pay-change", contrast=True)
    check(hands.on_hand(BREAD) == before - 2000, "two loaves have left the shelf")
    check("paid" in hands.said(), f"the bar says what was paid, not “{hands.said()}”")


def parking(hands: Hands) -> None:
    """Park a sale, sell on by card, recall the parked one."""
    hands.scan(hands.code_of(MILK), hands.code_of(MILK))
    held = hands.value("SELECT sum(allocated) FROM stock_level")
    hands.press(KEY.Key_F4)
    hands.picture("sell-parked")
    check(hands.value("SELECT sum(allocated) FROM stock_level") == held + 2000, "parked goods are held")
    hands.scan(hands.code_of(COFFEE))
    hands.click(_screen(hands).totals.card_key)
    check(hands.value("SELECT count(*) FROM parked_sale") == 3, "three sales are parked")
    hands.press(KEY.Key_F5)
    hands.picture("sell-recall")
    hands.enter()
    hands.press(KEY.Key_F10)
    check(hands.value("SELECT sum(allocated) FROM stock_level") == held, "recalled and paid goods are held no more")


def bringing_back(hands: Hands) -> None:
    """Scan the receipt of a sale: its lines may come back."""
    number = hands.value(
        "SELECT s.prefix || '-' || d.number FROM document d JOIN station s ON s.id = d.station_id "
        "WHERE d.kind = 'sale' ORDER BY d.id DESC LIMIT 1"
    )
    before = hands.on_hand(MILK)
    hands.scan(number)
    hands.picture("sell-return")
    hands.click(hands.button("Everything comes back"))
    hands.picture("sell-give-back")
    hands.press(KEY.Key_F10)
    check(hands.on_hand(MILK) == before + 2000, "the milk is back on the shelf")


def touching(hands: Hands) -> None:
    """A finger on a line opens its quantity, price and discount."""
    hands.scan(hands.code_of(BREAD))
    table = _screen(hands).table
    hands.click_cell(table, 0, 0)
    hands.picture("sell-line", small=True)
    hands.press(KEY.Key_Escape)
    hands.press(KEY.Key_Delete)
    hands.press(KEY.Key_F12)
    hands.picture("sell-drawer")
    hands.press(KEY.Key_Escape)


def single_goods(hands: Hands) -> None:
    """An expired lot is warned about, and a serial number is asked for and kept."""
    hands.scan(f"]d2010{hands.code_of(FETA)}1726102510OLD")
    hands.scan(hands.code_of(RADIO))
    hands.picture("sell-expired", small=True)
    hands.scan("RA-204-118837")
    hands.press(KEY.Key_Up)
    hands.press(KEY.Key_Delete)
    hands.picture("sell-serial-number")
    hands.press(KEY.Key_F10)
    sold = hands.value("SELECT count(*) FROM serial_number WHERE number = 'RA-204-118837'")
    check(sold == 1, "the serial number is kept with the sale")


def running_out_of_paper(hands: Hands) -> None:
    """Set a printer up, sell while it has no paper, put paper in."""
    printer = LoopbackPrinter()
    try:
        hands.press(KEY.Key_0, Qt.KeyboardModifier.AltModifier)
        hands.window.show_settings("devices")
        hands.settle()
        hands.picture("settings-devices", small=True)
        hands.click(hands.button("Set up"))
        hands.fill("Address of the device", printer.url)
        hands.click(hands.button("Save and print a test page"))
        hands.wait(lambda: printer.papers, "the test page is printed")
        proof = hands.window.opened("settings").page("devices").editor.proof
        hands.wait(lambda: proof.code and proof.said.text(), "its code waits to be scanned")
        hands.picture("settings-device-tried")
        hands.scan(proof.code)
        hands.wait(lambda: not proof.code, "the code that was printed came back")
        hands.picture("settings-device-proved", small=True)
        hands.click(hands.button("All devices"))
        printer.papers.clear()
        hands.press(KEY.Key_1, Qt.KeyboardModifier.AltModifier)
        printer.out_of_paper = True
        hands.scan(hands.code_of(BREAD))
        hands.press(KEY.Key_F10)
        hands.wait(lambda: "paper" in hands.said(), "the bar says that the printer needs somebody")
        hands.settle()
        hands.scan(hands.code_of(COFFEE), hands.code_of(BREAD), hands.code_of(MILK))
        hands.picture("sell-printer-out-of-paper", contrast=True, small=True)
        check(not printer.papers, "nothing is printed without paper")
        hands.click(hands.button("Open queue"))
        hands.picture("print-queue", small=True)
        printer.out_of_paper = False
        hands.wait(lambda: printer.papers, "the receipt that waited is printed")
        hands.click(hands.button("Close the print queue"))
        hands.press(KEY.Key_F10)
        hands.wait(lambda: len(printer.papers) > 1, "the next receipt is printed")
        _keep_receipt(hands)
        _cashing_up(hands)
    finally:
        printer.close()


def _keep_receipt(hands: Hands) -> None:
    document_id = hands.value("SELECT max(id) FROM document WHERE kind = 'sale'")
    paper = hands.ask(lambda db: papers_of.paper_of_document(db, document_id))
    check(paper is not None, "the sale has a receipt")
    (hands.folder / "receipt.pdf").write_bytes(receipt_pdf.write(paper))


def _cashing_up(hands: Hands) -> None:
    """Count the drawer blind, hear the verdict, close with Z, open the next shift with its float."""
    hands.click(_screen(hands).totals.menu_key)
    hands.picture("till-menu")
    hands.press(KEY.Key_Escape)
    hands.press(KEY.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    hands.type("412.50")
    hands.picture("cash-up-blind")
    hands.enter()
    hands.picture("cash-up-verdict")
    hands.fill("Stays in the drawer as the next float", "150")
    hands.enter()
    check(hands.value("SELECT count(*) FROM document WHERE kind = 'cash_up'") > 0, "the cash-up is a document")
    hands.picture("cash-up-done")
    hands.press(KEY.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    hands.type("150")
    hands.picture("shift-opening-float")
    hands.enter()
    check("150" in hands.said(), f"the shift is open with 150, not “{hands.said()}”")


def _screen(hands: Hands):  # type: ignore[no-untyped-def]
    return hands.window.opened("sell")


def _sale(hands: Hands):  # type: ignore[no-untyped-def]
    return _screen(hands).sale


CHAPTERS = (scanning, looking_up, paying, parking, bringing_back, touching, single_goods, running_out_of_paper)

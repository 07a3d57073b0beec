"""The chapters of the tour about what comes back and goes bad: a return by search, write-offs, set aside, documents."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw
from PySide6.QtCore import Qt

from shopstock.tour_hands import Hands, check

KEY = Qt.Key
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
BREAD, COFFEE = "Rye bread, sliced 500 g", "Ground coffee 250 g"


def bringing_back(hands: Hands) -> None:
    """Without the receipt the sale is found by the goods; what was opened is set aside, the rest is store credit."""
    hands.press(KEY.Key_1, ALT)
    hands.close_message()
    name, code = _sold(hands)
    hands.press(KEY.Key_F11)
    hands.picture("sell-find-sale", small=True, contrast=True)
    hands.scan(code)
    hands.picture("sell-sales-of-an-item")
    hands.enter()
    hands.scan(code)
    hands.click(hands.button("Opened Set aside"))
    hands.picture("sell-return-opened", small=True, double=True)
    aside = hands.value(_ASIDE, name) or 0
    hands.press(KEY.Key_F9)
    hands.picture("sell-give-back-how", small=True)
    hands.press(KEY.Key_F10)
    check(hands.value(_ASIDE, name) == aside + 1_000, f"what was opened of “{name}” is set aside")


def customers(hands: Hands) -> None:
    """Somebody who wants to be known: found by a word, with what they bought and what credit they have."""
    hands.press(KEY.Key_F3)
    hands.picture("sell-customer", small=True)
    hands.type("ada")
    hands.enter()
    hands.picture("sell-customer-found")
    hands.enter()
    check(hands.window.opened("sell").sale.cart.customer == "Ada Ferry", "the customer is on the sale")
    hands.press(KEY.Key_F3)
    hands.picture("sell-customer-known", small=True)
    hands.click(hands.window.opened("sell").totals.nobody_key)


def writing_off(hands: Hands) -> None:
    """Write goods off by scan: each with its cause, and a photo where the cause asks for one."""
    hands.press(KEY.Key_7, ALT)
    page = hands.window.opened("back").page("write_off")
    hands.patient.append(lambda: bool(page.scanning.idle))  # until the pages are left
    hands.close_message()
    hands.picture("back-write-off", small=True)
    hands.click(hands.button("Own use"))
    hands.scan(hands.code_of(COFFEE))
    hands.click(hands.button("Damage with a photo or file"))
    hands.scan(hands.code_of(BREAD), hands.code_of(BREAD))
    photo = hands.folder.parent / f"{hands.folder.name}-broken.jpg"
    _photo(photo)
    hands.click(hands.button("Choose a file"))
    hands.save_as(photo)
    photo.unlink()
    hands.picture("back-evidence", small=True, double=True, contrast=True)
    held = hands.on_hand(BREAD)
    hands.press(KEY.Key_F9)
    check(hands.on_hand(BREAD) == held - 2_000, "two loaves are written off")
    hands.close_message()
    hands.press(KEY.Key_2, CTRL)
    hands.picture("back-waiting", small=True)
    hands.patient.pop()


def setting_aside(hands: Hands) -> None:
    """What is set aside and why; some goes back to its supplier, something else is recalled."""
    hands.press(KEY.Key_3, CTRL)
    hands.picture("back-set-aside", small=True, contrast=True)
    hands.click(hands.button("To the supplier"))
    hands.picture("back-to-supplier", small=True)
    hands.press(KEY.Key_Escape)
    hands.close_message()
    hands.click(hands.button("Set goods aside"))
    hands.scan(hands.code_of(COFFEE), hands.code_of(COFFEE))
    hands.type("Recalled by the maker")
    hands.picture("back-put-aside", small=True)
    hands.enter()
    check("Set aside" in hands.said(), f"the coffee is set aside, not “{hands.said()}”")
    hands.close_message()
    hands.press(KEY.Key_4, CTRL)
    hands.picture("back-returns", small=True)


def documents(hands: Hands) -> None:
    """The number on a paper opens its document; one is reversed with a reason that shows on both."""
    hands.press(KEY.Key_5, CTRL)
    hands.picture("back-documents", small=True)
    number = hands.value(
        "SELECT s.prefix || '-' || d.number FROM document d JOIN station s ON s.id = d.station_id "
        "WHERE d.kind = 'write_off' ORDER BY d.id DESC LIMIT 1"
    )
    hands.scan(number)
    hands.picture("back-document", small=True, double=True)
    held = hands.on_hand(BREAD)
    hands.click(hands.button("Reverse"))
    hands.fill("Why it is reversed", "They were under the counter")
    hands.picture("back-reverse", small=True)
    hands.click(hands.button("Reverse it"))
    check(hands.on_hand(BREAD) == held + 2_000, "the loaves are on hand again")
    hands.picture("back-reversed")
    hands.press(KEY.Key_Escape)
    hands.close_message()


_ASIDE = (
    "SELECT sum(l.on_hand) FROM stock_level l JOIN location o ON o.id = l.location_id JOIN item i ON i.id = l.item_id "
    "WHERE o.kind = 'set_aside' AND i.name = ?"
)


def _sold(hands: Hands) -> tuple[str, str]:
    """Return an item of a late sale, with its code, of which nothing has come back."""
    found: tuple[str, str] = hands.ask(
        lambda db: db.row(
            "SELECT i.name, min(c.code) FROM document d JOIN document_line l ON l.document_id = d.id "
            "JOIN item i ON i.id = l.item_id JOIN item_code c ON c.item_id = i.id AND c.qty = 1000 "
            "WHERE d.kind = 'sale' AND i.tracks = '' AND i.unit = 'piece' AND NOT EXISTS "
            "(SELECT 1 FROM document_line b WHERE b.of_line_id = l.id) GROUP BY d.id, i.id, i.name "
            "ORDER BY d.id DESC, i.name LIMIT 1"
        )
    )
    return found


def _photo(path: Path) -> None:
    """Draw what a broken loaf might look like."""
    image = Image.new("RGB", (640, 480), "#d8c3a5")
    draw = ImageDraw.Draw(image)
    draw.ellipse((120, 140, 520, 380), fill="#8a5a33")
    draw.line((150, 260, 320, 220, 360, 300, 500, 250), fill="#3b2414", width=12)
    image.save(path)


CHAPTERS = (bringing_back, customers, writing_off, setting_aside, documents)

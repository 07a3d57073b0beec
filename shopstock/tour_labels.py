"""The chapters of the tour about labels: a label printer, what is due, what comes out, a template."""

from __future__ import annotations

from PySide6.QtCore import Qt

from shopstock.tour_hands import Hands, LoopbackLabelPrinter, check

KEY = Qt.Key
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
COFFEE = "Ground coffee 250 g"


def labels(hands: Hands) -> None:
    """Set a label printer up, print what is due, print some of any item, make a template of one's own."""
    printer = LoopbackLabelPrinter()
    try:
        hands.press(KEY.Key_0, ALT)
        hands.window.show_settings("devices")
        hands.settle()
        page = hands.window.opened("settings").page("devices")
        page.set_up("label-printer")
        hands.settle()
        hands.fill("Address of the device", printer.url)
        hands.picture("settings-label-printer", small=True, contrast=True)
        hands.click(hands.button("Save"))
        _due(hands, printer)
        _any_item(hands, printer)
        _template(hands)
    finally:
        printer.close()


def _due(hands: Hands, printer: LoopbackLabelPrinter) -> None:
    hands.press(KEY.Key_9, ALT)
    hands.close_message()
    hands.press(KEY.Key_F2)
    hands.wait(lambda: hands.window.opened("labels").output.preview.image() is not None, "the label is drawn")
    hands.picture("labels", small=True, contrast=True, double=True)
    hands.press(KEY.Key_F3)
    hands.wait(lambda: hands.window.opened("labels").page.table.model().rowCount() > 1, "prices have changed")
    hands.settle()
    hands.picture("labels-new-prices", small=True)
    hands.press(KEY.Key_F9)
    hands.wait(lambda: printer.labels >= 4, "the labels of the new prices come out")
    hands.wait(lambda: "printed" in hands.said(), "the bar says so")
    hands.settle()
    left = hands.value("SELECT count(*) FROM label_due WHERE reason = 'price' AND done_at IS NULL")
    check(left == 0, f"what is printed is off its list, and {left} are on it")
    hands.picture("labels-printed")
    hands.close_message()


def _any_item(hands: Hands, printer: LoopbackLabelPrinter) -> None:
    before = printer.labels
    hands.press(KEY.Key_F2)
    hands.type("2*")
    hands.scan(hands.code_of(COFFEE))
    hands.wait(lambda: hands.window.opened("labels").output.preview.image() is not None, "the label is drawn")
    hands.click(hands.button("PDF sheet"))
    hands.picture("labels-sheet", small=True)
    hands.click(hands.button("Label printer"))
    hands.press(KEY.Key_F9)
    hands.wait(lambda: printer.labels == before + 2, "two labels of the coffee come out")
    hands.settle()
    hands.close_message()


def _template(hands: Hands) -> None:
    hands.press(KEY.Key_F4)
    hands.wait(lambda: hands.window.opened("labels").editor.preview.image() is not None, "the template is drawn")
    hands.picture("label-templates", small=True, double=True)
    hands.click(hands.button("Duplicate"))
    hands.type("Window price")
    hands.press(KEY.Key_S, CTRL)
    named = hands.value("SELECT count(*) FROM label_template WHERE name = 'Window price'")
    check(named == 1, "the template is saved")
    hands.picture("label-template-saved", small=True)
    hands.close_message()
    hands.press(KEY.Key_F4)


CHAPTERS = (labels,)

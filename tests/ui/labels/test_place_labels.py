"""Labels of places on the Labels screen by real keys and scans: the list of places, the preview, printer and sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from shopstock.core.acting import Acting
from shopstock.core.places import Level, PlaceFields
from shopstock.core.units import ItemId, LocationId
from shopstock.db.connection import Db
from shopstock.services import places, printing
from shopstock.ui.labels.lines import List
from tests.devices.sample_labels import reads_as
from tests.emulator.label_printer import NetworkLabelPrinter
from tests.ui.labels.conftest import CODES, TEA, Hands
from tests.ui.labels.test_printing import dots, out

Key = Qt.Key


@pytest.fixture
def bins(sqlite_db: Db, owner: Acting) -> dict[str, LocationId]:
    """A back room with two bins."""
    made = {"room": places.add_place(sqlite_db, owner, PlaceFields("Back room", Level.ROOM, owner.location_id))}
    for name in ("B-2", "B-10"):
        made[name] = places.add_place(sqlite_db, owner, PlaceFields(name, Level.BIN, made["room"].location_id))
    return {name: added.location_id for name, added in made.items()}


@pytest.fixture
def printer(sqlite_db: Db, owner: Acting) -> Iterator[NetworkLabelPrinter]:
    with NetworkLabelPrinter() as running:
        printing.set_device(sqlite_db, owner, printing.LABEL_PRINTER, running.url, settings={"size": "50x25"})
        yield running


def named(hands: Hands) -> list[tuple[str, int, bool]]:
    return [(line.name, line.copies, line.on) for line in hands.page.table.lines.rows]


def test_places_are_listed_in_their_tree_and_printed_when_ticked(
    printer: NetworkLabelPrinter, bins: dict[str, LocationId], goods: dict[str, ItemId],
    open_labels: Callable[..., Hands],
) -> None:  # fmt: skip
    hands = open_labels(devices=True, lines=True)
    hands.click(hands.page.segments.segment(List.PLACES))
    hands.wait(lambda: len(named(hands)) == 4)
    assert [(name, on) for name, _copies, on in named(hands)][1:] == [
        ("Back room", False), ("B-2", False), ("B-10", False),
    ]  # fmt: skip
    assert hands.page.table.model().headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole) == "Place"
    assert hands.output.template.currentText() == "Place label"
    assert not hands.output.go.isEnabled(), "nothing is ticked"
    assert not hands.page.done.isVisible()
    hands.scan(f"L-{bins['B-10']}")
    assert named(hands)[3] == ("B-10", 1, True)
    hands.page.table.setFocus()
    hands.press(Key.Key_Up)
    hands.press(Key.Key_Space)
    hands.type("2")
    assert named(hands)[2:] == [("B-2", 2, True), ("B-10", 1, True)]
    assert hands.output.go.text() == "Print 3 labels"
    hands.wait(lambda: hands.output.preview.image() is not None)
    assert reads_as(dots(hands.output.preview)) == [f"L-{bins['B-2']}"]
    hands.press(Key.Key_F9)
    printed = out(hands, printer, 3)
    assert [reads_as(label.image) for label in printed] == [[f"L-{bins[name]}"] for name in ("B-2", "B-2", "B-10")]
    hands.wait(lambda: "3 labels are printed" in hands.said())
    hands.wait(lambda: not any(on for _name, _copies, on in named(hands)))
    assert not printer.bad


def test_a_scanned_place_opens_the_list_of_places_and_goods_keep_their_template(
    bins: dict[str, LocationId], hands: Hands
) -> None:
    hands.scan(CODES[TEA])
    assert hands.output.template.currentText() == "Shelf label"
    assert "Place label" not in [hands.output.template.itemText(n) for n in range(hands.output.template.count())]
    hands.page.entry.line.setFocus()
    hands.type("3*")
    hands.scan(f"L-{bins['room']}")
    assert hands.page.list is List.PLACES
    assert [line for line in named(hands) if line[2]] == [("Back room", 3, True)]
    assert hands.output.template.currentText() == "Place label"
    hands.press(Key.Key_F3)
    hands.press(Key.Key_F3)
    hands.press(Key.Key_F3)
    hands.press(Key.Key_F3)
    assert hands.page.list is List.ANY
    assert hands.output.template.currentText() == "Shelf label"
    assert hands.lines() == [(TEA, 1, True)]


def test_words_narrow_the_list_and_enter_ticks_the_one_that_is_meant(bins: dict[str, LocationId], hands: Hands) -> None:
    hands.click(hands.page.segments.segment(List.PLACES))
    hands.page.entry.line.setFocus()
    hands.type("back")
    assert [name for name, _copies, _on in named(hands)] == ["Back room", "B-2", "B-10"]
    assert not hands.page.results.isVisible(), "items are not what is looked for"
    hands.page.table.all.click()
    assert [name for name, _copies, on in named(hands) if on] == ["Back room", "B-2", "B-10"]
    hands.page.entry.line.setFocus()
    hands.type("-10")
    hands.press(Key.Key_Escape)
    assert len(named(hands)) == 4
    assert [name for name, _copies, on in named(hands) if not on] == [named(hands)[0][0]], "the shop was not in sight"
    hands.page.table.all.click()
    hands.page.table.all.click()
    assert not any(on for _name, _copies, on in named(hands))
    hands.page.entry.line.setFocus()
    hands.type("2*b-10")
    hands.enter()
    assert [line for line in named(hands) if line[2]] == [("B-10", 2, True)]
    hands.type("nowhere")
    hands.enter()
    assert "No place" in hands.said()
    hands.scan("9780201379624")
    assert "No item and no place" in hands.said()


def test_places_chosen_elsewhere_are_ticked_alone_and_saved_on_a_sheet(
    bins: dict[str, LocationId], hands: Hands, opened_files: list[str], tmp_path: Path
) -> None:
    hands.click(hands.page.segments.segment(List.PLACES))
    hands.page.table.all.click()
    hands.screen.show_places([bins["room"], bins["B-2"]])
    hands.settle()
    assert [name for name, _copies, on in named(hands) if on] == ["Back room", "B-2"]
    hands.press(Key.Key_F9)
    hands.save_as(tmp_path / "places.pdf")
    assert (tmp_path / "places.pdf").read_bytes().startswith(b"%PDF")
    assert opened_files == [str(tmp_path / "places.pdf")]


def test_the_template_of_places_is_made_with_a_place(bins: dict[str, LocationId], hands: Hands) -> None:
    hands.screen.show_places([bins["B-10"]])
    hands.settle()
    hands.press(Key.Key_F4)
    editor = hands.screen.editor
    assert editor.name.text() == "Place label"
    hands.wait(lambda: "B-10" in editor.shown_with.text())
    assert "no room" not in editor.about.text()
    hands.scan(f"L-{bins['B-2']}")
    hands.wait(lambda: "B-2" in editor.shown_with.text())

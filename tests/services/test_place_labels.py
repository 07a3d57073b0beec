"""Labels of places: what they say, that scanners read them, on sheets, on the label printer and in its queue."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from shopstock.core import labels
from shopstock.core.acting import Acting, Role
from shopstock.core.labels import PLACE, SHEETS, Element, LabelData, LabelTemplate, Part, SheetOptions, WantedPlace
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.places import Level, PlaceFields
from shopstock.core.units import LocationId
from shopstock.db.connection import Db
from shopstock.devices import label_bitmap
from shopstock.devices.label_settings import LabelPrinter
from shopstock.queries import labels as reading
from shopstock.queries import places as places_query
from shopstock.queries import printing as queue_rows
from shopstock.services import labels as service
from shopstock.services import places, printing
from tests import till
from tests.devices.sample_labels import as_zpl
from tests.emulator import zpl_paper

SIZES = ((500, 250), (570, 320), (1_000, 500), (635, 381), (381, 212), (445, 127))


def codes_in(image: Image.Image) -> list[tuple[str, str]]:
    """Return the codes of a picture as ``(kind, text)``, read by an independent decoder."""
    page = Image.new("L", (image.width + 40, image.height + 40), 255)
    page.paste(image.convert("L"), (20, 20))
    return [(found.format.name, found.bytes.decode()) for found in zxingcpp.read_barcodes(page)]


def some_places(db: Db, owner: Acting) -> dict[str, LocationId]:
    """A back room with two bins, one of which has a code that was on the shelf before."""
    made = {}
    shop = owner.location_id
    made["room"] = places.add_place(db, owner, PlaceFields("Back room", Level.ROOM, shop)).location_id
    made["B-04"] = places.add_place(db, owner, PlaceFields("B-04", Level.BIN, made["room"])).location_id
    old = PlaceFields("B-05", Level.BIN, made["room"], code="SHELF-17")
    made["B-05"] = places.add_place(db, owner, old).location_id
    return made


def wanted(made: dict[str, LocationId], **copies: int) -> list[WantedPlace]:
    return [WantedPlace(place, copies.get(name, 1)) for name, place in made.items()]


def test_a_label_says_the_name_the_way_and_the_code(db: Db, owner: Acting) -> None:
    made = some_places(db, owner)
    shop = places_query.place(db, owner.location_id)
    found = reading.data_for(db, [*wanted(made, room=2), WantedPlace(shop.id), WantedPlace(LocationId(9_999))])
    assert [(label.name, label.path, label.code, label.copies) for label in found] == [
        ("Back room", shop.name, f"L-{made['room']}", 2),
        ("B-04", f"{shop.name} › Back room", f"L-{made['B-04']}", 1),
        ("B-05", f"{shop.name} › Back room", "SHELF-17", 1),
        (shop.name, "", f"L-{shop.id}", 1),
    ]
    places.retire_place(db, owner, made["B-04"])
    assert reading.data_for(db, [WantedPlace(made["B-04"])]) == []


def test_goods_and_places_share_a_job(db: Db, owner: Acting) -> None:
    made = some_places(db, owner)
    tea = till.goods(db, owner, "TEA", "2.50", code="5000112637922").item_id
    job = service.make_job(db, owner, [labels.Wanted(tea), WantedPlace(made["B-04"])], labels.ITEM)
    assert [(label.name, label.item_id) for label in job.labels] == [("Tea", tea), ("B-04", 0)]


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("size", SIZES)
def test_every_label_reads_as_the_code_of_its_place(sqlite_db: Db, owner: Acting, size: Any, dpi: int) -> None:
    made = some_places(sqlite_db, owner)
    for label in reading.data_for(sqlite_db, wanted(made)):
        drawn = label_bitmap.draw(labels.fitted(PLACE, *size), label, dpi)
        assert codes_in(drawn.image) == [("Code128", label.code)]
        found = places_query.by_code(sqlite_db, codes_in(drawn.image)[0][1])
        assert found is not None
        assert found.name == label.name


def test_the_name_stands_huge_and_never_over_the_edge() -> None:
    for size in SIZES[:4]:
        for name in (
            "B-04",
            "Back room",
            "Gyp",
            "Refrigerated storage on the second floor",
            "W" * 80,
            "冷蔵室",
            "غرفة",
        ):
            label = LabelData(name, code="L-12", place=name, path="Main shop › Back room")
            drawn = label_bitmap.draw(labels.fitted(PLACE, *size), label, 203)
            assert drawn.layout.omitted == ()
            for words in drawn.layout.words:
                wide = label_bitmap.measure(words.text, words.size, words.bold)
                assert words.x >= 0
                assert words.x + wide <= drawn.layout.width, (name, words.text)
        (large,) = (words for words in label_bitmap.draw(
            labels.fitted(PLACE, *size), LabelData("B-04", code="L-12", place="B-04"), 203
        ).layout.words if words.text == "B-04")  # fmt: skip
        assert large.size > drawn.layout.height * 35 // 100


def test_labels_of_places_reach_a_label_printer(sqlite_db: Db, owner: Acting) -> None:
    made = some_places(sqlite_db, owner)
    job = service.make_job(sqlite_db, owner, wanted(made, room=2), PLACE)
    for printer in (LabelPrinter(), LabelPrinter(dpi=300, compression="hex")):
        fitted = labels.fitted(labels.from_json(job.template), printer.width, printer.height)
        printed = zpl_paper.read(as_zpl(job.labels, fitted, printer))
        assert [(label.copies, codes_in(label.image)) for label in printed] == [
            (2, [("Code128", f"L-{made['room']}")]),
            (1, [("Code128", f"L-{made['B-04']}")]),
            (1, [("Code128", "SHELF-17")]),
        ]


def test_labels_of_places_on_a_sheet(sqlite_db: Db, owner: Acting, tmp_path: Path) -> None:
    made = some_places(sqlite_db, owner)
    path = tmp_path / "places.pdf"
    path.write_bytes(service.sheets(sqlite_db, owner, wanted(made), PLACE, SheetOptions("L7160", 4)))
    subprocess.run(["pdftoppm", "-gray", "-r", "300", path, tmp_path / "page"], check=True, capture_output=True)
    (file,) = tmp_path.glob("page*.pgm")
    sheet = SHEETS["L7160"]
    with Image.open(file) as page:
        read = []
        for column in range(3):
            left, top = sheet.left + column * sheet.pitch_x, sheet.top + sheet.pitch_y
            one, two, three, four = (
                round(length * 300 / 25_400) for length in (left, top, left + sheet.width, top + sheet.height)
            )
            read.append(codes_in(page.crop((one, two, three, four))))
    assert read == [[("Code128", code)] for code in (f"L-{made['room']}", f"L-{made['B-04']}", "SHELF-17")]
    words = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True).stdout
    assert "B-04" in words
    assert "› Back room" in words


def test_labels_of_places_wait_in_the_queue(db: Db, owner: Acting) -> None:
    made = some_places(db, owner)
    printing.set_device(db, owner, printing.LABEL_PRINTER, url="tcp://127.0.0.1:9", language="zpl")
    queued = service.queue(db, owner, wanted(made), PLACE)
    assert queued.labels == 3
    paper = queue_rows.paper(db, queued.job_id)
    assert isinstance(paper, labels.LabelJob)
    assert [label.place for label in paper.labels] == ["Back room", "B-04", "B-05"]
    assert labels.from_json(paper.template) == PLACE
    cashier = till.person(db, owner, "Cass", Role.CASHIER)
    with pytest.raises(NotAllowed):
        service.queue(db, cashier, wanted(made), PLACE)
    with pytest.raises(Refused, match="items or places"):
        service.queue(db, owner, [WantedPlace(LocationId(9_999))], PLACE)


def test_places_have_templates_of_their_own(db: Db, owner: Acting) -> None:
    assert reading.template(db, of_places=True) == PLACE
    own = LabelTemplate("Bins", (Element(Part.PLACE), Element(Part.BARCODE)))
    service.save_template(db, owner, own, is_default=True)
    assert reading.template(db) == labels.SHELF, "what is usual for places is not usual for goods"
    assert reading.template(db, of_places=True) == own
    assert reading.template(db, "shelf label", of_places=True) == labels.SHELF
    assert [labels.is_for_places(row.template) for row in reading.templates(db)] == [True, False, False, True]
    assert labels.from_json(labels.to_json(PLACE)) == PLACE

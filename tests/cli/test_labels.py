"""Labels and label printers from the command line."""

from __future__ import annotations

from pathlib import Path

from shopstock.core.acting import Acting
from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.places import Level, PlaceFields
from shopstock.db.connection import Db
from shopstock.queries import labels as reading
from shopstock.queries import printing
from shopstock.services import items, places
from tests.builders import money
from tests.cli.conftest import Shopstock
from tests.devices.sample_labels import reads_as
from tests.emulator import zpl_paper

TEA = "4006381333931"


def fill(db: Db, owner: Acting) -> None:
    items.create(db, owner, ItemFields("Tea", sku="TEA", price=money("4.95")), [NewCode(TEA)])
    items.create(db, owner, ItemFields("Bun ^XZ~JA", sku="BUN", price=money("0.50")))


def test_a_label_printer_is_set_up_and_shown(shopstock: Shopstock, sqlite_db: Db, owner: Acting) -> None:
    done = shopstock(
        "device", "set", "label-printer", "tcp://192.168.1.60", "--language", "zpl", "--dpi", "203", "--size", "50x25",
        "--gap", "2.5", "--darkness", "12", "--speed", "4", "--compression", "hex", "--option", "replies=no",
    )  # fmt: skip
    assert (done.code, done.out) == (0, "label-printer: network device at 192.168.1.60, port 9100\n")
    device = printing.device(sqlite_db, owner.station_id, "label-printer")
    assert device is not None
    assert device.language == "zpl"
    assert device.settings == {
        "dpi": 203, "size": "50x25", "gap": 25, "darkness": 12, "speed": 4, "compression": "hex", "replies": False,
    }  # fmt: skip
    assert "size      50x25" in shopstock("device", "show", "label-printer").out


def test_wrong_settings_of_a_label_printer_are_one_sentence(shopstock: Shopstock) -> None:
    for words, *options in (
        ("203, 300 or 600", "--dpi", "72"),
        ("no size of a label", "--size", "wide"),
        ("no length in mm", "--gap", "wide"),
        ("no setting columns", "--columns", "48"),
        ("does not speak ESC/POS", "--language", "escpos"),
        ("is no setting", "--option", "replies=perhaps"),
    ):
        done = shopstock("device", "set", "label-printer", "tcp://10.0.0.1", *options)
        assert (done.code, done.out) == (2, "")
        assert words in done.err


def test_labels_become_zpl(shopstock: Shopstock, sqlite_db: Db, owner: Acting, tmp_path: Path) -> None:
    fill(sqlite_db, owner)
    out = tmp_path / "labels.zpl"
    done = shopstock("labels", "--item", "TEA", "--item", "bun", "--copies", "2", "--format", "zpl", "--out", out,
                     "--size", "57x32", "--dpi", "300")  # fmt: skip
    assert (done.code, done.out, done.err) == (0, "4 labels\n", "")
    found = zpl_paper.read(out.read_bytes())
    assert [(label.copies, label.width) for label in found] == [(2, 673), (2, 673)]
    assert [reads_as(label.image) for label in found] == [[TEA], ["BUN"]]


def test_labels_become_sheets(shopstock: Shopstock, sqlite_db: Db, owner: Acting, tmp_path: Path) -> None:
    fill(sqlite_db, owner)
    out = tmp_path / "labels.pdf"
    done = shopstock("labels", "--item", TEA, "--sheet", "5160", "--start", "29", "--copies", "3", "--out", out,
                     "--offset", "1.5", "-1", "--template", "item label")  # fmt: skip
    assert (done.code, done.out) == (0, "3 labels\n")
    assert out.read_bytes().startswith(b"%PDF")
    assert shopstock("labels", "--calibrate", "--sheet", "5167", "--out", tmp_path / "c.pdf").code == 0


def test_what_is_due_leaves_the_list(shopstock: Shopstock, sqlite_db: Db, owner: Acting, tmp_path: Path) -> None:
    fill(sqlite_db, owner)
    out = tmp_path / "labels.zpl"
    done = shopstock("labels", "--due", "missing", "--give-codes", "--format", "zpl", "--out", out)
    assert (done.code, done.out) == (0, "1 label\n")
    assert [reads_as(label.image) for label in zpl_paper.read(out.read_bytes())] == [["2000000000015"]]
    assert reading.due(sqlite_db) == []
    again = shopstock("labels", "--due", "missing", "--format", "zpl", "--out", out)
    assert again.code == 2
    assert "nothing to print" in again.err


def test_labels_go_to_the_queue(shopstock: Shopstock, sqlite_db: Db, owner: Acting) -> None:
    fill(sqlite_db, owner)
    assert "No label printer is set up" in shopstock("labels", "--item", "TEA", "--format", "printer").err
    shopstock("device", "set", "label-printer", "tcp://127.0.0.1:9")
    assert shopstock("labels", "--item", "TEA", "--format", "printer", "--copies", "5").out == "5 labels\n"
    assert [row.kind for row in printing.queue(sqlite_db)] == ["label_job"]


def test_labels_of_a_place_and_all_below_it(shopstock: Shopstock, sqlite_db: Db, owner: Acting, tmp_path: Path) -> None:
    room = places.add_place(sqlite_db, owner, PlaceFields("Cellar", Level.ROOM, owner.location_id)).location_id
    for name in ("B-2", "B-10"):
        places.add_place(sqlite_db, owner, PlaceFields(name, Level.BIN, room, code=f"CE{name}"))
    out = tmp_path / "labels.zpl"
    done = shopstock("labels", "--place", "cellar", "--below", "--format", "zpl", "--out", out)
    assert (done.code, done.out) == (0, "3 labels\n")
    assert [reads_as(label.image) for label in zpl_paper.read(out.read_bytes())] == [
        [f"L-{room}"],
        ["CEB-2"],
        ["CEB-10"],
    ]
    one = shopstock("labels", "--place", "CEB-10", "--place", f"L-{room}", "--copies", "2", "--out", tmp_path / "l.pdf")
    assert (one.code, one.out) == (0, "4 labels\n")


def test_bad_requests_are_one_sentence(
    shopstock: Shopstock, sqlite_db: Db, sqlite_url: str, owner: Acting, tmp_path: Path
) -> None:
    fill(sqlite_db, owner)
    out = tmp_path / "x"
    for words, *arguments in (
        ("either --item", "--out", out),
        ("either --item", "--item", "TEA", "--due", "price", "--out", out),
        ("either --item", "--item", "TEA", "--place", "Shop", "--out", out),
        ("No place, or more than one", "--place", "Moon base", "--out", out),
        ("--out FILE", "--item", "TEA"),
        ("No item has the SKU", "--item", "nothing", "--out", out),
        ("labels 1 to 21", "--item", "TEA", "--start", "22", "--out", out),
        ("No sheet is called", "--item", "TEA", "--sheet", "A6", "--out", out),
        ("No label template", "--item", "TEA", "--template", "mine", "--out", out),
        ("no length in mm", "--item", "TEA", "--offset", "a", "b", "--out", out),
        ("no size of a label", "--item", "TEA", "--format", "zpl", "--size", "5x5", "--out", out),
        ("is the shop itself", "--item", "TEA", "--out", Path(sqlite_url)),
        ("use --format pdf", "--calibrate", "--format", "zpl", "--out", out),
    ):
        done = shopstock("labels", *arguments)
        assert (done.code, done.out) == (2, ""), arguments
        assert words in done.err
    assert not out.exists()

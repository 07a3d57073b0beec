"""Labels as ZPL, read back by a strict reader and by an independent renderer."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from shopstock.core import labels
from shopstock.core.labels import BUILT_IN, ITEM, SHELF, LabelData, LabelTemplate
from shopstock.core.outcome import Refused
from shopstock.core.papers import TestPage
from shopstock.devices import label_bitmap, label_pieces, label_settings, zpl
from shopstock.devices.label_settings import LabelPrinter
from tests.devices.sample_labels import EVERYTHING, HOSTILE, as_zpl, expected, reads_as, sized
from tests.emulator import zpl_paper

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
EMULATOR = Path(__file__).resolve().parent.parent / "emulator"
PRINTERS = (LabelPrinter(), LabelPrinter(compression="hex"), LabelPrinter(dpi=300), LabelPrinter(dpi=600))


def pieces(of: tuple[LabelData, ...], template: LabelTemplate = SHELF, printer: LabelPrinter = PRINTERS[0]) -> bytes:
    fitted = labels.fitted(template, printer.width, printer.height)
    return as_zpl(of, fitted, printer)


def same(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one.convert("L"), other.convert("L")).getbbox() is None


@pytest.mark.parametrize("printer", PRINTERS, ids=lambda printer: f"{printer.dpi}-{printer.compression}")
def test_what_arrives_is_the_picture_dot_by_dot(printer: LabelPrinter) -> None:
    for template in BUILT_IN:
        found = zpl_paper.read(pieces(EVERYTHING, template, printer))
        assert len(found) == len(EVERYTHING)
        for label, printed in zip(EVERYTHING, found, strict=True):
            drawn = label_bitmap.draw(sized(template, (500, 250)), label, printer.dpi)
            assert same(printed.image, drawn.image)
            assert printed.packed == (printer.compression == "z64")
            assert all(code in expected(label) for code in reads_as(printed.image))


def test_copies_and_settings_are_said_to_the_printer() -> None:
    printer = LabelPrinter(gap=0, darkness=7, speed=4)
    found = zpl_paper.read(pieces((replace(EVERYTHING[0], copies=23), EVERYTHING[1]), printer=printer))
    assert [label.copies for label in found] == [10, 10, 3, 1]
    assert {(label.gap, label.darkness, label.speed, label.width, label.height) for label in found} == {
        (False, 7, 4, 400, 200)
    }
    plain = zpl_paper.read(pieces((EVERYTHING[0],)))[0]
    assert (plain.gap, plain.darkness, plain.speed) == (True, -1, -1)


def test_a_job_goes_on_where_it_stopped() -> None:
    of = (replace(EVERYTHING[0], copies=3), replace(EVERYTHING[1], copies=12))
    fitted = sized(SHELF, (500, 250))
    rest = list(label_pieces.pictures(of, fitted, PRINTERS[0], start=5))
    assert [picture.copies for picture in rest] == [10]
    assert list(label_pieces.pictures(of, fitted, PRINTERS[0], start=15)) == []


def test_no_name_reaches_the_interpreter_of_the_printer() -> None:
    for name in HOSTILE:
        for printer in PRINTERS[:2]:
            data = pieces((LabelData(name, "^XZ~JA", code="4006381333931", sku="^XA"),), ITEM, printer)
            assert data.count(b"^XA") == data.count(b"^XZ") == 1
            assert b"~" not in data
            assert not any((byte < 32 and byte not in b"\r\n") or byte > 126 for byte in data)
            assert len(zpl_paper.read(data)) == 1


def test_the_strict_reader_sees_text_and_broken_pictures() -> None:
    whole = pieces((EVERYTHING[0],))
    for damaged in (
        whole.replace(b"^FO0,0", b"^FO0,0^FDhello^FS^FO0,0"),
        whole.replace(b"^PQ1,", b"^PQ0,"),
        whole.replace(b":Z64:e", b":Z64:f"),
        whole + b"~JA",
        whole[:-2],
    ):
        with pytest.raises(zpl_paper.BadFormat):
            zpl_paper.read(damaged)


def test_a_shelf_label_looks_as_agreed() -> None:
    """Compare the picture, because another version of a font library may set a letter a dot aside elsewhere."""
    label = EVERYTHING[1]
    printed = zpl_paper.read(pieces((label,), printer=LabelPrinter(compression="hex")))[0].image
    agreed = GOLDEN / "shelf-label-50x25-203.png"
    data = pieces((label,), printer=LabelPrinter(compression="hex"))
    if os.environ.get("UPDATE_GOLDEN"):
        printed.save(agreed)
        (GOLDEN / "shelf-label-50x25-203.zpl").write_bytes(data)
    with Image.open(agreed) as image:
        assert same(printed, image), "the label changed; look at it, then run once with UPDATE_GOLDEN=1"
    assert data == (GOLDEN / "shelf-label-50x25-203.zpl").read_bytes()


def test_the_test_label_shows_the_edges_and_a_code() -> None:
    for printer in PRINTERS:
        shown = label_pieces.test_label(TestPage("Corner Shop", "label-printer", "tcp://x", "now"), printer)
        image = zpl_paper.read(zpl.format_of(shown.image, printer, 1))[0].image
        assert reads_as(image) == ["TEST-123"]
        assert image.getpixel((0, 0)) == image.getpixel((image.width - 1, image.height - 1)) == 0


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"dpi": 204}, "203, 300 or 600"),
        ({"dpi": "203"}, "cannot be 203"),
        ({"size": "50"}, "no size of a label"),
        ({"size": "5x5"}, "no size of a label"),
        ({"size": "nanx10"}, "no size of a label"),
        ({"compression": "zip"}, "z64 or hex"),
        ({"gap": -1}, "The gap is"),
        ({"darkness": 31}, "darkness"),
        ({"speed": 99}, "speed"),
        ({"columns": 48}, "no setting columns"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, object], words: str) -> None:
    with pytest.raises(Refused, match=words):
        label_settings.zpl(settings)


def test_settings_become_a_printer() -> None:
    printer = label_settings.zpl({"dpi": 300, "size": "63.5x38.1", "gap": 30, "replies": False})
    assert printer == LabelPrinter(300, 635, 381, 30, replies=False)
    assert label_settings.zpl({}) == LabelPrinter()


# --- an independent renderer


@pytest.fixture
def modules() -> str:
    """The folder of node modules that holds zpl-renderer-js; a test that asks for it skips where there is none."""
    place = os.environ.get("SHOPSTOCK_ZPL_RENDERER", "")
    if not (Path(place) / "zpl-renderer-js").is_dir() or not place:
        pytest.skip("No ZPL renderer: set SHOPSTOCK_ZPL_RENDERER to a node_modules folder with zpl-renderer-js.")
    return place


def rendered(data: bytes, modules: str, folder: Path, dpmm: int) -> Iterator[Image.Image]:
    """Draw each format with the renderer, which knows nothing of this program."""
    formats = [part + "^XZ" for part in data.decode().split("^XZ\r\n") if part]
    lines = "\n".join(json.dumps({"zpl": text, "width": 50, "height": 25}) for text in formats)
    subprocess.run(
        ["node", EMULATOR / "render_zpl.mjs", modules, folder, str(dpmm)], input=lines.encode(), check=True, timeout=300
    )
    for number in range(len(formats)):
        with Image.open(folder / f"{number}.png") as image:
            yield image.convert("L")


def ink(image: Image.Image) -> Image.Image:
    grey = image.convert("L")
    return grey.crop(ImageChops.invert(grey).getbbox())


@pytest.mark.parametrize("printer", PRINTERS[:3], ids=lambda printer: f"{printer.dpi}-{printer.compression}")
@pytest.mark.parametrize("template", BUILT_IN, ids=lambda template: template.name)
def test_an_independent_renderer_draws_the_same_codes(
    template: LabelTemplate, printer: LabelPrinter, modules: str, tmp_path: Path
) -> None:
    data = pieces(EVERYTHING, template, printer)
    images = list(rendered(data, modules, tmp_path, {203: 8, 300: 12}[printer.dpi]))
    assert len(images) == len(EVERYTHING)
    for label, image, printed in zip(EVERYTHING, images, zpl_paper.read(data), strict=True):
        # It puts a label that is a little narrower than 12 dots a millimetre into the middle of its paper.
        assert same(ink(image), ink(printed.image)), label.name
        codes = reads_as(image)
        assert all(code in expected(label) for code in codes)
        assert codes or label.code == "14006381333938"

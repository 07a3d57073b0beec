"""Codes as modules, read back by an independent decoder."""

from __future__ import annotations

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from shopstock.core import barcodes, code128, codes
from shopstock.core.barcodes import Code
from shopstock.core.labels import LabelData, Symbol


def picture(code: Code) -> Image.Image:
    rows = code.rows if code.is_matrix else code.rows * 20
    quiet = max(code.quiet_left, code.quiet_right)
    image = Image.new("L", (len(rows[0]) + 2 * quiet, len(rows) + 2 * quiet), 255)
    for y, row in enumerate(rows):
        for x, module in enumerate(row):
            if module == "1":
                image.putpixel((x + quiet, y + quiet), 0)
    return image.resize((image.width * 3, image.height * 3), Image.Resampling.NEAREST)


def decoded(code: Code) -> zxingcpp.Barcode:
    (found,) = zxingcpp.read_barcodes(picture(code))
    return found


def whole(digits: str) -> str:
    return digits + codes.check_digit(digits)


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


@given(digits(12))
@settings(max_examples=60, deadline=None)
def test_ean_13_reads_as_itself(payload: str) -> None:
    found = decoded(barcodes.ean13(whole(payload)))
    assert (found.text.rjust(13, "0"), found.symbology_identifier[:2]) == (whole(payload), "]E")


@given(digits(7))
@settings(max_examples=40, deadline=None)
def test_ean_8_reads_as_itself(payload: str) -> None:
    found = decoded(barcodes.ean8(whole(payload)))
    assert (found.text, found.symbology_identifier) == (whole(payload), "]E4")


@given(digits(11))
@settings(max_examples=40, deadline=None)
def test_upc_a_reads_as_itself(payload: str) -> None:
    assert decoded(barcodes.upca(whole(payload))).text.rjust(13, "0") == "0" + whole(payload)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=24))
@settings(max_examples=80, deadline=None)
def test_code_128_and_datamatrix_read_as_themselves(text: str) -> None:
    assert decoded(barcodes.bars(text)).text == text
    assert decoded(barcodes.matrix(text, text)).text == text


@given(st.text("0123456789AB-", min_size=1, max_size=30))
@settings(max_examples=80, deadline=None)
def test_code_128_changes_its_set_where_that_is_shorter(text: str) -> None:
    assert decoded(barcodes.bars(text)).text == text
    assert len(code128.modules(text)) <= (len(text) + 3) * 11 + 2


def test_pairs_of_digits_take_half_the_room() -> None:
    assert len(code128.modules("0" * 20)) == (10 + 2) * 11 + 13
    assert len(code128.modules("AB123456CD")) < len(code128.modules("AB12345-CD"))


@given(digits(12), st.text("ABCXYZ0123456789-/.", min_size=0, max_size=20), st.sampled_from([0, 20261231, 20300101]))
@settings(max_examples=60, deadline=None)
def test_lot_and_expiry_travel_in_gs1(payload: str, lot: str, day: int) -> None:
    element = barcodes.element_string(whole(payload), lot, day)
    square = decoded(barcodes.matrix(element.data, element.text, gs1=True))
    assert (square.bytes.decode(), square.content_type) == (element.data, zxingcpp.ContentType.GS1)
    if len(element.data) <= 48:
        bars = decoded(barcodes.gs1_128(element))
        assert (bars.bytes.decode(), bars.content_type) == (element.data, zxingcpp.ContentType.GS1)
    assert codes.key(element.data) == "0" + whole(payload)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (barcodes.ean13, "4006381333930"),
        (barcodes.ean13, "400638133393"),
        (barcodes.ean13, "400638133393X"),
        (barcodes.ean8, "96385075"),
        (barcodes.upca, "036000291453"),
        (barcodes.bars, "Ä"),
        (barcodes.bars, ""),
        (barcodes.bars, "a\x1d"),
    ],
)
def test_what_is_no_such_code_is_refused_and_never_mended(make: object, text: str) -> None:
    with pytest.raises(ValueError):
        make(text)  # type: ignore[operator]


def test_a_label_gets_the_code_that_its_item_has() -> None:
    def kinds(code: str, symbol: Symbol = Symbol.BARS, **more: object) -> list[str]:
        return [found.kind.value for found in barcodes.choices(LabelData("x", code=code, **more), symbol)]  # type: ignore[arg-type]

    assert kinds("4006381333931") == ["ean13"]
    assert kinds("04006381333931") == ["ean13"]
    assert kinds("14006381333938") == ["gs1-128"]
    assert kinds("036000291452") == ["upca"]
    assert kinds("96385074") == ["ean8"]
    assert kinds("4006381333930") == ["code128"], "a wrong check digit stays what it is"
    assert kinds("SKU-1") == ["code128"]
    assert kinds("抹茶") == []
    assert kinds("") == []
    assert kinds("4006381333931", lot="L1") == ["gs1-128", "ean13"]
    assert kinds("4006381333931", lot="Löt") == ["gs1-128", "ean13"], "a lot GS1 has no letters for is left out"
    assert kinds("4006381333931", Symbol.DATAMATRIX) == ["datamatrix"]
    assert kinds("SKU-1", Symbol.DATAMATRIX) == ["datamatrix"]

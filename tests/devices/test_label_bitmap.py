"""Labels as pictures: every code reads, nothing runs over an edge or into another thing, whatever the name says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from shopstock.core import barcodes, label_layout, labels
from shopstock.core.labels import BUILT_IN, ITEM, SHELF, Align, Element, LabelData, LabelTemplate, Part, Symbol, Zone
from shopstock.devices import label_bitmap
from tests.devices.sample_labels import EVERYTHING, LONG, SIZES, expected, reads_as, sized


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("template", BUILT_IN, ids=lambda template: template.name)
def test_every_code_reads_back(template: LabelTemplate, size: tuple[int, int], dpi: int) -> None:
    for label in EVERYTHING:
        drawn = label_bitmap.draw(sized(template, size), label, dpi)
        if Part.BARCODE in drawn.layout.omitted:
            # A GS1-128 of 16 digits needs 46 mm with its quiet zones.
            assert (label.code, size[0]) == ("14006381333938", 500)
            continue
        (read,) = reads_as(drawn.image)
        assert read in expected(label), label.name


def test_a_datamatrix_carries_lot_and_expiry() -> None:
    template = replace(SHELF, elements=tuple(
        replace(element, symbol=Symbol.DATAMATRIX) if element.part is Part.BARCODE else element
        for element in SHELF.elements
    ))  # fmt: skip
    butter = EVERYTHING[5]
    for dpi in (203, 300):
        drawn = label_bitmap.draw(sized(template, (500, 250)), butter, dpi)
        assert reads_as(drawn.image) == ["010003600029145217261231" + "10L2311"]


def black(image: Image.Image, box: tuple[int, int, int, int]) -> bool:
    return image.crop(box).convert("L").getextrema()[0] == 0


def test_modules_are_whole_dots_and_the_quiet_zones_are_white() -> None:
    for label in EVERYTHING:
        for template in BUILT_IN:
            drawn = label_bitmap.draw(sized(template, (500, 250)), label, 203)
            code = drawn.layout.code
            if code is None:
                continue
            bars = [bar for bar in drawn.layout.bars if bar.height > 20]
            module = min(bar.width for bar in bars)
            assert module >= 2
            assert all(bar.width % module == 0 and (bar.x - bars[0].x) % module == 0 for bar in bars)
            first, end = bars[0].x, bars[-1].x + bars[-1].width
            top, bottom = bars[1].y, bars[1].y + min(bar.height for bar in bars)
            left, right = first - code.quiet_left * module, end + code.quiet_right * module
            assert left >= 0
            assert right <= drawn.image.width
            # What the letters of an EAN write beside the bars stands below them.
            assert not black(drawn.image, (left, top, first, bottom))
            assert not black(drawn.image, (end, top, right, bottom))


_TEXTS = st.one_of(
    st.text(max_size=120),
    st.text("漢字かなカナ 한국어", max_size=60),
    st.text("سلام עברית 123", max_size=60),
    st.sampled_from([label.name for label in EVERYTHING]),
)
_CODES = st.sampled_from([*(label.code for label in EVERYTHING), "", "X" * 40, "抹茶"])


@given(
    name=_TEXTS, price=st.text("0123456789.,€£kr ", max_size=18), unit=st.text("0123456789.€/kg ", max_size=16),
    code=_CODES, width=st.integers(200, 1_200), height=st.integers(120, 900), dpi=st.sampled_from([203, 300]),
    template=st.sampled_from(BUILT_IN),
)  # fmt: skip
@settings(max_examples=120, deadline=None)
def test_nothing_is_clipped_and_no_text_touches_another(**given_: Any) -> None:
    label = LabelData(given_["name"], given_["price"], given_["unit"], "€9.99", given_["code"], "SKU-1")
    template = sized(given_["template"], (given_["width"], given_["height"]))
    page = label_layout.layout(template, label, given_["dpi"], label_bitmap.measure)
    boxes = []
    for words in page.words:
        wide = label_bitmap.measure(words.text, words.size, words.bold)
        boxes.append((words.x, words.y - words.size * 73 // 100, words.x + wide, words.y))
    boxes += [(bar.x, bar.y, bar.x + bar.width, bar.y + bar.height) for bar in page.bars if bar.height > bar.width]
    for left, top, right, bottom in boxes:
        assert 0 <= left <= right <= page.width
        assert 0 <= top <= bottom <= page.height
    texts = boxes[: len(page.words)]
    for at, one in enumerate(texts):
        for other in texts[at + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart, (page.words, template.width, template.height)


def test_a_long_name_ends_in_dots_and_a_short_one_stands_whole() -> None:
    def name(text: str) -> str:
        page = label_layout.layout(sized(SHELF, (500, 250)), LabelData(text), 203, label_bitmap.measure)
        return " ".join(words.text for words in page.words)

    assert name("Tea") == "Tea"
    assert name(LONG).endswith("…")
    assert len(name(LONG)) > 60
    assert name("Mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm").startswith("Mmmm")


def test_an_old_price_is_struck_out() -> None:
    page = label_layout.layout(sized(SHELF, (500, 250)), EVERYTHING[1], 203, label_bitmap.measure)
    (old,) = [words for words in page.words if words.text == "£14.95"]
    assert any(bar.height <= 3 and bar.x == old.x and old.y - old.size < bar.y < old.y for bar in page.bars), (
        "no line goes through it"
    )


def test_a_name_from_right_to_left_stands_on_the_right() -> None:
    page = label_layout.layout(sized(SHELF, (500, 250)), EVERYTHING[4], 203, label_bitmap.measure)
    name = page.words[0]
    assert name.x + label_bitmap.measure(name.text, name.size, name.bold) > page.width * 9 // 10


def test_letters_that_no_font_has_are_told() -> None:
    assert label_bitmap.missing(LabelData("Tea \U0001f9ff 茶")) == ("\U0001f9ff",)
    assert label_bitmap.missing(LabelData("Crème 茶 שלום سلام 한국 €")) == ()


def test_what_finds_no_room_is_left_out_and_told() -> None:
    wide = LabelData("Wide", "£1.00", code="X" * 40)
    page = label_layout.layout(sized(ITEM, (500, 250)), wide, 203, label_bitmap.measure)
    assert page.omitted == (Part.BARCODE,)
    assert any(words.text.startswith("XXX") for words in page.words)
    full = LabelTemplate("full", tuple(Element(Part.TEXT, text=f"line {n}", size=200) for n in range(12)))
    page = label_layout.layout(sized(full, (300, 100)), LabelData("x"), 203, label_bitmap.measure)
    assert page.omitted == (Part.TEXT,)


def test_every_zone_and_side_can_be_used() -> None:
    template = LabelTemplate(
        "all",
        (
            Element(Part.TEXT, Zone.TOP, text="top", align=Align.CENTRE),
            Element(Part.SKU, Zone.LEFT, align=Align.RIGHT),
            Element(Part.BARCODE, Zone.RIGHT, digits=False),
            Element(Part.PRICE, Zone.BOTTOM, align=Align.LEFT),
        ),
        frame=True,
    )
    label = replace(EVERYTHING[0], sku="S-1")
    drawn = label_bitmap.draw(sized(template, (1_000, 500)), label, 203)
    assert reads_as(drawn.image) == ["4006381333931"]
    places = {words.text: (words.x, words.y) for words in drawn.layout.words}
    assert set(places) == {"top", "S-1", "£4.95"}
    assert places["top"][1] < places["S-1"][1] < places["£4.95"][1]
    assert all(drawn.image.getpixel(corner) == 0 for corner in ((0, 0), (799, 0), (0, 399), (799, 399)))


def test_a_label_is_as_large_as_it_says() -> None:
    for dpi, wide in ((203, 400), (300, 590), (600, 1181)):
        assert label_bitmap.draw(sized(SHELF, (500, 250)), EVERYTHING[0], dpi).image.width == wide
    assert labels.size_text(635, 381) == "63.5 × 38.1"
    assert barcodes.choices(EVERYTHING[0], Symbol.BARS)[0].width == 113

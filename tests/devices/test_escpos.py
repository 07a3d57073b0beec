"""Bytes for receipt printers, read back by the strict interpreter and by an independent bar code decoder."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from shopstock.core import papers, plain_text
from shopstock.core.outcome import Refused
from shopstock.core.papers import DrawerPulse, Paper, ReceiptLine, SalesReceipt
from shopstock.core.units import Money
from shopstock.devices import escpos, profiles
from shopstock.devices.profiles import PROFILES, Profile
from shopstock.formats import logo
from tests.devices import sample_papers
from tests.emulator import escpos_paper
from tests.emulator.escpos_paper import BadBytes, Sheet

GOLDEN = Path(__file__).resolve().parent.parent / "golden"


def printed(paper: Paper, profile: Profile = PROFILES["epson-80"]) -> Sheet:
    data = escpos.encode(paper, profile).data
    pages = {number: codec for codec, number in profile.pages}
    return escpos_paper.play(data, columns=profile.columns, dots=profile.dots, pages=pages, raster=profile.raster)


def same_as_golden(name: str, made: bytes) -> None:
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(made)
    assert made == path.read_bytes(), f"{name} changed; look at it, then run once with UPDATE_GOLDEN=1"


@pytest.mark.parametrize("name", ["receipt", "on_top", "swiss", "serials", "report", "voucher", "invoice"])
def test_papers_look_as_agreed(name: str) -> None:
    for profile in ("epson-80", "epson-58"):
        text = "\n".join(printed(sample_papers.EVERYTHING[name], PROFILES[profile]).text) + "\n"
        same_as_golden(f"{name}-{profile}.txt", text.encode())


def test_the_bytes_of_a_sales_receipt_are_as_agreed() -> None:
    same_as_golden("receipt-epson-80.bin", escpos.encode(sample_papers.RECEIPT, PROFILES["epson-80"]).data)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
@pytest.mark.parametrize("name", sample_papers.EVERYTHING)
def test_every_paper_prints_on_every_printer(name: str, profile: Profile) -> None:
    paper = sample_papers.EVERYTHING[name]
    sheet = printed(paper, profile)
    assert sheet.drawer_pulses == 0
    assert sheet.events[0] == ("reset",)
    assert (("cut",) in sheet.events) == profile.cutter
    if not profile.raster:
        return
    codes = sheet.barcodes()
    if isinstance(paper, papers.CommandSheet):
        assert {command.code for command in paper.commands} == set(codes)
    elif isinstance(paper, papers.SalesReceipt | papers.StoreCreditVoucher | papers.CashReport):
        assert codes == [paper.number]
    else:
        assert sorted(codes) == ["4006381333931", "TEST-123"]


def test_no_name_reaches_the_drawer_or_the_printer() -> None:
    sheet = printed(sample_papers.NASTY)
    assert sheet.drawer_pulses == 0
    assert sheet.events.count(("reset",)) == 1
    assert any(line.startswith("Milkpú@ semi") for line in sheet.text)


def test_the_interpreter_itself_sees_an_injected_pulse() -> None:
    raw = b"\x1b@\x1bt\x13Milk\x1bp\x00\x19\xfa\n"
    assert escpos_paper.play(raw, columns=48, dots=576, pages={19: "cp858"}).drawer_pulses == 1
    with pytest.raises(BadBytes, match="control byte"):
        escpos_paper.play(b"\x1b@a\x07\n", columns=48, dots=576, pages={})
    with pytest.raises(BadBytes, match="columns"):
        escpos_paper.play(b"\x1b@" + b"x" * 49 + b"\n", columns=48, dots=576, pages={})
    with pytest.raises(BadBytes, match="before any code page"):
        escpos_paper.play(b"\x1b@\xe9\n", columns=48, dots=576, pages={})


def test_only_a_pulse_opens_the_drawer() -> None:
    assert escpos.encode(DrawerPulse("sale"), PROFILES["epson-80"]).data == b"\x1bp\x00\x19\xfa"
    assert escpos.encode(DrawerPulse("sale", 1), PROFILES["epson-80"]).data == b"\x1bp\x01\x19\xfa"


def a_receipt(name: str) -> SalesReceipt:
    return SalesReceipt("1-1", "x", "GBP", (ReceiptLine(name, amount=Money(10_000)),), Money(10_000))


def test_letters_come_from_the_page_that_has_them() -> None:
    sheet = printed(a_receipt("Café Łódź Жук"))
    assert any(line.startswith("Café Łódź Жук") and line.endswith("1.00") for line in sheet.text)
    assert not any(event[0] == "image" for event in sheet.events)


def test_a_line_no_page_has_becomes_an_image_of_the_right_width() -> None:
    encoded = escpos.encode(a_receipt("茶葉 سلام"), PROFILES["epson-80"])
    assert encoded.missing == ()
    assert ("image", 576, 30) in printed(a_receipt("茶葉 سلام")).events
    assert ("image", 384, 30) in printed(a_receipt("茶葉 سلام"), PROFILES["clone-58"]).events


def test_what_cannot_be_printed_is_named() -> None:
    assert escpos.encode(a_receipt("Tea 🍵"), PROFILES["epson-80"]).missing == ("🍵",)
    assert escpos.encode(a_receipt("茶"), PROFILES["impact-76"]).missing == ("茶",)
    assert any(line.startswith("Tea ?") for line in printed(a_receipt("Tea 🍵")).text)


def test_signs_a_printer_lacks_get_stand_ins() -> None:
    lines = printed(a_receipt("“5 € – 3 ×”…"), PROFILES["impact-76"]).text
    assert any(line.startswith('"5 EUR - 3 x"...') for line in lines)


def test_everything_as_image_for_awkward_printers() -> None:
    profile = profiles.of({"as_image": True})
    sheet = printed(sample_papers.RECEIPT, profile)
    assert "".join(sheet.text).strip() == ""
    assert sheet.barcodes() == ["1-10418"]


def test_bands_are_as_low_as_asked() -> None:
    sheet = printed(sample_papers.NASTY, profiles.of({"band": 24}))
    assert {event[2] for event in sheet.events if event[0] == "image"} == {24, 6, 12}


def test_a_number_too_long_for_bars_is_printed_as_text() -> None:
    number = "STATION-NINETEEN-0000000000001"
    sheet = printed(replace(a_receipt("x"), number=number), PROFILES["epson-58"])
    assert sheet.barcodes() == []
    assert sum(number in line for line in sheet.text) == 2


@settings(max_examples=60, deadline=None)
@given(name=st.text(max_size=80), profile=st.sampled_from([*PROFILES.values()]))
def test_any_name_prints_without_a_control_byte(name: str, profile: Profile) -> None:
    sheet = printed(replace(a_receipt(name), shop_name=name, number=name, footer=(name,)), profile)
    assert sheet.drawer_pulses == 0


@given(text=st.text(max_size=60), columns=st.integers(4, 40))
def test_wrapping_keeps_every_letter_and_every_margin(text: str, columns: int) -> None:
    cleaned = plain_text.clean(text)
    lines = plain_text.wrap(cleaned, columns)
    assert all(plain_text.width(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(cleaned.split())


@pytest.mark.parametrize(
    "bad",
    [{"columns": "48"}, {"colour": 1}, {"profile": "nope"}, {"columns": 4}, {"codepage": "klingon"},
     {"codepage": "klingon", "codepage_number": 3}, {"columns": True}, {"band": 0}],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(Refused):
        profiles.of(bad)


def test_settings_override_the_profile() -> None:
    profile = profiles.of({"profile": "epson-80", "columns": 42, "codepage": "CP-852"})
    assert (profile.columns, profile.dots, profile.pages) == (42, 512, (("cp852", 18),))
    assert profiles.of({"columns": 32}).dots == 384


#: The numbers of code pages as the makers list them: Epson's TM-T20II and TM-m30III, Bixolon's SRP-S300, Citizen's
#: CT-S651, Star's mC-Print, Rongta's RP326 and Zjiang's POS-5890.
LISTED = {
    "epson": {0: "cp437", 14: "cp737", 16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858", 35: "cp861",
              40: "iso8859-15", 45: "cp1250", 46: "cp1251", 47: "cp1253", 48: "cp1254", 51: "cp1257"},
    "epson-m30": {0: "cp437", 14: "cp737", 16: "cp1252", 17: "cp866", 18: "cp852", 35: "cp861", 40: "iso8859-15",
                  45: "cp1250", 46: "cp1251", 47: "cp1253", 48: "cp1254", 51: "cp1257"},
    "bixolon": {0: "cp437", 16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858", 33: "cp775", 35: "cp861",
                39: "iso8859-2", 40: "iso8859-15", 47: "cp1253"},
    "citizen": {0: "cp437", 16: "cp1252", 17: "cp866", 18: "cp852", 40: "iso8859-15", 45: "cp1250", 46: "cp1251",
                47: "cp1253", 48: "cp1254", 51: "cp1257"},
    "star": {1: "cp437", 4: "cp858", 5: "cp852", 7: "cp861", 10: "cp866", 12: "cp857", 15: "cp737", 32: "cp1252",
             33: "cp1250", 34: "cp1251"},
    "rongta": {0: "cp437", 6: "cp1251", 7: "cp866", 16: "cp1252", 17: "cp1253", 19: "cp858", 25: "cp1257",
               30: "cp1250", 32: "cp1254"},
    "clone": {16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858", 50: "cp437", 53: "cp858", 54: "cp852", 59: "cp866",
              71: "cp1252", 72: "cp1250", 73: "cp1251", 90: "cp1253", 91: "cp1254"},
    "simple": {0: "cp437"},
    "impact": {0: "cp437"},
}  # fmt: skip
ALPHABETS = (
    "Crème brûlée à 5 £ naïve œuvre ÄÖÜß ñ¿¡ ãõ", "Zażółć gęślą jaźń Příliš žluťoučký kůň őű",
    "Съешь ещё этих мягких французских булок", "Æbleskiver på Øster brød Þórður", "7€20 9£50",
)  # fmt: skip


def listed(profile: Profile) -> dict[int, str]:
    return LISTED.get(profile.name) or LISTED[profile.name.split("-")[0]]


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_every_page_number_is_the_one_the_maker_lists(profile: Profile) -> None:
    assert {number: codec for codec, number in profile.pages}.items() <= listed(profile).items()


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
@pytest.mark.parametrize("words", ALPHABETS)
def test_letters_come_out_right_or_as_an_image_on_every_printer(profile: Profile, words: str) -> None:
    paper = SalesReceipt("1-1", "x", "GBP", (), Money(0), header=tuple(words.split()))
    encoded = escpos.encode(paper, profile)
    sheet = escpos_paper.play(
        encoded.data, columns=profile.columns, dots=profile.dots, pages=listed(profile), raster=profile.raster
    )
    said = {line.strip() for line in sheet.text}
    images = sum(event[0] == "image" and event[2] == 30 for event in sheet.events)
    if profile.raster:
        wanted = {word if profile.pages[0][0] != "cp437" else word.replace("€", "EUR") for word in words.split()}
        assert len(wanted - said) <= images
        assert "?" not in said | set(encoded.missing)


def test_the_test_page_shows_every_page_of_the_printer() -> None:
    for name in ("epson-80", "clone-58", "star-80"):
        profile = PROFILES[name]
        lines = printed(sample_papers.TEST_PAGE, profile).text
        for codec, number in profile.pages:
            (line,) = [line for line in lines if line.startswith(f"{number:>3} {codec} ")]
            assert ("€" in line) == ("€".encode(codec, "replace") != b"?")


def test_the_table_of_numbers_has_every_number_once_and_cuts_nothing() -> None:
    page = replace(sample_papers.TEST_PAGE, chart=True)
    data = escpos.encode(page, PROFILES["simple-58"]).data
    sheet = escpos_paper.play(data, columns=32, dots=384, pages=dict.fromkeys(range(256), "cp858"))
    numbers = [line.split()[0] for line in sheet.text if "€" in line]
    assert len(numbers) == len(set(numbers)) > 70
    assert any(line.startswith(" 19 €") for line in sheet.text)


def test_a_drawer_may_hang_on_the_other_pin_and_want_a_longer_pulse() -> None:
    slow = profiles.of({"drawer_pin": 5, "drawer_ms": 200})
    assert escpos.encode(DrawerPulse("sale"), slow).data == b"\x1bp\x01\x64\xfa"
    for bad in ({"drawer_pin": 3}, {"drawer_ms": 20}, {"drawer_ms": 900}):
        with pytest.raises(Refused, match="pin 2 or 5"):
            profiles.of(bad)


def test_the_logo_stands_above_the_name_as_wide_as_the_paper_allows(tmp_path: Path) -> None:
    drawn = Image.new("RGBA", (900, 300), (0, 0, 0, 0))
    ImageDraw.Draw(drawn).ellipse((100, 20, 800, 280), fill=(20, 40, 90, 255))
    drawn.save(tmp_path / "logo.png")
    made = logo.read(tmp_path / "logo.png")
    assert (made.width, made.height) == (384, 143)
    paper = replace(sample_papers.RECEIPT, logo=made.sha256)
    for name in ("epson-80", "clone-58", "impact-76"):
        profile = PROFILES[name]
        data = escpos.encode(paper, profile, {made.sha256: made.content}).data
        pages = {number: codec for codec, number in profile.pages}
        sheet = escpos_paper.play(data, columns=profile.columns, dots=profile.dots, pages=pages, raster=profile.raster)
        images = [event for event in sheet.events if event[0] == "image"]
        assert sum(event[2] for event in images[:2]) == (143 if profile.raster else 0)
        if profile.raster:
            middle = sheet.image.getpixel((20 + profile.dots // 2, 20 + 70))
            assert middle == 0, "the ellipse is dark in its middle"
            assert sheet.image.getpixel((22, 22)) == 255
    assert (
        escpos.encode(paper, PROFILES["epson-80"]).data
        == escpos.encode(sample_papers.RECEIPT, PROFILES["epson-80"]).data
    ), "a picture that is gone leaves the receipt as it is"

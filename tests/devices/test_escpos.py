"""Bytes for receipt printers, read back by the strict interpreter and by an independent bar code decoder."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopstock.core import papers, plain_text
from shopstock.core.outcome import Refused
from shopstock.core.papers import DrawerPulse, Paper, ReceiptLine, SalesReceipt
from shopstock.core.units import Money
from shopstock.devices import escpos, profiles
from shopstock.devices.profiles import PROFILES, Profile
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
        assert codes == ["TEST-123"]


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

"""RFID tags: examples of the tag data standard, and every partition there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopstock.core import codes, epc, key_positions
from shopstock.core.epc import Tag


def encoded(prefix: str, reference: str, serial: int) -> str:
    """Encode a tag as the standard says, bit by bit."""
    partition = 12 - len(prefix)
    prefix_bits = (40, 37, 34, 30, 27, 24, 20)[partition]
    company, item = f"{int(prefix):0{prefix_bits}b}", f"{int(reference):0{44 - prefix_bits}b}"
    bits = f"{0x30:08b}{1:03b}{partition:03b}{company}{item}{serial:038b}"
    return f"{int(bits, 2):024X}"


def test_the_example_of_the_standard() -> None:
    # EPC Tag Data Standard 2.0, appendix E.1: GTIN 80614141123458, serial 6789.
    assert epc.read("3074257BF7194E4000001A85") == Tag("80614141123458", "6789")
    assert epc.read("3074257bf7194e4000001a85") == Tag("80614141123458", "6789")
    assert epc.read("urn:epc:id:sgtin:0614141.812345.6789") == Tag("80614141123458", "6789")
    assert epc.read("urn:epc:tag:sgtin-96:3.0614141.812345.6789") == Tag("80614141123458", "6789")


@given(st.integers(6, 12), st.integers(1, 99_999), st.integers(0, 10**7 - 1), st.integers(0, 2**38 - 1))
def test_every_partition_there_and_back(digits: int, prefix: int, reference: int, serial: int) -> None:
    company = f"{prefix % 10**digits:0{digits}d}"
    item = f"{reference % 10 ** (13 - digits):0{13 - digits}d}"
    tag = epc.read(encoded(company, item, serial))
    assert tag is not None
    assert codes.is_gtin(tag.gtin)
    assert tag.gtin[:-1] == item[0] + company + item[1:]
    assert tag.serial == str(serial)


@pytest.mark.parametrize(
    "text",
    ["", "3074257BF7194E4000001A8", "3174257BF7194E4000001A85", "307C257BF7194E4000001A85", "3074257BF7194E4000001AZZ",
     "4006381333931", "urn:epc:id:sgtin:0614141.8123.6789", "urn:epc:id:sscc:0614141.1234567890", "30" + "F" * 22,
     "3" + "0" * 23, "urn:epc:id:sgtin0614141.812345.6789", "urn:epc:tag:sgtin-96:3:0614141.812345.6789"],
)  # fmt: skip
def test_what_is_no_tag_of_an_item_is_none(text: str) -> None:
    assert epc.read(text) is None


def test_a_tag_reads_as_its_item_with_its_serial_number() -> None:
    reading = codes.read("3074257BF7194E4000001A85")
    assert (reading.key, reading.trace.serial) == ("80614141123458", "6789")
    assert codes.key("3074257BF7194E4000001A85") == "80614141123458"
    assert codes.read("307C257BF7194E4000001A85").trace == codes.NO_TRACE


def test_keys_are_known_by_their_place() -> None:
    assert "".join(key_positions.char_at(key) for key in (*range(2, 12), 30, 44)) == "1234567890az"
    assert key_positions.char_at(30, shift=True) == "A"
    assert key_positions.char_at(79) == key_positions.digit_at(79) == "1"
    assert key_positions.digit_at(16) == key_positions.char_at(200) == ""

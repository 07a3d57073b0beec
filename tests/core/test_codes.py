"""Every way a code can be printed, scanned or typed ends at one key; what cannot be a code says why."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopstock.core import code_rules, codes
from shopstock.core.code_rules import DEFAULT_RULES, Kind, Rule, Rules
from shopstock.core.codes import BadCode
from shopstock.core.outcome import Refused
from shopstock.core.units import Day, Qty

RULES = Rules(DEFAULT_RULES)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("4006381333931", "04006381333931"),
        (" 4006381333931\r\n", "04006381333931"),
        ("4 006381 333931", "04006381333931"),
        ("]E04006381333931", "04006381333931"),
        ("４００６３８１３３３９３１", "04006381333931"),
        ("036000291452", "00036000291452"),
        ("0036000291452", "00036000291452"),
        ("00036000291452", "00036000291452"),
        ("04252614", "00042100005264"),
        ("425261", "425261"),
        ("96385074", "00000096385074"),
        ("]E496385074", "00000096385074"),
        ("01234565", "00000001234565"),
        ("19506000134359", "19506000134359"),
        ("978316148410012345", "09783161484100"),
        ("978-3-16-148410-0", "09783161484100"),
        ("(01)09506000134352(10)AB", "09506000134352"),
        ("]C1010950600013435217261231\x1d10AB-123\x1d2112345", "09506000134352"),
        ("\x1d010950600013435210AB", "09506000134352"),
        ("010950600013435210AB-12317261231", "09506000134352"),
        ("]d20109506000134352", "09506000134352"),
        ("https://id.gs1.org/01/09506000134352/10/AB?x=1", "09506000134352"),
        ("4006381333930", "4006381333930"),
        ("9788679912077", "09788679912077"),
        ("ABC-12", "abc-12"),
        ("  Straße 7 ", "strasse 7"),
        ("0007", "0007"),
        ("抹茶-1", "抹茶-1"),
        ("🍵", "🍵"),
        ("1234-5670", "1234-5670"),
        ("%_*\"'", "%_*\"'"),
    ],
)
def test_every_form_meets_at_one_key(text: str, key: str) -> None:
    assert codes.key(text) == key


def test_six_digits_may_be_a_upc_e() -> None:
    assert codes.read("425261") == codes.Reading("425261", "00042100005264")


def test_a_magazine_keeps_its_number_without_the_issue() -> None:
    base = "977000000000" + codes.check_digit("977000000000")
    assert codes.key(base + "05") == "0" + base
    assert codes.key(base + " 05") == "0" + base


@pytest.mark.parametrize("text", ["", "   ", "\x1d", "]E0", "abc\x00def", "abc\x07", "ab\ncd", "\ud800", "x" * 501])
def test_what_cannot_be_a_code_says_why(text: str) -> None:
    with pytest.raises(BadCode, match=r"[.!]$"):
        codes.key(text)


def test_five_hundred_characters_are_allowed() -> None:
    assert codes.key("X" * 500) == "x" * 500


@given(st.integers(0, 10**12 - 1))
def test_a_check_digit_is_right_once(number: int) -> None:
    payload = f"{number:012d}"
    right = [d for d in "0123456789" if codes.is_gtin(payload + d)]
    assert right == [codes.check_digit(payload)]
    assert [d for d in "0123456789" if codes.key(payload + d) == "0" + payload + d] == right


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(text: str) -> None:
    try:
        key = codes.key(text)
    except BadCode:
        return
    assert codes.key(codes.tidy(text)) == key
    assert key == key.casefold()


def test_a_wrong_check_digit_is_named() -> None:
    assert codes.check("4006381333930") == (False, "1")
    assert codes.check("4006381333931") == (True, "")
    assert codes.check("036000291453") == (False, "2")
    assert codes.check("04252614") == (True, "")
    assert codes.check("ABC") == (False, "")
    assert codes.check("12345") == (False, "")


@pytest.mark.parametrize(
    ("code", "base", "kind", "amount"),
    [
        ("211234501234", "211234500000", Kind.WEIGHT, 1_234),
        ("211234500000", "211234500000", Kind.WEIGHT, 0),
        ("231234501299", "231234500000", Kind.PRICE, 129_900),
    ],
)
def test_an_embedded_amount_is_read(code: str, base: str, kind: Kind, amount: int) -> None:
    full = code + codes.check_digit(code)
    reading = codes.read(full, RULES)
    assert reading[:4] == ("0" + full, "0" + base + codes.check_digit(base), kind, amount)


def test_only_a_right_check_digit_carries_an_amount() -> None:
    code = "211234501234"
    wrong = code + str((int(codes.check_digit(code)) + 1) % 10)
    assert codes.read(wrong, RULES).kind is None
    assert codes.read("4006381333931", RULES).kind is None


def test_a_price_with_a_verifier_on_a_upc() -> None:
    rules = Rules([Rule("Meat", "02.....C{NNDD}", Kind.PRICE)])
    upc = "21234561299"
    upc += codes.check_digit(upc)
    assert len(upc) == 12
    reading = codes.read(upc, rules)
    assert (reading.kind, reading.amount) == (Kind.PRICE, 129_900)
    assert reading.base_key == "0" + "021234500000" + codes.check_digit("021234500000")


def test_the_first_rule_wins() -> None:
    code = "211234501234"
    full = code + codes.check_digit(code)
    both = [Rule("a", "21.....{NNNDD}", Kind.PRICE), Rule("b", "21.....{NNDDD}", Kind.WEIGHT)]
    assert codes.read(full, Rules(both)).kind is Kind.PRICE
    assert codes.read(full, Rules(both[::-1])).kind is Kind.WEIGHT


@pytest.mark.parametrize(
    "pattern",
    [
        "", "21", "21.....", "21.....{NNDDDD}", "21....{NNDDD}", "......{NNNDDD}", "21..{NN}{DDD}..", "21.....{}NNDDD",
        "21X....{NNDDD}", "21.....{DDDDD}",
    ],
)  # fmt: skip
def test_a_wrong_rule_is_refused_in_words(pattern: str) -> None:
    with pytest.raises(Refused, match=r"\.$"):
        code_rules.compile_rule(Rule("x", pattern, Kind.WEIGHT))


def test_gs1_carries_weight_price_and_count() -> None:
    assert codes.read("]e001095060001343523103001250")[:4] == ("09506000134352", "09506000134352", Kind.WEIGHT, 1_250)
    assert codes.read("]C10109506000134352392200125")[:4] == ("09506000134352", "09506000134352", Kind.PRICE, 12_500)
    assert codes.read("]C102095060001343523712")[:4] == ("09506000134352", "09506000134352", Kind.COUNT, 12_000)


def test_codes_of_the_shop_are_valid_and_claimed_by_no_rule() -> None:
    made = [codes.in_store(number, RULES) for number in (1, 2, 99_999)]
    assert made[0] == "2000000000015"
    assert all(codes.is_gtin(code) and codes.read(code, RULES).kind is None for code in made)
    taken = Rules([Rule("x", "20.....{NNDDD}", Kind.WEIGHT), *DEFAULT_RULES])
    assert codes.in_store(1, taken).startswith("22")
    every = Rules([Rule("x", f"2{n}.....{{NNDDD}}", Kind.WEIGHT) for n in range(10)])
    with pytest.raises(BadCode):
        codes.in_store(1, every)


def test_a_plain_scan_does_not_load_the_parser() -> None:
    check = (
        "import sys; from shopstock.core import codes;"
        "assert codes.key('4006381333931') == '04006381333931' and codes.key('0036000291452');"
        "assert codes.key('96385074') and codes.key('036000291452') and codes.key('ABC');"
        "assert 'biip' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", check], check=True)


@pytest.mark.parametrize(
    ("code", "trace"),
    [
        ("]C101095060001343521726053110AB-12", codes.Trace("AB-12", Day(20260531))),
        ("]d20109506000134352" + "10AB\x1d" + "17260531" + "21S-1", codes.Trace("AB", Day(20260531), serial="S-1")),
        ("(01)09506000134352(15)261212(10)A17", codes.Trace("A17", Day(20261212), best_before=True)),
        ("(01)09506000134352(15)261212(17)261231", codes.Trace("", Day(20261231))),
        ("(01)09506000134352(17)260200", codes.Trace("", Day(20260228))),  # day 00 is the end of the month
        ("(02)09506000134352(37)12(10)A17", codes.Trace("A17", pieces=Qty(12_000))),
        ("(01)09506000134352(21)000123", codes.Trace(serial="000123")),
        ("(01)09506000134352", codes.NO_TRACE),
        ("9506000134352", codes.NO_TRACE),
    ],
)
def test_gs1_tells_lot_day_serial_and_count(code: str, trace: codes.Trace) -> None:
    reading = codes.read(code)
    assert (reading.key, reading.trace) == ("09506000134352", trace)


def test_a_day_that_is_none_does_not_lose_the_item() -> None:
    assert codes.read("]C101095060001343521726133110AB") == codes.Reading("09506000134352")

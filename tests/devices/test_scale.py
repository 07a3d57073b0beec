"""Scales over pseudo terminals: what is steady counts, everything else says why not."""

from __future__ import annotations

import pytest

from shopstock.core.outcome import Refused
from shopstock.devices import scale
from tests.emulator.scale import SerialScale

PATIENT, SHORT = 20.0, 0.5


@pytest.mark.parametrize(
    ("model", "says", "grams"),
    [
        ("toledo-8217", (b"\x0200.540\r",), 540),
        ("toledo-8217", (b"\x02?\x11\r", b"\x02?\x11\r", b"\x0212.005\r"), 12_005),
        ("mt-sics", (b"S S      0.540 kg\r\n",), 540),
        ("mt-sics", (b"S D      0.531 kg\r\n", b"S S    540.5 g\r\n"), 541),
        ("mt-sics", (b"S S     1.0000 lb\r\n",), 454),
        ("cas-ad", (b"US,GS,+  0.512 kg\r\n", b"ST,GS,+  0.540 kg\r\n"), 540),
        ("cas-ad", (b"40 kg\r\nST,GS,+    16.0 oz\r\n",), 454),
    ],
)
def test_a_steady_weight_counts(model: str, says: tuple[bytes, ...], grams: int) -> None:
    with SerialScale(model, *says) as there:
        assert scale.weigh(there.url, {"model": model, "accepted": True}, PATIENT).qty == grams


@pytest.mark.parametrize(
    ("model", "says", "why"),
    [
        ("toledo-8217", (), "does not answer"),
        ("toledo-8217", (b"\x02?\x11\r",), "not steady"),
        ("mt-sics", (b"S D      0.531 kg\r\n",), "not steady"),
        ("mt-sics", (b"S S      0.000 kg\r\n",), "Nothing lies"),
        ("cas-ad", (b"ST,GS,-  0.020 kg\r\n",), "less than nothing"),
        ("cas-ad", (b"HTTP/1.1 400 Bad Request\r\n",), "not steady"),
    ],
)
def test_what_is_no_weight_says_why(model: str, says: tuple[bytes, ...], why: str) -> None:
    with SerialScale(model, *says) as there:
        found = scale.weigh(there.url, {"model": model, "accepted": True}, SHORT)
    assert found.qty is None
    assert why in found.why


def test_a_scale_of_ones_own_is_told_in_its_words() -> None:
    settings = {"model": "own", "request": "P?", "pattern": r"(?P<value>\d+,\d+)kg!", "accepted": True}
    with SerialScale("own", b"weight 0,725kg!\n") as there:
        assert scale.weigh(there.url, settings, PATIENT).qty == 725


def test_nothing_is_kept_for_the_next_item() -> None:
    with SerialScale("toledo-8217", b"\x0200.540\r", b"\x0200.100\r") as there:
        settings = {"accepted": True}
        assert [scale.weigh(there.url, settings, PATIENT).qty for _item in range(2)] == [540, 100]


def test_a_scale_that_is_not_there_is_said() -> None:
    assert "does not answer" in scale.weigh("serial:///dev/no-such-scale", {"accepted": True}, 1).why


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "certified"),
        ({"model": "scale-9"}, "model of a scale"),
        ({"model": "own", "pattern": "("}, "no regular expression"),
        ({"model": "own", "pattern": "x"}, "needs a group"),
        ({"columns": 3}, "no such setting"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, object], said: str) -> None:
    with pytest.raises(Refused, match=said):
        scale.weigh("serial:///dev/null", settings)

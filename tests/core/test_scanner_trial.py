"""What three scans of a known code say about a scanner."""

from __future__ import annotations

from shopstock.core import key_positions, scanner_trial
from shopstock.core.scanner_trial import CODE, Key, Proposal

_PLACES = {
    (key_positions.char_at(place, shift=shift), shift): place
    for place in range(2, 58) for shift in (False, True) if key_positions.char_at(place, shift=shift)
}  # fmt: skip


def typed(text: str, *, gap: int = 8, end: str = "enter", caps: bool = False, shown: str = "") -> list[Key]:
    """Return the keys of a scan on a US keyboard; ``shown`` is what another layout makes of them."""
    keys = []
    for at, char in enumerate(text):
        shift = (char, True) in _PLACES and (char, False) not in _PLACES
        looks = shown[at] if shown else char.swapcase() if caps and char.isalpha() else char
        keys.append(Key(looks, _PLACES[(char, shift)], shift, caps, 1_000 + at * gap))
    if end:
        keys.append(Key("", 28, False, caps, 1_000 + len(text) * gap, end))
    return keys


def proposed(*captures: list[Key]) -> Proposal:
    return scanner_trial.propose(captures if len(captures) > 1 else captures * 3)


def test_a_usual_scanner_needs_nothing() -> None:
    found = proposed(typed(CODE))
    assert (found.works, found.key_positions) == (True, False)
    assert (found.gap_ms, found.prefix, found.suffix) == (40, "", "enter")


def test_a_slow_wireless_one_gets_longer_pauses() -> None:
    assert proposed(typed(CODE, gap=45)).gap_ms == 90


def test_prefix_tab_and_aim_are_found() -> None:
    assert proposed(typed("~" + CODE, end="tab"))[3:5] == ("~", "tab")
    aim = proposed(typed("]C0" + CODE, end=""))
    assert (aim.prefix, aim.suffix) == ("", "none")
    assert any("]C0" in said for said in aim.said)


def test_another_layout_is_read_by_the_place_of_the_keys() -> None:
    # Under a French layout the keys of Scan-4071/aZ type this.
    french = proposed(typed(CODE, shown="Scqn)'à-&=qW"))
    assert (french.works, french.key_positions) == (True, True)


def test_caps_lock_is_put_right() -> None:
    found = proposed(typed(CODE, caps=True))
    assert found.works
    assert not found.key_positions
    assert any("Caps Lock" in said for said in found.said)


def test_a_scanner_that_minds_caps_lock_is_left_alone() -> None:
    found = proposed([key._replace(caps=True) for key in typed(CODE)])
    assert (found.works, found.repair_caps) == (True, False)
    assert proposed(typed(CODE, caps=True)).repair_caps


def test_what_went_wrong_is_said() -> None:
    for captures, said in (
        ((typed("4006381333931"), typed("4006381333931"), typed("4006381333931")), "arrived instead"),
        ((typed(CODE), typed("400638"), typed(CODE)), "differently"),
        ((typed(CODE, end="tab"), typed(CODE), typed(CODE)), "differently"),
        ((typed(CODE, gap=300),) * 3, "as slow as a hand"),
        ((typed(CODE),) * 2, "three times"),
        (([], [], []), "three times"),
    ):
        found = scanner_trial.propose(captures)
        assert not found.works
        assert said in " ".join(found.said)

"""Approval: on the spot by PIN or badge, or later from the queue; never by who asked; a rejected one leaves nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shopstock.core.units import ItemId
from tests.ui.back.conftest import BADGE, VASE, Desk, picture
from tests.ui.desk import CTRL, KEY


@pytest.fixture
def ann(crew: None, open_desk: Callable[..., Desk]) -> Desk:
    """Ann of the stockroom, who may write off 20 a day."""
    return open_desk("Ann")


def above_the_limit(desk: Desk) -> None:
    desk.click("Own use")
    desk.scan(VASE)
    desk.press(KEY.Key_F9)


def test_a_badge_approves_on_the_spot(ann: Desk, goods: dict[str, ItemId]) -> None:
    above_the_limit(ann)
    assert ann.reads("Someone else has to approve this")
    assert ann.on_hand(goods[VASE]) == 2
    ann.scan(BADGE)
    assert ann.on_hand(goods[VASE]) == 1
    assert ann.value(
        "SELECT p.name FROM document d JOIN person p ON p.id = d.approved_by WHERE d.kind = 'write_off'"
    ) == "Mia"  # fmt: skip


def test_a_pin_approves_and_a_wrong_one_does_not(ann: Desk, goods: dict[str, ItemId]) -> None:
    above_the_limit(ann)
    names = [person.name for person in ann.work.approval.form.tiles._people]
    assert "Ann" not in names, "who asks is not among those who may approve"
    ann.work.approval.form.tiles._group.button(names.index("Mia")).click()
    for pin, left in (("8246", 2), ("3951", 1)):
        ann.fill("PIN", pin)
        ann.press(KEY.Key_Return)
        assert ann.on_hand(goods[VASE]) == left


def test_esc_leaves_everything_as_it_is(ann: Desk, goods: dict[str, ItemId]) -> None:
    above_the_limit(ann)
    ann.press(KEY.Key_Escape)
    assert ann.rows() == [("Vase", "Own use", "1")]
    assert ann.work.post_key.isVisible()
    assert ann.on_hand(goods[VASE]) == 2


def test_it_is_sent_seen_and_approved_by_another(
    ann: Desk, goods: dict[str, ItemId], open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    ann.click("Damage with a photo or file")
    ann.scan(VASE)
    ann.work.evidence.take(str(picture(tmp_path / "vase.png")))
    ann.settle()
    ann.press(KEY.Key_F9)
    ann.click("Send for approval")
    assert "waits for approval" in ann.said()
    assert ann.window.rail.button("back").accessibleName() == "Returns & write-offs, 1 waiting"
    ann.press(KEY.Key_2, CTRL)
    assert ann.reads("Waits for someone who may approve")
    assert not ann.button("Approve").isEnabled()
    ann.window.close()
    mia = open_desk("Mia")
    mia.press(KEY.Key_2, CTRL)
    assert mia.screen.page("waiting").evidence.large.shows_picture
    assert mia.on_hand(goods[VASE]) == 2
    mia.press(KEY.Key_F9)
    assert "Approved" in mia.said()
    assert mia.on_hand(goods[VASE]) == 1
    assert mia.reads("Nothing waits for approval.")
    assert mia.window.rail.button("back").accessibleName() == "Returns & write-offs"


def test_who_asked_may_not_approve(
    crew: None, goods: dict[str, ItemId], open_desk: Callable[..., Desk]
) -> None:  # fmt: skip
    mia = open_desk("Mia")
    above_the_limit(mia)
    mia.scan(BADGE)
    assert mia.on_hand(goods[VASE]) == 2, "her own badge is nobody else's"
    mia.click("Send for approval")
    mia.press(KEY.Key_2, CTRL)
    assert mia.reads("You asked for this yourself: somebody else has to approve it.")
    mia.press(KEY.Key_F9)
    assert mia.on_hand(goods[VASE]) == 2
    assert mia.value("SELECT state FROM write_off") == "waiting"


def test_a_rejected_one_leaves_nothing_but_its_reason(
    ann: Desk, goods: dict[str, ItemId], open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    ann.click("Damage with a photo or file")
    ann.scan(VASE)
    ann.work.evidence.take(str(picture(tmp_path / "vase.png")))
    ann.settle()
    ann.press(KEY.Key_F9)
    ann.click("Send for approval")
    ann.window.close()
    mia = open_desk("Mia")
    mia.press(KEY.Key_2, CTRL)
    mia.click("Reject")
    assert "Say why it is rejected" in mia.said()
    assert mia.value("SELECT state FROM write_off") == "waiting"
    mia.fill("Why it is rejected", "The vase stands in the window.")
    mia.click("Reject")
    assert mia.value("SELECT state FROM write_off") == "rejected"
    for table in ("write_off_scan", "write_off_evidence", "attachment"):
        assert mia.value(f"SELECT count(*) FROM {table}") == 0
    assert mia.value("SELECT count(*) FROM document WHERE kind = 'write_off'") == 0
    assert mia.on_hand(goods[VASE]) == 2
    mia.window.close()
    again = open_desk("Ann")
    again.press(KEY.Key_2, CTRL)
    assert again.reads("The vase stands in the window.")
    again.click("Noted")
    assert again.reads("Nothing waits for approval.")


def test_it_is_taken_back_and_changed(ann: Desk) -> None:
    above_the_limit(ann)
    ann.click("Send for approval")
    ann.press(KEY.Key_2, CTRL)
    ann.click("Take it back")
    assert ann.value("SELECT state FROM write_off") == "open"

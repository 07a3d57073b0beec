"""The queue of the till goes on whatever happens in it."""

from __future__ import annotations

from typing import Any

import pytest

from shopstock.ui.sell.steps import Steps


def test_a_step_that_fails_by_a_fault_holds_up_no_scan_behind_it(qtbot: Any) -> None:
    steps, done = Steps(), []

    def fault() -> None:
        raise ZeroDivisionError("a fault of the program")

    steps.then_do(fault)
    steps.then_do(lambda: done.append("second"))
    with pytest.raises(ZeroDivisionError):
        steps.start()
    qtbot.waitUntil(lambda: done == ["second"], timeout=2_000)
    steps.then_do(lambda: done.append("third"))
    assert done == ["second", "third"]
    assert steps.idle

"""The queue of the till: in order, held while an answer is on its way, never stopped by a fault."""

from __future__ import annotations

from typing import Any

import pytest

from shopstock.ui.sell.steps import Steps


@pytest.fixture
def steps(qtbot: Any) -> Steps:
    made = Steps()
    made.start()
    return made


def test_steps_wait_while_the_queue_is_held(steps: Steps) -> None:
    done: list[int] = []
    ticket, _busy = steps.hold()
    steps.then_do(lambda: done.append(1))
    steps.then_do(lambda: done.append(2))
    assert done == []
    assert not steps.idle
    steps.release(object())
    assert done == []
    steps.release(ticket)
    assert done == [1, 2]
    assert steps.idle


def test_what_is_queued_before_the_start_waits_for_it(qtbot: Any) -> None:
    made = Steps()
    done: list[int] = []
    made.then_do(lambda: done.append(1))
    assert done == []
    made.start()
    assert done == [1]


def test_an_answer_that_never_comes_is_made_good(steps: Steps, qtbot: Any) -> None:
    done: list[str] = []
    _ticket, busy = steps.hold(lambda: done.append("red"))
    steps.then_do(lambda: done.append("next"))
    busy(True)
    busy(False)
    qtbot.waitUntil(lambda: steps.idle)
    assert done == ["red", "next"]

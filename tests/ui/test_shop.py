"""The one door: results, changes and mistakes arrive where they belong, from real threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtWidgets import QWidget

from shopstock.core.acting import Acting
from shopstock.core.outcome import Changes, Refused
from shopstock.core.settings import Settings
from shopstock.core.units import ItemId
from shopstock.db.connection import Db, open_shop, transaction
from shopstock.ui.shop import ELSEWHERE, Shop


def set_name(db: Db, acting: Acting, name: str) -> Changes:
    with transaction(db):
        db.run("UPDATE setting SET value = ? WHERE key = 'name'", (name,))
    return Changes(items=frozenset({ItemId(7)}), topics=frozenset({"settings", acting.name}))


def shop_name(db: Db) -> str:
    return str(db.value("SELECT value FROM setting WHERE key = 'name'"))


def refuse(db: Db) -> None:
    raise Refused("No.")


def stumble(db: Db) -> None:
    raise ZeroDivisionError


class Screen(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.got: list[Any] = []

    def take(self, value: Any) -> None:
        self.got.append((value, threading.current_thread() is threading.main_thread()))


@pytest.fixture
def shop(db_url: str, owner: Acting) -> Iterator[Shop]:
    shop = Shop(db_url, acting=owner)
    yield shop
    assert shop.close()


def test_a_write_comes_back_on_the_gui_thread_and_tells_what_changed(shop: Shop, qtbot: Any) -> None:
    screen, changes = Screen(), []
    qtbot.addWidget(screen)
    shop.changed.connect(changes.append)
    shop.run(set_name, "Other", then=screen.take)
    qtbot.waitUntil(lambda: bool(screen.got))
    assert screen.got[0][1]
    assert [change.topics for change in changes] == [{"settings", shop.acting.name}]
    shop.read(shop_name, then=screen.take)
    qtbot.waitUntil(lambda: len(screen.got) == 2)
    assert screen.got[1] == ("Other", True)


def test_an_answer_for_a_screen_that_is_gone_troubles_nobody(shop: Shop, qtbot: Any) -> None:
    screen, crashed = Screen(), []
    shop.crashed.connect(crashed.append)
    heard = []

    def then(name: str) -> None:
        heard.append(name)
        screen.setWindowTitle(name)

    shop.read(shop_name, then=then, asked_by=screen)
    shiboken6.delete(screen)
    qtbot.waitUntil(lambda: bool(heard) and shop.idle)
    assert crashed == []


def test_writes_keep_their_order(shop: Shop, qtbot: Any) -> None:
    got: list[str] = []
    for number in range(30):
        shop.run(set_name, str(number))
        shop.run(shop_name, then=got.append)
    qtbot.waitUntil(lambda: len(got) == 30)
    assert got == [str(number) for number in range(30)]


def test_a_mistake_reaches_the_screen_that_asked(shop: Shop, qtbot: Any) -> None:
    screen = Screen()
    qtbot.addWidget(screen)
    with qtbot.waitSignal(shop.message) as heard:
        shop.run(refuse, then=screen.take)
    assert str(heard.args[0]) == "No."
    assert heard.args[1] is screen
    mine: list[str] = []
    shop.run(refuse, failed=lambda error: mine.append(str(error)))
    qtbot.waitUntil(lambda: mine == ["No."])


def test_a_bug_is_reported_and_the_door_stays_open(shop: Shop, qtbot: Any) -> None:
    with qtbot.waitSignal(shop.crashed) as heard:
        shop.run(stumble)
    assert isinstance(heard.args[0], ZeroDivisionError)
    got: list[str] = []
    shop.run(shop_name, then=got.append)
    qtbot.waitUntil(lambda: bool(got))


def test_only_the_newest_read_of_a_key_is_delivered(shop: Shop, qtbot: Any) -> None:
    gate = threading.Event()
    got: list[int] = []

    def slow(db: Db, number: int) -> int:
        if number == 0:
            gate.wait(5)
        return number

    for number in range(5):
        shop.read(slow, number, then=got.append, key="search")
    qtbot.waitUntil(lambda: got == [4])
    gate.set()
    shop.read(slow, 9, then=got.append)
    qtbot.waitUntil(lambda: 9 in got)
    assert got == [4, 9]


def test_a_result_for_a_screen_that_is_gone_is_dropped(shop: Shop, qtbot: Any) -> None:
    import shiboken6

    screen, after = Screen(), []
    shop.run(shop_name, then=screen.take)
    shiboken6.delete(screen)
    shop.run(shop_name, then=after.append)
    qtbot.waitUntil(lambda: bool(after))


def test_changes_of_another_program_are_heard(shop: Shop, db_url: str, qtbot: Any) -> None:
    ready: list[str] = []
    shop.run(shop_name, then=ready.append)
    qtbot.waitUntil(lambda: bool(ready))
    with open_shop(db_url) as other, qtbot.waitSignal(shop.changed, timeout=20_000) as heard, transaction(other):
        other.run("UPDATE setting SET value = 'Elsewhere' WHERE key = 'name'")
    assert heard.args[0].topics == {ELSEWHERE}


def test_changes_of_another_program_are_heard_from_the_first_moment(db_url: str, owner: Acting, qtbot: Any) -> None:
    shop = Shop(db_url, acting=owner, opened=open_shop(db_url))
    with open_shop(db_url) as other, qtbot.waitSignal(shop.changed, timeout=20_000) as heard, transaction(other):
        other.run("UPDATE setting SET value = 'Elsewhere' WHERE key = 'name'")
    assert heard.args[0].topics == {ELSEWHERE}
    assert shop.close()


def test_own_writes_are_not_taken_for_anothers(shop: Shop, qtbot: Any) -> None:
    heard: list[Changes] = []
    shop.changed.connect(heard.append)
    shop.run(set_name, "Mine")
    qtbot.wait(1300)
    assert [ELSEWHERE in change.topics for change in heard] == [False]


def test_inline_runs_at_once_and_raises_what_is_a_bug(db_url: str, owner: Acting, qapp: Any) -> None:
    shop = Shop(db_url, inline=True, acting=owner)
    got: list[str] = []
    shop.run(set_name, "Now")
    shop.read(shop_name, then=got.append)
    assert got == ["Now"]
    with pytest.raises(ZeroDivisionError):
        shop.run(stumble)
    shop.close()


def test_a_shop_that_cannot_be_opened_says_so(tmp_path: Path, qtbot: Any) -> None:
    shop = Shop(str(tmp_path / "none.db"))
    with qtbot.waitSignal(shop.message) as heard:
        shop.read(shop_name)
    assert "none.db" in str(heard.args[0])
    shop.close()


def test_closing_finishes_the_writes_that_wait(db_url: str, owner: Acting, qapp: Any) -> None:
    shop = Shop(db_url, acting=owner)
    for number in range(20):
        shop.run(set_name, f"last {number}")
    assert shop.close()
    with open_shop(db_url, query_only=True) as db:
        assert shop_name(db) == "last 19"


class LostToAnotherTill(Exception):
    """What psycopg raises for the victim of a deadlock, as far as it matters here."""

    sqlstate = "40P01"


def test_what_lost_against_another_till_is_done_again(shop: Shop, qtbot: Any) -> None:
    tries: list[int] = []

    def sell(db: Db) -> int:
        with transaction(db):
            db.run("UPDATE setting SET value = value || '!' WHERE key = 'name'")
            tries.append(1)
            if len(tries) < 3:
                raise LostToAnotherTill
        return len(tries)

    got: list[Any] = []
    shop.run(sell, then=got.append)
    shop.run(shop_name, then=got.append)
    qtbot.waitUntil(lambda: len(got) == 2)
    assert got == [3, "Corner Shop!"]


def test_settings_are_read_again_when_they_change_here_or_elsewhere(shop: Shop, db_url: str, qtbot: Any) -> None:
    shop.settings = Settings()
    told: list[str] = []
    shop.settings_changed.connect(lambda settings: told.append(settings.name))
    shop.run(set_name, "Here")
    qtbot.waitUntil(lambda: told == ["Here"])
    with open_shop(db_url) as other, transaction(other):
        other.run("UPDATE setting SET value = 'There' WHERE key = 'name'")
    qtbot.waitUntil(lambda: told == ["Here", "There"])
    assert shop.settings.name == "There"

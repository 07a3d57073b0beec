"""Goods sold by weight, weighed by the till's scale while the cashier waits for nothing else."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from shopstock.core.acting import Acting
from shopstock.db.connection import Db
from shopstock.services import printing
from tests.emulator.scale import SerialScale
from tests.ui.sell.conftest import BREAD, Till

SOLD_BY_SCALE = {"accepted": True}


def at_a_scale(db: Db, owner: Acting, scale: SerialScale) -> None:
    printing.set_device(db, owner, "scale", scale.url, settings=SOLD_BY_SCALE)


def test_the_weight_of_the_scale_is_the_quantity(
    sqlite_db: Db, owner: Acting, stocked: object, open_till: Callable[..., Till]
) -> None:
    with SerialScale("toledo-8217", b"\x02?\x11\r", b"\x0200.540\r", b"\x0200.250\r") as scale:
        at_a_scale(sqlite_db, owner, scale)
        till = open_till()
        till.wait(lambda: till.sale.weighing.there)
        till.line("GOUDA")
        till.scan(BREAD)
        till.line("GOUDA")
        assert till.rows() == [("GOUDA", 540), ("BREAD", 1000), ("GOUDA", 250)]
        till.line("2*GOUDA")
        assert till.rows()[-1] == ("GOUDA", 2000), "who types a weight is not asked for one"


def test_a_scale_that_is_not_steady_leaves_the_weight_to_be_typed(
    sqlite_db: Db, owner: Acting, stocked: object, open_till: Callable[..., Till]
) -> None:
    with SerialScale("toledo-8217", b"\x02?\x11\r") as scale:
        at_a_scale(sqlite_db, owner, scale)
        till = open_till()
        till.wait(lambda: till.sale.weighing.there)
        till.line("GOUDA")
        assert till.rows() == [("GOUDA", 1000)]
        assert till.reads("not steady")
        till.line("*0.310")
        assert till.rows() == [("GOUDA", 310)]
        scale.says[:] = [b"\x0200.420\r"]
        till.press(Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
        assert till.rows() == [("GOUDA", 420)], "the key weighs the row"


def test_nobody_sells_by_a_scale_before_it_is_said_that_the_law_allows_it(
    sqlite_db: Db, owner: Acting, stocked: object, open_till: Callable[..., Till]
) -> None:
    with SerialScale("toledo-8217", b"\x0200.540\r") as scale:
        printing.set_device(sqlite_db, owner, "scale", scale.url)
        till = open_till()
        till.wait(lambda: till.sale.weighing.there)
        till.line("GOUDA")
        assert till.rows() == [("GOUDA", 1000)]
        assert till.reads("certified")
        assert scale.questions == 0

"""What the customer sees while the cashier sells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel

from shopstock.core.acting import Acting
from shopstock.core.customer_display import Frame, Moment
from shopstock.db.connection import Db
from shopstock.services import printing
from shopstock.ui.customer_display.desk import PICTURE, SCREEN, CustomerDisplays, screens
from tests.devices.test_line_display import shown
from tests.devices.test_serial_scanner import Cable
from tests.ui.sell.conftest import BREAD, MILK, Till


@pytest.fixture
def displays(till: Till) -> Iterator[CustomerDisplays]:
    made = CustomerDisplays(till.window, till.sale.acting.station_id)
    yield made
    made.stop()


def words(displays: CustomerDisplays) -> list[str]:
    """Return what can be read in the second window."""
    assert displays.customer is not None
    return [one.text() for one in displays.customer.findChildren(QLabel) if one.isVisible() and one.text()]


def test_the_second_window_follows_the_sale(till: Till, displays: CustomerDisplays, tmp_path: Path) -> None:
    picture = tmp_path / "idle.png"
    QPixmap(60, 40).save(str(picture))
    till.window.machine.setValue(SCREEN, next(iter(screens())))
    till.window.machine.setValue(PICTURE, str(picture))
    displays.start()
    assert words(displays) == ["Welcome to Corner Shop"]
    till.wait(till.window.isActiveWindow)
    assert till.has_entry_focus(), "the till keeps the keys"
    till.scan(MILK, BREAD, BREAD)
    assert {"Milk", "Bread", "2 ×", "1.19", "4.70", "Total", "5.89"} <= set(words(displays))
    till.press(Qt.Key.Key_F10)
    till.wait(lambda: displays.feed.frame.moment is Moment.PAID)
    assert {"Thank you!", "5.89"} <= set(words(displays))
    till.scan(MILK)
    assert {"Milk", "1.19"} <= set(words(displays))
    assert "5.89" not in words(displays)
    till.window.machine.setValue(SCREEN, "")
    displays.use_screen()
    assert displays.customer is None


def test_long_sales_show_their_newest_rows_and_the_whole_total(till: Till, displays: CustomerDisplays) -> None:
    till.window.machine.setValue(SCREEN, next(iter(screens())))
    displays.start()
    assert displays.customer is not None
    displays.customer.resize(1024, 768)
    frame = Frame(Moment.SALE, "Shop", total="123,456.78", shown=39,
                  rows=tuple(displays.feed.frame.rows) or tuple(_rows(40)))  # fmt: skip
    displays.customer.show_frame(frame)
    till.settle()
    seen = words(displays)
    assert "Item 39" in seen
    assert "Item 0" not in seen
    assert "123,456.78" in seen
    assert displays.customer.figure.width() >= displays.customer.figure.sizeHint().width()


def _rows(count: int) -> list[object]:
    from shopstock.core.customer_display import Row

    return [Row(f"Item {number}", "", "1.00") for number in range(count)]


def test_the_two_lines_follow_the_sale(
    till: Till, displays: CustomerDisplays, sqlite_db: Db, owner: Acting, tmp_path: Path
) -> None:
    cable = Cable(tmp_path / "display")
    try:
        displays.start()
        printing.set_device(sqlite_db, owner, "display", f"serial://{cable.link}")
        till.window.shop.announce(printing.DEVICES_CHANGED)
        till.settle()
        assert shown(cable).strip() == b"Corner Shop"
        till.scan(MILK)
        assert shown(cable) == b"\x0cMilk            1.19Total           1.19"
    finally:
        displays.stop()
        cable.pull()


def test_a_display_that_hangs_costs_the_till_nothing(
    till: Till, displays: CustomerDisplays, sqlite_db: Db, owner: Acting, open_till: Callable[..., Till]
) -> None:
    displays.start()
    printing.set_device(sqlite_db, owner, "display", "serial:///dev/no-such-display")
    till.window.shop.announce(printing.DEVICES_CHANGED)
    till.scan(*[MILK] * 30)
    assert till.rows() == [("MILK", 30_000)]

"""The window: who may open what, where keys and scans go, what the bar and the strip say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from shopstock.core.acting import Acting, Role
from shopstock.core.scan import Scan
from shopstock.db.connection import Db, open_shop
from shopstock.queries import people as people_query
from shopstock.services import people
from shopstock.ui import theme
from shopstock.ui.help import TOPICS, page
from shopstock.ui.main_window import MainWindow
from shopstock.ui.palette import Entry, matches
from tests.windows import opened

PIN, OTHER = "4071", "2683"


@pytest.fixture
def staff(sqlite_url: str) -> str:
    """A shop of three people with PINs, the cashier with a badge."""
    with open_shop(sqlite_url) as db:
        owner = people.acting_for_owner(db)
        people.set_pin(db, owner, owner.person_id, PIN)
        people.add_person(db, owner, "Mira", Role.CASHIER, pin=OTHER, badge="BADGE-001")
        people.add_person(db, owner, "Tomas", Role.STOCKROOM, pin=OTHER)
    return sqlite_url


def type_pin(window: MainWindow, pin: str) -> None:
    QTest.keyClicks(window.sign_in.ask.pad.line, pin)
    QTest.keyClick(window.sign_in.ask.pad.line, Qt.Key.Key_Return)


def choose(window: MainWindow, name: str) -> None:
    tile = next(b for b in window.sign_in.ask.tiles.findChildren(QAbstractButton) if b.text() == name)
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton)


def test_one_person_without_a_pin_is_never_asked(window: MainWindow) -> None:
    assert window.shop.acting is not None
    assert window.shop.acting.alone
    assert window.current_screen == "settings"


def test_alt_and_a_digit_open_a_screen(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert window.current_screen == "stock"
    QTest.keyClick(window, Qt.Key.Key_0, Qt.KeyboardModifier.AltModifier)
    assert window.current_screen == "settings"


def test_with_people_somebody_signs_in_and_sees_what_is_theirs(staff: str, machine: QSettings, qtbot: Any) -> None:
    window = opened(staff, machine, qtbot)
    assert window.shop.acting is None
    assert window.allowed_screens() == []
    choose(window, "Tomas")
    type_pin(window, "9999")
    assert window.shop.acting is None
    type_pin(window, OTHER)
    assert window.shop.acting is not None
    assert window.shop.acting.name == "Tomas"
    assert "sell" not in window.allowed_screens()
    window.open_screen("sell")
    assert window.current_screen != "sell"
    window.close()


def test_a_badge_signs_in_and_wrong_pins_make_people_wait(staff: str, machine: QSettings, qtbot: Any) -> None:
    window = opened(staff, machine, qtbot)
    choose(window, "Tomas")
    for _again in range(5):
        type_pin(window, "8888")
    type_pin(window, OTHER)
    assert window.shop.acting is None, "the right PIN has to wait too"
    window.on_scan(Scan("NOBODY-9"))
    assert window.shop.acting is None
    window.stack.setCurrentWidget(window.sign_in)
    machine.setValue("window/screen", "settings")
    window.on_scan(Scan("BADGE-001"))
    assert window.shop.acting is not None
    assert window.shop.acting.name == "Mira"
    window.close()


def test_the_gravest_message_is_on_show_and_nothing_jumps(window: MainWindow) -> None:
    bar = window.messages
    height = bar.height()
    bar.say("ok", "Saved.")
    bar.say("bad", "The shop cannot be reached.", key="database")
    bar.say("warn", "Out of paper.")
    assert bar.current().fact == "The shop cannot be reached."
    bar.drop("database")
    assert bar.current().fact == "Out of paper."
    bar.clear()
    assert bar.current() is None
    assert bar.height() == height == theme.CONTROL


def test_enter_never_answers_a_message(window: MainWindow) -> None:
    pressed: list[int] = []
    window.messages.say("warn", "Out of paper.", "", "Open queue", lambda: pressed.append(1))
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Escape):
        QTest.keyClick(QApplication.focusWidget() or window, key)
    assert pressed == []
    assert window.messages.current() is not None


def test_the_palette_finds_commands_screens_and_what_is_provided(window: MainWindow, qtbot: Any) -> None:
    chosen: list[str] = []
    window.palette_.add_provider(
        lambda words, deliver: deliver([Entry(f"Tea {words}", "item", lambda: chosen.append(words))])
    )
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.palette_.isVisible()
    QTest.keyClicks(window.palette_.line, "sto")
    assert [entry.text for entry in window.palette_.entries()][:1] == ["Stock"]
    assert window.palette_.entries()[-1].text == "Tea sto"
    QTest.keyClick(window.palette_.line, Qt.Key.Key_Return)
    assert window.current_screen == "stock"
    assert not window.palette_.isVisible()
    assert matches("Open drawer", "dra op")
    assert not matches("Open drawer", "pen")


def test_help_shows_the_page_and_the_keys_of_where_you_are(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F1)
    text = window.help.text.toPlainText()
    assert "write nothing until you press Save" in text
    assert "Ctrl+K" in text
    assert "Ctrl+S" in text
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert not window.help.isVisible()


@pytest.mark.parametrize("topic", list(TOPICS))
def test_every_topic_of_the_help_has_its_page(topic: str) -> None:
    assert page(topic).startswith(f"# {TOPICS[topic]}")
    assert len(page(topic)) > 300


def test_a_key_can_be_changed_and_stays_so(window: MainWindow, machine: QSettings) -> None:
    assert window.actions_.taken_by("F1", "palette").id == "help"
    window.actions_.set_key("palette", "Ctrl+J")
    QTest.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert window.palette_.isVisible()
    machine.sync()
    again = QSettings(machine.fileName(), QSettings.Format.IniFormat)
    assert again.value("keys/palette") == "Ctrl+J"
    window.actions_.reset_keys()
    assert window.actions_.key("palette") == "Ctrl+K"


def test_no_two_commands_of_a_screen_share_a_key(window: MainWindow) -> None:
    clashes = {
        command.id: other.id
        for command in window.actions_.all()
        if (other := window.actions_.taken_by(window.actions_.key(command.id), command.id)) is not None
    }
    assert clashes == {}


def test_settings_are_written_only_by_save(window: MainWindow, sqlite_db: Db) -> None:
    screen = window.opened("settings")
    field = next(f for f in screen.findChildren(QLineEdit) if f.accessibleName() == "Shop name")
    field.selectAll()
    QTest.keyClicks(field, "Tea & Co")
    assert sqlite_db.value("SELECT value FROM setting WHERE key = 'name'") == "Corner Shop"
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert sqlite_db.value("SELECT value FROM setting WHERE key = 'name'") == "Tea & Co"
    assert window.messages.current().fact == "Settings saved."


def test_a_person_is_added_after_the_owners_pin(window: MainWindow, sqlite_db: Db) -> None:
    screen = window.opened("settings")
    window.show_settings("people")
    page = screen.page("people")
    page._name.setText("Mira")
    page._role.setCurrentIndex(page._role.findData(Role.CASHIER))
    page._pin.setText(OTHER)
    page._new.click()
    assert "your own PIN first" in window.messages.current().fact
    page._fill()
    QTest.keyClicks(page._pin, PIN)
    page._keep.click()
    page._name.setText("Mira")
    page._role.setCurrentIndex(page._role.findData(Role.CASHIER))
    page._pin.setText(OTHER)
    page._new.click()
    assert [person.name for person in people_query.people(sqlite_db)] == ["Mira", "Owner"]


def test_a_backup_is_taken_from_the_window(window: MainWindow, sqlite_url: str) -> None:
    window.show_settings("backup")
    window.actions_.run("backup")
    assert list(Path(sqlite_url).parent.glob("shop-backups/shop-*.db"))
    assert window.messages.current().fact == "Backup taken and checked."


@pytest.mark.parametrize(
    "section",
    [
        "shop", "money", "places", "codes", "quick_keys", "people", "scanner", "devices", "backup", "appearance",
        "keys",
    ],
)  # fmt: skip
def test_every_control_has_a_name(window: MainWindow, section: str) -> None:
    window.show_settings(section)
    assert unnamed(window) == []


def unnamed(root: QWidget) -> list[str]:
    """List the visible controls that a screen reader could not name."""
    kinds = (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit, QAbstractItemView)
    return [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for kind in kinds
        for widget in root.findChildren(kind)
        if widget.isVisible()
        and not widget.objectName().startswith("qt_")
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
    ]


def test_tab_reaches_the_settings_in_the_order_of_the_eye(window: MainWindow) -> None:
    window.show_settings("shop")
    screen = window.opened("settings")
    first = next(f for f in screen.findChildren(QLineEdit) if f.accessibleName() == "Shop name")
    first.setFocus()
    seen = []
    for _again in range(4):
        seen.append(QApplication.focusWidget().accessibleName())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert seen == ["Shop name", "Address", "Tax number", "Currency"]


def test_right_to_left_mirrors_the_rail(window: MainWindow, qapp: QApplication) -> None:
    assert window.rail.mapTo(window, window.rail.rect().topLeft()).x() == 0
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        QApplication.processEvents()
        assert window.rail.mapTo(window, window.rail.rect().topRight()).x() == window.width() - 1
        assert not window.grab().isNull()
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_the_window_fits_a_small_till(window: MainWindow) -> None:
    window.resize(1024, 768)
    assert (window.width(), window.height()) == (1024, 768)
    strip = window.strip
    last = max(
        button.mapTo(window, button.rect().topRight()).x()
        for button in strip.findChildren(QAbstractButton)
        if button.isVisible()
    )
    assert last < 1024


def test_the_first_start_makes_a_shop(tmp_path: Path, qtbot: Any) -> None:
    from shopstock.ui.first_run import FirstRun

    page = FirstRun()
    qtbot.addWidget(page)
    made: list[Any] = []
    page.new_chosen.connect(made.append)
    page.show()
    QTest.mouseClick(page.found, Qt.MouseButton.LeftButton)
    assert made == []
    QTest.keyClicks(page.name, "Tea & Co")
    page.currency.setCurrentText("GBP")
    page.tax_rate.setText("20")
    QTest.mouseClick(page.found, Qt.MouseButton.LeftButton)
    assert [(new.name, new.currency, new.tax_rate) for new in made] == [("Tea & Co", "GBP", 20_000)]
    assert unnamed(page) == []


def test_an_approval_is_bound_to_its_act_and_the_cashier_stays(
    staff: str, machine: QSettings, qtbot: Any, tmp_path: Path
) -> None:
    from shopstock.core.acting import Permission
    from shopstock.core.outcome import NotAllowed
    from shopstock.ui.approve import ApprovalPanel
    from shopstock.ui.shop import Shop

    with open_shop(staff) as db:
        cashier = people.acting_for_name(db, "Mira")
    shop = Shop(staff, inline=True, acting=cashier)
    panel = ApprovalPanel(shop)
    qtbot.addWidget(panel)
    approved: list[Acting] = []
    panel.ask(NotAllowed(Permission.DISCOUNT_LARGE, "Ask.", "line 1"), approved.append)
    QTest.keyClicks(panel.form.pad.line, "0000")
    QTest.keyClick(panel.form.pad.line, Qt.Key.Key_Return)
    assert approved == []
    QTest.keyClicks(panel.form.pad.line, PIN)
    QTest.keyClick(panel.form.pad.line, Qt.Key.Key_Return)
    assert [(a.name, a.approval.permission, a.approval.subject) for a in approved if a.approval] == [
        ("Mira", Permission.DISCOUNT_LARGE, "line 1")
    ]
    assert shop.acting == cashier
    assert not panel.isVisible()
    shop.close()


def test_a_bug_shows_one_report_without_the_home_folder(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    from shopstock.ui import crash

    path = crash.start_log(tmp_path / "log")
    reporter = crash.CrashReporter()
    reporter._window = lambda: window
    for _twice in range(2):
        try:
            raise ZeroDivisionError(str(Path.home() / "secret"))
        except ZeroDivisionError as error:
            reporter.report(error)
    qtbot.waitUntil(lambda: reporter._dialog is not None and reporter._dialog.isVisible())
    report = reporter._dialog.report()
    assert "ZeroDivisionError" in report
    assert str(Path.home()) not in report
    assert not reporter._dialog.isModal()
    assert "ZeroDivisionError" in path.read_text(encoding="utf-8")
    reporter._dialog.close()
    for handler in list(crash.log.handlers):
        crash.log.removeHandler(handler)
        handler.close()

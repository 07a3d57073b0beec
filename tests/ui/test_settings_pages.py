"""Each page of the settings, by real keys and clicks: what it writes is what the till then does."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from shopstock.core.acting import Acting
from shopstock.core.catalogue import ItemFields, NewCode
from shopstock.core.movements import Account
from shopstock.core.outcome import Changes
from shopstock.core.scan import Scan
from shopstock.core.units import Money
from shopstock.db.connection import Db
from shopstock.queries import items as items_query
from shopstock.queries import people as people_query
from shopstock.queries import settings as settings_query
from shopstock.queries import till
from shopstock.services import items, settings
from shopstock.ui import scanner_options, sounds, theme
from shopstock.ui.main_window import MainWindow
from shopstock.ui.scanner import Scanner
from shopstock.ui.shop import ELSEWHERE
from tests.windows import click, opened, type_into


def page_of(window: MainWindow, section: str) -> Any:
    window.show_settings(section)
    return window.opened("settings").page(section)


def said(window: MainWindow) -> str:
    message = window.messages.current()
    return message.fact if message is not None else ""


def test_a_tax_rate_is_added_made_usual_and_retired(window: MainWindow, sqlite_db: Db) -> None:
    page = page_of(window, "money")
    type_into(page.rate_name, "Reduced")
    type_into(page.rate, "5")
    QTest.keyClick(page.rate, Qt.Key.Key_Return)
    reduced = next(rate for rate in items_query.tax_rates(sqlite_db) if rate.name == "Reduced")
    assert reduced.rate == 5_000
    page.rates.select(page.rates.model().index_of(reduced.id))
    click(page.make_usual)
    assert settings_query.load(sqlite_db).default_tax_rate_id == reduced.id
    assert window.shop.settings.default_tax_rate_id == reduced.id
    click(page.retire_rate)
    assert "usual rate" in said(window)
    page.rates.select(0)
    gone = page.rates.selected_row().name
    click(page.retire_rate)
    left = [rate.name for rate in items_query.tax_rates(sqlite_db)]
    assert "Reduced" in left
    assert gone not in left


def test_a_way_to_pay_is_added_renamed_and_retired(window: MainWindow, sqlite_db: Db) -> None:
    page = page_of(window, "money")
    type_into(page.method_name, "Gift card")
    page.account.setCurrentIndex(page.account.findData(Account.OTHER_TENDER))
    page.opens.setChecked(True)
    click(page.add_method)
    made = {method.name: method for method in till.methods(sqlite_db)}
    assert (made["Gift card"].account, made["Gift card"].opens_drawer) == (Account.OTHER_TENDER, True)
    page.methods.select(page.methods.model().index_of(made["Gift card"].id))
    type_into(page.method_name, "Voucher card")
    page.opens.setChecked(False)
    click(page.save_method)
    renamed = {method.name: method for method in till.methods(sqlite_db)}
    assert "Gift card" not in renamed
    assert renamed["Voucher card"].opens_drawer is False
    click(page.retire_method)
    assert "Voucher card" not in {method.name for method in till.methods(sqlite_db)}


def test_tills_are_added_and_renamed(window: MainWindow, sqlite_db: Db) -> None:
    page = page_of(window, "places")
    type_into(page.tree.names, "Cellar")
    click(page.tree.add)
    tills = page.tills
    type_into(tills.station_name, "Till 2")
    tills.stands_in.setCurrentIndex(1)
    assert tills.stands_in.currentText().endswith("Cellar")
    click(tills.add_station)
    stations = settings_query.stations(sqlite_db)
    assert [(s.name, s.location) for s in stations[1:]] == [("Till 2", "Cellar")]
    assert stations[0].prefix != stations[1].prefix
    tills.stations.select(1)
    type_into(tills.station_name, "Bar")
    click(tills.rename_station)
    assert settings_query.stations(sqlite_db)[1].name == "Bar"


def test_this_computer_becomes_another_till(
    window: MainWindow, machine: QSettings, sqlite_db: Db, owner: Acting, sqlite_url: str, qtbot: Any
) -> None:
    settings.add_station(sqlite_db, owner, "Till 2", owner.location_id)
    page = page_of(window, "places")
    page.tills.stations.select(0)
    assert not page.tills.use.isEnabled(), "it is that till already"
    page.tills.stations.select(1)
    with qtbot.waitSignal(window.shop.reopen_asked):
        click(page.tills.use)
    again = opened(sqlite_url, machine, qtbot)
    assert again.shop.acting is not None
    assert again.shop.acting.station_id == settings_query.stations(sqlite_db)[1].id != owner.station_id
    again.close()


def test_a_wrong_rule_is_explained_and_a_right_one_waits_for_save(window: MainWindow, sqlite_db: Db) -> None:
    page = page_of(window, "codes")
    before = items_query.code_rules_of(sqlite_db).rules
    window.on_scan(Scan("2512340012345"))
    assert "No rule reads" in page.says.text()
    type_into(page.name, "Cheese scale")
    type_into(page.pattern, "2512{NNNDDDDD}")
    click(page.add)
    assert "decimals" in page.wrong.text()
    type_into(page.pattern, "251....{NNDDD}")
    click(page.add)
    assert not page.wrong.isVisible()
    assert [rule.pattern for rule in page.rules()][-1] == "251....{NNDDD}"
    assert items_query.code_rules_of(sqlite_db).rules == before, "nothing is written before Save"


def test_rules_are_tried_and_saved_in_their_order(window: MainWindow, sqlite_db: Db, owner: Acting) -> None:
    items.create(sqlite_db, owner, ItemFields("Gouda", price=Money(149_000), unit="kg"), (NewCode("2512345000006"),))
    page = page_of(window, "codes")
    type_into(page.name, "Cheese scale")
    type_into(page.pattern, "25.....{NNDDD}")
    click(page.add)
    type_into(page.code, "2512345014324")
    assert "1.432 kg" in page.says.text()
    assert "It is Gouda." in page.says.text()
    click(page.up)
    click(page.save)
    names = [rule.name for rule in items_query.code_rules_of(sqlite_db).rules]
    assert names.index("Cheese scale") == len(names) - 2
    click(page.remove)
    click(page.save)
    assert "Cheese scale" not in [rule.name for rule in items_query.code_rules_of(sqlite_db).rules]


def test_an_item_is_put_behind_a_quick_key_and_taken_away(
    window: MainWindow, sqlite_db: Db, owner: Acting, qtbot: Any
) -> None:
    items.create(sqlite_db, owner, ItemFields("Coffee to go", price=Money(25_000)))
    page = page_of(window, "quick_keys")
    type_into(page.line, "coffee")
    qtbot.waitUntil(lambda: page.hits.selected_row() is not None)
    type_into(page.number, "7")
    click(page.assign)
    assert [(key.key, key.name) for key in items_query.quick_keys(sqlite_db)] == [(7, "Coffee to go")]
    click(page.free)
    assert items_query.quick_keys(sqlite_db) == []


def test_a_badge_is_given_by_scanning_it(window: MainWindow, sqlite_db: Db) -> None:
    page = page_of(window, "people")
    window.on_scan(Scan("BADGE-042"))
    assert not people_query.people(sqlite_db)[0].has_badge, "nothing is written before Save"
    click(page._keep)
    assert people_query.people(sqlite_db)[0].has_badge


def test_the_scanner_of_this_computer_is_set_up(window: MainWindow, machine: QSettings, sqlite_db: Db) -> None:
    window.scanner = Scanner(scanner_options.kept(machine), parent=window)
    page = page_of(window, "scanner")
    page.suffix.setCurrentIndex(page.suffix.findData("tab"))
    type_into(page.prefix, "~")
    type_into(page.gap, "80")
    page.positions.setChecked(True)
    type_into(page.separator, "~")
    click(page.save)
    options = window.scanner.options
    assert (options.suffixes, options.prefix, options.gap_ms, options.key_positions) == (("tab",), "~", 80, True)
    assert scanner_options.kept(machine) == options, "it is kept for the next start"
    assert options.separator == "~"
    window.on_scan(Scan("4006381333931", "]E0"))
    assert "4006381333931, 13 characters" in page.last.text()
    assert "check digit is right" in page.last.text()


@pytest.mark.parametrize(("kept", "gap"), [("9999", 200), ("0", 5), ("40", 40), ("wide", 40), ("-3", 40), ("²", 40)])
def test_a_gap_out_of_bounds_is_brought_in(machine: QSettings, kept: str, gap: int) -> None:
    machine.setValue("scanner/gap_ms", kept)
    assert scanner_options.kept(machine).gap_ms == gap


def test_tones_follow_their_setting_at_once(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounds, "_enabled", True)
    window.shop.run(settings.save, {"sounds": False, "name": "Tea & Co"})
    assert sounds._enabled is False
    assert window.windowTitle().startswith("Tea & Co")


def test_motion_can_be_switched_off(window: MainWindow, machine: QSettings) -> None:
    page = page_of(window, "appearance")
    page.still.setChecked(True)
    try:
        assert theme.motion() is False
        window.open_screen("stock")
        table = window.opened("stock")._table
        table.flash(0)
        assert table.glow(0) == 0
        assert str(machine.value("window/still")).lower() == "true"
    finally:
        theme.set_motion(True)


def test_the_chosen_section_is_marked_at_its_leading_edge(window: MainWindow, qapp: QApplication) -> None:
    sections = window.opened("settings")._list

    def bar_is_at(x: int) -> bool:
        row = sections.visualItemRect(sections.currentItem())
        return sections.viewport().grab().toImage().pixelColor(x, row.center().y()) == theme.current().color("accent")

    last = sections.viewport().width() - 2
    assert bar_is_at(1)
    assert not bar_is_at(last)
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        QApplication.processEvents()
        assert bar_is_at(last)
        assert not bar_is_at(1)
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_the_till_takes_new_settings_at_once(window: MainWindow, sqlite_db: Db, owner: Acting) -> None:
    window.open_screen("sell")
    sale = window.opened("sell").sale
    assert sale.cart.ask_above == 999_000
    window.shop.run(settings.save, {"ask_quantity_above": 20})
    assert sale.cart.ask_above == 20_000
    settings.save_code_rules(sqlite_db, owner, ())
    window.shop.changed.emit(Changes(topics=frozenset({ELSEWHERE})))
    assert not sale.rules, "another till took every rule away"


def test_what_is_typed_stays_when_another_till_changes_something(window: MainWindow) -> None:
    page = page_of(window, "people")
    name = page._name
    name.setFocus()
    name.selectAll()
    QTest.keyClicks(name, "Mira")
    window.shop.announce(Changes(topics=frozenset((ELSEWHERE,))))
    QApplication.processEvents()
    assert name.text() == "Mira"
    page._table.setFocus()
    window.shop.announce(Changes(topics=frozenset((ELSEWHERE,))))
    QApplication.processEvents()
    assert name.text() == "Owner"

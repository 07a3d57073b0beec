"""Settings are saved by name and type; what would break the shop is refused in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shopstock.core.acting import Acting, Role
from shopstock.core.movements import Account
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.places import Level, PlaceFields
from shopstock.core.units import LocationId, StationId
from shopstock.db.connection import Db
from shopstock.queries import items as catalogue
from shopstock.queries import settings as settings_rows
from shopstock.services import places, settings
from tests import till as tills


def test_settings_are_saved_by_name(db: Db, owner: Acting) -> None:
    settings.save(db, owner, {"name": "Ćma & Söhne 茶", "sounds": False, "discount_limit_percent": 5})
    now = settings_rows.load(db)
    assert (now.name, now.sounds, now.discount_limit_percent, now.currency) == ("Ćma & Söhne 茶", False, 5, "GBP")


@pytest.mark.parametrize(
    "changed",
    [
        {"nonsense": 1}, {"currency": "EUR"}, {"costing": "fifo"}, {"sounds": 1}, {"discount_limit_percent": "5"},
        {"discount_limit_percent": -1}, {"discount_limit_percent": 10**20}, {"name": " "}, {"name": "x" * 3_000},
        {"default_tax_rate_id": 77}, {"sounds": False, "name": ""},
    ],
)  # fmt: skip
def test_what_would_break_the_shop_is_refused(db: Db, owner: Acting, changed: dict[str, Any]) -> None:
    before = settings_rows.load(db)
    with pytest.raises(Refused, match=r"\.$"):
        settings.save(db, owner, changed)
    assert settings_rows.load(db) == before


def test_tax_rates_come_and_go(db: Db, owner: Acting) -> None:
    settings.add_tax_rate(db, owner, "Reduced", 5_000)
    reduced = next(row for row in catalogue.tax_rates(db) if row.name == "Reduced")
    with pytest.raises(Refused):
        settings.add_tax_rate(db, owner, "Reduced", 6_000)
    with pytest.raises(Refused):
        settings.add_tax_rate(db, owner, "Huge", 100_001)
    settings.retire_tax_rate(db, owner, reduced.id)
    assert "Reduced" not in [row.name for row in catalogue.tax_rates(db)]
    settings.add_tax_rate(db, owner, "Reduced", 5_000)
    settings.save(db, owner, {"default_tax_rate_id": reduced.id})
    with pytest.raises(Refused, match="usual"):
        settings.retire_tax_rate(db, owner, reduced.id)
    assert settings.tax_rate_of(db, 5_000) == reduced.id
    assert settings.tax_rate_of(db, 9_975) == settings.tax_rate_of(db, 9_975)
    assert "9.975 %" in [row.name for row in catalogue.tax_rates(db)]


def test_payment_methods_come_and_go(db: Db, owner: Acting) -> None:
    settings.add_payment_method(db, owner, "Gift card", opens_drawer=True)
    with pytest.raises(Refused, match="already"):
        settings.add_payment_method(db, owner, "Gift card")
    with pytest.raises(Refused):
        settings.add_payment_method(db, owner, "Odd", Account.INVENTORY)
    active = [row[0] for row in db.rows("SELECT id FROM payment_method WHERE active = 1 ORDER BY id")]
    for method in active[:-1]:
        settings.retire_payment_method(db, owner, method)
    with pytest.raises(Refused, match="last"):
        settings.retire_payment_method(db, owner, active[-1])
    settings.add_payment_method(db, owner, "Cash", Account.CASH, opens_drawer=True)
    assert db.value("SELECT count(*) FROM payment_method WHERE active = 1") == 2


def test_stations_stand_at_places(db: Db, owner: Acting) -> None:
    cellar = places.add_place(db, owner, PlaceFields("Cellar", Level.ROOM, LocationId(1))).location_id
    settings.add_station(db, owner, "Till 2", cellar)
    with pytest.raises(Refused, match="already"):
        settings.add_station(db, owner, "Till 2", cellar)
    with pytest.raises(Refused, match="place"):
        settings.add_station(db, owner, "Till 3", LocationId(2))
    assert db.rows("SELECT name, prefix, location_id FROM station ORDER BY id") == [
        ("Till 1", "1", 1), ("Till 2", "2", cellar),
    ]  # fmt: skip
    settings.rename_station(db, owner, StationId(2), "Kiosk")
    with pytest.raises(Refused):
        settings.rename_station(db, owner, StationId(2), "Till 1")
    assert db.value("SELECT name FROM station WHERE id = 2") == "Kiosk"


def test_only_the_owner_may(db: Db, owner: Acting) -> None:
    manager = replace(owner, role=Role.INVENTORY_MANAGER)
    for act in (
        lambda: settings.save(db, manager, {"name": "Mine"}),
        lambda: settings.save_code_rules(db, manager, []),
        lambda: settings.add_tax_rate(db, manager, "x", 1),
        lambda: settings.retire_tax_rate(db, manager, 1),
        lambda: settings.add_payment_method(db, manager, "x"),
        lambda: settings.retire_payment_method(db, manager, 1),
        lambda: settings.add_station(db, manager, "x", LocationId(1)),
        lambda: settings.rename_station(db, manager, StationId(1), "x"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_payment_method_is_renamed_and_keeps_its_account_once_used(db: Db, owner: Acting) -> None:
    settings.add_payment_method(db, owner, "Gift card")
    gift = next(method for method in settings_rows.payment_methods(db) if method.name == "Gift card")
    settings.edit_payment_method(db, owner, gift.id, name="Voucher card", account=Account.CARD, opens_drawer=True)
    changed = next(method for method in settings_rows.payment_methods(db) if method.id == gift.id)
    assert (changed.name, changed.account, changed.opens_drawer) == ("Voucher card", Account.CARD, 1)
    with pytest.raises(Refused, match="already"):
        settings.edit_payment_method(db, owner, gift.id, name="Cash", account=Account.CARD, opens_drawer=True)
    with pytest.raises(Refused):
        settings.edit_payment_method(db, owner, gift.id, name="X", account=Account.INVENTORY, opens_drawer=False)
    tills.sold(db, owner, tills.goods(db, owner))
    cash = next(method for method in settings_rows.payment_methods(db) if method.account == Account.CASH)
    with pytest.raises(Refused, match="used already"):
        settings.edit_payment_method(db, owner, cash.id, name="Cash", account=Account.CARD, opens_drawer=True)
    settings.edit_payment_method(db, owner, cash.id, name="Coins and notes", account=Account.CASH, opens_drawer=False)

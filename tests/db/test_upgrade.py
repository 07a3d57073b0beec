"""Shops of every released schema open, and the models say what the tables are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shopstock.core.outcome import BadFile
from shopstock.db import models, upgrade
from shopstock.db.connection import Db, connect, is_postgresql, open_shop, transaction
from shopstock.queries import audit

ARCHIVED = sorted((Path(__file__).parent.parent / "data").glob("shop-v*.db"))


def columns(db: Db, table: str) -> list[str]:
    if db.engine == "sqlite":
        return [row[1] for row in db.rows(f"PRAGMA table_info({table})")]
    return [
        name
        for (name,) in db.rows(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema()"
            " AND table_name = ? ORDER BY ordinal_position",
            (table,),
        )
    ]


def objects(db: Db) -> list[tuple[object, ...]]:
    """List what the schema holds; the tables by their columns, as an upgrade writes their text otherwise."""
    found = db.rows("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name")
    return [(kind, name, columns(db, name) if kind == "table" else []) for kind, name in found]


@pytest.mark.parametrize("path", ARCHIVED, ids=lambda path: path.stem)
def test_a_shop_of_an_earlier_release_opens_with_its_books_right(path: Path, tmp_path: Path) -> None:
    mine = tmp_path / "shop.db"
    shutil.copy(path, mine)
    with pytest.raises(BadFile):
        open_shop(str(mine), query_only=True)
    with open_shop(str(mine)) as db, open_shop(str(tmp_path / "new.db"), create=True) as new:
        assert upgrade.applied(db) == list(upgrade.known())
        assert audit.discrepancies(db) == []
        assert objects(db) == objects(new)
        assert db.value("SELECT count(*) FROM document") > 0
    assert list(tmp_path.glob("shop.before-upgrade-*.db"))


def test_places_and_homes_of_schema_2_stand_in_the_tree(tmp_path: Path) -> None:
    mine = tmp_path / "shop.db"
    shutil.copy(next(path for path in ARCHIVED if path.stem == "shop-v2"), mine)
    with open_shop(str(mine)) as db:
        places = db.rows("SELECT name, kind, level, parent_id, shop_id, code FROM location ORDER BY id")
        assert places == [
            ("Shop floor", "shop", "shop", None, None, "L-1"),
            ("In transit", "transit", "shop", None, None, ""),
            ("Cellar", "shop", "shop", None, None, "L-3"),
            ("Set aside", "set_aside", "zone", 1, 1, "L-4"),
        ]
        assert db.rows("SELECT shop_id, location_id FROM home_place") == [(3, 3)]
        assert db.value("SELECT account FROM payment_method WHERE name = 'Store credit' AND active = 1")


def test_the_models_say_what_the_tables_are(db: Db) -> None:
    for model in models.ALL:
        assert [field.column_name for field in model._meta.sorted_fields] == columns(db, model._meta.table_name)


def emptied(url: str, folder: Path) -> str:
    """Return where there is no shop on the same engine."""
    if not is_postgresql(url):
        return str(folder / "old.db")
    with connect(url) as db:
        db.run("DROP SCHEMA public CASCADE")
        db.run("CREATE SCHEMA public")
    return url


def test_a_shop_of_the_first_release_is_upgraded_on_both_databases(
    db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tmp_path / "upgrades"
    first.mkdir()
    shutil.copy(upgrade.FOLDER / f"{upgrade.known()[0]}.py", first)
    with open_shop(db_url) as db:
        wanted = {table: columns(db, table) for table in (model._meta.table_name for model in models.ALL)}
    old = emptied(db_url, tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(upgrade, "FOLDER", first)
        with open_shop(old, create=True) as db:
            assert "purchase_order" not in upgrade._tables(db)
            db.run("INSERT INTO supplier (name, name_key) VALUES ('Mill', 'mill')")
    with open_shop(old) as db:
        assert upgrade.applied(db) == list(upgrade.known())
        assert {table: columns(db, table) for table in wanted} == wanted
        assert db.row("SELECT name, active, currency FROM supplier") == ("Mill", 1, "")
        with pytest.raises(Exception, match=r"(?i)foreign key"), transaction(db):
            db.run("INSERT INTO uninvoiced (line_id, qty, value) VALUES (1, 1, 1)")

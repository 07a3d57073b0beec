"""What a PostgreSQL server refuses, or the way to it: a sentence that says what to do, never the driver's own error."""

from __future__ import annotations

from typing import Any

import pytest

from shopstock.core.outcome import Refused
from shopstock.db.connection import Db, open_shop, transaction
from tests import postgres


@pytest.fixture
def server(engine: str) -> str:
    return postgres.server()


@pytest.fixture
def admin(server: str) -> Any:
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        yield connection


pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://127.0.0.1:1/shop", "does not answer"),
        ("postgresql://no-such-host.invalid/shop", "does not answer"),
        ("postgresql://[bad", "no address of a database"),
        ("postgresql://127.0.0.1:1/shop?colour=red", "no address of a database"),
    ],
)
def test_an_address_that_leads_nowhere(server: str, url: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        open_shop(url)


def test_a_database_that_is_not_there(server: str) -> None:
    with pytest.raises(Refused, match='"nowhere" does not exist'):
        open_shop(f"{server}/nowhere")


def test_a_user_without_rights(admin: Any, db_url: str, server: str) -> None:
    admin.execute("CREATE ROLE stranger LOGIN")
    try:
        with pytest.raises(Refused, match="does not let this user in"):
            open_shop(db_url.replace("postgres@", "stranger@", 1))
    finally:
        admin.execute("DROP ROLE stranger")


def test_a_database_that_may_only_be_read(admin: Any, db_url: str) -> None:
    name = db_url.rpartition("/")[2]
    admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with open_shop(db_url) as db, pytest.raises(Refused, match="only read"), transaction(db):
        db.run("UPDATE setting SET value = 'x' WHERE key = 'name'")


def test_a_database_that_cannot_keep_every_letter(admin: Any, server: str) -> None:
    admin.execute("CREATE DATABASE plain_letters ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    try:
        with pytest.raises(Refused, match="UTF8"):
            open_shop(f"{server}/plain_letters", create=True)
    finally:
        admin.execute("DROP DATABASE plain_letters")


def test_a_server_that_goes_away_in_the_middle(admin: Any, db_url: str) -> None:
    with open_shop(db_url) as db:
        with pytest.raises(Refused, match="does not answer"):
            _lose_the_server(db, admin)
    with open_shop(db_url) as again:
        assert again.value("SELECT value FROM setting WHERE key = 'name'") == "Corner Shop"


def _lose_the_server(db: Db, admin: Any) -> None:
    with transaction(db):
        db.run("UPDATE setting SET value = 'x' WHERE key = 'name'")
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", (db.raw.info.backend_pid,))
        db.run("UPDATE setting SET value = 'y' WHERE key = 'name'")

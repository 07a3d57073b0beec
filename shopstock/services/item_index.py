"""Keep the search index of the items: their names, SKUs and codes, folded, in the transaction that changes them."""

from __future__ import annotations

from collections.abc import Iterable

from shopstock.core import names
from shopstock.core.units import ItemId
from shopstock.db.connection import Db


def search_text(name: str, sku: str, keys: Iterable[str]) -> str:
    """Return what the search index holds of an item: its name and SKU, folded, and its codes, one a line."""
    return folded_text(names.fold(name), names.fold(sku), keys)


def folded_text(name: str, sku: str, keys: Iterable[str]) -> str:
    """Return what :func:`search_text` does, for a name and a SKU that are folded already."""
    return "\n".join((name, sku, *keys))


def index(db: Db, item_id: ItemId) -> None:
    """Bring the search index up to date for one item. Inside a transaction."""
    name, sku = db.rows("SELECT name, sku FROM item WHERE id = ?", (item_id,))[0]
    keys = [
        part
        for code, key in db.rows(
            "SELECT code, key FROM item_code WHERE item_id = ? AND retired_at IS NULL ORDER BY id", (item_id,)
        )
        for part in searchable(code, key)
    ]
    db.run("DELETE FROM item_search WHERE rowid = ?", (item_id,))
    db.run("INSERT INTO item_search (rowid, text) VALUES (?, ?)", (item_id, search_text(name, sku, keys)))


def searchable(code: str, key: str) -> tuple[str, ...]:
    """Return the texts by which a code is found: a GTIN-14 holds its shorter forms, other codes stand as they are."""
    folded = code.casefold()
    return (key,) if folded in key else (key, folded)

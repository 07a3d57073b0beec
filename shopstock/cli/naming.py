"""Read what commands name: goods with quantities, places, days, documents."""

from __future__ import annotations

from collections.abc import Iterable

from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import Day, DocumentId, ItemId, LocationId, Money, PersonId, Qty, parse_money, parse_qty
from shopstock.core.write_offs import Purpose
from shopstock.db.connection import Db
from shopstock.queries import causes, documents, items, people, places


def goods(db: Db, lines: Iterable[str]) -> list[tuple[ItemId, Qty]]:
    """Read what is written as ``SKU=QTY``; raise ``Refused`` for a SKU that nobody knows and for no quantity."""
    found = []
    for line in lines:
        sku, equals, text = line.rpartition("=")
        if not equals:
            raise Refused(_("“{line}” is no SKU=QTY; write it like TEA=6.").format(line=line[:40]))
        item_id = item(db, sku)
        try:
            qty = parse_qty(text)
        except ValueError as error:
            raise Refused(_("“{text}” is no quantity; write it like 6 or 0.25.").format(text=text[:40])) from error
        if qty <= 0:
            raise Refused(_("A quantity must be above 0 and at most 1,000,000."))
        found.append((item_id, qty))
    return found


def item(db: Db, sku: str) -> ItemId:
    """Find an item by its SKU; raise ``Refused``."""
    found = items.id_of_sku(db, sku)
    if found is None:
        raise Refused(_("There is no item with the SKU “{sku}”.").format(sku=sku[:40]))
    return found


def money(text: str) -> Money:
    """Read an amount; raise ``Refused``."""
    try:
        return parse_money(text)
    except ValueError as error:
        raise Refused(_("“{text}” is no amount; write it like 2.50.").format(text=text[:40])) from error


def category(db: Db, text: str) -> int:
    """Find a category by its name; raise ``Refused``."""
    wanted = text.strip().casefold()
    for found in items.categories(db):
        if found.name.casefold() == wanted:
            return found.id
    raise Refused(_("There is no category “{category}”.").format(category=text[:40]))


def place(db: Db, text: str) -> LocationId:
    """Find a place by its name, its path or the code of its label; raise ``Refused``."""
    found = places.by_code(db, text)
    if found is None:
        raise Refused(
            _("There is no one place “{place}”. Write its whole path, or the code of its label.").format(
                place=text[:80]
            )
        )
    return found.id


def day(text: str | None) -> Day | None:
    """Read a day (``2026-03-31``); nothing is no day. Raises ``Refused``."""
    digits = (text or "").replace("-", "")
    if not digits:
        return None
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        raise Refused(_("“{text}” is no day; write it like 2026-03-31.").format(text=(text or "")[:40]))
    return Day(int(digits))


def document(db: Db, text: str) -> DocumentId:
    """Find a posted document by its number (``1-42``); raise ``Refused``."""
    for found in documents.numbered(db, text):
        if found.number.casefold() == text.strip().casefold():
            return found.id
    raise Refused(_("There is no document {number}. Numbers look like 1-42.").format(number=text[:40]))


def person(db: Db, text: str) -> PersonId:
    """Find who works here by name; raise ``Refused`` with those that do."""
    known = people.people(db)
    for one in known:
        if one.name.casefold() == text.strip().casefold():
            return one.id
    raise Refused(
        _("Nobody called “{name}” works here. People are: {known}.").format(
            name=text[:40], known=", ".join(one.name for one in known)
        )
    )


def cause(db: Db, purpose: Purpose, text: str) -> str:
    """Find a cause by its key or its name; raise ``Refused`` with those that there are."""
    wanted = text.strip().casefold()
    known = causes.causes(db, purpose)
    for one in known:
        if wanted in (one.key.casefold(), one.name.casefold()):
            return one.key
    raise Refused(
        _("There is no cause “{cause}”. The causes are: {known}.").format(
            cause=text[:40], known=", ".join(one.key for one in known)
        )
    )

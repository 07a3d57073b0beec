"""Posted lines that rows of a history file refer to: what a return gives back, what a late cost or an arrival is of."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from shopstock.core import chain
from shopstock.core.text import _
from shopstock.core.units import DocumentId, LineId, LocationId, Money, Qty, round_to, share
from shopstock.db.connection import Db
from shopstock.services.posting_unwritten import Unwritten


class Refers(NamedTuple):
    """What the ``of`` of an event may name: documents of an event, which are of a kind; and its own lines' kind."""

    event: str
    kind: str
    line: str


REFERS: dict[str, Refers] = {
    "customer_return": Refers("sale", "sale", "customer_return"),
    "supplier_return": Refers("goods_receipt", "goods_receipt", "supplier_return"),
    "landed_cost": Refers("goods_receipt", "goods_receipt", "landed_cost"),
    "arrive": Refers("dispatch", "transfer", "transfer"),
}
#: Events whose documents others may name.
NAMED = frozenset(one.event for one in REFERS.values())


def names_no(event: str, of: str) -> str:
    """Say that an ``of`` names nothing that the event may refer to."""
    what = {"sale": _("sale"), "goods_receipt": _("goods receipt"), "dispatch": _("dispatch")}[REFERS[event].event]
    return _("“{of}” names no {kind}").format(of=of, kind=what)


class OfLine:
    """A posted line that comes back or arrives, and how much of it is left."""

    __slots__ = (
        "discount", "id", "item_id", "left", "location_id", "net", "qty", "tax", "tax_rate", "to_location_id", "value",
    )  # fmt: skip

    def __init__(
        self, id: int, item_id: int, location_id: int, to_location_id: int | None, qty: int, value: int | None,
        net: int, tax: int, discount: int, tax_rate: int, returned: int,
    ) -> None:  # fmt: skip
        self.id = LineId(id)
        self.item_id = item_id
        self.location_id = LocationId(location_id)
        self.to_location_id = to_location_id
        self.qty = qty
        self.value = Money(value or 0)
        self.net = Money(net)
        self.tax = Money(tax)
        self.discount = Money(discount)
        self.tax_rate = tax_rate
        self.left = qty - returned

    def part(self, amount: Money, qty: int, step: Money) -> Money:
        """Return what the next ``qty`` that come back carry of ``amount``, in steps; the last take the remainder."""
        before = self.qty - self.left
        return Money(self._first(amount, before + qty, step) - self._first(amount, before, step))

    def _first(self, amount: Money, qty: int, step: Money) -> Money:
        return amount if qty == self.qty else round_to(portion(amount, qty, self.qty), step)


def portion(amount: Money, part: int, whole: int) -> Money:
    """Return what ``part`` of ``whole`` carries of an amount."""
    return share(amount, Qty(part), Qty(whole))


# "<> ''" names the partial index on references.
_OF_LINES = """
    SELECT l.id, l.item_id, l.location_id, l.to_location_id, l.qty, l.value, l.net, l.tax, l.discount, l.tax_rate,
           COALESCE((SELECT SUM(r.qty) FROM document_line r WHERE r.of_line_id = l.id AND r.kind = ? AND NOT EXISTS
                     (SELECT 1 FROM document_line v WHERE v.of_line_id = r.id AND v.kind = 'reversal')), 0)
    FROM document d JOIN document_line l ON l.document_id = d.id
    WHERE {document} AND l.kind = ?
      AND NOT EXISTS (SELECT 1 FROM document_line v WHERE v.of_line_id = l.id AND v.kind = 'reversal')
    ORDER BY l.id"""
_BY_REFERENCE = _OF_LINES.format(document="d.reference = ? AND d.reference <> '' AND d.kind = ?")
_BY_NUMBER = _OF_LINES.format(
    document="d.number = ? AND d.station_id = (SELECT id FROM station WHERE prefix = ?) AND d.kind = ?"
)

#: What an :class:`OfLine` is made of, out of a line that is not yet written.
_of_fields = itemgetter(
    *map(
        chain.LINE.index,
        ("id", "item_id", "location_id", "to_location_id", "qty", "value", "net", "tax", "discount", "tax_rate"),
    )
)


def of_lines(db: Db, event: str, of: str, waiting: Sequence[LineId], unwritten: Unwritten) -> list[OfLine]:
    """Return the lines of the documents that ``of`` names by reference or number; ``waiting`` are not written yet."""
    rule = REFERS[event]
    rows = db.rows(_BY_REFERENCE, (rule.line, of, rule.kind, rule.kind))
    if not rows and not waiting:
        prefix, _dash, number = of.rpartition("-")
        if number.isascii() and number.isdigit() and len(number) < 18:
            rows = db.rows(_BY_NUMBER, (rule.line, int(number), prefix, rule.kind, rule.kind))
    rows += [(*_of_fields(unwritten.line(line_id) or ()), 0) for line_id in waiting]
    found = [OfLine(*fields) for fields in rows]
    for line in found:
        line.left -= unwritten.taken_back(line.id, rule.line)
    return found


def document_of(db: Db, of: str) -> DocumentId | None:
    """Return the one imported document of a reference that can be reversed; ``None`` for none or several.

    Only what came from a history: what the program itself posted may have more to it than its document.
    """
    found = db.rows(
        "SELECT d.id FROM document d WHERE d.reference = ? AND d.kind <> 'reversal' "
        "AND d.idempotency_key >= 'history:' AND d.idempotency_key < 'history;' "
        "AND NOT EXISTS (SELECT 1 FROM document u WHERE u.reverses_id = d.id) LIMIT 2",
        (of,),
    )
    return DocumentId(found[0][0]) if len(found) == 1 else None

"""Whether a draft may be posted as it stands, and what its lines refer to."""

from __future__ import annotations

from collections.abc import Callable

from shopstock.core import chain
from shopstock.core.cost_layers import Layer, Part
from shopstock.core.document import Draft, DraftLine
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import MAX_MONEY, MAX_QTY
from shopstock.db.connection import Db
from shopstock.services import posting_read as read
from shopstock.services.posting_lines import Known
from shopstock.services.posting_rows import ItemState, Rows
from shopstock.services.posting_unwritten import Unwritten

#: Kinds whose line may name another line.
_REFERRING = frozenset(("customer_return", "supplier_return", "landed_cost", "reversal", "transfer"))
#: Kinds that an item without stock may take part in.
_WITHOUT_STOCK = frozenset(("sale", "customer_return", "reversal"))
_NEEDS_QTY = frozenset(
    ("opening", "goods_receipt", "sale", "customer_return", "supplier_return", "transfer", "write_off", "found")
)
#: What more of an item than this might cost is looked at: less stays within 64 bits at any cost.
_MANY = 10 * 1_000
#: What is dated within a minute of now happens now (in microseconds).
_NOW = 60_000_000
_OF_LINE = tuple(name for name in read.PostedLine._fields if name in chain.LINE)
_NO_SUCH_LINE: dict[str, Callable[[], str]] = {
    "sale": lambda: _("A return can only name a sale."),
    "goods_receipt": lambda: _("A supplier return can only name a goods receipt."),
    "transfer": lambda: _("What arrives has to name what was dispatched."),
}


def happens_now(at: int, now: int) -> bool:
    """Tell whether something happens as it is posted, and not on a date that was typed or imported.

    It stands behind everything posted before, whatever the clock said then: clocks are set back.
    """
    return at > now - _NOW


def lies_ahead(at: int, now: int) -> bool:
    """Tell whether a date is in the future; not by less than a clock may be set back while a sale is being posted."""
    return at > now + _NOW


class References:
    """Looks up posted lines, their parts and their layers, seeing also what a book has decided and not yet written."""

    def __init__(self, db: Db, average: bool, states: dict[int, ItemState], rows: Rows) -> None:
        self._db = db
        self._average = average
        self._states = states
        self._known_parts: dict[int, list[Part]] = {}
        self._sent: dict[int, read.SentLine] = {}
        self.rows = rows
        self.unwritten = Unwritten(rows)

    def start_afresh(self, rows: Rows) -> None:
        """Go on with empty rows: everything decided is written."""
        self.rows = rows
        self.unwritten = Unwritten(rows)
        self._known_parts.clear()

    def known(self, draft: Draft, now: int) -> dict[int, Known]:
        """Check every line, and look up what the lines refer to."""
        known: dict[int, Known] = {}
        dated = not happens_now(draft.occurred_at, now)
        asked: dict[int, int] = {}
        self._sent = self._look_up_sent(draft)
        for number, line in enumerate(draft.lines):
            kind = line.kind._value_
            if kind in _NEEDS_QTY and not 0 < line.qty <= MAX_QTY:
                raise Refused(_("A quantity must be above 0 and at most 1,000,000."))
            if line.qty < 0 or line.qty > MAX_QTY or max(abs(line.value or 0), line.net + line.tax) > MAX_MONEY:
                raise Refused(_("A quantity or an amount on this document is too large."))
            state = self._states[line.item_id]
            if line.qty > _MANY and max(state.provisional(line.qty)[0], state.current(line.qty)[0]) > MAX_MONEY:
                raise Refused(_("So many of this item would cost more than 1,000,000,000. Check quantity and cost."))
            if not state.stocked and kind not in _WITHOUT_STOCK:
                raise Refused(_("This item keeps no stock: it can only be sold and taken back."))
            if dated and state.counted_at is not None and draft.occurred_at < state.counted_at and line.qty:
                self._check_counts(line, draft.occurred_at)
            if line.of_line_id is not None and kind in _REFERRING:
                known[number] = self._refer(line, kind, asked)
            elif kind in ("landed_cost", "reversal"):
                raise Refused(_("A cost that comes late has to name the goods receipt it belongs to."))
        return known

    def _check_counts(self, line: DraftLine, at: int) -> None:
        for place in {line.location_id, line.to_location_id or line.location_id}:
            if read.counted_later(self._db, line.item_id, place, at):
                raise Refused(
                    _("This item was counted there since. Post it with today's date, or correct it by a new count.")
                )

    def _look_up_sent(self, draft: Draft) -> dict[int, read.SentLine]:
        """Look up what many lines of a transfer arrive of in one go."""
        ids = {
            line.of_line_id for line in draft.lines if line.of_line_id is not None and line.kind._value_ == "transfer"
        }
        stored = sorted(id for id in ids if self.unwritten.line(id) is None)
        return read.sent_lines(self._db, stored) if len(stored) > 1 else {}

    def _refer(self, line: DraftLine, kind: str, asked: dict[int, int]) -> Known:
        of_line = line.of_line_id
        assert of_line is not None
        of = self._posted_line(of_line)
        if of.item_id != line.item_id:
            raise Refused(_("The line that this refers to is about another item."))
        known = Known(of, [] if kind == "transfer" else self._parts(of_line))
        if kind == "customer_return":
            self._check_left(of, "sale", kind, line.qty, asked)
        elif kind == "supplier_return":
            self._check_left(of, "goods_receipt", kind, line.qty, asked)
        elif kind == "transfer":
            if of.to_location_id != line.location_id:
                raise Refused(_NO_SUCH_LINE["transfer"]())
            self._check_left(of, "transfer", kind, line.qty, asked)
        elif kind == "landed_cost":
            if of.kind not in ("goods_receipt", "opening"):
                raise Refused(_("A cost that comes late belongs to a goods receipt. Choose one."))
            if read.taken_back(self._db, of_line, "reversal"):
                raise Refused(_("That goods receipt was reversed. Choose another one."))
            self._find_goods(known, of_line)
        else:
            known.moved = read.moved(self._db, of_line)
            if of.kind == "goods_receipt":
                known.uninvoiced = read.uninvoiced(self._db, of_line)
            if of.kind == "landed_cost" and of.of_line_id is not None:
                self._find_goods(known, of.of_line_id)
            elif of.kind == "customer_return" and of.of_line_id is not None:
                known.sale_parts = self._parts(of.of_line_id)
            elif known.moved[0] > 0:
                self._find_goods(known, of_line)
                known.cost_before = read.arrival_before(self._db, of.item_id, of.document_id)
        return known

    def _check_left(self, of: read.PostedLine, expected: str, kind: str, qty: int, asked: dict[int, int]) -> None:
        """Refuse to take back more of a line than is left of it."""
        if of.kind != expected:
            raise Refused(_NO_SUCH_LINE[expected]())
        asked[of.id] = asked.get(of.id, 0) + qty
        waiting = self.unwritten.line(of.id) is not None
        sent = self._sent.get(of.id)
        if sent is not None:
            back, undone = sent.arrived, sent.reversed
        else:
            back = 0 if waiting else read.taken_back(self._db, of.id, kind)
            undone = 0 if waiting else read.taken_back(self._db, of.id, "reversal")
        left = of.qty - back - self.unwritten.taken_back(of.id, kind)
        if asked[of.id] > left or undone:
            raise Refused(_("That is more than is left of that line. Check the quantity."))

    def _find_goods(self, known: Known, line_id: int) -> None:
        """Find where the goods that a line brought in are: their layer, or the pool's mark."""
        if self._average:
            known.mark = read.mark(self._db, line_id)
            return
        found = read.layer_of_line(self._db, line_id)
        if found is not None:
            known.layer = self.layer_by_id(self._states[known.line.item_id], found.id, found)

    def pending(self, draft: Draft) -> bool:
        """Tell whether what the draft refers to must be written before it can be looked up.

        Lines and what came back of them are found in memory too; not what a reversal undid, nor where goods went.
        """
        if not self.rows.lines:
            return False
        return any(
            line.of_line_id is not None
            and (
                self.unwritten.reversing
                or (
                    line.kind._value_ in ("landed_cost", "reversal")
                    and self.unwritten.line(line.of_line_id) is not None
                )
            )
            for line in draft.lines
        )

    def _posted_line(self, line_id: int) -> read.PostedLine:
        line = self.unwritten.line(line_id)
        if line is None:
            sent = self._sent.get(line_id)
            return read.posted_line(self._db, line_id) if sent is None else sent.line
        named = dict(zip(chain.LINE, line, strict=True))
        kind = self.unwritten.document_kind(line)
        return read.PostedLine(document_kind=kind, **{name: named[name] for name in _OF_LINE})

    def _parts(self, line_id: int) -> list[Part]:
        """Return what a line took, oldest first: as stored, and what is not yet written of it."""
        parts = self._known_parts.get(line_id)
        if parts is None:
            stored = self.unwritten.line(line_id) is None
            parts = self._known_parts[line_id] = read.parts_of_line(self._db, line_id) if stored else []
        newest = parts[-1].id if parts else 0
        parts += [
            Part(id, layer_id, qty, value, 0, 0)
            for id, _line, _movement, layer_id, qty, value in self.unwritten.parts(line_id)
            if id > newest
        ]
        return parts

    def layer_by_id(self, state: ItemState, layer_id: int, stored: Layer | None = None) -> Layer:
        """Return the one object for a layer: open, changed in this book, or as stored."""
        for layer in state.layers:
            if layer.id == layer_id:
                return layer
        pending = self.rows.layers.get(layer_id)
        if pending is not None:
            return pending[1]
        return stored if stored is not None else read.layer(self._db, layer_id)

    def expected(self, item_id: int, location_id: int, at: int, now: int) -> int:
        """Return what the ledger expects of an item at a place at an instant."""
        level = read.on_hand(self._db, item_id, location_id) + self.rows.levels.get((item_id, location_id), 0)
        if not happens_now(at, now):
            level -= read.moved_after(self._db, item_id, location_id, at)
        return level

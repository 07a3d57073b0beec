"""Deciding the lines that correct what the ledger holds: counts, costs that come late, and reversals."""

from __future__ import annotations

from dataclasses import replace

from shopstock.core.cost_layers import Spread
from shopstock.core.costing import SURVIVAL_ONE
from shopstock.core.document import DraftLine
from shopstock.core.movements import Account, MovementKind
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import Qty
from shopstock.services import posting_lines as sheet_of
from shopstock.services.posting_lines import INVOICE_DIFFERENCE, Known, Sheet
from shopstock.services.posting_rows import ItemState


def count(sheet: Sheet, line_id: int, line: DraftLine, known: Known | None) -> str:
    """Adjust to what was counted: less is lost, more is found, both against shrinkage; a right count is noted too."""
    # What was sold or booked in since the count stays as it is: only the variance moves.
    expected = line.expected
    if expected is None:
        expected = Qty(sheet.expected(line.item_id, line.location_id, sheet.occurred_at, sheet.posted_at))
    sheet.was_expected = expected
    more = line.qty - expected
    flags = ""
    if more < 0:
        flags = sheet.lose(line_id, line, "count", -more, (Account.SHRINKAGE.value, line.cause))
    elif more > 0:
        flags = sheet.find(line_id, line, "count", more)
    else:
        sheet.move(line_id, line.item_id, line.location_id, "count", 0, 0)
    state = sheet.states[line.item_id]
    state.counted_at = max(state.counted_at or 0, sheet.occurred_at)
    sheet.rows.states[line.item_id] = state
    sheet.rows.counted.append((sheet.posted_at, line.item_id, line.location_id))
    return flags


def landed_cost(sheet: Sheet, line_id: int, line: DraftLine, known: Known | None) -> str:
    """Add a late cost to the goods it belongs to, as far as they are held; what has gone is COGS or price variance."""
    assert known is not None
    amount: int = line.value if line.value is not None else 0
    _late_cost(sheet, line_id, line, known, amount, MovementKind.LANDED_COST.value, line.cause)
    return ""


def _late_cost(sheet: Sheet, line_id: int, line: DraftLine, known: Known, amount: int, kind: str, cause: str) -> None:
    state = sheet.states[line.item_id]
    spread = _spread(state, known, amount)
    if known.layer is not None:
        sheet.rows.layers[known.layer.id] = (line.item_id, known.layer)
    if state.average and state.layers:
        sheet.rows.layers[state.layers[0].id] = (line.item_id, state.layers[0])
    gone, variance = spread.gone, spread.capped
    if cause == INVOICE_DIFFERENCE:
        gone, variance = 0, gone + variance
    sheet.move(line_id, line.item_id, line.location_id, kind, 0, amount)
    sheet.book(sheet_of.SUPPLIER, -amount)
    figures = sheet.figures_of(line.item_id)
    figures[sheet_of.VALUE] += spread.held
    figures[sheet_of.RECEIVED_VALUE] += amount
    if gone:
        sheet.move(line_id, line.item_id, line.location_id, MovementKind.COST_ADJUSTMENT.value, 0, -gone)
        sheet.book(sheet_of.COGS, gone)
        figures[sheet_of.COST] += gone
        sheet.late_cogs += gone
    if variance:
        sheet.move(line_id, line.item_id, line.location_id, MovementKind.PRICE_VARIANCE.value, 0, -variance)
        sheet.book(sheet_of.VARIANCE, variance)
    sheet.rows.states[line.item_id] = state


def _spread(state: ItemState, known: Known, amount: int) -> Spread:
    if state.average:
        qty, held, survival, epoch = known.mark or (1, 0, SURVIVAL_ONE, 0)
        return state.spread_average(amount, qty, held, survival, epoch)
    return Spread(0, amount, 0) if known.layer is None else state.spread_fifo(amount, known.layer)


def reversal(sheet: Sheet, line_id: int, line: DraftLine, known: Known | None) -> str:
    """Undo a line of an earlier document, at exactly the value it moved; refuse what cannot be undone honestly."""
    assert known is not None
    of = known.line
    state = sheet.states[of.item_id]
    qty, value = known.moved
    figures = sheet.figures_of(of.item_id)
    kind = MovementKind.REVERSAL.value
    if of.kind == "transfer":
        assert of.to_location_id is not None
        sheet.move(line_id, of.item_id, of.to_location_id, "transfer", -of.qty, 0)
        sheet.move(line_id, of.item_id, of.location_id, "transfer", of.qty, 0)
        return ""
    if of.kind == "landed_cost":
        _late_cost(sheet, line_id, line, known, -(of.value or 0), kind, of.cause)
        return ""
    if qty < 0:
        value = -sheet.put_back(line_id, replace(line, qty=Qty(-qty)), state, kind, of, known.parts)
    elif qty > 0:
        _take_out_again(sheet, line_id, line, state, known)
    elif state.stocked or of.kind == "count":
        sheet.move(line_id, of.item_id, of.location_id, kind, 0, 0)
    figures[sheet_of.QTY] -= qty
    figures[sheet_of.VALUE] -= value
    _undo_against(sheet, line, known, figures, qty, value)
    return ""


def _take_out_again(sheet: Sheet, line_id: int, line: DraftLine, state: ItemState, known: Known) -> None:
    """Take goods that a line brought in out of the very layers they went to."""
    qty, value = known.moved
    before = state.qty
    if known.sale_parts is not None:
        if state.take_again(qty, value, known.sale_parts, lambda id: sheet.layer(state, id)) is None:
            raise Refused(_("These goods have been sold again since. Post a new sale instead of reversing the return."))
        sheet.parts_changed(known.sale_parts)
    else:
        layer = known.layer
        if state.average:
            layer = state.layers[0] if known.mark == (qty, qty, state.survival, state.epoch) and state.layers else None
        if layer is None or not state.unreceive(layer, qty, value):
            raise Refused(
                _("Some of these goods have left since, or a cost was added. Post a return or a count instead.")
            )
        sheet.rows.layers[layer.id] = (state.item_id, layer)
        if known.line.kind in sheet_of.AGAINST_ARRIVAL:
            state.forget_cost(known.line.id, known.cost_before)
    sheet.move(line_id, state.item_id, line.location_id, MovementKind.REVERSAL.value, -qty, -value)
    sheet.touch(state, before)


def _undo_against(sheet: Sheet, line: DraftLine, known: Known, figures: list[int], qty: int, value: int) -> None:
    """Book the other side of a reversed line that moved ``qty`` and ``value``; take it out of the day's figures."""
    of = known.line
    if of.kind in ("sale", "customer_return"):
        sheet.book(sheet_of.COGS, value)
        sheet.cogs += value
        figures[sheet_of.COST] += value
        if of.kind == "sale":
            figures[sheet_of.SOLD] -= of.qty
            figures[sheet_of.LINES] -= 1
            sheet.sale_lines -= 1
            sheet.revenue(line, -1, figures)
        else:
            figures[sheet_of.RETURNED] -= of.qty
            sheet.revenue(line, 1, figures)
    elif of.kind in sheet_of.AGAINST_ARRIVAL:
        sheet.book(sheet_of.AGAINST_ARRIVAL[of.kind], value)
        if of.kind == "goods_receipt":
            sheet.rows.more_uninvoiced(of.id, -known.uninvoiced[0], -known.uninvoiced[1])
        figures[sheet_of.RECEIVED] -= qty
        figures[sheet_of.RECEIVED_VALUE] -= value
    elif of.kind == "supplier_return":
        credit = of.value if of.value is not None else -known.moved[1]
        sheet.book(sheet_of.SUPPLIER, -credit)
        sheet.book(sheet_of.VARIANCE, credit + value)
        figures[sheet_of.RECEIVED] -= qty
        figures[sheet_of.RECEIVED_VALUE] -= value
    else:
        account = Account.WRITE_OFFS if of.kind == "write_off" else Account.SHRINKAGE
        sheet.book((account.value, of.cause), value)
        figures[sheet_of.LOST] += qty
        figures[sheet_of.LOST_VALUE] += value

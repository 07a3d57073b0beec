"""Read what wants a label, what labels say, the templates, and how far a label job is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from shopstock.core import catalogue as catalogue_units
from shopstock.core import code_rules, codes, currency, labels
from shopstock.core.currency import Currency
from shopstock.core.labels import LabelData, LabelTemplate, Reason, Wanted, WantedPlace
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import DocumentId, Instant, ItemId, Money, Qty
from shopstock.db.connection import Db
from shopstock.devices.status import Reason as PrintReason
from shopstock.devices.status import State
from shopstock.queries import items as catalogue
from shopstock.queries import place_labels, printing, settings

_AT_ONCE = 500


class DueRow(NamedTuple):
    """An item that wants labels. ``id`` is 0 and ``at`` ``None`` for goods without a code that nobody asked for yet.

    ``code`` is what its label would carry, empty where the item has none; ``old_price`` is what it cost before the last
    change of price, ``None`` where it never changed.
    """

    id: int
    item_id: ItemId
    sku: str
    name: str
    code: str
    price: Money
    old_price: Money | None
    on_hand: Qty
    reason: Reason
    copies: int
    document_id: DocumentId | None
    at: Instant | None


_DUE = """
SELECT {row}, i.id, i.sku, i.name,
  coalesce((SELECT c.code FROM item_code c WHERE c.item_id = i.id AND c.retired_at IS NULL
            ORDER BY c.qty <> 1000, c.id LIMIT 1), ''), i.price,
  (SELECT p.old_price FROM price_change p WHERE p.item_id = i.id ORDER BY p.id DESC LIMIT 1),
  coalesce((SELECT sum(l.on_hand) FROM stock_level l JOIN location o ON o.id = l.location_id
    WHERE l.item_id = i.id AND o.kind = 'shop'), 0),
  {wish} FROM {tables}"""
_LISTED = _DUE.format(
    row="d.id", wish="d.reason, d.copies, d.document_id, d.at", tables="label_due d JOIN item i ON i.id = d.item_id"
)
_CODELESS = _DUE.format(row="0", wish="'missing', 1, NULL, NULL", tables="item i") + (
    " WHERE i.active = 1 AND i.stocked = 1"
    " AND NOT EXISTS (SELECT 1 FROM item_code c WHERE c.item_id = i.id AND c.retired_at IS NULL)"
    " AND NOT EXISTS (SELECT 1 FROM label_due d WHERE d.item_id = i.id AND d.reason = 'missing' AND d.done_at IS NULL)"
    " ORDER BY i.name_key, i.id LIMIT ?"
)


def due(db: Db, reason: Reason | None = None, limit: int = 10_000) -> list[DueRow]:
    """List what wants labels, the latest first; ``MISSING`` also lists all goods without a code, by name."""
    only, params = (" AND d.reason = ?", [reason.value]) if reason is not None else ("", [])
    rows = db.rows(
        f"{_LISTED} WHERE d.done_at IS NULL AND i.active = 1{only} ORDER BY d.at DESC, d.id LIMIT ?", [*params, limit]
    )
    if reason is Reason.MISSING:
        rows += db.rows(_CODELESS, (limit - len(rows),))
    return [DueRow._make((*row[:8], Reason(row[8]), *row[9:])) for row in rows]


def due_counts(db: Db) -> dict[Reason, int]:
    """Count what wants labels by reason; ``MISSING`` counts what :func:`due` lists for it."""
    found = dict.fromkeys(Reason, 0)
    for reason, count in db.rows(
        "SELECT d.reason, count(*) FROM label_due d JOIN item i ON i.id = d.item_id"
        " WHERE d.done_at IS NULL AND i.active = 1 GROUP BY d.reason"
    ):
        found[Reason(reason)] = count
    found[Reason.MISSING] += db.value(
        "SELECT count(*) FROM item i WHERE i.active = 1 AND i.stocked = 1"
        " AND NOT EXISTS (SELECT 1 FROM item_code c WHERE c.item_id = i.id AND c.retired_at IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM label_due d WHERE d.item_id = i.id AND d.reason = 'missing'"
        " AND d.done_at IS NULL)"
    )
    return found


class TemplateRow(NamedTuple):
    """A template. ``id`` is ``None`` for a built-in one; ``problem`` says why a saved one cannot be read.

    ``template`` of one that cannot be read is the built-in shelf label under its name.
    """

    id: int | None
    name: str
    template: LabelTemplate
    is_default: bool
    problem: str = ""


def templates(db: Db) -> list[TemplateRow]:
    """List the saved templates by name, then the built-in ones whose name is not taken."""
    found = []
    for id_, name, content, is_default in db.rows(
        "SELECT id, name, content, is_default FROM label_template ORDER BY lower(name), id"
    ):
        try:
            found.append(TemplateRow(id_, name, replace(labels.from_json(content), name=name), bool(is_default)))
        except Refused as error:
            found.append(TemplateRow(id_, name, replace(labels.SHELF, name=name), bool(is_default), str(error)))
    taken = {row.name for row in found}
    chosen = any(row.is_default and not row.problem and not labels.is_for_places(row.template) for row in found)
    return found + [
        TemplateRow(None, template.name, template, not chosen and template is labels.SHELF)
        for template in labels.BUILT_IN
        if template.name not in taken
    ]


def template(db: Db, name: str = "", *, of_places: bool = False) -> LabelTemplate:
    """Return the template of that name, or the usual one for items (for places the first that shows what they have).

    Raises ``Refused`` when there is none of that name or it is broken.
    """
    rows = templates(db)
    if not name:
        sound = (row for row in rows if not row.problem and labels.is_for_places(row.template) is of_places)
        if of_places:
            return next((row.template for row in sound), labels.PLACE)
        return next((row.template for row in sound if row.is_default), labels.SHELF)
    wanted = name.strip().casefold()
    for row in rows:
        if row.name.casefold() == wanted:
            if row.problem:
                raise Refused(row.problem)
            return row.template
    raise Refused(
        _("No label template is called {name}. Use one of: {known}.").format(
            name=name[:40], known=", ".join(row.name for row in rows)
        )
    )


class _Shown(NamedTuple):
    id: ItemId
    sku: str
    name: str
    unit: str
    price: Money
    content: Qty | None
    content_unit: str
    asks_price: int


def data_for(db: Db, wanted: Sequence[Wanted | WantedPlace], *, old_prices: bool = False) -> list[LabelData]:
    """Return what the labels of these items say, in their order, then those of places; what is gone is left out.

    With ``old_prices`` a lowered price carries the one before. The code is the item's first for a single unit, else
    its SKU, if scanning that finds the item.
    """
    money = currency.of(settings.load(db).currency)
    made: list[LabelData] = []
    goods = [wish for wish in wanted if isinstance(wish, Wanted)]
    for at in range(0, len(goods), _AT_ONCE):
        part = goods[at : at + _AT_ONCE]
        ids = list({wish.item_id for wish in part})
        marks = ", ".join("?" for _id in ids)
        shown = {
            row[0]: _Shown._make(row)
            for row in db.rows(
                "SELECT id, sku, name, unit, price, content, content_unit, asks_price FROM item"
                f" WHERE id IN ({marks}) AND active = 1",
                ids,
            )
        }
        printed = _codes(db, shown, marks, ids)
        lowered = _lowered(db, marks, ids) if old_prices else {}
        for wish in part:
            item = shown.get(wish.item_id)
            if item is not None:
                made.append(_label(wish, item, printed.get(item.id, ""), lowered.get(item.id), money))
    return made + place_labels.data_for(db, [wish for wish in wanted if isinstance(wish, WantedPlace)])


def _label(wish: Wanted, item: _Shown, code: str, old: Money | None, money: Currency) -> LabelData:
    day = str(wish.expires) if wish.expires else ""
    return LabelData(
        name=item.name,
        price="" if item.asks_price else _amount(money, item.price),
        unit_price="" if item.asks_price else _unit_price(money, item),
        old_price="" if old is None or old <= item.price else _amount(money, old),
        code=code,
        sku=item.sku,
        lot=wish.lot,
        expires=f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else "",
        expires_day=wish.expires or 0,
        copies=wish.copies,
        item_id=item.id,
    )


def _amount(money: Currency, amount: Money) -> str:
    """Write a price as it stands on a shelf: the sign before it, or after it where that is a word."""
    text = money.format(amount)
    return f"{text} {money.symbol}" if money.symbol.isalpha() else f"{money.symbol}{text}"


def _unit_price(money: Currency, item: _Shown) -> str:
    if item.unit != catalogue_units.PIECE:
        return _("per {unit}").format(unit=item.unit)
    found = labels.unit_price(item.price, item.content or Qty(0), item.content_unit, money.step)
    if found is None:
        return ""
    return _("{price} / {unit}").format(price=_amount(money, found.price), unit=found.unit)


def _codes(db: Db, shown: dict[ItemId, _Shown], marks: str, ids: list[ItemId]) -> dict[ItemId, str]:
    """Return what each item's bars say: its first code for one unit, else its SKU, if no other code is in the way."""
    found: dict[ItemId, str] = {}
    for item_id, code in db.rows(
        f"SELECT item_id, code FROM item_code WHERE item_id IN ({marks}) AND retired_at IS NULL AND qty = 1000"
        " AND kind <> 'embedded' ORDER BY CASE kind WHEN 'gtin' THEN 0 WHEN 'internal' THEN 1 ELSE 2 END, id",
        ids,
    ):
        found.setdefault(item_id, code)
    rules = catalogue.code_rules_of(db) if len(found) < len(shown) else code_rules.NO_RULES
    asked: dict[str, ItemId] = {}
    for item in shown.values():
        if item.id not in found and item.sku.isascii():
            try:
                reading = codes.read(item.sku, rules)
            except codes.BadCode:
                continue
            found[item.id] = item.sku
            asked.update(dict.fromkeys((key for key in (reading.key, reading.base_key) if key), item.id))
    if asked:
        marks = ", ".join("?" for _key in asked)
        for key, owner in db.rows(
            f"SELECT key, item_id FROM item_code WHERE key IN ({marks}) AND retired_at IS NULL", list(asked)
        ):
            if owner != asked[key]:
                found.pop(asked[key], None)  # the till would sell the other item
    return found


def _lowered(db: Db, marks: str, ids: list[ItemId]) -> dict[ItemId, Money]:
    rows = db.rows(
        "SELECT p.item_id, p.old_price FROM price_change p WHERE p.id IN"
        f" (SELECT max(id) FROM price_change WHERE item_id IN ({marks}) GROUP BY item_id)",
        ids,
    )
    return dict(rows)


class JobProgress(NamedTuple):
    """How far a label job is: ``done`` of ``whole`` labels are out."""

    job_id: int
    state: State
    reason: PrintReason
    done: int
    whole: int


def progress(db: Db, job_id: int) -> JobProgress:
    """Tell how far a label job is; raise ``Refused`` when it is gone."""
    row = printing.job(db, job_id)
    paper = printing.paper(db, job_id)
    if not isinstance(paper, labels.LabelJob):
        raise Refused(_("This paper is no job of labels."))
    done = db.value("SELECT done FROM print_job WHERE id = ?", (job_id,))
    return JobProgress(job_id, row.state, row.reason, done, paper.count)

"""The sheets of a count on paper, for who counts: nothing here reads what the ledger has."""

from __future__ import annotations

from collections import defaultdict

from shopstock.core import counting
from shopstock.core.acting import Acting, Permission
from shopstock.core.count_paper import CountPaper, CountPaperLine, CountPaperSheet
from shopstock.core.outcome import Refused
from shopstock.core.text import _
from shopstock.core.units import LocationId
from shopstock.db.connection import Db
from shopstock.queries import place_paths, places, settings


def paper(db: Db, acting: Acting, count_id: int, place: LocationId | None = None) -> CountPaper:
    """Return the sheets of a count that are not done, of one place or of all.

    A whole place lists the items whose home it is, as they are looked for there first, and leaves room for others.
    """
    acting.require(Permission.COUNT)
    row = db.row("SELECT number, name, day, note, shop_id FROM stock_count WHERE id = ?", (count_id,))
    if row is None:
        raise Refused(_("There is no such count any more."))
    number, name, day, note, shop_id = row
    paths = place_paths.paths(db)
    labels = {one.id: one.code for one in places.listed(db, retired=True)}
    listed, homes = _listed(db, count_id), _at_home(db, count_id, shop_id)
    sheets = tuple(
        CountPaperSheet(
            paths.get(where, ""), labels.get(where, ""), str(round_), who or team,
            tuple(listed[sheet_id] if not whole else homes[where]), bool(whole),
        )
        for sheet_id, where, round_, whole, who, team in db.rows(
            "SELECT s.id, s.location_id, s.round, s.whole, p.name, s.team FROM count_sheet s "
            "LEFT JOIN person p ON p.id = s.assigned_to WHERE s.count_id = ? AND s.state IN ('open', 'counting') "
            "ORDER BY s.round DESC, s.position, s.id",
            (count_id,),
        )
        if place in (None, where)
    )  # fmt: skip
    if not sheets:
        raise Refused(_("There is nothing left to count there."))
    text = f"{day // 10_000:04d}-{day // 100 % 100:02d}-{day % 100:02d}"
    return CountPaper(counting.number_words(number), name, text, settings.load(db).name, sheets, note)


_CODE = (
    "COALESCE((SELECT c.code FROM item_code c WHERE c.item_id = i.id AND c.retired_at IS NULL AND c.qty = 1000 "
    "ORDER BY c.id LIMIT 1), i.sku)"
)


def _listed(db: Db, count_id: int) -> defaultdict[int, list[CountPaperLine]]:
    found: defaultdict[int, list[CountPaperLine]] = defaultdict(list)
    for sheet_id, *line in db.rows(
        f"SELECT n.sheet_id, i.sku, i.name, i.unit, {_CODE} FROM count_sheet s "
        "JOIN count_sheet_item n ON n.sheet_id = s.id JOIN item i ON i.id = n.item_id WHERE s.count_id = ? "
        "ORDER BY n.sheet_id, n.position, i.id",
        (count_id,),
    ):
        found[sheet_id].append(CountPaperLine(*line))
    return found


def _at_home(db: Db, count_id: int, shop_id: LocationId) -> defaultdict[LocationId, list[CountPaperLine]]:
    found: defaultdict[LocationId, list[CountPaperLine]] = defaultdict(list)
    for where, *line in db.rows(
        f"SELECT h.location_id, i.sku, i.name, i.unit, {_CODE} FROM home_place h JOIN item i ON i.id = h.item_id "
        "WHERE h.shop_id = ? AND i.active = 1 AND i.stocked = 1 AND h.location_id IN "
        "(SELECT location_id FROM count_sheet WHERE count_id = ?) ORDER BY h.location_id, i.name_key, i.id",
        (shop_id, count_id),
    ):
        found[where].append(CountPaperLine(*line))
    return found

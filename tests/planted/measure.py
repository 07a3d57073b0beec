"""Count a shop with a planted fault through the services, and see where the right cause came."""

from __future__ import annotations

import random
import shutil
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from shopstock.core.acting import Acting
from shopstock.core.units import Qty
from shopstock.db.connection import Db, open_shop
from shopstock.services import count_close, count_entries, counts, people, settings
from shopstock.services.count_entries import EntryLine
from shopstock.services.counts import CountFields
from tests.conftest import found_shop
from tests.planted import month as months
from tests.planted.faults import FAULTS, Planted
from tests.planted.month import Month


class Found(NamedTuple):
    """The place of the right cause among the clues of each line of a planted fault; 0: not among them."""

    fault: str
    seed: int
    ranks: tuple[int, ...]


def measure(folder: Path, seeds: Iterable[int]) -> list[Found]:
    """Make a shop for every seed, plant each fault into a copy of it, and count it."""
    return [found for seed in seeds for found in _of_seed(folder, seed)]


def _of_seed(folder: Path, seed: int) -> list[Found]:
    plain = folder / f"month-{seed}.db"
    with open_shop(str(plain), create=True) as db:
        found_shop(db)
        made = months.make(db, people.acting_for_owner(db), random.Random(seed))
    found = []
    for number, (name, plant) in enumerate(FAULTS.items()):
        path = folder / f"month-{seed}-{number}.db"
        shutil.copy(plain, path)
        with open_shop(str(path)) as db:
            owner = people.acting_for_owner(db)
            copy = Month(
                db, owner, made.floor, made.back, made.items, made.lying.copy(), defaultdict(list), made.start,
                made.keys,
            )  # fmt: skip
            planted = plant(copy, random.Random(seed * 100 + number))
            found.append(Found(name, seed, tuple(_ranks(db, _count(db, owner, copy), planted))))
        path.unlink()
    plain.unlink()
    return found


def _count(db: Db, owner: Acting, month: Month) -> int:
    """Count what lies there: Ann first, what is off again by Bo."""
    settings.save(db, owner, {"count_recount_value": 0})
    ann, bo = (people.acting_for_name(db, name, owner.station_id) for name in ("Ann", "Bo"))
    count_id = counts.new_count(db, owner, CountFields(month.floor)).count_id
    while True:
        for sheet_id, place, round_ in db.rows(
            "SELECT id, location_id, round FROM count_sheet WHERE count_id = ? AND state = 'open'", (count_id,)
        ):
            wanted = db.rows("SELECT item_id FROM count_sheet_item WHERE sheet_id = ?", (sheet_id,))
            listed = {item for (item,) in wanted}
            there = [
                EntryLine(f"{sheet_id}/{item}", item, Qty(pieces * 1000))
                for (item, where), pieces in month.lying.items()
                if where == place and (item in listed if listed else pieces)
            ]
            told = {line.item_id for line in there}
            there += [EntryLine(f"{sheet_id}/{item}", item, Qty(0)) for item in listed if item not in told]
            who = ann if round_ == 1 else bo
            counts.begin_sheet(db, who, sheet_id)
            count_entries.enter(db, who, sheet_id, there)
            counts.finish_sheet(db, who, sheet_id)
        if not count_close.close(db, owner, count_id).recounts:
            return count_id


def _ranks(db: Db, count_id: int, planted: Planted) -> Iterable[int]:
    for item, place in planted.lines:
        line_id = db.value(
            "SELECT id FROM count_line WHERE count_id = ? AND item_id = ? AND location_id = ?", (count_id, item, place)
        )
        rank = db.value("SELECT rank FROM count_clue WHERE line_id = ? AND cause = ?", (line_id, planted.cause))
        yield int(rank or 0)

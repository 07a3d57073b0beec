"""Three stations count one place, each a process, and the plug of one is pulled: nothing acknowledged is lost."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any

import pytest

from shopstock.core.units import ItemId, StationId
from shopstock.db.connection import open_shop
from shopstock.queries import audit
from shopstock.services import count_close, count_entries, count_post, counts, receive
from shopstock.services import settings as settings_service
from shopstock.services.count_entries import EntryLine
from shopstock.services.counts import CountFields
from tests import builders as a
from tests.conftest import acting_as_owner

STATIONS = 3
SCANS = 40
#: So many scans of the one that is killed are acknowledged before; it would go on for ever.
ALIVE_FOR, FOR_EVER = 15, 1_000_000


def _count(url: str, station: StationId, item: ItemId, sheet: int, told: Connection, scans: range) -> None:
    """Scan one piece after another; say of each that it is written once it is."""
    with open_shop(url) as db:
        acting = replace(acting_as_owner(db), station_id=station)
        for number in scans:
            count_entries.enter(db, acting, sheet, [EntryLine(f"{station} {number}", item, a.qty(1))])
            told.send(number)
    told.close()


class Station:
    """A process that counts; ``acknowledged`` is how many of its scans it knows to be written."""

    def __init__(self, url: str, station: StationId, item: ItemId, sheet: int) -> None:
        self._told = (url, station, item, sheet)
        self.station = station
        self.acknowledged = 0
        self._processes: list[Any] = []

    def start(self, scans: range) -> None:
        context = multiprocessing.get_context("spawn")
        self._hears, says = context.Pipe(duplex=False)
        self._processes.append(context.Process(target=_count, args=(*self._told, says, scans)))
        self._processes[-1].start()
        says.close()  # the process has its own end: when that is gone nothing more can come

    def hear(self, most: int = FOR_EVER) -> None:
        """Take in what is acknowledged, up to so many or until the station is gone."""
        while self.acknowledged < most and self._hears.poll(120):
            try:
                self.acknowledged = self._hears.recv() + 1
            except EOFError:
                return

    def kill(self) -> None:
        """Pull the plug; what it had said before is heard still."""
        self._processes[-1].kill()
        self._processes[-1].join(60)
        self.hear()

    def end(self) -> None:
        """Let no process live on."""
        for process in self._processes:
            process.join(1)
            if process.is_alive():
                process.kill()
                process.join(60)


@pytest.fixture
def stations() -> Iterator[list[Station]]:
    """Stations that are ended after the test."""
    found: list[Station] = []
    yield found
    for one in found:
        one.end()


def test_what_a_killed_station_had_acknowledged_is_counted_and_nothing_twice(
    db_url: str, stations: list[Station]
) -> None:
    with open_shop(db_url) as db:
        owner = acting_as_owner(db)
        settings_service.save(db, owner, {"count_recount_lines": False, "count_recount_value": 0})
        for number in range(2, STATIONS + 1):
            settings_service.add_station(db, owner, f"Till {number}", owner.location_id)
        item = a.an_item(db)
        receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(item, 1, "1.50")])
        count_id = counts.new_count(db, owner, CountFields(owner.location_id)).count_id
        sheet = int(db.value("SELECT id FROM count_sheet"))
        ids = [StationId(station) for (station,) in db.rows("SELECT id FROM station ORDER BY id")]
    stations += [Station(db_url, station, item, sheet) for station in ids]
    killed, *others = stations
    for one in stations:
        one.start(range(FOR_EVER if one is killed else SCANS))
    killed.hear(ALIVE_FOR)
    killed.kill()
    for one in others:
        one.hear()
    assert [one.acknowledged for one in others] == [SCANS, SCANS]
    assert killed.acknowledged >= ALIVE_FOR
    with open_shop(db_url) as db:
        written = dict(db.rows("SELECT station_id, count(*) FROM count_entry GROUP BY 1"))
        assert [written[one.station] for one in others] == [SCANS, SCANS]
        # The one scan that was on its way may have been written without anybody knowing.
        assert written[killed.station] - killed.acknowledged in (0, 1)
        assert audit.discrepancies(db) == []
    in_all = killed.acknowledged + 2
    killed.start(range(killed.acknowledged - 3, in_all))  # it sends what it is not sure of once more, and goes on
    killed.hear(in_all)
    for one in stations:
        one.end()
    with open_shop(db_url) as db:
        rows = db.rows("SELECT station_id, count(*), sum(qty) FROM count_entry GROUP BY 1 ORDER BY 1")
        assert rows == [(one.station, n, a.qty(n)) for one, n in zip(stations, (in_all, SCANS, SCANS), strict=True)]
        counts.finish_sheet(db, owner, sheet)
        assert count_close.close(db, owner, count_id).lines == 1
        counted = a.qty(in_all + 2 * SCANS)
        assert db.rows("SELECT counted, variance FROM count_line") == [(counted, counted - a.qty(1))]
        count_post.explain(db, owner, db.value("SELECT id FROM count_line"), "unknown")
        count_post.post(db, owner, count_id)
        assert db.value("SELECT qty FROM item_pool") == counted
        assert audit.discrepancies(db) == []

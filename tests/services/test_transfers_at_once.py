"""Two tills at the same moment, each a process of its own: what is dispatched, arrives or is put away moves once."""

from __future__ import annotations

import pytest

from shopstock.core.acting import Acting
from shopstock.core.outcome import Refused
from shopstock.core.transfers import ScanLine, Settle, Stage, TransferFields
from shopstock.core.units import DocumentId, ItemId, LocationId
from shopstock.db.connection import Db, open_shop
from shopstock.queries import audit
from shopstock.services import receive, reverse, transfer, transfers
from tests import builders as a
from tests.services import test_tills
from tests.services.test_tills import AtOnce, _two_tills

ROUNDS = 8
#: The fixture with the processes.
at_once = test_tills.at_once


def _stocked(db: Db, pieces: int) -> tuple[Acting, list[int], ItemId, LocationId]:
    owner, stations = _two_tills(db)
    item = a.an_item(db, "CHAI")
    receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(item, pieces, "2.00")])
    return owner, [int(station) for station in stations], item, a.a_location(db, "Market hall")


def _packed(db: Db, owner: Acting, item: ItemId, to: LocationId, pieces: int = 2) -> int:
    number = transfers.send_now(db, owner, TransferFields(owner.location_id, to)).transfer_id
    transfers.scan(db, owner, number, Stage.DISPATCH, [ScanLine(f"pack {number}", item, a.qty(pieces))])
    return number


def _counted(db: Db, owner: Acting, item: ItemId, to: LocationId) -> int:
    number = _packed(db, owner, item, to)
    transfers.dispatch(db, owner, number)
    transfers.scan(db, owner, number, Stage.ARRIVE, [ScanLine(f"unpack {number}", item, a.qty(2))])
    return number


def dispatch(db: Db, acting: Acting, number: int) -> object:
    return transfers.dispatch(db, acting, number).document is not None


def arrive(db: Db, acting: Acting, number: int) -> object:
    return transfers.arrive(db, acting, number, complete=True).document is not None


def put_away(db: Db, acting: Acting, told: tuple[int, int]) -> object:
    item, room = told
    head = a.a_head(f"{acting.station_id} puts {item} away")
    return transfer.put_away(db, acting, head, [a.goods(ItemId(item), 3)], LocationId(room)).document is not None


def arrive_or_undo(db: Db, acting: Acting, told: tuple[int, int]) -> object:
    number, dispatched = told
    if acting.station_id == 1:
        transfers.arrive(db, acting, number, complete=True)
        return "arrived"
    reverse.reverse(db, acting, a.a_head(f"undo {dispatched}"), DocumentId(dispatched))
    return "undone"


def lose(db: Db, acting: Acting, told: tuple[int, int]) -> object:
    number, item = told
    how = Settle.LOST if acting.station_id == 1 else Settle.CAME_BACK
    transfers.settle_short(db, acting, number, ItemId(item), a.qty(2), how, "theft")
    return how.value


def _on_hand(db: Db) -> dict[str, int]:
    return dict(
        db.rows(
            "SELECT o.name, SUM(l.on_hand) FROM stock_level l JOIN location o ON o.id = l.location_id "
            "GROUP BY o.name HAVING SUM(l.on_hand) <> 0"
        )
    )


def test_a_transfer_is_dispatched_once_and_the_other_one_is_told(db_url: str, at_once: AtOnce) -> None:
    with open_shop(db_url) as db:
        owner, stations, item, market = _stocked(db, 20)
        numbers = [_packed(db, owner, item, market) for _round in range(ROUNDS)]
    for answers in at_once(db_url, stations, dispatch, numbers):  # type: ignore[arg-type]
        assert sorted(answers, key=bool) == [None, True]
    with open_shop(db_url) as db:
        assert audit.discrepancies(db) == []
        assert _on_hand(db) == {"Shop": (20 - 2 * ROUNDS) * 1_000, "In transit": 2 * ROUNDS * 1_000}


def test_a_transfer_arrives_once_and_the_other_one_is_told(db_url: str, at_once: AtOnce) -> None:
    with open_shop(db_url) as db:
        owner, stations, item, market = _stocked(db, 20)
        numbers = [_counted(db, owner, item, market) for _round in range(ROUNDS)]
    for answers in at_once(db_url, stations, arrive, numbers):  # type: ignore[arg-type]
        assert sorted(answers, key=bool) == [None, True]
    with open_shop(db_url) as db:
        assert audit.discrepancies(db) == []
        assert _on_hand(db) == {"Shop": (20 - 2 * ROUNDS) * 1_000, "Market hall": 2 * ROUNDS * 1_000}


def test_the_last_pieces_are_put_away_once(db_url: str, at_once: AtOnce) -> None:
    with open_shop(db_url) as db:
        owner, stations = _two_tills(db)
        room = a.a_location(db, "Back room", owner.location_id)
        items = [a.an_item(db) for _round in range(ROUNDS)]
        receive.post_goods_receipt(db, owner, a.a_head(), [a.goods(item, 5, "2.00") for item in items])
    for answers in at_once(db_url, stations, put_away, [(int(item), int(room)) for item in items]):
        assert sorted(answers, key=bool) == [None, True]
    with open_shop(db_url) as db:
        assert audit.discrepancies(db) == []
        assert _on_hand(db) == {"Shop": 2 * ROUNDS * 1_000, "Back room": 3 * ROUNDS * 1_000}


def test_a_dispatch_arrives_or_is_undone_and_never_both(db_url: str, at_once: AtOnce) -> None:
    with open_shop(db_url) as db:
        owner, stations, item, market = _stocked(db, 20)
        numbers = [_counted(db, owner, item, market) for _round in range(ROUNDS)]
        told = [
            (number, db.value("SELECT document_id FROM transfer_document WHERE transfer_id = ?", (number,)))
            for number in numbers
        ]
    came = 0
    for answers in at_once(db_url, stations, arrive_or_undo, told):  # type: ignore[arg-type]
        assert sorted(answers, key=bool) in ([None, "arrived"], [None, "undone"]), answers
        came += "arrived" in answers
    with open_shop(db_url) as db:
        assert audit.discrepancies(db) == []
        assert _on_hand(db).get("Market hall", 0) == came * 2_000
        assert "In transit" not in _on_hand(db)


def test_what_is_missing_is_settled_once(db_url: str, at_once: AtOnce) -> None:
    with open_shop(db_url) as db:
        owner, stations, item, market = _stocked(db, 20)
        numbers = [_packed(db, owner, item, market) for _round in range(ROUNDS)]
        for number in numbers:
            transfers.dispatch(db, owner, number)
    lost = 0
    for answers in at_once(db_url, stations, lose, [(number, int(item)) for number in numbers]):  # type: ignore[arg-type]
        assert sorted(answers, key=bool) in ([None, "lost"], [None, "came_back"]), answers
        lost += "lost" in answers
    with open_shop(db_url) as db:
        assert audit.discrepancies(db) == []
        assert _on_hand(db) == {"Shop": (20 - 2 * lost) * 1_000}


def test_two_connections_in_one_process_dispatch_once(db_url: str) -> None:
    with open_shop(db_url) as db, open_shop(db_url) as other:
        owner, _stations, item, market = _stocked(db, 5)
        number = _packed(db, owner, item, market)
        dispatch(db, owner, number)
        with pytest.raises(Refused, match="was dispatched already"):
            dispatch(other, owner, number)
        assert audit.discrepancies(db) == []

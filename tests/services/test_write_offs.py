"""Write-offs: scanned, with cause and evidence; above a limit a second person agrees; rejected ones leave nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from shopstock.core.acting import Acting, Role
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.units import ItemId, Qty
from shopstock.db.connection import Db, open_shop
from shopstock.queries import audit
from shopstock.services import people, settings, write_off_evidence, write_off_scans, write_offs
from shopstock.services.write_off_limit import NeedsApproval
from shopstock.services.write_off_scans import WriteOffLine
from tests import builders as a
from tests.services import test_tills
from tests.services.test_tills import AtOnce, _two_tills
from tests.till import PIN, goods, money, person, qty

ROUNDS = 6
#: The fixture with the processes.
at_once = test_tills.at_once


@pytest.fixture
def vase(db: Db, owner: Acting) -> ItemId:
    """Ten vases that cost 30 each; the stockroom may write off 50 a day."""
    settings.save(db, owner, {"write_off_limit_stockroom": 50})
    return goods(db, owner, "VASE", "60", on_hand="10", cost="300").item_id


@pytest.fixture
def ann(db: Db, owner: Acting, vase: ItemId) -> Acting:
    return person(db, owner, "Ann", Role.STOCKROOM)


@pytest.fixture
def mia(db: Db, owner: Acting, ann: Acting) -> Acting:
    return person(db, owner, "Mia", Role.INVENTORY_MANAGER)


def begun(db: Db, acting: Acting, item: ItemId, pieces: int, cause: str = "own_use", key: str = "w") -> int:
    number = write_offs.start(db, acting, key).write_off_id
    line = WriteOffLine(f"{key} {item}", item, a.qty(pieces), cause)
    for _again in range(2):  # a scan that is sent twice counts once
        write_off_scans.scan(db, acting, number, [line])
    return number


def on_hand(db: Db, item: ItemId) -> Qty:
    return Qty(db.value("SELECT qty FROM item_pool WHERE item_id = ?", (item,)))


def left_behind(db: Db) -> tuple[int, ...]:
    """Count documents of write-offs, their scans, their evidence and everything that is kept as evidence."""
    return tuple(
        db.value(f"SELECT count(*) FROM {what}")
        for what in (
            "document WHERE kind = 'write_off'", "write_off_scan", "write_off_evidence", "attachment",
            "approval WHERE used_at IS NOT NULL",
        )
    )  # fmt: skip


def photo(folder: Path, name: str = "vase.jpg") -> Path:
    Image.new("RGB", (40, 30), (120, 20, 20)).save(folder / name)
    return folder / name


def test_within_the_limit_it_posts_at_once_and_the_day_adds_up(db: Db, ann: Acting, vase: ItemId) -> None:
    write_offs.post(db, ann, begun(db, ann, vase, 1))
    assert on_hand(db, vase) == qty("9")
    assert db.value("SELECT amount FROM journal_line WHERE account = 'write_offs' AND detail = 'own_use'") == money(
        "30"
    )
    second = begun(db, ann, vase, 1, key="second")
    with pytest.raises(NeedsApproval) as told:
        write_offs.post(db, ann, second)
    assert "your limit" in told.value.sentence()
    assert told.value.amount is None, "Ann may not see costs"
    assert on_hand(db, vase) == qty("9")


def test_above_the_limit_a_second_person_agrees_to_exactly_this(db: Db, ann: Acting, mia: Acting, vase: ItemId) -> None:
    number = begun(db, ann, vase, 2)
    with pytest.raises(NeedsApproval) as told:
        write_offs.post(db, ann, number)
    before = left_behind(db)
    approval = people.approve(db, ann, told.value.permission, told.value.subject, mia.person_id, PIN)
    write_off_scans.scan(db, ann, number, [WriteOffLine("one more", vase, a.qty(1), "own_use")])
    with pytest.raises(NotAllowed):  # it is another write-off now
        write_offs.post(db, replace(ann, approval=approval), number)
    assert left_behind(db)[0] == before[0]
    write_off_scans.scan(db, ann, number, [WriteOffLine("taken back", vase, a.qty(-1), "own_use")])
    write_offs.post(db, replace(ann, approval=approval), number)
    assert on_hand(db, vase) == qty("8")
    assert db.rows("SELECT by_id, approved_by, self_approved FROM document WHERE kind = 'write_off'") == [
        (ann.person_id, mia.person_id, 0)
    ]


def test_from_the_queue_somebody_else_approves_and_never_who_asked(
    db: Db, owner: Acting, ann: Acting, mia: Acting, vase: ItemId
) -> None:
    number = begun(db, mia, vase, 4)
    write_offs.send(db, mia, number)
    for who in (mia, ann):
        with pytest.raises(NotAllowed):
            write_offs.approve(db, who, number)
    assert on_hand(db, vase) == qty("10")
    with pytest.raises(Refused):  # what waits stays as it is
        write_off_scans.scan(db, mia, number, [WriteOffLine("more", vase, a.qty(1), "own_use")])
    write_offs.approve(db, people.acting_for_name(db, owner.name, owner.station_id), number)
    assert on_hand(db, vase) == qty("6")
    assert db.rows("SELECT by_id, approved_by FROM document WHERE kind = 'write_off'") == [
        (mia.person_id, owner.person_id)
    ]


def test_a_shop_of_one_approves_for_itself_and_the_record_says_so(db: Db, owner: Acting) -> None:
    dear = goods(db, owner, "CLOCK", "900", on_hand="3", cost="2100").item_id
    write_offs.post(db, owner, begun(db, owner, dear, 1))
    assert on_hand(db, dear) == qty("2")
    assert db.rows("SELECT approved_by, self_approved FROM document WHERE kind = 'write_off'") == [(owner.person_id, 1)]


def test_a_rejected_one_leaves_nothing_but_the_reason(
    db: Db, ann: Acting, mia: Acting, vase: ItemId, tmp_path: Path
) -> None:
    before = left_behind(db)
    number = begun(db, ann, vase, 3, "damage")
    write_off_evidence.attach(db, ann, number, photo(tmp_path))
    write_offs.send(db, ann, number)
    with pytest.raises(Refused, match="Say why"):
        write_offs.reject(db, mia, number, "  ")
    write_offs.reject(db, mia, number, "They can be glued")
    assert left_behind(db) == before
    assert on_hand(db, vase) == qty("10")
    assert db.row("SELECT state, decision_note FROM write_off") == ("rejected", "They can be glued")


def test_damage_asks_for_evidence_and_keeps_it_with_the_document(
    db: Db, ann: Acting, vase: ItemId, tmp_path: Path
) -> None:
    number = begun(db, ann, vase, 1, "damage")
    with pytest.raises(write_offs.Incomplete):
        write_offs.post(db, ann, number)
    write_off_evidence.attach(db, ann, number, photo(tmp_path))
    changes = write_offs.post(db, ann, number)
    assert changes.document is not None
    assert db.value("SELECT count(*) FROM document_attachment WHERE document_id = ?", (changes.document.id,)) == 1


@pytest.mark.parametrize(("name", "said"), [("text.jpg", "photo"), ("huge.jpg", "25 MB"), ("huge.pdf", "10 MB")])
def test_what_is_no_evidence_is_refused_and_nothing_is_kept(
    db: Db, ann: Acting, vase: ItemId, tmp_path: Path, name: str, said: str
) -> None:
    number = begun(db, ann, vase, 1, "damage")
    before = left_behind(db)
    file = tmp_path / name
    with file.open("wb") as out:
        out.write({"text.jpg": b"not a picture", "huge.jpg": b"\xff\xd8\xff", "huge.pdf": b"%PDF-1.7"}[name])
        if name.startswith("huge"):
            out.truncate(200_000_000)
    with pytest.raises(Refused, match=said):
        write_off_evidence.attach(db, ann, number, file)
    assert left_behind(db) == before


@pytest.mark.tampers
def test_evidence_that_was_changed_in_the_file_is_named(sqlite_db: Db, owner: Acting, tmp_path: Path) -> None:
    item = goods(sqlite_db, owner, "VASE", "60", on_hand="10", cost="300").item_id
    number = begun(sqlite_db, owner, item, 1, "damage")
    write_off_evidence.attach(sqlite_db, owner, number, photo(tmp_path))
    assert audit.discrepancies(sqlite_db) == []
    sqlite_db.run("UPDATE attachment SET content = x'ffd8'")
    assert [one.table for one in audit.discrepancies(sqlite_db)] == ["attachment"]


def approve(db: Db, acting: Acting, number: int) -> object:
    return write_offs.approve(db, acting, number).document is not None


def test_it_is_approved_once_at_two_tills_at_once(db_url: str, at_once: AtOnce) -> None:
    with open_shop(db_url) as db:
        owner, stations = _two_tills(db)
        item = goods(db, owner, "VASE", "60", on_hand="20", cost="600").item_id
        numbers = [begun(db, owner, item, 2, key=f"w{round_}") for round_ in range(ROUNDS)]
        for number in numbers:
            write_offs.send(db, owner, number)
    for answers in at_once(db_url, [int(one) for one in stations], approve, numbers):  # type: ignore[arg-type]
        assert sorted(answers, key=bool) == [None, True]
    with open_shop(db_url) as db:
        assert audit.discrepancies(db) == []
        assert on_hand(db, item) == qty(str(20 - 2 * ROUNDS))

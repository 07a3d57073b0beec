"""Whatever is given as the database and is no shop gets a clear sentence and is not written to."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from shopstock.core.outcome import BadFile, Refused, ShopError
from shopstock.db import guard
from shopstock.db.connection import Db, connect, open_shop, transaction


def fingerprint(path: Path) -> tuple[str, int]:
    return hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns


def refuses(path: Path, *, create: bool = False) -> str:
    """Open ``path`` in vain, prove that it was not touched, and return the sentence."""
    before = fingerprint(path)
    beside = sorted(path.parent.iterdir())
    with pytest.raises(ShopError) as refusal:
        open_shop(str(path), create=create)
    assert fingerprint(path) == before
    assert sorted(path.parent.iterdir()) == beside
    return str(refusal.value)


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize(
    "content",
    [
        b"sku,name\r\nA1,Tea\r\n", bytes(range(256)) * 64,
        b"SQLite format 3", b"SQLite format 3\x00" + bytes(4_000), b"\0",
        b"PK\x03\x04" + bytes(1_000), b"%PDF-1.7\n" + b"x" * 9_000,
    ],
)  # fmt: skip
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes, create: bool) -> None:
    path = tmp_path / "shop.db"
    path.write_bytes(content)
    assert "shop" in refuses(path, create=create)


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    path.touch()
    assert "init" in refuses(path)


@pytest.mark.parametrize("mode", ["delete", "wal"])
@pytest.mark.parametrize("create", [False, True])
def test_a_database_of_another_program(tmp_path: Path, mode: str, create: bool) -> None:
    path = tmp_path / "history.db"
    other = sqlite3.connect(path)
    other.execute(f"PRAGMA journal_mode = {mode}")
    other.execute("CREATE TABLE visit (url TEXT)")
    other.commit()
    other.close()
    assert "another program" in refuses(path, create=create)


@pytest.mark.parametrize("part", [0.02, 0.3, 0.9, 0.999])
def test_a_shop_that_was_cut_off(sqlite_url: str, part: float) -> None:
    path = Path(sqlite_url)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * part)])
    assert "backup" in refuses(path)


def test_a_shop_of_a_newer_program(sqlite_url: str) -> None:
    with connect(sqlite_url) as db:
        db.run("INSERT INTO schema_migration (name, applied) VALUES ('9999_later', '2030-01-01')")
    assert "newer" in refuses(Path(sqlite_url))


def test_a_folder_and_a_missing_file_and_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="folder"):
        open_shop(str(tmp_path))
    with pytest.raises(Refused, match="no shop"):
        open_shop(str(tmp_path / "none.db"))
    with pytest.raises(Refused, match="no folder"):
        open_shop(str(tmp_path / "none" / "shop.db"), create=True)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def without_root() -> Iterator[None]:
    """Act as a user whom file rights stop."""
    if os.name != "posix" or os.geteuid() != 0:
        yield
        return
    os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(0)


def open_up(path: Path) -> None:
    """Let the other user reach a test's folder."""
    for folder in (path, *path.parents):
        if folder == Path(tempfile.gettempdir()):
            break
        folder.chmod(folder.stat().st_mode | 0o055)


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps such rights in another way.")
def test_a_read_only_file(sqlite_url: str, request: pytest.FixtureRequest) -> None:
    path = Path(sqlite_url)
    open_up(path.parent)
    path.parent.chmod(0o777)
    path.chmod(0o444)
    request.getfixturevalue("without_root")
    with pytest.raises(Refused, match="written"):
        open_shop(sqlite_url)


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps such rights in another way.")
def test_a_read_only_folder_and_an_unreadable_file(sqlite_url: str, request: pytest.FixtureRequest) -> None:
    path = Path(sqlite_url)
    open_up(path.parent)
    path.chmod(0o666)
    path.parent.chmod(0o555)
    request.getfixturevalue("without_root")
    with pytest.raises(Refused, match=r"rights|read and write"):
        open_shop(sqlite_url)


def test_a_file_locked_by_another_program(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shopstock.db.connection.BUSY_SECONDS", 0.05)
    with open_shop(sqlite_url) as db:
        other = apsw.Connection(sqlite_url)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Refused, match="Another program"), transaction(db):
            db.run("INSERT INTO setting VALUES ('tested', '1')")
        assert db.value("SELECT count(*) FROM setting WHERE key = 'tested'") == 0
        other.execute("ROLLBACK")
        other.close()
        with transaction(db):
            db.run("INSERT INTO setting VALUES ('tested', '1')")


def test_a_full_disk_says_so_and_the_shop_goes_on_when_there_is_room(sqlite_db: Db) -> None:
    pages = sqlite_db.value("PRAGMA page_count")
    sqlite_db.run(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(Refused, match="disk is full"), transaction(sqlite_db):
        sqlite_db.run("INSERT INTO setting VALUES ('large', ?)", ("x" * 100_000,))
    assert sqlite_db.value("SELECT count(*) FROM setting WHERE key = 'large'") == 0
    sqlite_db.run("PRAGMA max_page_count = 1000000")
    with transaction(sqlite_db):
        sqlite_db.run("INSERT INTO setting VALUES ('large', ?)", ("x" * 100_000,))


MOUNTS = [
    ("/", "9p"), ("/home", "ext4"), ("/home/anna/share", "cifs"), ("/mnt/nas", "nfs4"), ("/mnt/nas/disk", "ext4"),
    ("/run/user/1000/gvfs", "fuse.gvfsd-fuse"), ("/srv", "btrfs"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/home/anna/shop.db", False), ("/home/anna/share/shop.db", True), ("/home/anna/shared/shop.db", False),
        ("/mnt/nas/shop.db", True), ("/mnt/nas/disk/shop.db", False), ("/shop.db", False),
        ("/run/user/1000/gvfs/smb-share/shop.db", True), ("/srv/shop.db", False),
    ],
)  # fmt: skip
def test_which_paths_are_on_a_network(path: str, expected: bool) -> None:
    assert guard.is_network_mount(path, MOUNTS) is expected


def test_mounts_as_macos_lists_them() -> None:
    listed = "/dev/disk1s1 on / (apfs, local, journaled)\n//anna@nas/shop on /Volumes/shop on nas (smbfs, nodev)\n"
    assert guard.parse_macos_mounts(listed) == [("/", "apfs"), ("/Volumes/shop on nas", "smbfs")]


def test_a_shop_on_a_share_is_refused_with_advice(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "is_on_network", lambda _place: True)
    assert "PostgreSQL" in refuses(Path(sqlite_url))


def test_this_folder_is_not_on_a_network(tmp_path: Path) -> None:
    assert not guard.is_on_network(tmp_path / "shop.db")


def test_two_connections_of_one_process_do_not_disturb_each_other(sqlite_url: str) -> None:
    """Looking at a file that this process has open must not drop its locks (an ordinary open and close would)."""
    with open_shop(sqlite_url) as writer:
        writer.run("BEGIN IMMEDIATE")
        writer.run("INSERT INTO setting VALUES ('held', '1')")
        with open_shop(sqlite_url, query_only=True) as reader:
            assert reader.value("SELECT count(*) FROM setting WHERE key = 'held'") == 0
        other = apsw.Connection(sqlite_url)
        with pytest.raises(apsw.BusyError):
            other.execute("BEGIN IMMEDIATE")
        other.close()
        writer.run("COMMIT")

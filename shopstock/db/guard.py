"""Decide whether a file may be opened as a shop at all, before anything writes to it.

Everything is read through SQLite itself on a read-only connection: an ordinary file handle on a database that this
process has open would drop SQLite's locks when it closes. A shop on a network share is refused, because the
write-ahead log needs shared memory between all who open it: it may seem to work there and fail later.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from urllib.parse import quote

import apsw

from shopstock.core.outcome import BadFile, Refused
from shopstock.core.text import _

_MAGIC = b"SQLite format 3\x00"
_FIRST_UPGRADE = "0001_initial"
_HISTORY = "schema_migration"

#: File systems that other machines may have open too. Seen by their names in the table of mounts.
NETWORK_FILE_SYSTEMS = frozenset(
    {
        "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "afs", "ncpfs", "webdav", "davfs", "ceph",
        "glusterfs", "lustre", "gpfs", "ocfs2", "gfs2", "9p", "vboxsf", "vmhgfs", "prl_fs", "drvfs",
        "fuse.sshfs", "fuse.rclone", "fuse.davfs", "fuse.glusterfs", "fuse.vmhgfs-fuse", "fuse.s3fs", "fuse.gvfsd-fuse",
        "fuse.google-drive-ocamlfuse", "fuse.cephfs", "fuse.ceph-fuse", "fuse.curlftpfs", "fuse.smbnetfs",
    }
)  # fmt: skip


def check(path: str, *, create: bool = False) -> None:
    """Raise ``BadFile`` or ``Refused`` with advice unless ``path`` is a shop, or a free name when ``create``.

    Refused are folders, network shares, files that are no SQLite database, that were cut off, that belong to another
    program or to a newer shopstock, and files that cannot be read. Nothing is written.
    """
    place = Path(path)
    if place.is_dir():
        raise BadFile(_("{path} is a folder. Name the shop file in it.").format(path=path))
    if place.exists() and not place.is_file():
        raise BadFile(_("{path} is a device and no file. Name a shop file.").format(path=path))
    if "://" in path:
        raise BadFile(
            _("{path} is no address of a shop. Name a file, or write postgresql://SERVER/DATABASE.").format(path=path)
        )
    if is_on_network(place):
        raise Refused(
            _(
                "{path} is on a network share, where a shop file can be damaged without a sign. "
                "Keep it on this computer’s own disk; for several tills use PostgreSQL."
            ).format(path=path)
        )
    if not place.exists():
        if not place.parent.is_dir():
            raise Refused(_("There is no folder {folder}. Create it first.").format(folder=place.parent))
        if not create:
            raise Refused(_("There is no shop at {path}. Check the name, or create one with “init”.").format(path=path))
        return
    if place.stat().st_size == 0 and not _log_of(place).exists():
        if create:
            return
        raise BadFile(_("{path} is empty. Create a shop with “init”, or choose another file.").format(path=path))
    with probing(place) as probe:
        _check_content(probe, place, create)


def check_open(raw: apsw.Connection, path: str) -> None:
    """Raise ``Refused`` when a connection that shall write can only read, or cannot keep a write-ahead log."""
    if raw.readonly("main"):
        raise Refused(
            _("{path} cannot be written. Check the rights of the file and its folder, then try again.").format(
                path=path
            )
        )
    mode = next(raw.execute("PRAGMA journal_mode"))[0]
    if mode != "wal":
        raise Refused(_("The drive of {path} cannot hold a shop safely. Keep it on a local disk.").format(path=path))


@contextmanager
def probing(place: Path) -> Iterator[apsw.Connection]:
    """Lend a connection that cannot write; a fault of the database inside the block becomes a sentence."""
    from shopstock.db import connection

    try:
        probe = open_read_only(place)
        try:
            yield probe
        finally:
            probe.close()
    except (apsw.NotADBError, apsw.CorruptError, UnicodeDecodeError) as error:
        raise BadFile(_not_a_shop(place)) from error
    except apsw.Error as error:
        raise Refused(connection.explain(error) or str(error)) from error


def open_read_only(place: Path) -> apsw.Connection:
    """Open a database without the means to write to it.

    Where no write-ahead log lies beside the file, nobody has it open: it is then read as a file that does not change,
    which leaves no side files behind and works in a read-only folder. Where one lies, locks are honoured.
    """
    uri = f"file:{quote(place.absolute().as_posix())}?mode=ro"
    if not _log_of(place).exists():
        uri += "&immutable=1"
    probe = apsw.Connection(uri, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    probe.set_busy_timeout(5_000)
    probe.execute("PRAGMA trusted_schema = 0")
    return probe


def _log_of(place: Path) -> Path:
    return place.with_name(place.name + "-wal")


def _not_a_shop(place: Path) -> str:
    return _("{path} is not a shopstock shop, or it is damaged. Choose another file, or restore a backup.").format(
        path=place
    )


def _check_content(probe: apsw.Connection, place: Path, create: bool) -> None:
    from shopstock.db import upgrade

    header = read_start(probe)
    if not header.startswith(_MAGIC):
        raise BadFile(_not_a_shop(place))
    if not _log_of(place).exists() and is_cut_off(header, place.stat().st_size):
        raise BadFile(_("{path} is cut off: a part of it is missing. Restore the latest backup.").format(path=place))
    tables = {name for (name,) in probe.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if create and tables <= {_HISTORY}:
        return
    names = [name for (name,) in probe.execute(f"SELECT name FROM {_HISTORY}")] if _HISTORY in tables else []
    if _FIRST_UPGRADE not in names:
        raise BadFile(
            _("{path} belongs to another program. Choose a shopstock shop, or a new file name.").format(path=place)
        )
    if set(names) - set(upgrade.known()):
        raise BadFile(_("This shop was opened by a newer shopstock. Install the newer version to open it."))


def read_start(probe: apsw.Connection) -> bytes:
    """Return the first 100 bytes of the file behind a connection, read through SQLite's own handle."""
    _complete, data = probe.read("main", 0, 0, 100)
    return bytes(data)


def is_cut_off(header: bytes, size: int) -> bool:
    """Tell whether a file of ``size`` bytes is shorter than its header says."""
    page = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    return size < pages * (65_536 if page == 1 else page)


# --- network shares


def is_on_network(place: Path) -> bool:
    """Tell whether a path lies on a drive of another computer."""
    full = os.path.realpath(place)
    if sys.platform == "win32":
        return _is_network_windows(full)
    if sys.platform == "darwin":
        return is_network_mount(full, _mounts_macos())
    return is_network_mount(full, _mounts_linux())


def is_network_mount(full: str, mounts: list[tuple[str, str]]) -> bool:
    """Tell the same from a table of ``(mount point, file system)``; the longest mount point that holds it counts.

    The root itself is never a share in this sense: containers mount theirs through such file systems.
    """
    path = PurePosixPath(full)
    best = ("/", "")
    for point, kind in mounts:
        if path.is_relative_to(point) and len(point) >= len(best[0]):
            best = (point, kind)
    return best[0] != "/" and best[1].lower() in NETWORK_FILE_SYSTEMS


def _mounts_linux() -> list[tuple[str, str]]:
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    fields = [line.split() for line in lines]
    return [(parts[1].replace("\\040", " "), parts[2]) for parts in fields if len(parts) > 2]


def _mounts_macos() -> list[tuple[str, str]]:
    import subprocess

    listed = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False).stdout
    return parse_macos_mounts(listed)


def parse_macos_mounts(listed: str) -> list[tuple[str, str]]:
    """Read lines such as ``//user@host/share on /Volumes/share (smbfs, nodev)``."""
    found = []
    for line in listed.splitlines():
        before, opened, options = line.rpartition(" (")
        if opened and " on " in before:
            found.append((before.split(" on ", 1)[1], options.split(",")[0].rstrip(")")))
    return found


def _is_network_windows(full: str) -> bool:
    if full.startswith("\\\\") and not full.startswith("\\\\?\\"):
        return True
    if full.startswith("\\\\?\\UNC\\"):
        return True
    import ctypes

    remote = 4
    drive = os.path.splitdrive(full)[0] + "\\"
    kind: int = getattr(ctypes, "windll").kernel32.GetDriveTypeW(drive)  # noqa: B009 - only there on Windows
    return kind == remote

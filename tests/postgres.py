"""One throw-away PostgreSQL server for a whole test run, shared by all its worker processes.

The first worker that needs it starts it (under a lock), in a folder that the controlling process named; the controlling
process stops it by its process id when the run ends. A run that was killed leaves a folder behind that carries its
process id: the next run stops that server and clears up.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

FOLDER_VARIABLE = "SHOPSTOCK_TEST_POSTGRES"
_PREFIX = "shopstock-pg-"


class Missing(Exception):
    """No PostgreSQL server can be started here; the argument is the sentence to skip with."""


def claim_folder() -> Path:
    """Name the folder of this run's server; called once by the controlling process, before any worker starts."""
    base = Path(tempfile.gettempdir())
    _clear_abandoned(base)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=base))
    folder.chmod(0o755)
    os.environ[FOLDER_VARIABLE] = str(folder)
    return folder


def release_folder(folder: Path) -> None:
    """Stop the server of this run, if one was started, and remove its folder."""
    os.environ.pop(FOLDER_VARIABLE, None)
    _stop(folder / "data")
    shutil.rmtree(folder, ignore_errors=True)


def server() -> str:
    """Return the URL of the running server, without a database name; start it when nobody has yet."""
    folder = Path(os.environ[FOLDER_VARIABLE])
    ready = folder / "ready.json"
    with _locked(folder / "lock"):
        if not ready.exists():
            try:
                answer = {"url": _start(folder)}
            except Missing as reason:
                answer = {"missing": str(reason)}
            ready.write_text(json.dumps(answer))
        answer = json.loads(ready.read_text())
    if "missing" in answer:
        raise Missing(answer["missing"])
    return str(answer["url"])


def _start(folder: Path) -> str:
    bin_folder = find_binaries()
    try:
        import psycopg  # noqa: F401
    except ImportError as reason:
        raise Missing("PostgreSQL tests need psycopg: pip install 'shopstock[postgres]'") from reason
    as_whom = _unprivileged()
    data, log = folder / "data", folder / "log.txt"
    data.mkdir(mode=0o700)
    if as_whom:
        shutil.chown(data, as_whom)
        shutil.chown(folder, as_whom)
    initdb = [bin_folder / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C"]
    _run([*initdb, "--no-sync"], as_whom)
    port = _free_port()
    options = {
        "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder if os.name == "posix" else "",
        "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": 60,
        "shared_buffers": "64MB", "autovacuum": "off", "deadlock_timeout": "200ms", "wal_level": "minimal",
        "max_wal_senders": 0, "timezone": "UTC",
    }  # fmt: skip
    arguments = " ".join(f"-c {name}={value}" for name, value in options.items())
    _run([bin_folder / "pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "-o", arguments, "start"], as_whom)
    return f"postgresql://postgres@127.0.0.1:{port}"


def find_binaries() -> Path:
    """Find the folder with ``initdb`` and ``pg_ctl``; raise ``Missing`` when there is none."""
    suffix = ".exe" if os.name == "nt" else ""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: int(found.parent.name), reverse=True)
    places += sorted(Path("/opt/homebrew/opt").glob("postgresql*/bin"), reverse=True)
    places += sorted(Path("/usr/local/opt").glob("postgresql*/bin"), reverse=True)
    places += sorted(Path(os.environ.get("PROGRAMFILES", "/nowhere")).glob("PostgreSQL/*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        places.append(Path(on_path).resolve().parent)
    for place in places:
        if (place / f"initdb{suffix}").exists() and (place / f"pg_ctl{suffix}").exists():
            return place
    raise Missing("No PostgreSQL server is installed here (Debian and Ubuntu: apt-get install postgresql).")


def _unprivileged() -> str | None:
    """Name the user to run the server as: PostgreSQL refuses to run as root."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    import pwd

    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            return name
    raise Missing("PostgreSQL refuses to run as root, and there is no user postgres or nobody.")


def _run(command: list[object], as_whom: str | None) -> None:
    """Run a server tool; its output goes to a file, because a server it starts keeps the handles open."""
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [str(part) for part in command], user=as_whom, group=_group_of(as_whom), stdin=subprocess.DEVNULL,
            extra_groups=[] if as_whom else None, stdout=output, stderr=output, check=False, cwd=tempfile.gettempdir(),
        )  # fmt: skip
        if done.returncode:
            output.seek(0)
            raise RuntimeError(f"{command[0]} failed: {output.read()}")


def _group_of(name: str | None) -> int | None:
    if name is None:
        return None
    import pwd

    return pwd.getpwnam(name).pw_gid


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock between processes; the file is left in place."""
    with path.open("a+b") as handle:
        if os.name == "nt":
            import msvcrt

            handle.seek(0)
            while True:
                with contextlib.suppress(OSError):
                    msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
                    break
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _stop(data: Path) -> None:
    """Stop the server of a data folder by the process id it wrote, and wait until it is gone."""
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGINT if os.name == "posix" else signal.SIGTERM)
    until = time.monotonic() + 20
    while (data / "postmaster.pid").exists() and time.monotonic() < until:
        time.sleep(0.02)


def _clear_abandoned(base: Path) -> None:
    """Stop servers and remove folders of test runs whose process no longer exists."""
    for folder in base.glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).split("-")[0]
        if owner.isdigit() and not _alive(int(owner)):
            _stop(folder / "data")
            shutil.rmtree(folder, ignore_errors=True)


def _alive(pid: int) -> bool:
    if sys.platform == "win32":
        listed = subprocess.run(
            ["tasklist", "/FI", f"PID eq {pid}"], capture_output=True, text=True, check=False
        ).stdout
        return str(pid) in listed
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

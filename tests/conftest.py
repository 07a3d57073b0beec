"""What every test may ask for: a fresh shop on both databases, a frozen clock, the real data, a clean screen.

``db`` gives each test its own founded shop, once on SQLite and once on PostgreSQL: the template of each kind is made
once in a run and copied. Its owner acts as ``owner``. After every test that used ``db`` the ledger is proved.
A test chooses another costing method or tax by parametrizing ``costing`` ("fifo", "average") or ``tax`` ("inside",
"on-top").
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

# Before anything imports Qt or reads the clock: no display, no time zone, no data folder of the machine's own.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TZ"] = "Europe/London"
if hasattr(time, "tzset"):
    time.tzset()
# Hundreds of shops are made, each with a flush a commit: in memory where there is room. Benchmarks want the real disk.
MEMORY = "/dev/shm"
if "benchmarks" not in " ".join(sys.argv) and os.path.isdir(MEMORY) and os.access(MEMORY, os.W_OK):
    if shutil.disk_usage(MEMORY).free > 4_000_000_000:
        os.environ["TMPDIR"] = tempfile.tempdir = MEMORY
for name in ("SHOPSTOCK_DB", "SHOPSTOCK_AS", "LANGUAGE"):
    os.environ.pop(name, None)

import pytest

from shopstock.core.acting import Acting, Role
from shopstock.core.units import Instant, LocationId, PersonId, StationId
from shopstock.db import clock
from shopstock.db.connection import Db, open_shop
from tests import postgres

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = ROOT / "tests" / "benchmarks"


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        # A run that is told to end (a time limit) clears up like one that is interrupted.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        config._postgres_folder = postgres.claim_folder()
        home = Path(tempfile.mkdtemp(prefix="shopstock-home-"))
        config._home_folder = home
        for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            os.environ[variable] = str(home / variable.lower())


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "_postgres_folder"):
        postgres.release_folder(config._postgres_folder)
        shutil.rmtree(config._home_folder, ignore_errors=True)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Run the benchmarks only when they are named: a timing is no verdict on a shared machine."""
    if BENCHMARKS in (collection_path, *collection_path.parents):
        named = any("benchmarks" in argument for argument in config.invocation_params.args if isinstance(argument, str))
        return None if named else True
    return None


# --- shops


class Templates:
    """Founded shops to copy from, one per engine, costing method and tax, made when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[str, str, str], str] = {}
        self._admin: Any = None
        self._serial = 0

    def fresh(self, engine: str, costing: str, tax: str, folder: Path) -> str:
        """Return the address of a new copy of the template; files go to ``folder``."""
        template = self._template(engine, costing, tax)
        if engine == "sqlite":
            # Nothing has either file open, so ordinary file calls are safe here.
            return str(shutil.copy(template, folder / "shop.db"))
        self._serial += 1
        name = f"shop_{os.getpid()}_{self._serial}"
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return f"{postgres.server()}/{name}"

    def empty(self, engine: str, folder: Path) -> str:
        """Return the address of a place where a shop may be created: no file yet, or an empty database."""
        if engine == "sqlite":
            return str(folder / "new.db")
        self._serial += 1
        name = f"empty_{os.getpid()}_{self._serial}"
        self._connect_admin().execute(f"CREATE DATABASE {name}")
        return f"{postgres.server()}/{name}"

    def drop(self, url: str) -> None:
        """Remove a PostgreSQL copy; files vanish with the test's folder."""
        if url.startswith("postgresql://"):
            self._admin.execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def close(self) -> None:
        if self._admin is not None:
            self._admin.close()

    def _connect_admin(self) -> Any:
        if self._admin is None:
            import psycopg

            self._admin = psycopg.connect(f"{postgres.server()}/postgres", autocommit=True)
        return self._admin

    def _template(self, engine: str, costing: str, tax: str) -> str:
        key = (engine, costing, tax)
        if key in self._made:
            return self._made[key]
        name = f"template_{os.getpid()}_{len(self._made)}"
        if engine == "sqlite":
            url = place = str(self._folder / f"{name}.db")
        else:
            self._connect_admin().execute(f"CREATE DATABASE {name}")
            place, url = name, f"{postgres.server()}/{name}"
        with open_shop(url, create=True) as db:
            found_shop(db, costing, tax)
        self._made[key] = place
        return place


def found_shop(db: Db, costing: str = "fifo", tax: str = "inside") -> None:
    """Fill an empty schema with a shop of one person, one place and one station."""
    from shopstock.core.settings import Costing, TaxMode
    from shopstock.services import founding

    founding.found_shop(
        db, name="Corner Shop", currency="GBP", costing=Costing(costing), tax_mode=TaxMode(tax), tax_rate=20_000
    )


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    made = Templates(tmp_path_factory.mktemp("templates"))
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """Name the database the test runs on; PostgreSQL skips only where no server can be started."""
    if request.param == "postgresql":
        try:
            postgres.server()
        except postgres.Missing as reason:
            pytest.skip(str(reason))
    return str(request.param)


@pytest.fixture
def costing() -> str:
    return "fifo"


@pytest.fixture
def tax() -> str:
    return "inside"


@pytest.fixture
def empty_url(engine: str, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """The address of a place where a shop may be created."""
    url = templates.empty(engine, tmp_path)
    yield url
    templates.drop(url)


@pytest.fixture
def db_url(engine: str, costing: str, tax: str, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh founded shop that nobody has open."""
    url = templates.fresh(engine, costing, tax, tmp_path)
    yield url
    templates.drop(url)


@pytest.fixture
def db(db_url: str) -> Iterator[Db]:
    """A fresh founded shop, open."""
    with open_shop(db_url) as opened:
        yield opened


@pytest.fixture
def sqlite_url(costing: str, tax: str, templates: Templates, tmp_path: Path) -> str:
    """The path of a fresh founded shop on SQLite alone, for tests of what the engine does not change."""
    return templates.fresh("sqlite", costing, tax, tmp_path)


@pytest.fixture
def sqlite_db(sqlite_url: str) -> Iterator[Db]:
    """A fresh founded shop on SQLite alone, open: for screens and whatever else the engine does not change."""
    with open_shop(sqlite_url) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _ledger_is_proved(request: pytest.FixtureRequest) -> Iterator[None]:
    """Prove the ledger after every test that used a shop, unless the test tampers with it on purpose."""
    used = [request.getfixturevalue(name) for name in ("db", "sqlite_db") if name in request.fixturenames]
    yield
    if request.node.get_closest_marker("tampers") is None:
        for opened in used:
            _prove(opened)


def _prove(db: Db) -> None:
    from shopstock.queries import audit

    assert audit.discrepancies(db) == []


def acting_as_owner(db: Db) -> Acting:
    """Act as the owner of a founded shop at its first station."""
    person, name = db.rows("SELECT id, name FROM person WHERE role = 'owner' ORDER BY id LIMIT 1")[0]
    station, location = db.rows("SELECT id, location_id FROM station ORDER BY id LIMIT 1")[0]
    return Acting(PersonId(person), name, Role.OWNER, StationId(station), LocationId(location), alone=True)


@pytest.fixture
def owner(request: pytest.FixtureRequest) -> Acting:
    """The owner of the test's shop, alone at its first station."""
    return acting_as_owner(request.getfixturevalue("sqlite_db" if "sqlite_db" in request.fixturenames else "db"))


# --- time


class FrozenClock:
    """A clock that moves only when told to."""

    def __init__(self, at: datetime) -> None:
        self.move_to(at)

    def move_to(self, at: datetime) -> None:
        """Stand still at a local time."""
        clock._frozen = clock.to_instant(at)

    def advance(self, by: timedelta) -> None:
        """Go on (or back) by a span and stand still again."""
        clock._frozen = Instant(clock.now() + by // timedelta(microseconds=1))


@pytest.fixture
def frozen_clock() -> Iterator[FrozenClock]:
    """Monday 2 March 2026, ten in the morning, until the test moves it."""
    with clock.freeze(datetime(2026, 3, 2, 10, 0)):
        yield FrozenClock(datetime(2026, 3, 2, 10, 0))


# --- real data


@pytest.fixture(scope="session")
def realdata() -> Path:
    """The folder with the real sales and barcodes; a test that asks for it skips where there is none."""
    place = Path(os.environ.get("SHOPSTOCK_REALDATA") or ROOT.parent / "shared" / "data")
    if not place.is_dir():
        pytest.skip(f"No real data in {place}: set SHOPSTOCK_REALDATA to the folder that holds it.")
    return place


# --- screens


@pytest.fixture(autouse=True)
def _no_window_is_left() -> Iterator[None]:
    """Fail a test that leaves a window on the screen."""
    yield
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return
    left = [widget for widget in widgets.QApplication.topLevelWidgets() if widget.isVisible()]
    described = [f"{type(widget).__name__} {widget.objectName()!r} {widget.windowTitle()!r}" for widget in left]
    for widget in left:
        widget.close()
        widget.deleteLater()
    assert not described, f"windows left open: {', '.join(described)}"

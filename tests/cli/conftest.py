"""Run the command line as a person or a script would, and see what it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from shopstock.cli import main


class Said(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


Shopstock = Callable[..., Said]

HEADER = "at,event,reference,sku,quantity,unit_cost,unit_price,location,to_location,cause,of,party,amount\n"


@pytest.fixture
def shopstock(sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> Shopstock:
    """Run a command on the test's shop: ``shopstock("report", "valuation")``."""

    def run(*args: str | Path, db: str = sqlite_url) -> Said:
        capsys.readouterr()
        code = main.run(["--db", db, *map(str, args)])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Said(code, out, err)

    return run


@pytest.fixture
def history(tmp_path: Path) -> Callable[..., Path]:
    """Write a history file of rows under the whole header, or of bytes as they are."""

    def write(*rows: str, content: bytes | None = None, header: str = HEADER) -> Path:
        path = tmp_path / "history.csv"
        path.write_bytes((header + "\n".join(rows) + "\n").encode() if content is None else content)
        return path

    return write

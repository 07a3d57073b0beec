"""The benchmarks by the test runner, when they are named: ``installer/dev.py test tests/benchmarks``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def test_every_figure_is_within_its_limit(capfd: pytest.CaptureFixture[str]) -> None:
    root = Path(__file__).resolve().parents[2]
    with capfd.disabled():
        # A process of its own: no plugin of the test runner stands between what is measured and its floor.
        code = subprocess.call([sys.executable, "-m", "tests.benchmarks"], cwd=root)
    assert code == 0, "the table above says which limit was missed"

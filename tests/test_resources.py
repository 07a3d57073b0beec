"""The files that come with the program are found in a checkout, in an installation, and in a frozen program."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopstock import resources


def test_in_a_checkout() -> None:
    assert resources.path() == Path(__file__).resolve().parent.parent / "resources"
    assert resources.path("icons").is_dir()
    assert resources.sample_db().parent == resources.path().parent


def test_installed_from_a_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "shopstock"
    (package / "_resources" / "icons").mkdir(parents=True)
    (package / "_resources" / "sample.db").touch()
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resources.path("icons") == package / "_resources" / "icons"
    assert resources.sample_db() == package / "_resources" / "sample.db"


def test_frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "resources" / "icons").mkdir(parents=True)
    (tmp_path / "sample.db").touch()
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    assert resources.path("icons") == tmp_path / "resources" / "icons"
    assert resources.sample_db() == tmp_path / "sample.db"


def test_a_missing_file_is_named_where_it_should_be() -> None:
    assert resources.path("icons", "none.svg").name == "none.svg"

"""Starting the window where none can be shown."""

from __future__ import annotations

import sys

import pytest

from tests.cli.conftest import Shopstock


@pytest.mark.skipif(sys.platform != "linux", reason="Only here a session may have no display.")
@pytest.mark.parametrize("command", [(), ("demo",)])
def test_without_a_display_a_sentence_tells(
    shopstock: Shopstock, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    said = shopstock(*command)
    assert said.code == 2
    assert said.err.startswith("There is no display")
    assert len(said.err.splitlines()) == 1

"""Files that people save: what is there stays."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from shopstock.ui import files


def test_a_file_that_is_there_is_not_written_over(qtbot: QtBot, tmp_path: Path) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    (tmp_path / "P-0001.pdf").write_text("the first")
    (tmp_path / "P-0001 (2).pdf").write_text("the second")
    chosen: list[str] = []
    dialog = files.ask_save(host, "Save", "P-0001.pdf", chosen.append)
    dialog.fileSelected.emit(str(tmp_path / "P-0001.pdf"))
    dialog.fileSelected.emit(str(tmp_path / "P-0002.pdf"))
    assert chosen == [str(tmp_path / "P-0001 (3).pdf"), str(tmp_path / "P-0002.pdf")]
    dialog.close()

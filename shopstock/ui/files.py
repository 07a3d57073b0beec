"""Ask for a file without stopping anything: the dialog stands beside the window, and the till goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from shopstock.core.outcome import ShopError
from shopstock.core.text import _


def ask_open(parent: QWidget, title: str, then: Callable[[str], object]) -> QFileDialog:
    """Ask for a file that is there; ``then`` gets its path, and is not called when nobody chooses one."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return _show(dialog, then)


def ask_save(parent: QWidget, title: str, name: str, then: Callable[[str], object]) -> QFileDialog:
    """Ask where to write a file, under ``name`` unless somebody says otherwise; ``then`` gets the path.

    A file that is there stays: the new one gets a number. Qt would ask in a dialog of its own, which a scan can answer.
    """
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.selectFile(name)
    return _show(dialog, lambda path: then(free(path)))


def free(path: str) -> str:
    """Return the path, with a number before its ending when there is such a file already."""
    wanted = Path(path)
    number = 2
    while Path(path).is_file():
        path = str(wanted.with_stem(f"{wanted.stem} ({number})"))
        number += 1
    return path


def ask_folder(parent: QWidget, title: str, then: Callable[[str], object]) -> QFileDialog:
    """Ask for a folder; ``then`` gets its path, and is not called when nobody chooses one."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    return _show(dialog, then)


def _show(dialog: QFileDialog, then: Callable[[str], object]) -> QFileDialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.NonModal)
    dialog.fileSelected.connect(then)
    dialog.show()
    return dialog


def write(path: str, content: bytes) -> str:
    """Write a file and return its path; raise ``ShopError`` that says why it cannot be written."""
    try:
        Path(path).write_bytes(content)
    except OSError as error:
        raise ShopError(
            _("{path} cannot be written: {why}. Choose another place.").format(path=path, why=error.strerror)
        ) from error
    return path

"""What happens to a bug: the log, one report that can be copied, and the program goes on.

The report carries versions and the trace, and nothing of the shop: no names, amounts or paths of the home folder.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import platformdirs
from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, qInstallMessageHandler, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

import shopstock
from shopstock.core.text import _
from shopstock.ui import fields, theme

if TYPE_CHECKING:
    from logging.handlers import RotatingFileHandler

log = logging.getLogger("shopstock")
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def start_log(folder: Path | None = None) -> Path:
    """Write the log to a rotating file (1 MB, three kept) and return its path."""
    place = folder or Path(platformdirs.user_log_dir("shopstock", appauthor=False))
    place.mkdir(parents=True, exist_ok=True)
    path = place / "shopstock.log"
    if not any(isinstance(handler, _LogFile) for handler in log.handlers):
        log.addHandler(_LogFile(path))
        log.setLevel(logging.INFO)
    return path


class _LogFile(logging.Handler):
    """The rotating file, made when there is something to write: most starts have nothing to say."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._file: RotatingFileHandler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if self._file is None:
            from logging.handlers import RotatingFileHandler

            self._file = RotatingFileHandler(self._path, maxBytes=1_000_000, backupCount=3, encoding="utf-8")
            self._file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(message)s"))
        self._file.emit(record)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        super().close()


def report_of(error: BaseException) -> str:
    """Write the report of a bug: versions and trace, without the home folder's name."""
    import platform

    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    head = (
        f"shopstock {shopstock.__version__}\n"
        f"Python {platform.python_version()} · Qt {qVersion()} · {platform.system()} {platform.release()}\n\n"
    )
    return (head + trace).replace(str(Path.home()), "~")


class CrashReporter(QObject):
    """Catches what nobody caught, on every thread, and shows one report at a time."""

    _caught = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window: Callable[[], QWidget | None] = lambda: None
        self._dialog: CrashDialog | None = None
        self._before = (sys.excepthook, threading.excepthook)
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self, window: Callable[[], QWidget | None]) -> None:
        """Start to catch; ``window`` gives the window to show the report over."""
        self._window = window
        sys.excepthook = self._hook
        threading.excepthook = self._thread_hook
        qInstallMessageHandler(_qt_said)

    def remove(self) -> None:
        """Stop catching."""
        sys.excepthook, threading.excepthook = self._before
        qInstallMessageHandler(None)

    def report(self, error: BaseException) -> None:
        """Log a bug and show its report; any thread may call it."""
        log.error("%s", report_of(error))
        self._caught.emit(error)

    def _hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before[0](kind, error, trace)
            return
        self.report(error)

    def _thread_hook(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.report(args.exc_value)

    def _show(self, error: BaseException) -> None:
        if self._dialog is not None and self._dialog.isVisible():
            self._dialog.add(report_of(error))
            return
        self._dialog = CrashDialog(report_of(error), self._window())
        self._dialog.show()


def _qt_said(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    log.log(_LEVELS.get(kind, logging.INFO), "Qt: %s", message)


class CrashDialog(QDialog):
    """The report: a window of its own that blocks nothing, so that the sale can go on."""

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Something went wrong"))
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.resize(720, 440)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.S6, theme.S6, theme.S6, theme.S6)
        layout.setSpacing(theme.S3)
        layout.addWidget(fields.title(_("The program made a mistake, and went on.")))
        layout.addWidget(
            fields.label(_("Nothing was half done. Copy this report and send it to whoever looks after it."), "label")
        )
        self._text = QPlainTextEdit(report)
        self._text.setReadOnly(True)
        self._text.setAccessibleName(_("Report"))
        layout.addWidget(self._text, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        copy = fields.Button(_("Copy report"), fields.PRIMARY, icon="file-text", on_click=self._copy)
        close = fields.Button(_("Close"), fields.OUTLINE, on_click=self.close)
        for button in (copy, close):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        layout.addLayout(buttons)

    def add(self, report: str) -> None:
        """Add a further report below."""
        if len(self._text.toPlainText()) < 50_000:
            self._text.appendPlainText("\n" + report)

    def report(self) -> str:
        """Return the text of the report."""
        return self._text.toPlainText()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text.toPlainText())

"""Evidence of the write-off that is scanned: the camera's newest pictures, a file, or what is dropped on the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QFileSystemWatcher, QSettings, QSize, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from shopstock.core.text import _
from shopstock.queries import attachments as query
from shopstock.queries.attachments import Attachment
from shopstock.ui import fields, files, theme
from shopstock.ui.back.pictures import THUMB, Thumb, read_image, thumb
from shopstock.ui.orders.frame import empty
from shopstock.ui.receive.panels import pictures_in
from shopstock.ui.shop import Shop

#: Where this machine keeps the folder of its camera; Receive asks for the same one.
FOLDER = "receive/camera_folder"
_SMALL = QSize(160, 160)
_GROWS_MS = 300
_NEWEST = 6
_TEXTS = 170


class EvidencePanel(QFrame):
    """The strip. ``added`` tells a path to take, ``dropped`` the attachment to give up."""

    added = Signal(str)
    dropped = Signal(int)

    def __init__(self, shop: Shop) -> None:
        super().__init__()
        self._shop = shop
        self._machine: QSettings | None = None
        self._folder = ""
        self._attached: tuple[Any, ...] = ()
        self._pictures: dict[str, int] = {}
        self._taken: set[str] = set()
        self._images: dict[int, Thumb] = {}
        self.setProperty("role", "card")
        self.setAcceptDrops(True)
        self._title = fields.label(_("Evidence"), "", theme.BODY, theme.SEMIBOLD)
        self.said = fields.label("", "small", theme.SMALL)
        self.said.setWordWrap(True)
        self._camera = fields.label("", "small", theme.SMALL)
        self.file_key = fields.Button(_("Choose a file"), icon="photo", on_click=self.choose)
        self.folder_key = fields.Button(_("Camera folder"), icon="folder-open", on_click=self._choose_folder)
        self._kept, self._new = QHBoxLayout(), QHBoxLayout()
        for row in (self._kept, self._new):
            row.setSpacing(theme.S2)
        self._arrow = QLabel()
        texts = QVBoxLayout()
        texts.setSpacing(theme.S1)
        texts.addWidget(self._title)
        texts.addWidget(self.said)
        texts.addStretch(1)
        keys = QVBoxLayout()
        keys.setSpacing(theme.S2)
        keys.addWidget(self.file_key)
        keys.addWidget(self.folder_key)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.S4, theme.S3, theme.S3, theme.S3)
        self._row.setSpacing(theme.S3)
        self._row.addLayout(texts, 1)
        self._row.addLayout(self._kept)
        self._row.addWidget(self._camera)
        self._row.addLayout(self._new)
        self._row.addLayout(keys)
        self._watch = QFileSystemWatcher(self)
        self._watch.directoryChanged.connect(self._look)
        # A folder tells that a picture began to be written, not that it is whole: look until it grows no more.
        self._again = QTimer(self, singleShot=True, interval=_GROWS_MS)
        self._again.timeout.connect(self._look)

    # -- the camera's folder ------------------------------------------------------------------------------------------

    def use_machine(self, machine: QSettings) -> None:
        """Take the folder of this machine's camera, if somebody chose one."""
        self._machine = machine
        self._use_folder(str(machine.value(FOLDER, "")))

    def _choose_folder(self) -> None:
        files.ask_folder(self, _("Folder of the camera"), self._folder_named)

    def _folder_named(self, folder: str) -> None:
        if self._machine is not None:
            self._machine.setValue(FOLDER, folder)
        self._use_folder(folder)

    def _use_folder(self, folder: str) -> None:
        if self._watch.directories():
            self._watch.removePaths(self._watch.directories())
        self._folder = folder if folder and Path(folder).is_dir() else ""
        if self._folder:
            self._watch.addPath(self._folder)
        self._look()

    def look(self) -> None:
        """Look into the camera's folder again: Receive may have named another."""
        wanted = str(self._machine.value(FOLDER, "")) if self._machine is not None else ""
        if wanted != self._folder:
            self._use_folder(wanted)
        else:
            self._look()

    def _look(self, _folder: str = "") -> None:
        before, self._pictures = self._pictures, pictures_in(self._folder) if self._folder else {}
        if any(before.get(path) != size for path, size in self._pictures.items()):
            self._again.start()
        self._show_new()

    # -- what is attached ---------------------------------------------------------------------------------------------

    def show_attached(self, attached: Sequence[Any], needs: str = "") -> None:
        """Show what is kept with the write-off; ``needs`` says which rows still ask for evidence."""
        self.said.setText(needs or (
            _("Kept with the write-off and in every backup.") if attached
            else _("Nothing asks for evidence. A photo or PDF may be added; drop it here.")
        ))  # fmt: skip
        self.said.setProperty("role", "bad" if needs else "small")
        self.said.style().polish(self.said)
        if tuple(attached) != self._attached:
            self._attached = tuple(attached)
            self._show_kept()
        self._show_new()

    def forget(self) -> None:
        """Begin anew: another write-off is on show."""
        self._taken.clear()
        self.show_attached(())

    def _show_kept(self) -> None:
        empty(self._kept)
        self._images.clear()
        for one in self._attached:
            made = thumb(
                one.name, None, _("Take {name} off the evidence").format(name=one.name), "x",
                partial(self.dropped.emit, one.attachment_id),
            )  # fmt: skip
            self._images[one.attachment_id] = made
            self._kept.addWidget(made)
            self._shop.read(query.attachment, one.attachment_id, then=self._read, asked_by=self)

    def _read(self, found: Attachment | None) -> None:
        if found is not None and found.id in self._images:
            image = read_image(found.content, _SMALL)
            if not image.isNull():
                self._images[found.id].show_image(image)

    def _show_new(self) -> None:
        empty(self._new)
        room = self.width() - _TEXTS - 200 - len(self._attached) * (THUMB + theme.S2) - 96
        shown = 0
        for path in self._pictures:
            if shown >= min(_NEWEST, room // (THUMB + theme.S2)):
                break
            if path in self._taken:
                continue
            image = read_image(path, _SMALL)
            if image.isNull():
                continue
            words = _("Add {name} as evidence").format(name=Path(path).name)
            self._new.addWidget(thumb(Path(path).name, image, words, "plus", partial(self.take, path)))
            shown += 1
        self._camera.setText(_("From the\ncamera") if shown else "")
        self._camera.setVisible(bool(shown))

    # -- taking -------------------------------------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask for a file."""
        files.ask_open(self, _("Photo or PDF as evidence"), self.take)

    def take(self, path: str) -> None:
        """Take a picture or a file."""
        self._taken.add(path)
        self.added.emit(path)

    def refused(self, path: str) -> None:
        """Offer a picture again that could not be taken."""
        self._taken.discard(path)
        self._show_new()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if paths_of(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        take_dropped(event, self.take)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._show_new()


def paths_of(event: QDropEvent) -> list[str]:
    """Return the files that are dragged."""
    return [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]


def take_dropped(event: QDropEvent, take: Callable[[str], object]) -> None:
    """Take every file that was dropped."""
    paths = paths_of(event)
    if paths:
        event.acceptProposedAction()
    for path in paths:
        take(path)

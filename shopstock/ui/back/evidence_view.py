"""The evidence of a write-off or of a document: one picture large, the others to choose from, each to be saved."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from shopstock.core.text import _
from shopstock.queries import attachments as query
from shopstock.queries.attachments import Attachment
from shopstock.ui import fields, files, theme
from shopstock.ui.back.pictures import LargePicture, Thumb, read_image
from shopstock.ui.elided import Elided
from shopstock.ui.orders.frame import empty
from shopstock.ui.shop import Shop

_MOST = QSize(1_200, 1_200)
_SMALL = QSize(160, 160)


class EvidenceView(QWidget):
    """The view. :meth:`show_evidence` takes what has ``attachment_id`` and ``name``; the contents are read here."""

    def __init__(self, shop: Shop, least: int = 160) -> None:
        super().__init__()
        self._shop = shop
        self._listed: tuple[Any, ...] = ()
        self._held: dict[int, Attachment] = {}
        self._chosen = 0
        self.large = LargePicture(least)
        self._name = Elided()
        self.save = fields.Button(_("Save a copy"), icon="download", on_click=self._save)
        self._row = QHBoxLayout()
        self._row.setSpacing(theme.S2)
        self._group = QButtonGroup(self)
        self._thumbs: dict[int, Thumb] = {}
        foot = QHBoxLayout()
        foot.setSpacing(theme.S2)
        foot.addWidget(self._name, 1)
        foot.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S2)
        column.addWidget(self.large, 1)
        column.addLayout(self._row)
        column.addLayout(foot)
        self.show_evidence(())

    def show_evidence(self, listed: Sequence[Any], none: str = "") -> None:
        """Show these; ``none`` says why there is nothing."""
        if tuple(listed) == self._listed and listed:
            return
        self._listed = tuple(listed)
        self._held.clear()
        self._thumbs.clear()
        empty(self._row)
        for one in self._listed:
            made = Thumb(one.name, None, one.name)
            made.setCheckable(True)
            made.clicked.connect(partial(self._choose, one.attachment_id))
            self._group.addButton(made)
            self._thumbs[one.attachment_id] = made
            self._row.addWidget(made)
            made.setVisible(len(self._listed) > 1)
            self._shop.read(query.attachment, one.attachment_id, then=self._read, asked_by=self)
        self._row.addStretch(1)
        self._chosen = self._listed[0].attachment_id if self._listed else 0
        self.save.setVisible(bool(self._listed))
        self._name.setVisible(bool(self._listed))
        if self._listed:
            self._choose(self._chosen)
        else:
            self.large.show_none(none or _("No photo or file"))

    def _read(self, found: Attachment | None) -> None:
        if found is None or found.id not in self._thumbs:
            return
        self._held[found.id] = found
        image = read_image(found.content, _SMALL)
        if not image.isNull():
            self._thumbs[found.id].show_image(image)
        if found.id == self._chosen:
            self._choose(found.id)

    def _choose(self, attachment_id: int, _checked: bool = False) -> None:
        self._chosen = attachment_id
        listed = next(one for one in self._listed if one.attachment_id == attachment_id)
        self._thumbs[attachment_id].setChecked(True)
        held = self._held.get(attachment_id)
        self._name.setText(listed.name)
        self.save.setEnabled(held is not None)
        if held is None:
            self.large.show_none(_("Reading {name}").format(name=listed.name))
        else:
            self.large.show_picture(read_image(held.content, _MOST), listed.name)

    def _save(self) -> None:
        held = self._held.get(self._chosen)
        if held is not None:
            files.ask_save(self, _("Save a copy of the evidence"), held.name, partial(self._write, held.content))

    def _write(self, content: bytes, path: str) -> None:
        self._shop.read(_write, path, content, then=self._written, asked_by=self)

    def _written(self, path: str) -> None:
        self._shop.say("ok", _("Saved to {path}.").format(path=path), key="back")


def _write(_db: object, path: str, content: bytes) -> str:
    """Write a copy beside the screen: a slow drive never holds it."""
    return files.write(path, content)

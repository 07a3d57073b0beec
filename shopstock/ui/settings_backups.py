"""Settings, Backups: take one now, see those there are, save a copy elsewhere, restore one."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from shopstock.core.acting import Acting, Permission
from shopstock.core.text import _
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.jobs import backups
from shopstock.queries import settings as settings_query
from shopstock.ui import fields, files, settings_form, theme
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.shop import Shop
from shopstock.ui.table import Table


class BackupRow(NamedTuple):
    """One backup as the table shows it; ``size`` in kilobytes."""

    path: str
    name: str
    taken: str
    size: int


def read_all(db: Db) -> tuple[str, list[BackupRow]]:
    """Return the folder of the backups and what is in it, the newest first."""
    folder = backups.folder_for(db.url, settings_query.load(db).backup_folder)
    rows = [
        BackupRow(str(one.path), one.path.name, one.taken_at.strftime("%d %b %Y %H:%M"), one.size // 1024)
        for one in backups.listed(folder)
    ]
    return str(folder), rows


def back_up_now(db: Db, acting: Acting) -> str:
    """Take a backup into the usual folder and return where it lies."""
    acting.require(Permission.BACKUP)
    folder = backups.folder_for(db.url, settings_query.load(db).backup_folder)
    return str(backups.run_now(db, folder, clock.now()).path)


class BackupsPage(QWidget):
    """The list of backups and what can be done with them."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._folder = fields.label("", "small", theme.SMALL)
        self._folder.setWordWrap(True)
        self._model = RowsModel(
            (
                Column("name", _("File")),
                Column("taken", _("Taken"), width=180),
                Column("size", _("Size"), "number", width=130, text=lambda row: _("{size} KB").format(size=row.size)),
            ),
            self,
        )
        self._table = Table(self._model, _("Backups"))
        self._table.setMinimumHeight(200)
        self._now = fields.Button(_("Back up now"), fields.OUTLINE, icon="device-floppy", on_click=self.back_up)
        copy = fields.Button(_("Save a copy as"), icon="file-export", on_click=self._save_copy)
        self._restore = fields.Button(_("Restore this one"), fields.BAD, icon="history", on_click=self._ask_restore)
        other = fields.Button(_("Restore a file"), icon="folder-open", on_click=self._choose_file)
        buttons, restoring = QHBoxLayout(), QHBoxLayout()
        for row, pair in ((buttons, (self._now, copy)), (restoring, (self._restore, other))):
            for button in pair:
                row.addWidget(button)
            row.addStretch(1)
        self._question = QFrame()
        self._question.setProperty("role", "waits")
        self._asked = fields.label("", "", theme.BODY, theme.SEMIBOLD)
        self._asked.setWordWrap(True)
        yes = fields.Button(_("Yes, restore"), fields.BAD, on_click=self._restore_now)
        no = fields.Button(_("No"), fields.OUTLINE, on_click=self._question.hide)
        asking = QHBoxLayout(self._question)
        asking.addWidget(self._asked, 1)
        asking.addWidget(yes)
        asking.addWidget(no)
        self._question.hide()
        self._path = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addWidget(settings_form.heading(_("Backups there are")))
        layout.addWidget(self._folder)
        layout.addWidget(self._table, 1)
        layout.addLayout(buttons)
        layout.addLayout(restoring)
        layout.addWidget(self._question)

    def came_into_view(self) -> None:
        """Read what backups there are."""
        self._shop.read(read_all, then=self._show, key="settings backups")

    def back_up(self) -> None:
        """Take a backup now; the till goes on meanwhile."""
        self._shop.run(back_up_now, then=self._taken, busy=lambda busy: self._now.setEnabled(not busy))

    def _show(self, everything: tuple[str, list[BackupRow]]) -> None:
        folder, rows = everything
        self._folder.setText(folder)
        self._model.set_rows(rows)
        self._restore.setEnabled(bool(rows))

    def _taken(self, path: str) -> None:
        self._shop.say("ok", _("Backup taken and checked."), path)
        self.came_into_view()

    def _save_copy(self) -> None:
        files.ask_save(self, _("Save a copy of the shop"), "shop-copy.db", self._save_to)

    def _save_to(self, path: str) -> None:
        self._shop.run(backups.save_copy, path, then=lambda saved: self._taken(str(saved)))

    def _choose_file(self) -> None:
        files.ask_open(self, _("Choose a backup"), self._ask)

    def _ask_restore(self) -> None:
        row = self._table.selected_row()
        if row is None:
            self._shop.say("info", _("Choose a backup in the list first."))
        else:
            self._ask(row.path)

    def _ask(self, path: str) -> None:
        self._path = path
        self._asked.setText(
            _("Replace the shop by {name}? Everything since then goes; the shop of now is kept beside it.").format(
                name=Path(path).name
            )
        )
        self._question.show()

    def _restore_now(self) -> None:
        self._question.hide()
        acting = self._shop.acting
        if acting is not None and acting.may(Permission.BACKUP):
            self._shop.restore_asked.emit(self._path)

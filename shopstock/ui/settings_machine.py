"""Settings of this computer: appearance and keys. They are kept beside the program, not in the shop."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QKeySequenceEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from shopstock.core.text import _
from shopstock.ui import fields, theme
from shopstock.ui.actions import Actions, Command
from shopstock.ui.rows import Column, RowsModel
from shopstock.ui.table import Table


class AppearancePage(QWidget):
    """Light, dark, high contrast, or as the desktop says."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        words = {
            "system": _("As the desktop"),
            "light": _("Light"),
            "dark": _("Dark"),
            "contrast": _("High contrast"),
        }
        self._group = QButtonGroup(self)
        self._choices: dict[str, QRadioButton] = {}
        for mode, text in words.items():
            choice = QRadioButton(text)
            choice.setAccessibleName(text)
            choice.clicked.connect(lambda _checked=False, mode=mode: self._choose(mode))
            self._group.addButton(choice)
            self._choices[mode] = choice
            layout.addWidget(choice)
        self.still = QCheckBox(_("Nothing moves (less motion)"))
        self.still.setChecked(not theme.motion())
        self.still.toggled.connect(self._set_still)
        layout.addSpacing(theme.S3)
        layout.addWidget(self.still)
        layout.addStretch(1)
        theme.watcher().changed.connect(self._mark)
        self._mark()

    def _mark(self) -> None:
        self._choices[theme.mode()].setChecked(True)

    def _set_still(self, still: bool) -> None:
        theme.set_motion(not still)
        window = self.window()
        if hasattr(window, "machine"):
            window.machine.setValue("window/still", still)

    def _choose(self, mode: str) -> None:
        window = self.window()
        if hasattr(window, "set_appearance"):
            window.set_appearance(mode)
            return
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, mode)


class KeysPage(QWidget):
    """Every command with its key, and a field to give it another."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions: Actions | None = None
        self._model = RowsModel(
            (
                Column("id", _("Command"), text=lambda command: command.label),
                Column("screen", _("Where"), width=140, text=lambda command: command.screen or _("everywhere")),
                Column("key", _("Key"), width=180, weight=theme.SEMIBOLD, text=self._key_of),
            ),
            self,
            key="id",
        )
        self._table = Table(self._model, _("Keys"))
        self._table.setMinimumHeight(360)
        self._table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._fill())
        self._edit = QKeySequenceEdit()
        self._edit.setMaximumSequenceLength(1)
        self._edit.setAccessibleName(_("New key of the command"))
        self._said = fields.label("", "bad")
        self._set = fields.Button(_("Use this key"), fields.OUTLINE, on_click=self._use)
        reset = fields.Button(_("All keys as they were"), icon="refresh", on_click=self._reset)
        row = QHBoxLayout()
        row.addWidget(self._edit, 1)
        row.addWidget(self._set)
        row.addWidget(reset)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addWidget(self._table, 1)
        layout.addLayout(row)
        layout.addWidget(self._said)

    def take(self, actions: Actions) -> None:
        """Show the commands of the program."""
        self._actions = actions
        self._model.set_rows(actions.all())
        self._table.select(0)
        actions.keys_changed.connect(self._table.viewport().update)

    def _key_of(self, command: Command) -> str:
        return self._actions.keycap(command.id) if self._actions is not None else ""

    def _fill(self) -> None:
        command = self._table.selected_row()
        if command is not None and self._actions is not None:
            self._edit.setKeySequence(QKeySequence(self._actions.key(command.id)))
            self._said.setText("")

    def _use(self) -> None:
        command = self._table.selected_row()
        if command is None or self._actions is None:
            return
        key = self._edit.keySequence().toString()
        taken = self._actions.taken_by(key, command.id)
        if taken is not None:
            self._said.setText(
                _("{key} does “{command}” already. Choose another.").format(key=key, command=taken.label)
            )
            return
        self._actions.set_key(command.id, key)
        self._said.setText("")

    def _reset(self) -> None:
        if self._actions is not None:
            self._actions.reset_keys()
            self._fill()

"""Settings, Write-offs and returns: the causes of these and of variances, below the limits of write-offs."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core.outcome import Changes
from shopstock.core.text import _
from shopstock.core.write_offs import Purpose
from shopstock.db.connection import Db
from shopstock.queries import causes as query
from shopstock.queries.causes import Cause
from shopstock.services import causes as service
from shopstock.ui import fields, settings_form, theme
from shopstock.ui.rows import Chip, Column, RowsModel
from shopstock.ui.segments import Segments
from shopstock.ui.shop import ELSEWHERE, Shop
from shopstock.ui.table import Table


def read_all(db: Db, purpose: Purpose) -> list[Cause]:
    """Return the causes of one kind, those that are no longer offered too."""
    return query.causes(db, purpose, retired=True)


class CausesPage(QWidget):
    """The causes of one kind, and the fields of the chosen one."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._wanted = ""
        self.kinds = Segments(_("Causes of what"))
        self.kinds.add(Purpose.WRITE_OFF, _("Of write-offs"), 1)
        self.kinds.add(Purpose.RETURN, _("Of customer returns"), 1)
        self.kinds.add(Purpose.COUNT, _("Of variances"), 1)
        self.kinds.chosen.connect(lambda _kind: self.came_into_view())
        self._causes = RowsModel((Column("name", _("Cause"), weight=theme.MEDIUM, chips=_chips),), self)
        self.causes = Table(self._causes, _("Causes"))
        self.causes.setMinimumHeight(theme.TABLE_HEAD + 6 * theme.ROW_COMFORTABLE)
        self.causes.selectionModel().currentRowChanged.connect(lambda _now, _before: self._fill())
        self.name = QLineEdit()
        self.name.setMaxLength(60)
        self.name.returnPressed.connect(self._save)
        self.evidence = QCheckBox(_("Asks for a photo or a file"))
        form = fields.form()
        fields.form_row(form, _("Name"), self.name)
        form.addRow("", self.evidence)
        self.save = fields.Button(_("Save cause"), fields.OUTLINE, icon="check", on_click=self._save)
        self.add = fields.Button(_("Add as new"), icon="plus", on_click=self._add)
        self.retire = fields.Button(_("Retire"), fields.BAD, on_click=self._retire)
        deeds = QHBoxLayout()
        deeds.addWidget(self.save)
        deeds.addWidget(self.add)
        deeds.addStretch(1)
        deeds.addWidget(self.retire)
        hint = fields.label(
            _("Documents keep the cause they were posted with. A retired cause is offered no more; save it to offer it"
              " again."), "small", theme.SMALL,
        )  # fmt: skip
        hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addWidget(settings_form.heading(_("Causes")))
        for part in (self.kinds, self.causes, hint):
            layout.addWidget(part)
        layout.addLayout(form)
        layout.addLayout(deeds)
        layout.addStretch(1)
        shop.changed.connect(self._changed)

    def came_into_view(self) -> None:
        """Read the causes."""
        self._shop.read(read_all, self.kinds.value(), then=self._show, key="settings causes")

    def _show(self, causes: list[Cause]) -> None:
        self._causes.set_rows(causes)
        wanted, self._wanted = self._wanted, ""
        place = self._causes.index_of(wanted) if wanted else -1
        if place >= 0:
            self.causes.select(place)
        elif self.causes.selected_row() is None:
            self.causes.select(0)
        self._fill()

    def _fill(self) -> None:
        cause: Cause | None = self.causes.selected_row()
        self.evidence.setVisible(self.kinds.value() is Purpose.WRITE_OFF)
        self.save.setEnabled(cause is not None)
        self.retire.setEnabled(cause is not None and cause.active)
        if cause is not None:
            self.name.setText(cause.name)
            self.evidence.setChecked(cause.needs_evidence)

    def _save(self) -> None:
        cause: Cause | None = self.causes.selected_row()
        if cause is not None:
            self._keep(cause.key)

    def _add(self) -> None:
        self._keep(None)

    def _keep(self, key: str | None) -> None:
        self._shop.run(
            service.save, self.kinds.value(), key, self.name.text(), self.evidence.isChecked(), then=self._saved
        )

    def _saved(self, saved: service.Saved) -> None:
        self._wanted = saved.key
        self._shop.announce(saved.changes)
        self._shop.say("ok", _("Cause saved."))
        self.came_into_view()

    def _retire(self) -> None:
        cause: Cause | None = self.causes.selected_row()
        if cause is not None:
            self._shop.run(service.retire, self.kinds.value(), cause.key, then=self._retired)

    def _retired(self, _changes: Changes) -> None:
        self._shop.say("ok", _("The cause is offered no more."), _("Documents that name it keep it."))

    def _changed(self, changes: Changes) -> None:
        elsewhere = ELSEWHERE in changes.topics and not settings_form.typing_in(self)
        if self.isVisible() and ("causes" in changes.topics or elsewhere):
            self.came_into_view()


def _chips(cause: Cause) -> list[Chip]:
    chips = [Chip(_("photo or file asked for"), "photo")] if cause.needs_evidence else []
    if not cause.active:
        chips.append(Chip(_("retired"), "archive", "outline"))
    return chips

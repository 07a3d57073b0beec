"""The fields of one place of the tree: its name, code, what it is and what it lies in, its labels, and its end."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core import places as rules
from shopstock.core.places import Kind, Level, PlaceFields, level_name
from shopstock.core.text import _, ngettext
from shopstock.core.units import LocationId
from shopstock.queries.places import Place
from shopstock.ui import fields, theme
from shopstock.ui import format as fmt


class PlaceForm(QWidget):
    """The form. It asks for everything; the tree does it."""

    save_asked = Signal(object)  # PlaceFields
    labels_asked = Signal(bool)  # of all that lie in it too
    retire_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place: Place | None = None
        self._tree: list[Place] = []
        self._filling = False
        self.title = fields.label("", "", theme.BODY, theme.SEMIBOLD)
        self.name = QLineEdit()
        self.name.setMaxLength(80)
        self.code = QLineEdit()
        self.code.setMaxLength(rules.MAX_CODE)
        self.code.setPlaceholderText(_("scan a label, or empty for its own"))
        self.level, self.lies_in = QComboBox(), QComboBox()
        for level in Level:
            self.level.addItem(level_name(level), level)
        self.set_aside = QCheckBox(_("Goods here are set aside: on hand, but not for sale"))
        self.save = fields.Button(_("Save place"), fields.PRIMARY, icon="device-floppy", on_click=self._save)
        self.label = fields.Button(_("Print label"), icon="tag", on_click=lambda: self.labels_asked.emit(False))
        self.labels = fields.Button("", icon="tag", on_click=lambda: self.labels_asked.emit(True))
        self.retire = fields.Button(_("Retire"), icon="archive", on_click=self.retire_asked.emit)
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.lies_in.setSizeAdjustPolicy(policy)  # a long path must not widen the page
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.S3)
        self._grid.setVerticalSpacing(theme.S1)
        self._words: dict[QWidget, QWidget] = {}
        for at, (words, widget) in enumerate((
            (_("Name"), self.name), (_("Code on its label"), self.code), (_("What it is"), self.level),
            (_("Lies in"), self.lies_in),
        )):  # fmt: skip
            said = fields.label(words, "label", theme.SMALL)
            said.setBuddy(widget)
            widget.setAccessibleName(_("{field} of the place").format(field=words))
            widget.setMinimumWidth(120)
            row, column = divmod(at, 2)
            self._grid.addWidget(said, 2 * row, column)
            self._grid.addWidget(widget, 2 * row + 1, column)
            self._grid.setColumnStretch(column, 1)
            self._words[widget] = said
        deeds = QHBoxLayout()
        deeds.setSpacing(theme.S2)
        for button in (self.save, self.label, self.labels):
            deeds.addWidget(button)
        deeds.addStretch(1)
        deeds.addWidget(self.retire)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S2)
        layout.addWidget(self.title)
        layout.addLayout(self._grid)
        layout.addWidget(self.set_aside, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(deeds)
        for edit in (self.name, self.code):
            edit.textChanged.connect(lambda _text: self._judge())
            edit.returnPressed.connect(self._save)
        self.level.currentIndexChanged.connect(lambda _at: self._level_chosen())
        self.lies_in.currentIndexChanged.connect(lambda _at: self._judge())
        self.set_aside.toggled.connect(lambda _on: self._judge())

    def show_place(self, place: Place | None, tree: list[Place], *, may_print: bool) -> None:
        """Show a place of the tree; what somebody typed about the same one stays."""
        edited = self.is_edited() and place is not None and self._place is not None and place.id == self._place.id
        self._place, self._tree = place, tree
        self.setVisible(place is not None)
        if place is None:
            return
        simple = len(tree) == 1
        self.title.setText(place.path)
        self.title.setVisible(not simple)
        for widget in (self.level, self.lies_in):
            widget.setVisible(not simple)
            self._words[widget].setVisible(not simple)
        self.set_aside.setVisible(place.level is not Level.SHOP)
        if not edited:
            self._fill(place)
        count = sum(one.active for one in branch(tree, place))
        self.label.setVisible(may_print and bool(place.active))
        self.labels.setVisible(may_print and bool(place.active) and count > 1)
        words = ngettext("Print {n} label", "Print all {n} labels", count).format(n=fmt.number(count))
        self.labels.setText(words)
        self.labels.setToolTip(_("The label of this place and of all that lie in it"))
        self.labels.setAccessibleName(words)
        self.retire.setVisible(bool(place.active) and not simple)
        self._judge()

    def _fill(self, place: Place) -> None:
        self._filling = True
        self.name.setText(place.name)
        self.code.setText(place.code)
        self.level.setCurrentIndex(self.level.findData(place.level))
        self._offer(place.parent_id)
        self.set_aside.setChecked(place.kind == Kind.SET_ASIDE)
        self._filling = False

    def _offer(self, chosen: int | None) -> None:
        """Offer what a place of the chosen level may lie in: nothing for a shop, else larger ones but not its own."""
        place, level = self._place, self._level()
        self.lies_in.clear()
        if place is None:
            return
        own = {one.id for one in branch(self._tree, place)}
        if level is Level.SHOP:
            self.lies_in.addItem(_("Nothing: a shop of its own"), None)
        for one in self._tree:
            if one.active and one.id not in own and rules.fits(level, one.level):
                self.lies_in.addItem(one.path, one.id)
        at = self.lies_in.findData(chosen)
        self.lies_in.setCurrentIndex(at if at >= 0 else 0)

    def _level(self) -> Level:
        return Level(str(self.level.currentData()))  # Qt keeps the plain text of it

    def _level_chosen(self) -> None:
        if not self._filling:
            self._offer(self.lies_in.currentData())
            self._judge()

    def take_code(self, code: str) -> None:
        """Put a scanned code into its field; nothing is written yet."""
        self.code.setText(code)
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def typed(self) -> PlaceFields | None:
        """Return what the form says, ``None`` while no place is on show."""
        if self._place is None:
            return None
        parent = self.lies_in.currentData()
        kind = Kind.SET_ASIDE if self.set_aside.isChecked() else Kind.SALE
        return PlaceFields(
            self.name.text(), self._level(), None if parent is None else LocationId(parent),
            self.code.text().strip(), kind,
        )  # fmt: skip

    def is_edited(self) -> bool:
        """Tell whether something waits to be saved."""
        place = self._place
        if place is None:
            return False
        now = PlaceFields(place.name, place.level, place.parent_id, place.code, place.kind)
        return self.typed() != now

    def _judge(self) -> None:
        if self._filling or self._place is None:
            return
        active = bool(self._place.active)
        words = _("Save place") if active else _("Bring back")
        self.save.setText(words)
        self.save.setAccessibleName(words)
        self.save.setEnabled(self.is_edited() or not active)

    def _save(self) -> None:
        fields_ = self.typed()
        if fields_ is not None and self.save.isEnabled():
            self.save_asked.emit(fields_)


def branch(tree: list[Place], place: Place) -> list[Place]:
    """Return a place and those of the tree that lie in it, at any depth."""
    inside = {place.id}
    found = [place]
    for one in tree:
        if one.parent_id in inside:
            inside.add(one.id)
            found.append(one)
    return found

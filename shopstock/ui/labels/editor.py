"""The page where label templates are made: what a label shows, in which order, where and how large, seen at once.

What is changed waits for Save, and every template keeps its own changes until then; Esc takes those of the one on show
back. Nothing here is modal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shopstock.core import names
from shopstock.core.labels import LabelTemplate
from shopstock.core.outcome import ShopError
from shopstock.core.scan import Scan
from shopstock.core.text import _
from shopstock.queries import labels as reading
from shopstock.queries.labels import TemplateRow
from shopstock.services import labels
from shopstock.ui import fields, millimetres, sounds, theme
from shopstock.ui.labels import draft, drawing, work
from shopstock.ui.labels.draft import ElementRow, Entry
from shopstock.ui.labels.element_form import LABEL_WIDTH, ElementForm
from shopstock.ui.labels.element_table import ElementTable
from shopstock.ui.labels.lines import Pick
from shopstock.ui.labels.preview import LabelPreview
from shopstock.ui.labels.template_list import TemplateList
from shopstock.ui.labels.work import LabelPrinter
from shopstock.ui.shop import Shop
from shopstock.ui.stylesheet import restyle

LIST_WIDE, LIST_NARROW = 212, 172
PREVIEW_WIDE, PREVIEW_NARROW = 444, 300
NARROW = 1040
DRAW_PAUSE_MS = 30
_MESSAGE = "templates"


class TemplateEditor(QWidget):
    """The page. ``closed`` tells the name of the template that was on show last."""

    closed = Signal(str)

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._entries: list[Entry] = []
        self._place = -1
        self._printer: LabelPrinter | None = None
        self._goods: Pick | None = None
        self._filling = False
        self._build()
        self._pause = QTimer(self, singleShot=True, interval=DRAW_PAUSE_MS)
        self._pause.timeout.connect(self._draw)

    # -- what it is made of -------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.back = fields.Button(_("Labels"), icon="chevron-left", key="F4", on_click=self.leave)
        self.duplicate = fields.Button(_("Duplicate"), icon="plus", on_click=self._duplicate)
        self.remove = fields.Button(_("Delete"), icon="trash", on_click=self._remove)
        self.undo = fields.Button(_("Undo"), icon="arrow-back-up", key="Esc", on_click=self._undo)
        self.save_button = fields.Button(
            _("Save"), fields.PRIMARY, icon="device-floppy", key="Ctrl+S", on_click=self.save
        )
        head = QHBoxLayout()
        head.setSpacing(theme.S2)
        head.addWidget(self.back)
        head.addSpacing(theme.S2)
        head.addWidget(fields.title(_("Label templates")), 1)
        for button in (self.duplicate, self.remove, self.undo, self.save_button):
            head.addWidget(button)
        self.list = TemplateList()
        self.list.chosen.connect(self._choose)
        self._list_card = _card(self.list)
        self._preview_card = self._build_preview()
        body = QHBoxLayout()
        body.setSpacing(theme.S4)
        body.addWidget(self._list_card)
        body.addWidget(self._build_form(), 1)
        body.addWidget(self._preview_card)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addLayout(head)
        layout.addLayout(body, 1)

    def _build_form(self) -> QWidget:
        self.name = QLineEdit()
        self.name.setMaxLength(names.MAX_NAME)
        self.width_, self.height_ = QLineEdit(), QLineEdit()
        for edit, words in ((self.width_, _("Width, mm")), (self.height_, _("Height, mm"))):
            edit.setAccessibleName(words)
            edit.setFixedWidth(72)
            edit.setMaxLength(5)
            edit.setPlaceholderText(_("any"))
            edit.setToolTip(_("Empty takes the size of the paper"))
            edit.textEdited.connect(lambda _text: self._size_typed())
        self.name.textEdited.connect(lambda text: self._change(lambda now: replace(now, name=text)))
        self.elements = ElementTable()
        self.elements.toggled.connect(self._toggle)
        self.elements.moved.connect(self._move)
        self.elements.selectionModel().currentRowChanged.connect(lambda _now, _before: self._show_element())
        self.up = fields.Button("", icon="arrow-up", on_click=lambda: self._move(self.elements.row(), -1))
        self.down = fields.Button("", icon="arrow-down", on_click=lambda: self._move(self.elements.row(), 1))
        for button, words in ((self.up, _("Earlier")), (self.down, _("Later"))):
            button.setAccessibleName(words)
            button.setFixedWidth(theme.CONTROL)
            button.setToolTip(_("{words} on the label (Alt and arrow)").format(words=words))
        self.form = ElementForm()
        self.form.changed.connect(self._element_changed)
        first, second = QHBoxLayout(), QHBoxLayout()
        times = fields.label("×", "label")
        for row, words, parts in (
            (first, _("Name"), (self.name,)),
            (second, _("Size, mm"), (self.width_, times, self.height_)),
        ):
            label = fields.label(words, "label")
            label.setMinimumWidth(LABEL_WIDTH)
            label.setBuddy(parts[0])
            row.setSpacing(theme.S2)
            row.addWidget(label)
            for part in parts:
                row.addWidget(part)
        self.name.setAccessibleName(_("Name of the template"))
        second.addStretch(1)
        second.addWidget(self.up)
        second.addWidget(self.down)
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(theme.S4, theme.S4, theme.S4, theme.S4)
        inside.setSpacing(theme.S2)
        inside.addLayout(first)
        inside.addLayout(second)
        inside.addWidget(self.elements, 1)
        inside.addWidget(self.form)
        return card

    def _build_preview(self) -> QFrame:
        self.preview = LabelPreview()
        self.about = fields.label("", "small", theme.SMALL)
        self.about.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.shown_with = fields.label("", "wrap")
        self.frame = QCheckBox(_("A thin line around the label"))
        self.frame.setToolTip(_("For labels that are cut out of a sheet"))
        self.frame.clicked.connect(lambda on: self._change(lambda now: replace(now, frame=on)))
        self.usual = QCheckBox(_("Offer this template first"))
        self.usual.clicked.connect(self._usual_ticked)
        self.wrong = fields.label("", "bad")
        self.wrong.setWordWrap(True)
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(theme.S4, theme.S4, theme.S4, theme.S4)
        inside.setSpacing(theme.S3)
        inside.addWidget(self.preview, 1)
        inside.addWidget(self.about)
        inside.addWidget(self.wrong)
        inside.addWidget(self.shown_with)
        inside.addWidget(self.frame)
        inside.addWidget(self.usual)
        return card

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        self._list_card.setFixedWidth(LIST_NARROW if narrow else LIST_WIDE)
        self._preview_card.setFixedWidth(PREVIEW_NARROW if narrow else PREVIEW_WIDE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._edited():
            self._undo()
        else:
            self.leave()

    # -- coming and going ---------------------------------------------------------------------------------------------

    def open(self, name: str, goods: Pick | None, printer: LabelPrinter | None) -> None:
        """Show a template by its name, drawn with some goods as the printer would draw it."""
        self._printer = printer
        self._goods = goods or self._goods
        self._shop.read(
            reading.templates, then=lambda rows: self._take(rows, name), key=("templates", id(self)), asked_by=self
        )

    def leave(self) -> None:
        """Go back to the lists; what waits to be saved keeps waiting."""
        entry = self._entry()
        self.closed.emit(entry.saved.name if entry is not None and entry.saved is not None else "")

    def on_scan(self, scan: Scan) -> None:
        """Draw the label with what was scanned."""

        def answered(found: work.Scanned | None) -> None:
            if found is None:
                sounds.no()
                self._shop.say(
                    "warn", _("No item and no place has the code {code}.").format(code=scan.code), key=_MESSAGE
                )
            else:
                sounds.yes()
                self._goods = found.goods
                self._pause.start()

        self._shop.read(work.scanned, scan.code, then=answered, asked_by=self)

    def _take(self, rows: list[TemplateRow], name: str) -> None:
        self._entries = draft.entries(rows, self._entries)
        self._place = -1
        self._show_list()
        wanted = next((at for at, entry in enumerate(self._entries) if entry.now.name == name), 0)
        self.list.select(wanted)
        self._choose(wanted)
        self.elements.setFocus()

    # -- showing ------------------------------------------------------------------------------------------------------

    def _entry(self) -> Entry | None:
        return self._entries[self._place] if 0 <= self._place < len(self._entries) else None

    def _edited(self) -> bool:
        entry = self._entry()
        return entry is not None and entry.edited

    def _choose(self, place: int) -> None:
        if place != self._place and 0 <= place < len(self._entries):
            self._place = place
            self._fill(at=0)

    def _show_list(self) -> None:
        self.list.show_entries(self._entries)

    def _fill(self, at: int | None = None) -> None:
        """Show the template of the moment in every field."""
        entry = self._entry()
        if entry is None:
            return
        now = entry.now
        if self.name.text() != now.name:
            self.name.setText(now.name)
        for edit, tenths in ((self.width_, now.width), (self.height_, now.height)):
            if not edit.hasFocus() or at is not None:
                edit.setText(millimetres.text(tenths))
                restyle(edit, state="")
        self.frame.setChecked(now.frame)
        self.usual.setChecked(entry.usual)
        self.elements.show_template(now, at)
        self._show_element()
        self._show_list()
        self.remove.setEnabled(entry.id is not None or entry.saved is None)
        self.undo.setEnabled(entry.edited and entry.saved is not None)
        self.save_button.setEnabled(entry.edited)
        self._pause.start()

    def _show_element(self) -> None:
        row, entry = self.elements.row(), self._entry()
        if row is not None and entry is not None:
            self.form.show_element(row.element, row.on)
            self.up.setEnabled(row.on and row.place > 0)
            self.down.setEnabled(row.on and row.place < len(entry.now.elements) - 1)

    def _draw(self) -> None:
        entry = self._entry()
        if entry is None:
            return
        size = (self._printer.width, self._printer.height) if self._printer else work.USUAL_SIZE
        dpi = self._printer.dpi if self._printer else work.USUAL_DPI
        self._shop.read(
            work.draw_sample, self._goods, entry.now, size, dpi, self._printer is not None,
            then=self._drawn, failed=self._not_drawn, key=("template preview", id(self)), asked_by=self,
        )  # fmt: skip

    def _drawn(self, sample: work.Sample) -> None:
        self.preview.show_image(drawing.picture(sample.drawn), sample.drawn.words)
        self.about.setText(drawing.about(sample.drawn))
        self.shown_with.setText(_("Shown with {item}. Scan another one to see it here.").format(item=sample.name))
        self._say_wrong(sample.refused)

    def _not_drawn(self, error: ShopError) -> None:
        self.preview.clear("")
        self.about.setText("")
        self._say_wrong(str(error))

    def _say_wrong(self, sentence: str) -> None:
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))

    # -- changing -----------------------------------------------------------------------------------------------------

    def _change(self, how: Callable[[LabelTemplate], LabelTemplate], at: int | None = None) -> None:
        entry = self._entry()
        if entry is not None:
            entry.now = how(entry.now)
            self._fill(at)

    def _size_typed(self) -> None:
        lengths = []
        for edit in (self.width_, self.height_):
            tenths = millimetres.length(edit.text())
            restyle(edit, state="bad" if tenths is None else "")
            lengths.append(tenths)
        wide, high = lengths
        if wide is not None and high is not None:
            self._change(lambda now: replace(now, width=wide, height=high))

    def _toggle(self, row: ElementRow) -> None:
        # What is shown from now on stands behind the last: the selection goes there with it.
        entry = self._entry()
        at = len(entry.now.elements) if entry is not None and not row.on else None
        self._change(lambda now: draft.toggled(now, row), at)

    def _move(self, row: ElementRow | None, by: int) -> None:
        if row is not None and row.on:
            self._change(lambda now: draft.moved(now, row.place, by), at=max(0, row.place + by))

    def _element_changed(self, field: str, value: object) -> None:
        row = self.elements.row()
        if row is not None and row.on:
            self._change(lambda now: draft.changed(now, row.place, **{field: value}))

    def _usual_ticked(self, on: bool) -> None:
        entry = self._entry()
        if entry is not None:
            entry.usual = on
            self._fill()

    def _undo(self) -> None:
        entry = self._entry()
        if entry is not None and entry.saved is not None and entry.edited:
            entry.undo()
            self._fill(at=self.elements.currentIndex().row())
            self._shop.say("info", _("“{name}” is as it was saved.").format(name=entry.now.name), key=_MESSAGE)

    def _duplicate(self) -> None:
        entry = self._entry()
        if entry is not None:
            name = draft.free_name(entry.now.name, [one.now.name for one in self._entries])
            self._entries.append(Entry(None, None, replace(entry.now, name=name)))
            self._show_list()
            self.list.select(len(self._entries) - 1)
            self.name.setFocus()
            self.name.selectAll()

    def _remove(self) -> None:
        entry = self._entry()
        if entry is None:
            return
        if entry.id is not None:
            said = _("The template “{name}” is deleted.").format(name=entry.now.name)
            self._shop.run(labels.remove_template, entry.id, then=lambda _changes: self._saved("", said), asked_by=self)
        elif entry.saved is None:
            del self._entries[self._place]
            self._place = -1
            self._show_list()
            self._choose(max(0, self.list.currentIndex().row()))

    def save(self) -> None:
        """Write the template on show; one that is larger than the labels in the printer is refused."""
        entry = self._entry()
        if entry is None or not entry.edited:
            return
        paper = (self._printer.width, self._printer.height) if self._printer else None
        name = names.clean(entry.now.name)
        self._shop.run(
            work.save_template, entry.now, entry.id, paper, entry.usual,
            then=lambda _changes: self._saved(name, _("The template “{name}” is saved.").format(name=name)),
            failed=self._not_saved, asked_by=self,
        )  # fmt: skip

    def _not_saved(self, error: ShopError) -> None:
        sounds.no()
        self._say_wrong(str(error))

    def _saved(self, name: str, said: str) -> None:
        entry = self._entry()
        if entry is not None:
            self._entries.remove(entry)
        self._shop.say("ok", said, key=_MESSAGE)
        self.open(name, self._goods, self._printer)


def _card(inner: QWidget) -> QFrame:
    card = QFrame()
    card.setProperty("role", "card")
    layout = QVBoxLayout(card)
    layout.setContentsMargins(1, 1, 1, 1)
    layout.addWidget(inner)
    return card

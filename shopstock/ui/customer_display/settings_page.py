"""Settings, Customer display: which screen the customer looks at, and the picture between two sales."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from shopstock.core.text import _
from shopstock.ui import fields, files, theme
from shopstock.ui.customer_display.desk import PICTURE, SCREEN, screens
from shopstock.ui.shop import Shop


class CustomerDisplayPage(QWidget):
    """The screen and the picture; both belong to this computer."""

    def __init__(self, shop: Shop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._path = ""
        self.screens = QComboBox()
        self.screens.setAccessibleName(_("Screen for the customer"))
        self.picture = QLabel()
        self.picture.setAccessibleName(_("Picture between two sales"))
        self.choose = fields.Button(_("Choose a picture"), icon="photo", on_click=self._ask)
        self.remove = fields.Button(_("Without a picture"), icon="trash", on_click=lambda: self.use_picture(""))
        self.save = fields.Button(_("Save customer display"), fields.PRIMARY, icon="device-floppy", on_click=self._save)
        hint = fields.label(
            _("A second screen shows the goods, the total and the change. A display of two lines is set up under"
              " Devices."), "small", theme.SMALL,
        )  # fmt: skip
        hint.setWordWrap(True)
        form = fields.form()
        fields.form_row(form, _("Screen for the customer"), self.screens)
        deeds = QHBoxLayout()
        deeds.addWidget(self.choose)
        deeds.addWidget(self.remove)
        deeds.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.S3)
        layout.addWidget(hint)
        layout.addLayout(form)
        layout.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(deeds)
        layout.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)

    def came_into_view(self) -> None:
        """Show the screens that are plugged in, and what is chosen."""
        machine = getattr(self.window(), "machine", None)
        chosen = str(machine.value(SCREEN, "")) if machine is not None else ""
        self.screens.clear()
        self.screens.addItem(_("none"), "")
        for name, screen in screens().items():
            size = screen.size()
            words = _("{name}, {width} × {height}").format(name=name, width=size.width(), height=size.height())
            self.screens.addItem(words, name)
        self.screens.setCurrentIndex(max(0, self.screens.findData(chosen)))
        self.use_picture(str(machine.value(PICTURE, "")) if machine is not None else "")

    def use_picture(self, path: str) -> None:
        """Show a picture between two sales from the next Save on."""
        shown = QPixmap(path) if path else QPixmap()
        if path and shown.isNull():
            self._shop.say("bad", _("This is no picture that can be shown."), _("Choose a PNG or JPEG."))
            return
        self._path = path
        self.picture.setPixmap(
            shown.scaled(320, 180, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
            if path else shown
        )  # fmt: skip
        self.picture.setVisible(bool(path))
        self.remove.setVisible(bool(path))

    def _ask(self) -> None:
        files.ask_open(self, _("Choose a picture"), self.use_picture)

    def _save(self) -> None:
        window = self.window()
        machine = getattr(window, "machine", None)
        if machine is None:
            return
        machine.setValue(SCREEN, self.screens.currentData())
        machine.setValue(PICTURE, self._path)
        displays = getattr(window, "customer_displays", None)
        if displays is not None:
            displays.use_screen()
        self._shop.say("ok", _("Customer display saved."))

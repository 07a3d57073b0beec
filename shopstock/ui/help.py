"""F1: a panel beside the screen with the help of where you are, and the keys, made from the table of commands.

The pages are Markdown files in ``resources/help/<language>/<topic>.md``; a topic is a screen's id. English stands in
for a page that is not translated.
"""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTextBrowser, QToolButton, QVBoxLayout, QWidget

from shopstock import resources
from shopstock.core.acting import Acting
from shopstock.core.text import _
from shopstock.ui import fields, icons, theme
from shopstock.ui.actions import Actions

#: Pages that belong to no screen, by their topic.
TOPICS = {
    "first_steps": "First steps",
    "sell": "Sell",
    "stock": "Stock",
    "receive": "Receive",
    "orders": "Orders",
    "count": "Count",
    "transfers": "Transfers",
    "suppliers": "Suppliers",
    "back": "Returns & write-offs",
    "customers": "Customers",
    "reports": "Reports",
    "labels": "Labels",
    "settings": "Settings",
    "printer": "Receipt printer",
    "label_printer": "Label printer",
    "backups": "Backups",
}


def page(topic: str) -> str:
    """Return the Markdown of a topic in the machine's language, else in English, else the first steps."""
    language = QLocale().name()[:2]
    for folder, name in ((language, topic), ("en", topic), ("en", "first_steps")):
        path = resources.path("help", folder, f"{name}.md")
        if path.is_file():
            return path.read_text(encoding="utf-8")
    return ""


def keys_page(actions: Actions, acting: Acting | None, screen: str) -> str:
    """Return the keys that work on a screen for a person, as a Markdown table."""
    rows = [
        f"| {actions.keycap(command.id)} | {command.label} |"
        for command in actions.allowed(acting, screen)
        if actions.key(command.id)
    ]
    head = "| {key} | {does} |\n|---|---|\n".format(key=_("key"), does=_("does"))
    return "## {title}\n\n".format(title=_("Keys")) + head + "\n".join(rows) + "\n"


class HelpPanel(QFrame):
    """The panel. ``closed`` tells that it went away."""

    closed = Signal()

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self.setProperty("role", "card")
        self.setFixedWidth(380)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.S4, theme.S2, theme.S2, theme.S2)
        head = QHBoxLayout()
        head.addWidget(fields.title(_("Help")), 1)
        close = QToolButton()
        close.setIcon(icons.icon("x"))
        close.setProperty("kind", "bare")
        close.setAccessibleName(_("Close the help"))
        close.setToolTip(_("Close the help"))
        close.clicked.connect(self.close_panel)
        head.addWidget(close)
        layout.addLayout(head)
        self.text = QTextBrowser()
        self.text.setAccessibleName(_("Help"))
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setStyleSheet("QTextBrowser { border: 0; padding: 0; }")
        self.text.setOpenLinks(False)
        self.text.anchorClicked.connect(lambda url: self._write(page(url.toString())))
        layout.addWidget(self.text, 1)
        self.hide()

    def open(self, topic: str, acting: Acting | None) -> None:
        """Show the page of a topic, its keys, and links to the other pages."""
        others = " · ".join(f"[{_(name)}]({other})" for other, name in TOPICS.items() if other != topic)
        text = page(topic) + "\n\n" + keys_page(self._actions, acting, topic) + "\n\n" + others + "\n"
        self.text.document().setDefaultFont(theme.font(theme.BODY))
        self._write(text)
        self.show()
        self.raise_()
        self.text.setFocus()

    def _write(self, markdown: str) -> None:
        """Show Markdown in the program's type sizes, with room between paragraphs."""
        self.text.setMarkdown(markdown)
        block = self.text.document().begin()
        while block.isValid():
            cursor = QTextCursor(block)
            form = block.blockFormat()
            level = form.headingLevel()
            if cursor.currentTable() is None:
                form.setTopMargin(theme.S4 if level > 1 else 0)
                form.setBottomMargin(theme.S2)
                cursor.setBlockFormat(form)
            if level:
                size = theme.TITLE if level == 1 else theme.BODY
                look = QTextCharFormat()
                look.setProperty(QTextCharFormat.Property.FontSizeAdjustment, 0)
                look.setFont(theme.font(size, theme.SEMIBOLD))
                cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
                cursor.mergeCharFormat(look)
            block = block.next()
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def close_panel(self) -> None:
        """Hide the panel."""
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
            return
        super().keyPressEvent(event)

"""The one stylesheet, generated from the token table.

Widgets say what they are by a dynamic property: ``kind`` on buttons (``primary``, ``outline``, ``quiet``, ``till``),
``role`` on labels and frames (``title``, ``label``, ``small``, ``card``, ``message-warn`` …). :func:`restyle` makes a
change of property show.
"""

from __future__ import annotations

from string import Template

from PySide6.QtWidgets import QWidget

_SHEET = Template("""
QMainWindow, QWidget#canvas { background: $canvas; }
QWidget { color: $ink; }
QLabel { background: transparent; }
QLabel[role="label"], QLabel[role="small"] { color: $ink2; }
QLabel[role="accent"] { color: $accent; }
QLabel[role="ok"] { color: $ok; }
QLabel[role="warn"] { color: $warn; }
QLabel[role="bad"] { color: $bad; }
QFrame[role="card"] { background: $surface; border: 1px solid $line; border-radius: 8px; }
QFrame[role="sunken"] { background: $sunken; border: 0; border-radius: 8px; }
QFrame[role="hairline"] { background: $line; border: 0; min-height: 1px; max-height: 1px; }
QFrame[role="waits"] { background: $badsoft; border: 0; border-radius: 8px; }
QFrame[role="waits"] QLabel { color: $bad; }
QLabel[role="keycap"] { color: $ink2; background: $surface; border: 1px solid $line; border-radius: 4px;
    padding: 2px 5px; }
QLabel[role="chip"] { background: $accentsoft; color: $accent; border-radius: 4px; padding: 3px 8px; }
QLabel[role="chip-ok"] { background: $oksoft; color: $ok; border-radius: 4px; padding: 3px 8px; }
QLabel[role="chip-warn"] { background: $warnsoft; color: $warn; border-radius: 4px; padding: 3px 8px; }
QLabel[role="chip-bad"] { background: $badsoft; color: $bad; border-radius: 4px; padding: 3px 8px; }
QLabel[role="badge"] { background: $accent; color: $onaccent; border-radius: 4px; padding: 2px 7px; }
QFrame#rail { background: $surface; border: 0; border-right: 1px solid $line; }
QFrame#strip { background: $surface; border: 0; border-top: 1px solid $line; }
QFrame[role="message-ok"] { background: $oksoft; border: 0; border-radius: 8px; }
QFrame[role="message-warn"] { background: $warnsoft; border: 0; border-radius: 8px; }
QFrame[role="message-bad"] { background: $badsoft; border: 0; border-radius: 8px; }
QFrame[role="message-info"] { background: $accentsoft; border: 0; border-radius: 8px; }
QFrame[role="message-none"] { background: transparent; border: 0; }

QLineEdit, QPlainTextEdit, QTextBrowser, QComboBox, QSpinBox { background: $surface; color: $ink;
    border: 1px solid $edge; border-radius: 8px; padding: 0 12px; selection-background-color: $accent;
    selection-color: $onaccent; }
QLineEdit, QComboBox, QSpinBox { min-height: 42px; }
QPlainTextEdit, QTextBrowser { padding: 8px 12px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextBrowser:focus, QComboBox:focus, QSpinBox:focus {
    border: 2px solid $accent; padding-left: 11px; padding-right: 11px; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus { min-height: 40px; }
QLineEdit[readOnly="true"] { background: $sunken; }
QLineEdit[state="bad"] { border-color: $bad; }
QLineEdit[role="bare"], QLineEdit[role="bare"]:focus { border: 0; padding: 0; background: transparent; }
QComboBox { padding-left: 14px; }
QComboBox:focus { padding-left: 13px; }
QComboBox::drop-down { border: 0; width: 32px; }
QComboBox::down-arrow { image: url("$downarrow"); width: 16px; height: 16px; }
QLineEdit { placeholder-text-color: $ink2; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $edge; selection-background-color: $accentsoft;
    selection-color: $ink; outline: 0; }
QFrame[role="entry"] { background: $surface; border: 2px solid $edge; border-radius: 8px; }
QFrame[role="entry"][focused="true"] { border: 2px solid $accent; }

QPushButton, QToolButton { background: $surface; color: $ink; border: 1px solid $line; border-radius: 8px;
    padding: 0 14px; min-height: 42px; }
QPushButton:hover, QToolButton:hover { background: $sunken; }
QPushButton:pressed, QToolButton:pressed { background: $accentsoft; }
QPushButton:focus, QToolButton:focus { border: 2px solid $accent; padding: 0 13px; min-height: 40px; }
QPushButton:disabled { background: $sunken; color: $ink2; border-style: $waitstyle; border-color: $waitedge; }
QPushButton[kind="outline"] { border: 1px solid $edge; }
QPushButton[kind="outline"]:focus { border: 2px solid $accent; }
QPushButton[kind="outline"]:disabled { border: 1px $waitstyle $waitedge; }
QPushButton[kind="primary"] { background: $accent; color: $onaccent; border: 1px solid $accent; }
QPushButton[kind="primary"]:hover { background: $accent; }
QPushButton[kind="primary"]:focus { border: 2px solid $ink; }
QPushButton[kind="primary"]:disabled { background: $sunken; color: $ink2; border: 1px $waitstyle $waitedge; }
QPushButton[kind="bare"], QToolButton[kind="bare"] { background: transparent; border: 1px solid transparent; }
QPushButton[kind="bare"]:hover, QToolButton[kind="bare"]:hover { border: 1px solid $line; }
QPushButton[kind="bare"]:focus, QToolButton[kind="bare"]:focus { border: 2px solid $accent; }
QPushButton[kind="bad"] { color: $bad; border: 1px solid $bad; }
QPushButton[kind="chip"] { background: $accentsoft; color: $accent; border: 0; border-radius: 6px; min-height: 28px;
    padding: 0 8px; }
QPushButton[kind="chip"]:focus { border: 2px solid $accent; padding: 0 6px; min-height: 24px; }
QPushButton[kind="link"] { background: transparent; border: 2px solid transparent; color: $accent; padding: 0 4px;
    text-align: left; }
QPushButton[kind="link"]:focus { border: 2px solid $accent; }
QPushButton[checkable="true"]:checked, QPushButton:checked { background: $accentsoft; color: $accent;
    border: 1px solid $accent; }
QCheckBox, QRadioButton { min-height: 44px; spacing: 12px; }
QCheckBox::indicator, QRadioButton::indicator { width: 20px; height: 20px; border: 1px solid $edge;
    background: $surface; }
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 11px; }
QCheckBox::indicator:checked { background: $accent; border: 1px solid $accent; image: url("$checkmark"); }
QRadioButton::indicator:checked { background: $accent; border: 5px solid $surface; outline: 1px solid $edge; }
QRadioButton::indicator:checked { border: 6px solid $accent; background: $onaccent; width: 10px; height: 10px; }
QCheckBox:focus, QRadioButton:focus { background: $accentsoft; border-radius: 8px; }

QTableView, QListView, QTreeView { background: $surface; border: 0; gridline-color: transparent; outline: 0;
    selection-background-color: $accentsoft; selection-color: $ink; }
QListWidget#sections { background: transparent; border: 0; }
QListWidget#sections::item { padding: 0 12px; border-radius: 8px; color: $ink; }
QListWidget#sections::item:selected { background: $accentsoft; color: $accent; border: 0; border-radius: 0;
    padding: 0 12px 0 8px;
    border-left: 4px solid $accent; }
QListWidget#sections[rtl="true"]::item:selected { border-left: 0; border-right: 4px solid $accent; }
QHeaderView, QHeaderView::section { background: $surface; color: $ink2; border: 0; }
QHeaderView::section { border-bottom: 1px solid $line; padding: 0 8px; }
QTableCornerButton::section { background: $surface; border: 0; }
QScrollArea { background: transparent; border: 0; }
QScrollArea > QWidget > QWidget#page { background: transparent; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 2px; }
QScrollBar::handle:vertical { background: $edge; border-radius: 4px; min-height: 40px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 2px; }
QScrollBar::handle:horizontal { background: $edge; border-radius: 4px; min-width: 40px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QToolTip { background: $surface; color: $ink; border: 1px solid $edge; padding: 6px 8px; }
QMenu { background: $surface; border: 1px solid $edge; padding: 4px; }
QMenu::item { padding: 10px 16px; border-radius: 4px; }
QMenu::item:selected { background: $accentsoft; color: $ink; }
QProgressBar { background: $line; border: 0; border-radius: 2px; min-height: 4px; max-height: 4px; color: transparent; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QSlider::groove:horizontal { height: 4px; background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { background: $surface; border: 3px solid $accent; width: 14px; height: 14px;
    margin: -8px 0; border-radius: 10px; }
QSplitter::handle { background: transparent; }
QDialog { background: $canvas; }
""")


def build(tokens: dict[str, str]) -> str:
    """Return the stylesheet of one mode."""
    from shopstock.ui import icons

    contrast = tokens["mode"] == "contrast"
    return _SHEET.substitute(
        tokens,
        waitstyle="dashed" if contrast else "solid",
        waitedge=tokens["edge"] if contrast else tokens["line"],
        downarrow=icons.file_in_color("chevron-down", tokens["ink2"]),
        checkmark=icons.file_in_color("check", tokens["onaccent"]),
    )


def restyle(widget: QWidget, **properties: object) -> None:
    """Set dynamic properties and make the stylesheet look at them again."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()

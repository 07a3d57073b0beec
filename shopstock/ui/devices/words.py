"""Roles, languages and settings of devices in the words of a shop."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout

from shopstock.core.text import _
from shopstock.devices import label_settings, page_settings, profiles, roles
from shopstock.devices.status import Reason


def role_words(role: str) -> str:
    """Say what a device is for."""
    return {
        roles.RECEIPT_PRINTER: _("Receipt printer"),
        roles.REPORT_PRINTER: _("Printer for cash reports"),
        roles.LABEL_PRINTER: _("Label printer"),
        roles.DRAWER: _("Cash drawer"),
        roles.SCANNER: _("Scanner"),
        roles.DISPLAY: _("Customer display"),
        roles.SCALE: _("Scale"),
    }.get(role, role)


def role_hint(role: str) -> str:
    """Say when somebody needs to set this device up."""
    return {
        roles.RECEIPT_PRINTER: _("Prints receipts and opens the drawer that hangs on it."),
        roles.REPORT_PRINTER: _("Only if cash reports go to another printer than receipts."),
        roles.LABEL_PRINTER: _("Prints labels for goods and shelves."),
        roles.DRAWER: _("Only if the drawer does not hang on the receipt printer."),
        roles.SCANNER: _("Scanners that type need nothing; set up those on a serial port."),
        roles.DISPLAY: _("The two lines that the customer reads."),
        roles.SCALE: _("Weighs at the till."),
    }.get(role, "")


def role_icon(role: str) -> str:
    """Name the icon of a role."""
    return {
        roles.LABEL_PRINTER: "tag", roles.DRAWER: "cash-register", roles.SCANNER: "barcode",
        roles.DISPLAY: "device-desktop", roles.SCALE: "package",
    }.get(role, "printer")  # fmt: skip


def language_words(language: str) -> str:
    """Say which kind of device speaks a language."""
    return {
        "escpos": _("Receipt printer (ESC/POS)"),
        "page": _("Any printer of this computer"),
        "label-page": _("Any printer of this computer"),
        "trigger": _("Drawer with a wire of its own"),
        "zpl": _("Zebra and alike (ZPL)"),
        "tspl": _("TSC, Xprinter, Munbyn and alike (TSPL)"),
        "epl2": _("Older Zebra and Eltron (EPL2)"),
        "brother-ql": _("Brother QL"),
        "codes": _("Bar code scanner"),
        "line-display": _("Display of two lines"),
        "scale": _("Scale"),
    }.get(language, language)


def setting_words(name: str) -> str:
    """Say a setting of a device."""
    return {
        "profile": _("Printer model"), "columns": _("Characters in a line"), "dots": _("Dots across the paper"),
        "codepage": _("Code page"), "codepage_number": _("Number of that code page"),
        "band": _("Rows of an image at once"), "barcodes": _("Draws bar codes by itself"),
        "cutter": _("Cuts the paper"), "replies": _("Answers when it is asked"),
        "as_image": _("Print everything as images"), "drawer_pin": _("Pin of the drawer"),
        "drawer_ms": _("Pulse of the drawer, ms"), "paper": _("Paper"), "dpi": _("Resolution"),
        "size": _("Labels, mm"), "gap": _("Gap between labels, mm"), "darkness": _("Darkness"), "speed": _("Speed"),
        "compression": _("Pictures are sent"), "tape": _("Roll in the printer"), "cut": _("Cuts after each label"),
        "offset_x": _("Shift to the right, mm"), "offset_y": _("Shift down, mm"), "prefix": _("A code begins with"),
        "suffix": _("A code ends with"), "encoding": _("Letters are sent as"),
        "separator": _("Stands for the GS1 mark"),
        "length": _("Length of a label, mm"),
        "dialect": _("Commands"), "model": _("Model"), "request": _("Asked with"), "pattern": _("Answer looks like"),
        "unit": _("Unit"), "accepted": _("The law here lets me sell by this scale, or it is certified"),
        "bytes": _("Bytes that open it, in hex"),
    }.get(name, name.replace("_", " ").capitalize())  # fmt: skip


def setting_hint(name: str) -> str:
    """Say what a setting is about, where its name does not tell."""
    return {
        "codepage_number": _("Makers number their pages differently. The table of code pages shows which is which."),
        "as_image": _("For printers whose letters come out wrong whatever the code page."),
        "drawer_ms": _("50 opens most drawers; a slow one may need 200."),
        "band": _("Smaller for printers that print rubbish in large images."),
        "size": _("Width x height, for example 50x25"),
        "gap": _("0 for a roll without gaps"),
        "darkness": _("Empty leaves what the printer was told before"),
        "speed": _("Empty leaves what the printer was told before"),
        "accepted": _("In most countries a scale that sets the price must be certified together with the till."),
    }.get(name, "")


def choices(language: str, name: str) -> tuple[tuple[object, str], ...]:
    """Return what a setting may be, with its words; nothing for one that is typed."""
    if name == "profile":
        return tuple((profile.name, profile.label) for profile in profiles.PROFILES.values())
    if name == "codepage":
        pages = ("cp858", "cp1252", "cp852", "cp1250", "cp866", "cp1251", "cp437", "cp1253", "cp1254", "cp1257")
        return (("", _("as the model has it")), *((page, page) for page in pages))
    if name == "drawer_pin":
        return ((2, "2"), (5, "5"))
    if name == "paper":
        known = {"roll-80": _("roll, 80 mm"), "roll-58": _("roll, 58 mm"), "a4": _("A4 sheets"),
                 "letter": _("Letter sheets")}  # fmt: skip
        return tuple((paper, known.get(paper, paper)) for paper in page_settings.PAPERS)
    if name == "dpi":
        return tuple((dpi, _("{dpi} dpi").format(dpi=dpi)) for dpi in label_settings.RESOLUTIONS)
    if name == "dialect":
        return (("plain", _("plain, most displays")), ("cd5220", "CD5220"), ("epson-dm", _("Epson DM-D")))
    if name == "model":
        return (("toledo-8217", "Toledo 8217"), ("mt-sics", "Mettler MT-SICS"), ("cas-ad", _("CAS, A&D and alike")),
                ("own", _("described below")))  # fmt: skip
    if name == "suffix":
        return (("either", _("Enter or line feed")), ("cr", _("Enter")), ("lf", _("line feed")), ("tab", _("Tab")),
                ("etx", "ETX"), ("pause", _("nothing: a pause")))  # fmt: skip
    if name == "tape":
        return tuple((tape, _("{size} mm").format(size=tape.replace("x", " × "))) for tape in label_settings.TAPES)
    if name == "compression":
        return (("z64", _("packed")), ("hex", _("plain, for very old printers")))
    return ()


_LABEL = 176

#: Settings in 1/10 mm that people read in mm, and those that only few ever need.
MILLIMETRES = {"gap", "offset_x", "offset_y", "length"}
SELDOM = {
    "dots", "codepage", "codepage_number", "band", "barcodes", "cutter", "replies", "as_image", "drawer_pin",
    "drawer_ms", "compression", "request", "pattern", "offset_x", "offset_y", "darkness", "speed", "encoding",
    "separator",
}  # fmt: skip


def align(form: QFormLayout) -> None:
    """Give the labels of a form the width that those of the others on the page have."""
    for row in range(form.rowCount()):
        item = form.itemAt(row, QFormLayout.ItemRole.LabelRole)
        label = item.widget() if item is not None else None
        if label is not None:
            label.setMinimumWidth(_LABEL)


def state_words(reason: Reason | None) -> str:
    """Say in a word or two how a device is; ``None`` is one that does not say."""
    if reason is None:
        return _("Ready, does not answer")
    return {
        Reason.NONE: _("Ready"), Reason.PAPER_LOW: _("Paper low"), Reason.PAPER_OUT: _("Out of paper"),
        Reason.COVER_OPEN: _("Cover open"), Reason.OFFLINE: _("Offline"), Reason.UNREACHABLE: _("No answer"),
        Reason.NO_PERMISSION: _("No permission"), Reason.IN_USE: _("In use elsewhere"),
    }.get(reason, _("Look at it"))  # fmt: skip

"""How label printers are asked how they are, and what their answers mean.

Sources: the programming manuals of Zebra (``~HS``), TSC (``ESC ! ?``) and Brother (``ESC i S``).
"""

from __future__ import annotations

from shopstock.devices.label_printer import Question, Status
from shopstock.devices.status import Reason

_BROTHER_LENGTH = 32
_BROTHER_ERRORS = (
    (8, 0x01, Reason.PAPER_OUT), (8, 0x02, Reason.PAPER_OUT), (8, 0x04, Reason.PRINTER_ERROR),
    (8, 0x10, Reason.PRINTER_ERROR), (8, 0x40, Reason.PRINTER_ERROR), (9, 0x01, Reason.WRONG_MEDIA),
    (9, 0x10, Reason.COVER_OPEN), (9, 0x40, Reason.PRINTER_ERROR), (9, 0x80, Reason.PRINTER_ERROR),
)  # fmt: skip
_BROTHER_OUT, _BROTHER_ERROR = 0x01, 0x02
_TSPL_TROUBLE = (
    (0x01, Reason.COVER_OPEN), (0x04, Reason.PAPER_OUT), (0x08, Reason.RIBBON_OUT), (0x02, Reason.PRINTER_ERROR),
    (0x10, Reason.OFFLINE), (0x80, Reason.PRINTER_ERROR),
)  # fmt: skip
_TSPL_PRINTS = 0x20


def _zpl(held: bytes) -> Status | None:
    lines = [piece.partition(b"\x02")[2].split(b",") for piece in held.split(b"\x03")[:3]]
    if len(lines) < 2 or len(lines[0]) < 12 or len(lines[1]) < 9:
        return None
    first, second = lines[0], lines[1]
    try:
        waiting = int(first[4]) + int(second[8])
    except ValueError:
        return None
    for flag, reason in (
        (second[2], Reason.COVER_OPEN),
        (first[1], Reason.PAPER_OUT),
        (second[3], Reason.RIBBON_OUT),
        (first[9], Reason.PRINTER_ERROR),
        (first[11], Reason.PRINTER_ERROR),
        (first[2], Reason.OFFLINE),
    ):
        if flag.strip() == b"1":
            return Status(reason, waiting)
    return Status(Reason.NONE, waiting)


def _tspl(held: bytes) -> Status | None:
    if len(held) != 1:
        return None
    reason = next((reason for bit, reason in _TSPL_TROUBLE if held[0] & bit), Reason.NONE)
    return Status(reason, 1 if held[0] & _TSPL_PRINTS else 0)


def _brother(held: bytes) -> Status | None:
    if len(held) != _BROTHER_LENGTH or held[:3] != b"\x80\x20B":
        return None
    reason = next((reason for at, bit, reason in _BROTHER_ERRORS if held[at] & bit), Reason.NONE)
    if reason is Reason.NONE and held[18] == _BROTHER_ERROR:
        reason = Reason.PRINTER_ERROR
    return Status(reason, 0 if held[18] == _BROTHER_OUT else 1)


ZPL = Question(b"~HS\r\n", lambda held: held.count(b"\x03") >= 3, _zpl)
TSPL = Question(b"\x1b!?", bool, _tspl)
BROTHER = Question(
    bytes(200) + b"\x1b@\x1biS", lambda held: len(held) >= _BROTHER_LENGTH, _brother, tells=_BROTHER_LENGTH
)  # fmt: skip

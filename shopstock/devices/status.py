"""What became of a job, and why, in words for people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shopstock.core.text import _


class State(StrEnum):
    """The life of a print job; the values are what ``print_job.state`` stores."""

    QUEUED = "queued"
    SENDING = "sending"
    CONFIRMED = "confirmed"
    SENT_UNCONFIRMED = "sent_unconfirmed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    CANCELLED = "cancelled"

    @property
    def words(self) -> str:
        """Say the state in a word or two."""
        return {
            State.QUEUED: _("Waiting"),
            State.SENDING: _("Printing"),
            State.CONFIRMED: _("Printed"),
            State.SENT_UNCONFIRMED: _("Sent"),
            State.FAILED: _("Not printed"),
            State.UNKNOWN: _("Did it print?"),
            State.EXPIRED: _("Too late"),
            State.CANCELLED: _("Cancelled"),
        }[self]


class Reason(StrEnum):
    """Why a job did not go well; the values are what ``print_job.error`` stores."""

    NONE = ""
    NO_DEVICE = "no_device"
    BAD_ADDRESS = "bad_address"
    UNREACHABLE = "unreachable"
    NO_PERMISSION = "no_permission"
    IN_USE = "in_use"
    OFFLINE = "offline"
    COVER_OPEN = "cover_open"
    PAPER_OUT = "paper_out"
    PAPER_LOW = "paper_low"
    NO_DRAWER = "no_drawer"
    NO_WINDOW = "no_window"
    NEEDS_RAW_DRIVER = "needs_raw_driver"
    NOT_A_PRINTER = "not_a_printer"
    PRINTER_ERROR = "printer_error"
    STALLED = "stalled"
    INTERRUPTED = "interrupted"
    BAD_PAPER = "bad_paper"
    WRONG_LANGUAGE = "wrong_language"
    RIBBON_OUT = "ribbon_out"
    LABEL_TOO_LARGE = "label_too_large"
    WRONG_MEDIA = "wrong_media"

    @property
    def words(self) -> str:
        """Say in one sentence what is wrong and what to do."""
        return {
            Reason.NONE: "",
            Reason.NO_DEVICE: _("No receipt printer is set up for this till. Set one up in Settings."),
            Reason.BAD_ADDRESS: _("The printer's address cannot be used. Correct it in Settings."),
            Reason.UNREACHABLE: _("The printer does not answer. Check that it is on and its cable is plugged in."),
            Reason.NO_PERMISSION: _("This computer may not use the printer. Ask for access to its port."),
            Reason.IN_USE: _("Another program is using the printer. Close it, then try again."),
            Reason.OFFLINE: _("The printer is offline. Press its feed or online button."),
            Reason.COVER_OPEN: _("The printer's cover is open. Close it, then try again."),
            Reason.PAPER_OUT: _("The printer is out of paper. Put in a new roll, then try again."),
            Reason.PAPER_LOW: _("The paper is almost out. Have a new roll ready."),
            Reason.NO_DRAWER: _("No drawer can be opened through this printer. Open it with its key."),
            Reason.NEEDS_RAW_DRIVER: _("This printer's driver takes no raw data. Choose Generic / Text Only."),
            Reason.NO_WINDOW: _("Printers of this computer are reached from the window only. Open the program."),
            Reason.NOT_A_PRINTER: _(
                "What answers at this address is no such printer. Correct the address in Settings."
            ),
            Reason.PRINTER_ERROR: _("The printer reports a fault. Switch it off and on again."),
            Reason.STALLED: _("The printer stopped taking data. Check its paper and cover."),
            Reason.INTERRUPTED: _("The connection broke while printing. Look whether the paper came out whole."),
            Reason.BAD_PAPER: _("This paper cannot be printed here. Print it again from its document."),
            Reason.RIBBON_OUT: _("The printer is out of ribbon. Put in a new one, then try again."),
            Reason.WRONG_MEDIA: _("Another roll is in the printer than is set up. Put in the right one."),
            Reason.LABEL_TOO_LARGE: _("The label is larger than the paper that is set up. Check the label printer."),
            Reason.WRONG_LANGUAGE: _("The program has no driver for this printer's language. Correct it in Settings."),
        }[self]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one sending: the state, the reason, how many bytes and labels the port had taken by then."""

    state: State
    reason: Reason = Reason.NONE
    sent: int = 0
    done: int = 0

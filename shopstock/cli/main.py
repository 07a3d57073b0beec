"""The ``shopstock`` command: options before any command, the table of commands, and the exit codes."""

from __future__ import annotations

import importlib
import logging
import logging.handlers
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from shopstock import __version__
from shopstock.core.outcome import ShopError
from shopstock.core.text import _

TAKEN, SOME_REFUSED, NOTHING_TAKEN, FAULT = 0, 1, 2, 3


def _commands() -> dict[str, tuple[str, str]]:
    """Return each command's module (in this package) and the line that ``--help`` shows for it."""
    return {
        "demo": ("window", _("Open the window on a private copy of the demo shop.")),
        "tour": ("window", _("Drive the real window through a day at the shop and save pictures.")),
        "init": ("care", _("Create a shop.")),
        "import": ("imports", _("Take items, suppliers, purchase orders or a whole history from a CSV file.")),
        "reports": ("reports", _("Name every report.")),
        "report": ("reports", _("Print a report as a table, JSON or CSV.")),
        "check": ("care", _("Prove the ledger; name every row that disagrees.")),
        "backup": ("care", _("Write a verified copy of the shop.")),
        "restore": ("care", _("Put a backup in the place of the shop.")),
        "device": ("devices", _("Set up, list and test printers.")),
        "po": ("purchase", _("Make, list, send and end purchase orders; write them as files.")),
        "place": ("places", _("Add, list and retire places; say where items belong.")),
        "transfer": ("transfers", _("Ask for goods from another place, send them, book them in.")),
        "write-off": ("write_offs", _("Write goods off, and approve or reject what waits.")),
        "set-aside": ("set_aside", _("List what is set aside, set goods aside, decide about them.")),
        "count": ("counts", _("Count the shop while it sells: sheets, recounts, root causes, posting.")),
        "document": ("documents", _("Show a posted document as a whole.")),
        "reverse": ("documents", _("Reverse a posted document, with a reason.")),
        "labels": ("labels", _("Print labels, or write them as ZPL or PDF.")),
        "customer": ("customers", _("Add, list, show and erase customers.")),
        "person": ("people", _("Add people, list them, give them a PIN.")),
    }


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are called, not when help is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_commands())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = _commands().get(cmd_name)
        if entry is None:
            return None
        module = importlib.import_module(f"shopstock.cli.{entry[0]}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, line) for name, (_module, line) in _commands().items()])


@click.group(cls=_LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--db", metavar="DB", help="A shop file or postgresql://…; else SHOPSTOCK_DB, else your data folder.")
@click.option("--as", "as_name", metavar="NAME", help="Act as this person instead of the owner.")
@click.version_option(__version__, prog_name="shopstock")
@click.pass_context
def cli(ctx: click.Context, db: str | None, as_name: str | None) -> int | None:
    """Sell goods and keep stock. Without a command: open the window."""
    from shopstock.cli.session import Session

    ctx.obj = Session(db, as_name)
    if ctx.invoked_subcommand is None:
        from shopstock.cli import window

        return window.open_window(ctx.obj)
    return None


def run(args: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; everything that can go wrong becomes one sentence on stderr."""
    _ready_streams()
    try:
        result = cli.main(args=None if args is None else list(args), prog_name="shopstock", standalone_mode=False)
        return result if isinstance(result, int) else TAKEN
    except click.exceptions.Exit as exit_:
        return int(exit_.exit_code)
    except click.ClickException as error:
        error.show()
        return NOTHING_TAKEN
    except (click.Abort, KeyboardInterrupt):
        _sentence(_("Stopped."))
        return NOTHING_TAKEN
    except ShopError as error:
        _sentence(error.sentence())
        return NOTHING_TAKEN
    except Exception as error:
        return _explain(error)


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the program and leave with its exit code."""
    sys.exit(run(args))


def _explain(error: Exception) -> int:
    from shopstock.db import connection

    sentence = connection.explain(error)
    if sentence is None and isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        sentence = _("{place}{reason}. Check the path and your rights, then try again.").format(
            place=place, reason=error.strerror
        )
    if sentence is not None:
        _sentence(sentence)
        return NOTHING_TAKEN
    log = _write_log(error)
    _sentence(_("Something went wrong inside the program; nothing unfinished was kept. Details are in {log}.").format(
        log=log
    ))  # fmt: skip
    return FAULT


def _write_log(error: Exception) -> Path:
    import platformdirs

    folder = Path(platformdirs.user_log_dir("shopstock", appauthor=False))
    path = folder / "shopstock.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(path, maxBytes=1_000_000, backupCount=3, encoding="utf-8")
    except OSError:
        return path
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log = logging.getLogger("shopstock.cli")
    log.addHandler(handler)
    log.propagate = False
    log.error("unexpected error", exc_info=error)
    log.removeHandler(handler)
    handler.close()
    return path


def _sentence(text: str) -> None:
    try:
        click.echo(text, err=True)
    except OSError:  # stderr is closed: there is nobody left to tell
        pass


def _ready_streams() -> None:
    # A closed stream is None; a pipe on Windows would speak a code page that cannot write every name.
    for name in ("stdout", "stderr"):
        stream: Any = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")

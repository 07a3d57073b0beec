"""Command codes: each is found, none can be goods."""

from __future__ import annotations

import pytest

from shopstock.core import commands
from shopstock.core.commands import Action, Command


def test_the_commands_of_the_sheet_are_read_back() -> None:
    assert commands.parse("$PAY") == Command("$PAY", Action.PAY)
    assert commands.parse("$9X") == Command("$9X", Action.TIMES, 9)
    assert {command.action for command in commands.COMMANDS} == set(Action)


def test_caps_lock_and_spaces_do_not_matter() -> None:
    assert commands.parse(" $pay\t") == commands.parse("$PAY")


@pytest.mark.parametrize("code", ["", "PAY", "4006381333931", "$", "$10X", "$1X", "2X", "PAY$", "$PAY2"])
def test_everything_else_is_no_command(code: str) -> None:
    assert commands.parse(code) is None


def test_every_code_is_unique_reserved_and_fits_code_128() -> None:
    codes = [command.code for command in commands.COMMANDS]
    assert len(set(codes)) == len(codes)
    assert all(commands.is_reserved(code) and code.isascii() and code.isprintable() for code in codes)
    assert len({command.label for command in commands.COMMANDS}) == len(codes)
    assert not commands.is_reserved("SKU-$1")

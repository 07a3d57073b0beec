"""Write figures, quantities and times for the screen, in the way of the machine's locale and from integers only."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from PySide6.QtCore import QDate, QLocale

from shopstock.core.text import _
from shopstock.core.units import MONEY_SCALE, Day, Instant, Money, Qty, format_scaled, round_to
from shopstock.db import clock

MINUS = "\N{MINUS SIGN}"
EMPTY = "\N{EN DASH}"


def locale() -> QLocale:
    """Return the machine's locale; where none is set (the C locale groups nothing), British English."""
    system = QLocale()
    return _BRITISH if system.name() == "C" else system


_BRITISH = QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)


def _localized(plain: str) -> str:
    """Put the locale's digits, grouping and decimal mark into an exact ``-1234.50``."""
    return _written(plain, QLocale().name())


@lru_cache(maxsize=8192)
def _written(plain: str, _locale_name: str) -> str:
    # A table writes the same figures again each time it is painted.
    where = locale()
    sign, body = (MINUS, plain[1:]) if plain.startswith("-") else ("", plain)
    whole, point, fraction = body.partition(".")
    text = where.toString(int(whole))
    if point:
        text += where.decimalPoint() + "".join(_digit(where, character) for character in fraction)
    return sign + text


def _digit(where: QLocale, character: str) -> str:
    zero = where.zeroDigit()
    return chr(ord(zero) + int(character)) if zero != "0" else character


def money(value: Money | int | None, decimals: int = 2) -> str:
    """Write an amount with the currency's decimals, rounded to them: ``1,234.50``, ``−3.00``; ``None`` is a dash."""
    if value is None:
        return EMPTY
    step = Money(MONEY_SCALE // 10**decimals)
    return _localized(format_scaled(round_to(Money(value), step), 4, decimals))


def qty(value: Qty | int | None) -> str:
    """Write a quantity as short as it is exact: ``3``, ``0.432``, ``−1``; ``None`` is a dash."""
    return EMPTY if value is None else _localized(format_scaled(value, 3))


def number(value: int | None) -> str:
    """Write a whole number with the locale's grouping."""
    return EMPTY if value is None else _localized(str(value))


def instant(value: Instant | int | None) -> str:
    """Write a moment as people say it: ``today 11:42``, ``yesterday 09:15``, ``19 Nov``, ``3 Feb 2024``."""
    if value is None:
        return EMPTY
    local, today = clock.to_local(Instant(value)), clock.to_local(clock.now()).date()
    if local.date() == today:
        return _("today {time}").format(time=local.strftime("%H:%M"))
    if local.date() == today - timedelta(days=1):
        return _("yesterday {time}").format(time=local.strftime("%H:%M"))
    return day(clock.as_day(local))


def day(value: Day | int | None) -> str:
    """Write a local day: ``19 Nov``, with the year when it is not this one."""
    if value is None:
        return EMPTY
    date = QDate(value // 10_000, value // 100 % 100, value % 100)
    this_year = clock.to_local(clock.now()).year
    return locale().toString(date, "d MMM" if date.year() == this_year else "d MMM yyyy")

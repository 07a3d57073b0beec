"""Many places named at once: ``B-01 .. B-24`` is twenty-four bins."""

from __future__ import annotations

import re

from shopstock.core import names
from shopstock.core.outcome import Refused
from shopstock.core.text import _

#: More places at once than these are a slip of the finger.
MOST = 500
_BETWEEN = re.compile(r"\s*(?:\.{2,}|…)\s*")
_NUMBERED = re.compile(r"(.*?)(\d+)(\D*)")


def series(text: str) -> tuple[str, ...]:
    """Return the names that a typed text stands for: itself, or all from the first to the last of ``first .. last``.

    Names count by their last number (``B-01 .. B-24``, ``B-01 .. 24``: as wide as the first one is written) or are
    single letters (``A .. F``). Raises ``Refused`` for two ends that are not of one series, and for too many names.
    """
    cleaned = names.clean(text)
    ends = [end for end in _BETWEEN.split(cleaned) if end]
    if len(ends) != 2 or not _BETWEEN.search(cleaned):
        return (cleaned,) if cleaned else ()
    first, last = ends
    if len(first) == len(last) == 1 and first.isalpha() and last.isalpha() and first.isascii() and last.isascii():
        found = [chr(letter) for letter in range(ord(first), ord(last) + 1)]
        fit = first.isupper() == last.isupper()
    else:
        found, fit = _numbered(first, last)
    if not fit or len(found) < 2:
        raise Refused(_("“{text}” is no series. Write its first and its last, like B-01 .. B-24.").format(
            text=cleaned[:40]
        ))  # fmt: skip
    return tuple(found)


def _numbered(first: str, last: str) -> tuple[list[str], bool]:
    start = _NUMBERED.fullmatch(first)
    end = _NUMBERED.fullmatch(last)
    if start is None or end is None:
        return [], False
    before, digits, after = start.groups()
    if last.isdecimal():
        fit = True
    else:
        fit = (before.casefold(), after.casefold()) == (end[1].casefold(), end[3].casefold())
    if len(digits) > 9 or len(end[2]) > 9:
        return [], False
    count = int(end[2]) - int(digits) + 1
    if fit and count > MOST:
        raise Refused(_("These are {count} places; at most {most} are made at once.").format(count=count, most=MOST))
    if not fit:
        return [], False
    return [f"{before}{int(digits) + step:0{len(digits)}d}{after}" for step in range(count)], True

"""How a scanner types, found out by three scans of one code that is known.

Each capture is the keys of one scan as they came. What is proposed: the longest pause between keys, what a scan begins
and ends with, and whether keys must be read by their place because the scanner types through another layout.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from shopstock.core import key_positions
from shopstock.core.scan import split_aim
from shopstock.core.text import _

#: What is scanned: both cases, digits and two signs that layouts disagree on.
CODE = "Scan-4071/aZ"
SCANS = 3
_SLOWEST_MS = 200
_USUAL_MS = 40


class Key(NamedTuple):
    """One key as it came: its character, its place (event code), Shift, Caps Lock, the time in ms, and its end.

    ``end`` is "enter" or "tab" for the key that ends a scan, empty for others.
    """

    text: str
    place: int
    shift: bool
    caps: bool
    at: int
    end: str = ""


class Proposal(NamedTuple):
    """How the scanner is to be set up. ``works`` is false when nothing can be proposed; ``said`` tells why, or what."""

    works: bool
    said: tuple[str, ...]
    gap_ms: int = _USUAL_MS
    prefix: str = ""
    suffix: str = "either"
    key_positions: bool = False
    repair_caps: bool = True


def text_of(keys: Sequence[Key], *, by_place: bool = False, repair_caps: bool = True) -> str:
    """Return what the keys of one scan say, as they are set up to be read, without the key that ends it."""
    said = []
    for key in keys:
        if key.end:
            continue
        char = key_positions.char_at(key.place, shift=key.shift) if by_place else ""
        if not char:
            char = key.text.swapcase() if repair_caps and key.caps and key.text.isalpha() else key.text
        said.append(char)
    return "".join(said)


def propose(captures: Sequence[Sequence[Key]]) -> Proposal:
    """Return how a scanner is set up that sent these captures of :data:`CODE`."""
    if len(captures) < SCANS or not all(len(keys) > 1 for keys in captures):
        return Proposal(False, (_("Scan the code three times."),))
    plain = [text_of(keys) for keys in captures]
    own = [text_of(keys, repair_caps=False) for keys in captures]
    minds_caps = plain != own and all(CODE in text for text in own)
    if minds_caps:
        plain = own
    placed = [text_of(keys, by_place=True) for keys in captures]
    by_place = not any(CODE in text for text in plain)
    texts = placed if by_place else plain
    if not all(CODE in text for text in texts):
        return Proposal(False, _why_not(plain))
    gap = max(now.at - before.at for keys in captures for before, now in pairwise(keys))
    if gap > _SLOWEST_MS:
        return Proposal(False, (
            _("That came {gap} ms apart, as slow as a hand. Scan with the scanner; do not type.").format(gap=gap),
        ))  # fmt: skip
    prefixes = {text.partition(CODE)[0] for text in texts}
    ends = {keys[-1].end for keys in captures}
    if len(prefixes) > 1 or len(ends) > 1:
        return Proposal(False, (_("The three scans came out differently. Scan the same code again, three times."),))
    (prefix,), (end,) = prefixes, ends
    aim, start = split_aim(prefix + CODE)
    start = start.removesuffix(CODE)
    said = [_("The keys come at most {gap} ms apart.").format(gap=gap)]
    if end:
        said.append(_("A scan ends with Enter.") if end == "enter" else _("A scan ends with Tab."))
    else:
        said.append(_("Nothing ends a scan. Set the scanner to send Enter: that is safer than a pause."))
    if aim:
        said.append(_("It says which kind of code it read ({aim}).").format(aim=aim))
    if start:
        said.append(_("A scan begins with “{prefix}”.").format(prefix=start))
    if by_place:
        said.append(_("It types for another keyboard layout; keys are read by their place."))
    if any(key.caps for keys in captures for key in keys):
        said.append(
            _("Caps Lock is on, and the scanner minds it itself.") if minds_caps
            else _("Caps Lock is on; letters are put right.")
        )  # fmt: skip
    gap_ms = _USUAL_MS if gap <= _USUAL_MS // 2 else min(_SLOWEST_MS, gap * 2)
    return Proposal(True, tuple(said), gap_ms, "" if aim else start, end or "none", by_place, not minds_caps)


def _why_not(texts: Sequence[str]) -> tuple[str, ...]:
    shown = texts[0][:40]
    if len(set(texts)) > 1:
        return (_("The three scans came out differently: scan the same code three times."),)
    return (
        _("“{text}” arrived instead of “{code}”.").format(text=shown, code=CODE),
        _("Was it this code? If so, set the scanner to the keyboard of this country by the sheet of its maker."),
    )

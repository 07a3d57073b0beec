"""What the till says to the person at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Notice(NamedTuple):
    """Something to say in the message bar: a fact, what follows, and one action."""

    tone: str
    fact: str
    plain: str = ""
    action: str = ""
    act: Callable[[], object] | None = None

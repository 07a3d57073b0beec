"""Put-aways on their way into the book: one document for each place, sent again until the book has it or refuses it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from shopstock.core import places as place_rules
from shopstock.core.document import Head
from shopstock.core.outcome import Changes, NotAllowed, Refused, ShopError
from shopstock.core.text import _
from shopstock.db import clock
from shopstock.queries.places import Place
from shopstock.services import transfer
from shopstock.ui.receive.page import new_key
from shopstock.ui.scanning.outbox import RETRY_MS
from shopstock.ui.sell.steps import Steps
from shopstock.ui.shop import Shop
from shopstock.ui.transfers import words
from shopstock.ui.transfers.carry import Carried


class Group(NamedTuple):
    """Goods that go to one place."""

    to: Place
    rows: tuple[Carried, ...]


class Posting(QObject):
    """Posts groups of goods one after the other and holds the queue of scans meanwhile."""

    gone = Signal(object, object)  # Group, Changes
    refused = Signal(str)
    stuck = Signal(str)  # why a put-away waits; empty once it is kept

    def __init__(self, shop: Shop, steps: Steps, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shop = shop
        self._steps = steps
        self._failures = 0

    def post(self, groups: Sequence[Group]) -> None:
        """Post one put-away for each group."""
        self._send(Head(new_key(), clock.now()), list(groups))

    def _send(self, head: Head, groups: list[Group]) -> None:
        ticket, busy = self._steps.hold(lambda: self._again(head, groups, ""))
        group = groups[0]

        def then(changes: Changes) -> None:
            if not self._steps.holds(ticket):
                return
            if self._failures:
                self._failures = 0
                self.stuck.emit("")
            self.gone.emit(group, changes)
            if groups[1:]:
                self._send(Head(new_key(), clock.now()), groups[1:])
            else:
                self._steps.release(ticket)

        def failed(error: ShopError) -> None:
            if not self._steps.holds(ticket):
                return
            if isinstance(error, Refused | NotAllowed):
                self.refused.emit(error.sentence())
                self._steps.release(ticket)
            else:
                # Whether it was posted is not known: the very same document goes again, and counts once.
                self._again(head, groups, error.sentence())

        self._shop.run(
            transfer.put_away, head, [row.goods() for row in group.rows], group.to.id, then=then,
            failed=failed, busy=busy, asked_by=self,
        )  # fmt: skip

    def _again(self, head: Head, groups: list[Group], why: str) -> None:
        pause = RETRY_MS[min(self._failures, len(RETRY_MS) - 1)]
        self._failures += 1
        self._steps.hold()
        self.stuck.emit(_("The put-away waits to be kept. It is tried again. {why}").format(why=why).strip())
        QTimer.singleShot(pause, self, partial(self._send, head, groups))


def said_of(group: Group) -> str:
    """Say what was put away: ``4 × Green tea: Back room → B-04``."""
    sources = list(dict.fromkeys(row.source.name for row in group.rows))
    return _("{goods}: {from_place} → {to_place}").format(
        goods=words.goods([(row.qty, row.name) for row in group.rows]), from_place=words.listed(sources, 2),
        to_place=place_rules.inside(group.to.path),
    )  # fmt: skip

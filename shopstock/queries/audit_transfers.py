"""Prove transfers: the figures of their lines are what their documents moved, and they are as far as those say."""

from __future__ import annotations

from collections.abc import Iterator

from shopstock.db.connection import Db
from shopstock.queries.audit_streams import Finding, compare
from shopstock.queries.transfer_lines import POSTED

_FIGURES = ("dispatched_qty", "arrived_qty", "damaged_qty", "over_qty", "lost_qty", "came_back_qty")
_LINES = f"SELECT transfer_id, item_id, {', '.join(_FIGURES)} FROM transfer_line ORDER BY transfer_id, item_id"
_LEFT = "dispatched_qty - arrived_qty - damaged_qty - lost_qty - came_back_qty"
_ODD = f"SELECT transfer_id, item_id, {_LEFT} FROM transfer_line WHERE {_LEFT} < 0 ORDER BY transfer_id, item_id"
# A transfer is on its way as long as goods of it are, and only then.
_STATES = (
    "SELECT t.id, t.state FROM transfer t LEFT JOIN (SELECT transfer_id, SUM(dispatched_qty) AS sent, "
    f"SUM({_LEFT}) AS moving FROM transfer_line GROUP BY transfer_id) l ON l.transfer_id = t.id WHERE t.state <> CASE "
    "WHEN COALESCE(l.sent, 0) = 0 THEN CASE WHEN t.state = 'cancelled' THEN 'cancelled' ELSE 'requested' END "
    "WHEN l.moving = 0 THEN 'arrived' WHEN t.state = 'partly_arrived' THEN 'partly_arrived' ELSE 'dispatched' END "
    "ORDER BY t.id"
)


def check(db: Db) -> Iterator[Finding]:
    """Compare the lines and states of transfers with their documents."""
    posted = f"{POSTED} GROUP BY t.transfer_id, l.item_id ORDER BY t.transfer_id, l.item_id"
    yield from compare("transfer_line", ("transfer_id", "item_id"), _FIGURES, db.stream(_LINES), [db.stream(posted)])
    for transfer_id, item_id, left in db.stream(_ODD):
        yield "transfer_line", f"transfer_id {transfer_id}, item_id {item_id}", f"{left} of it are on their way"
    for transfer_id, state in db.stream(_STATES):
        yield "transfer", f"id {transfer_id}", f"it is {state}, which is not what its lines say"

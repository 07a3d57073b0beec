"""Read the people of the shop: who works here, who may sign in, who may approve."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core.acting import ROLES, Permission, Role
from shopstock.core.units import Instant, PersonId
from shopstock.db.connection import Db


class Person(NamedTuple):
    """A person. ``has_pin`` and ``has_badge`` tell how they may sign in, never what the PIN or the badge is."""

    id: PersonId
    name: str
    role: Role
    has_pin: bool
    has_badge: bool
    active: bool


def people(db: Db, *, retired: bool = False) -> list[Person]:
    """Return the people by name; the retired ones only when asked for."""
    only = "" if retired else " WHERE active = 1"
    rows = db.rows(
        "SELECT id, name, role, CASE WHEN pin_hash IS NULL THEN 0 ELSE 1 END,"
        f" CASE WHEN badge IS NULL THEN 0 ELSE 1 END, active FROM person{only} ORDER BY name, id"
    )
    return [
        Person(PersonId(id_), name, Role(role), bool(pin), bool(badge), bool(active))
        for id_, name, role, pin, badge, active in rows
    ]


def is_alone(db: Db) -> bool:
    """Tell whether this is a shop of one person."""
    count: int = db.value("SELECT count(*) FROM person WHERE active = 1")
    return count == 1


def approvers(db: Db, permission: Permission, requester_id: PersonId) -> list[Person]:
    """Return who may approve this right to someone else."""
    return [
        person
        for person in people(db)
        if person.id != requester_id and {permission, Permission.APPROVE} <= ROLES[person.role]
    ]


class Happening(NamedTuple):
    """One line of the log."""

    at: Instant
    kind: str
    person: str
    approved_by: str
    station: str
    document: str
    detail: str


def log(db: Db, *, kind: str = "", limit: int = 200) -> list[Happening]:
    """Return the latest lines of the log (of one kind, if named), the last first."""
    where, params = ("WHERE e.kind = ?", (kind,)) if kind else ("", ())
    return [
        Happening._make(row)
        for row in db.rows(
            "SELECT e.at, e.kind, coalesce(p.name, ''), coalesce(a.name, ''), coalesce(s.name, ''),"
            " CASE WHEN d.id IS NULL THEN '' ELSE ds.prefix || '-' || d.number END, e.detail FROM event_log e"
            " LEFT JOIN person p ON p.id = e.person_id LEFT JOIN person a ON a.id = e.approved_by"
            " LEFT JOIN station s ON s.id = e.station_id LEFT JOIN document d ON d.id = e.document_id"
            f" LEFT JOIN station ds ON ds.id = d.station_id {where} ORDER BY e.id DESC LIMIT ?",
            (*params, limit),
        )
    ]

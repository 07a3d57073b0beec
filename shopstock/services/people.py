"""People: signing in, roles, PINs and badges, and a second person's approval of one act.

A shop of one person is never asked: the owner may do everything, and the records say "self".
"""

from __future__ import annotations

from dataclasses import replace

from shopstock.core import commands, names
from shopstock.core.acting import ROLES, Acting, Approval, Permission, Role
from shopstock.core.outcome import Changes, NotAllowed, Refused
from shopstock.core.text import _
from shopstock.core.units import DocumentId, LocationId, PersonId, StationId
from shopstock.db import clock
from shopstock.db.connection import Db, Row, transaction
from shopstock.queries.people import is_alone
from shopstock.services import pins
from shopstock.services.events import Event, log

_CHANGED = Changes(topics=frozenset({"people"}))


# --- signing in


def sign_in(db: Db, person_id: PersonId, pin: str, station_id: StationId) -> Acting:
    """Sign a person in at a station by PIN (empty for a person without one, in a shop of one person).

    Raises ``pins.WrongPin``, or ``pins.Locked`` after too many wrong tries; both are told and logged.
    """
    _verify(db, person_id, pin, station_id)
    with transaction(db):
        acting = _acting(db, _person(db, "p.id = ?", (person_id,)), station_id)
        if not pin and not acting.alone:
            raise Refused(_("{name} has no PIN yet. The owner sets it in Settings, People.").format(name=acting.name))
        log(db, Event.SIGN_IN, "", acting=acting)
    return acting


def sign_in_by_badge(db: Db, badge: str, station_id: StationId) -> Acting:
    """Sign in whoever's badge was scanned; raise ``pins.WrongPin`` if it is nobody's."""
    with transaction(db):
        acting = _acting(db, _person_of_badge(db, badge), station_id)
        log(db, Event.SIGN_IN, _("by badge"), acting=acting)
    return acting


def acting_for_owner(db: Db, station_id: StationId | None = None) -> Acting:
    """Act as the (first) owner of the shop, for the command line and for a shop of one person without a PIN."""
    return _acting(db, _person(db, "p.role = ? ORDER BY p.id", (Role.OWNER,)), station_id)


def acting_for_name(db: Db, name: str, station_id: StationId | None = None) -> Acting:
    """Act as the person of that name (``--as NAME``); raise ``Refused`` naming who there is."""
    wanted = names.key(name)
    known = db.rows("SELECT id, name FROM person WHERE active = 1 ORDER BY name")
    for person_id, known_name in known:
        if names.key(known_name) == wanted:
            return _acting(db, _person(db, "p.id = ?", (person_id,)), station_id)
    raise Refused(_("Nobody here is called {name}. There are: {known}.").format(
        name=names.clean(name)[:40], known=", ".join(known_name for _id, known_name in known)
    ))  # fmt: skip


# --- approval


def approve(
    db: Db, acting: Acting, permission: Permission | str, subject: str, approver_id: PersonId, pin: str
) -> Approval:
    """Record that a second person allows ``acting`` this one act (``subject``), by their PIN.

    The cashier stays signed in. The approver needs both the right itself and the right to approve, and is not the
    requester, except in a shop of one person, who is not asked for a PIN. Raises ``pins.WrongPin``, ``pins.Locked``,
    ``NotAllowed``.
    """
    if not (is_alone(db) and approver_id == acting.person_id):
        _verify(db, approver_id, pin, acting.station_id)
        if not pin:
            raise pins.WrongPin
    with transaction(db):
        return _approve(db, acting, Permission(permission), subject, _person(db, "p.id = ?", (approver_id,)))


def approve_by_badge(db: Db, acting: Acting, permission: Permission | str, subject: str, badge: str) -> Approval:
    """Record an approval by the second person's badge; see :func:`approve`."""
    with transaction(db):
        return _approve(db, acting, Permission(permission), subject, _person_of_badge(db, badge))


def approve_signed_in(
    db: Db, approver: Acting, requester: Acting, permission: Permission, subject: str
) -> Approval:  # fmt: skip
    """Record that who is signed in allows what ``requester`` asked for earlier. Inside a transaction.

    Raises ``NotAllowed`` for the requester, except in a shop of one person, and for who may not approve it.
    """
    return _approve(db, requester, permission, subject, (approver.person_id, approver.name, approver.role))


def use_approval(db: Db, acting: Acting, approval: Approval, document_id: DocumentId | None = None) -> None:
    """Use an approval up, in the transaction of the act that it allows; refuse one that was used, or is another's."""
    used = db.value(
        "UPDATE approval SET used_at = ?, document_id = ? WHERE id = ? AND requester_id = ? AND approver_id = ?"
        " AND permission = ? AND subject = ? AND used_at IS NULL RETURNING id",
        (
            clock.now(), document_id, approval.id, acting.person_id, approval.approver_id, approval.permission,
            approval.subject,
        ),
    )  # fmt: skip
    if used is None:
        raise NotAllowed(
            approval.permission,
            _("This approval was used already or is for something else. Ask again."),
            approval.subject,
        )


def authorise(acting: Acting, permission: Permission, subject: str) -> Approval | None:
    """Return ``None`` if the role carries the right, else the approval of exactly this act in ``acting``.

    Raises ``NotAllowed`` with the subject to ask for. The caller hands what comes back to :func:`use_approval`.
    """
    if acting.may(permission):
        return None
    approval = acting.approval
    if approval is not None and approval.permission == permission and approval.subject == subject:
        return approval
    raise NotAllowed(
        permission,
        _("{name} may not do this. Ask someone who may to enter their PIN.").format(name=acting.name),
        subject,
    )


def allow(db: Db, acting: Acting, permission: Permission, subject: str) -> Acting:
    """Require a right for an act that posts no document, using an approval of it up; return who acts from here on.

    Runs inside the caller's transaction. The returned ``acting`` carries the approval only if it was needed.
    """
    approval = authorise(acting, permission, subject)
    if approval is not None:
        use_approval(db, acting, approval)
    return replace(acting, approval=approval)


# --- keeping people


def add_person(db: Db, acting: Acting, name: str, role: Role, *, pin: str = "", badge: str = "") -> Changes:
    """Add a person. Whoever adds the second one needs a PIN of their own first: from then on everybody signs in."""
    acting.require(Permission.EDIT_PEOPLE)
    cleaned = _checked_name(name)
    if pin:
        pins.check_form(pin)
    salt, pin_hash = pins.hashed(pin) if pin else (None, None)
    with transaction(db):
        if db.value("SELECT id FROM person WHERE active = 1 AND id = ? AND pin_hash IS NULL", (acting.person_id,)):
            raise Refused(_("Set your own PIN first: with a second person in the shop everybody signs in."))
        _refuse_taken_name(db, cleaned, None)
        db.run(
            "INSERT INTO person (name, role, pin_salt, pin_hash, badge, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            (cleaned, Role(role), salt, pin_hash, _checked_badge(db, badge, None), clock.now()),
        )
        log(db, Event.PERSON_ADDED, f"{cleaned}: {Role(role)}", acting=acting)
    return _CHANGED


def edit_person(db: Db, acting: Acting, person_id: PersonId, *, name: str, role: Role) -> Changes:
    """Rename a person or give another role; the last owner stays owner."""
    acting.require(Permission.EDIT_PEOPLE)
    cleaned = _checked_name(name)
    with transaction(db):
        before = _person(db, "p.id = ?", (person_id,))
        _refuse_taken_name(db, cleaned, person_id)
        if role != Role.OWNER:
            _keep_an_owner(db, person_id)
        db.run("UPDATE person SET name = ?, role = ? WHERE id = ?", (cleaned, Role(role), person_id))
        log(db, Event.PERSON_CHANGED, f"{before[1]}: {before[2]} → {cleaned}: {Role(role)}", acting=acting)
    return _CHANGED


def retire_person(db: Db, acting: Acting, person_id: PersonId) -> Changes:
    """Let a person go: no sign-in any more, the name stays on what they did. The last owner stays."""
    acting.require(Permission.EDIT_PEOPLE)
    with transaction(db):
        name = _person(db, "p.id = ?", (person_id,))[1]
        _keep_an_owner(db, person_id)
        db.run("UPDATE person SET active = 0, badge = NULL WHERE id = ?", (person_id,))
        log(db, Event.PERSON_CHANGED, _("{name} retired").format(name=name), acting=acting)
    return _CHANGED


def set_pin(db: Db, acting: Acting, person_id: PersonId, pin: str) -> Changes:
    """Set a PIN of 4 to 12 digits: one's own, or anybody's for who may edit people. Ends a lock."""
    if person_id != acting.person_id:
        acting.require(Permission.EDIT_PEOPLE)
    pins.check_form(pin)
    salt, pin_hash = pins.hashed(pin)
    with transaction(db):
        name = _person(db, "p.id = ?", (person_id,))[1]
        db.run(
            "UPDATE person SET pin_salt = ?, pin_hash = ?, wrong_tries = 0, locked_until = 0 WHERE id = ?",
            (salt, pin_hash, person_id),
        )
        log(db, Event.PIN_SET, name, acting=acting)
    return _CHANGED


def set_badge(db: Db, acting: Acting, person_id: PersonId, badge: str) -> Changes:
    """Give a person the badge that was scanned, or take it away (empty)."""
    acting.require(Permission.EDIT_PEOPLE)
    with transaction(db):
        name = _person(db, "p.id = ?", (person_id,))[1]
        db.run("UPDATE person SET badge = ? WHERE id = ?", (_checked_badge(db, badge, person_id), person_id))
        log(db, Event.PERSON_CHANGED, _("badge of {name}").format(name=name), acting=acting)
    return _CHANGED


# --- inside


def _verify(db: Db, person_id: PersonId, pin: str, station_id: StationId) -> None:
    try:
        pins.verify(db, person_id, pin)
    except (pins.WrongPin, pins.Locked):
        with transaction(db):
            known = db.value("SELECT id FROM person WHERE id = ?", (person_id,))
            log(db, Event.WRONG_PIN, "", person_id=known, station_id=station_id)
        raise


def _person(db: Db, where: str, params: tuple[object, ...]) -> Row:
    row = db.row(f"SELECT p.id, p.name, p.role FROM person p WHERE p.active = 1 AND {where} LIMIT 1", params)
    if row is None:
        raise Refused(_("This person does not work here any more."))
    return row


def _person_of_badge(db: Db, badge: str) -> Row:
    row = db.row("SELECT id, name, role FROM person WHERE badge = ? AND active = 1", (names.clean(badge) or " ",))
    if row is None:
        raise pins.WrongPin
    return row


def _acting(db: Db, person: Row, station_id: StationId | None) -> Acting:
    station = db.row(
        "SELECT id, location_id FROM station WHERE id = ?" if station_id is not None
        else "SELECT id, location_id FROM station ORDER BY id LIMIT 1",
        () if station_id is None else (station_id,),
    )  # fmt: skip
    if station is None:
        raise Refused(_("This shop has no such till. Choose another one in Settings."))
    return Acting(
        PersonId(person[0]), person[1], Role(person[2]), StationId(station[0]), LocationId(station[1]),
        alone=is_alone(db),
    )  # fmt: skip


def _approve(db: Db, acting: Acting, permission: Permission, subject: str, approver: Row) -> Approval:
    person_id, name, role = PersonId(approver[0]), approver[1], Role(approver[2])
    if person_id == acting.person_id and not is_alone(db):
        raise NotAllowed(permission, _("Someone else has to approve this."), subject)
    if not {permission, Permission.APPROVE} <= ROLES[role]:
        raise NotAllowed(permission, _("{name} may not approve this. Ask a manager.").format(name=name), subject)
    approval_id = db.value(
        "INSERT INTO approval (requester_id, approver_id, permission, subject, at) VALUES (?, ?, ?, ?, ?) RETURNING id",
        (acting.person_id, person_id, permission, subject, clock.now()),
    )
    log(db, Event.APPROVAL, _("{permission} by {name}").format(permission=permission.value, name=name), acting=acting)
    return Approval(approval_id, person_id, permission, subject)


def _checked_name(name: str) -> str:
    cleaned = names.clean(name)
    if not cleaned or len(cleaned) > 80:
        raise Refused(_("A person needs a name of up to 80 characters."))
    return cleaned


def _refuse_taken_name(db: Db, name: str, but: PersonId | None) -> None:
    for person_id, known in db.rows("SELECT id, name FROM person"):
        if person_id != but and names.key(known) == names.key(name):
            raise Refused(_("There is a {name} already. Add a letter to tell them apart.").format(name=known))


def _checked_badge(db: Db, badge: str, but: PersonId | None) -> str | None:
    cleaned = names.clean(badge)
    if not cleaned:
        return None
    if not 6 <= len(cleaned) <= 80 or commands.is_reserved(cleaned):
        raise Refused(_("This code cannot be a badge. Use one of 6 to 80 characters."))
    owner = db.value("SELECT id FROM person WHERE badge = ?", (cleaned,))
    if owner is not None and owner != but:
        raise Refused(_("This badge belongs to someone else."))
    return cleaned


def _keep_an_owner(db: Db, person_id: PersonId) -> None:
    if not db.value("SELECT count(*) FROM person WHERE active = 1 AND role = ? AND id <> ?", (Role.OWNER, person_id)):
        raise Refused(_("The shop needs an owner. Make someone else owner first."))

"""Signing in, guessing, roles, approvals: the rights of the shop, role by role."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shopstock.core.acting import ROLES, Acting, Permission, Role
from shopstock.core.outcome import NotAllowed, Refused
from shopstock.core.units import PersonId, StationId
from shopstock.db.connection import Db, open_shop, transaction
from shopstock.queries import people as reading
from shopstock.services import people, pins
from tests.conftest import FrozenClock
from tests.till import PIN, events, person


def test_a_shop_of_one_needs_no_pin(db: Db, owner: Acting) -> None:
    acting = people.sign_in(db, owner.person_id, "", owner.station_id)
    assert acting == owner
    assert acting.alone


def test_signing_in_by_pin(db: Db, owner: Acting) -> None:
    cashier = person(db, owner, "Cai", Role.CASHIER)
    acting = people.sign_in(db, cashier.person_id, PIN, owner.station_id)
    assert acting == cashier
    assert not acting.alone
    with pytest.raises(pins.WrongPin):
        people.sign_in(db, cashier.person_id, "4711", owner.station_id)
    with pytest.raises(pins.WrongPin):
        people.sign_in(db, cashier.person_id, "", owner.station_id)
    with pytest.raises(pins.WrongPin):
        people.sign_in(db, PersonId(99), PIN, owner.station_id)
    assert len(events(db, "sign_in")) == 1
    assert len(events(db, "wrong_pin")) == 3


def test_the_pin_itself_is_nowhere(db: Db, owner: Acting) -> None:
    people.set_pin(db, owner, owner.person_id, "739463")
    stored = db.rows("SELECT * FROM person") + db.rows("SELECT * FROM event_log")
    assert "739463" not in repr(stored)
    salts = {row[0] for row in db.rows("SELECT pin_salt FROM person")}
    people.set_pin(db, owner, owner.person_id, "739463")
    assert {row[0] for row in db.rows("SELECT pin_salt FROM person")}.isdisjoint(salts)


def test_the_lock_grows_and_survives_a_restart(db: Db, owner: Acting, frozen_clock: FrozenClock) -> None:
    people.set_pin(db, owner, owner.person_id, PIN)

    def wrong(where: Db) -> int:
        with pytest.raises((pins.WrongPin, pins.Locked)) as error:
            people.sign_in(where, owner.person_id, "9999", owner.station_id)
        return error.value.seconds if isinstance(error.value, pins.Locked) else 0

    assert [wrong(db) for _try in range(4)] == [0, 0, 0, 5]
    with open_shop(db.url) as restarted:
        assert wrong(restarted) == 5
        with pytest.raises(pins.Locked):
            people.sign_in(restarted, owner.person_id, PIN, owner.station_id)
        frozen_clock.advance(timedelta(seconds=5))
        assert wrong(restarted) == 0
        assert wrong(restarted) == 10
        frozen_clock.advance(timedelta(days=-1))
        assert wrong(restarted) == 10  # a clock that was set back locks nobody for a day
        frozen_clock.advance(timedelta(seconds=10))
        people.sign_in(restarted, owner.person_id, PIN, owner.station_id)
    assert db.rows("SELECT wrong_tries, locked_until FROM person") == [(0, 0)]


def test_the_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    waits = [pins.wait_after(tries) // 1_000_000 for tries in range(13)]
    assert waits == [0, 0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert pins.wait_after(10**6) == 900_000_000


@pytest.mark.parametrize("pin", ["", "123", "1234567890123", "12a4", "٤٧١١", "0000", "7777", "1234", "4321", "7890"])
def test_a_pin_has_digits_and_no_pattern(db: Db, owner: Acting, pin: str) -> None:
    with pytest.raises(Refused):
        people.set_pin(db, owner, owner.person_id, pin)


def test_a_badge_signs_in_and_belongs_to_one(db: Db, owner: Acting) -> None:
    cashier = person(db, owner, "Cai", Role.CASHIER)
    people.set_badge(db, owner, cashier.person_id, "STAFF-0042")
    assert people.sign_in_by_badge(db, "STAFF-0042\r", owner.station_id) == cashier
    for nobody in ("", " ", "STAFF-0043"):
        with pytest.raises(pins.WrongPin):
            people.sign_in_by_badge(db, nobody, owner.station_id)
    with pytest.raises(Refused, match="someone else"):
        people.set_badge(db, owner, owner.person_id, "STAFF-0042")
    with pytest.raises(Refused):
        people.set_badge(db, owner, owner.person_id, "$PAY-12")
    people.retire_person(db, owner, cashier.person_id)
    with pytest.raises(pins.WrongPin):
        people.sign_in_by_badge(db, "STAFF-0042", owner.station_id)


def test_whoever_retired_cannot_sign_in(db: Db, owner: Acting) -> None:
    cashier = person(db, owner, "Cai", Role.CASHIER)
    people.retire_person(db, owner, cashier.person_id)
    with pytest.raises(pins.WrongPin):
        people.sign_in(db, cashier.person_id, PIN, owner.station_id)
    assert [row.name for row in reading.people(db)] == ["Owner"]
    assert [row.active for row in reading.people(db, retired=True)] == [False, True]
    assert people.acting_for_owner(db).alone


def test_a_second_person_means_that_everybody_signs_in(db: Db, owner: Acting) -> None:
    with pytest.raises(Refused, match="your own PIN"):
        people.add_person(db, owner, "Cai", Role.CASHIER, pin=PIN)
    people.set_pin(db, owner, owner.person_id, PIN)
    people.add_person(db, owner, "Cai", Role.CASHIER)
    cashier = people.acting_for_name(db, "cai")
    with pytest.raises(Refused, match="no PIN yet"):
        people.sign_in(db, cashier.person_id, "", owner.station_id)


def test_people_are_kept_by_the_owner(db: Db, owner: Acting) -> None:
    cashier = person(db, owner, "Cai", Role.CASHIER)
    people.edit_person(db, owner, cashier.person_id, name="Cai B", role=Role.STOCKROOM)
    with pytest.raises(Refused, match="already"):
        people.add_person(db, owner, "  CAI  b ", Role.CASHIER)
    with pytest.raises(Refused):
        people.add_person(db, owner, " ", Role.CASHIER)
    for change in (
        lambda: people.retire_person(db, owner, owner.person_id),
        lambda: people.edit_person(db, owner, owner.person_id, name="Owner", role=Role.CASHIER),
    ):
        with pytest.raises(Refused, match="needs an owner"):
            change()
    for forbidden in (
        lambda: people.add_person(db, cashier, "Eve", Role.OWNER),
        lambda: people.edit_person(db, cashier, cashier.person_id, name="Cai", role=Role.OWNER),
        lambda: people.retire_person(db, cashier, owner.person_id),
        lambda: people.set_pin(db, cashier, owner.person_id, "739463"),
        lambda: people.set_badge(db, cashier, cashier.person_id, "STAFF-0042"),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    people.set_pin(db, cashier, cashier.person_id, "739463")


def test_acting_for_the_command_line(db: Db, owner: Acting) -> None:
    assert people.acting_for_owner(db) == owner
    assert people.acting_for_name(db, " owner ") == owner
    with pytest.raises(Refused, match="There are: Owner"):
        people.acting_for_name(db, "Eve")
    with pytest.raises(Refused, match="no such till"):
        people.acting_for_owner(db, StationId(99))


# --- rights


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("permission", list(Permission))
def test_every_role_has_exactly_the_rights_of_the_table(role: Role, permission: Permission) -> None:
    acting = Acting(PersonId(1), "Ann", role, StationId(1), 1)  # type: ignore[arg-type]
    if permission in ROLES[role]:
        acting.require(permission)
    else:
        with pytest.raises(NotAllowed):
            acting.require(permission)


@pytest.mark.parametrize("requester", list(Role))
@pytest.mark.parametrize("approver", list(Role))
def test_who_may_approve_what_to_whom(sqlite_db: Db, requester: Role, approver: Role) -> None:
    db = sqlite_db
    owner = people.acting_for_owner(db)
    asking = person(db, owner, "Ann", requester)
    answering = person(db, owner, "Bob", approver)
    with transaction(db):  # what is tested is the right, not the PIN: one hash would cost 50 ms each time
        for permission in Permission:
            row = (answering.person_id, answering.name, answering.role)
            if {permission, Permission.APPROVE} <= ROLES[approver]:
                given = people._approve(db, asking, permission, "this", row)
                assert people.authorise(replace(asking, approval=given), permission, "this") in (given, None)
            else:
                with pytest.raises(NotAllowed):
                    people._approve(db, asking, permission, "this", row)


def test_an_approval_is_bound_to_requester_act_and_subject(db: Db, owner: Acting) -> None:
    cashier = person(db, owner, "Cai", Role.CASHIER)
    other = person(db, owner, "Dee", Role.CASHIER)
    given = people.approve(db, cashier, Permission.CASH_IN_OUT, "5 for milk", owner.person_id, PIN)
    assert people.authorise(replace(cashier, approval=given), Permission.CASH_IN_OUT, "5 for milk") == given
    for permission, subject in ((Permission.CASH_IN_OUT, "500 for milk"), (Permission.POST_COUNT, "5 for milk")):
        with pytest.raises(NotAllowed) as refused:
            people.authorise(replace(cashier, approval=given), permission, subject)
        assert refused.value.subject == subject
    for thief, forged in ((other, given), (cashier, replace(given, subject="500")), (cashier, replace(given, id=99))):
        with pytest.raises(NotAllowed, match="Ask again"):
            people.use_approval(db, thief, forged)
    people.use_approval(db, cashier, given)
    with pytest.raises(NotAllowed, match="used already"):
        people.use_approval(db, cashier, given)


def test_nobody_approves_themselves_except_alone(db: Db, owner: Acting) -> None:
    own = people.approve(db, owner, Permission.REVERSE, "1-1", owner.person_id, "")
    assert own.approver_id == owner.person_id
    manager = person(db, owner, "Max", Role.INVENTORY_MANAGER)
    with pytest.raises(NotAllowed, match="Someone else"):
        people.approve(db, manager, Permission.REVERSE, "1-1", manager.person_id, PIN)
    with pytest.raises(pins.WrongPin):
        people.approve(db, manager, Permission.REVERSE, "1-1", owner.person_id, "")
    with pytest.raises(pins.WrongPin):
        people.approve(db, manager, Permission.REVERSE, "1-1", owner.person_id, "9182")
    assert [row.name for row in reading.approvers(db, Permission.REVERSE, manager.person_id)] == ["Owner"]
    assert [row.name for row in reading.approvers(db, Permission.REVERSE, owner.person_id)] == ["Max"]


def test_a_badge_approves_too(db: Db, owner: Acting) -> None:
    cashier = person(db, owner, "Cai", Role.CASHIER)
    people.set_badge(db, owner, owner.person_id, "OWNER-0001")
    given = people.approve_by_badge(db, cashier, Permission.CASH_IN_OUT, "x", "OWNER-0001")
    assert given.approver_id == owner.person_id
    assert [row.kind for row in reading.log(db, kind="approval")] == ["approval"]

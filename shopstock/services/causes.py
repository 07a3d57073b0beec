"""Keep the causes of write-offs and customer returns. Documents keep the key, so that renaming changes none."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core import names, write_offs
from shopstock.core.acting import Acting, Permission
from shopstock.core.outcome import Changes, Refused
from shopstock.core.text import _
from shopstock.core.write_offs import Purpose
from shopstock.db.connection import Db, retrying, transaction
from shopstock.queries import causes

TOPICS = frozenset(("causes",))
_CHANGED = Changes(topics=TOPICS)
_MOST = 60


class Saved(NamedTuple):
    """A cause that was added or changed, by its key."""

    changes: Changes
    key: str


def save(
    db: Db, acting: Acting, purpose: Purpose | str, key: str | None, name: str, needs_evidence: bool = False
) -> Saved:
    """Add a cause (``key`` unset) or change one; a retired one is offered again.

    An empty name gives a cause of the program its own name back. Raises ``Refused`` for a name that is taken.
    """
    acting.require(Permission.EDIT_SETTINGS)
    of, wanted = Purpose(purpose), names.clean(name)
    if len(wanted) > _MOST:
        raise Refused(_("A cause has at most {most} characters. Shorten it.").format(most=_MOST))
    if not wanted and not (key is not None and write_offs.built_in(of, key)):
        raise Refused(_("The name is empty. Type one."))

    def work() -> Saved:
        with transaction(db):
            return _save(db, of, key, wanted, needs_evidence)

    return retrying(db, work)


def _save(db: Db, of: Purpose, key: str | None, name: str, needs_evidence: bool) -> Saved:
    if db.engine == "postgresql":
        db.value("SELECT pg_advisory_xact_lock(hashtextextended('cause', 0))")
    known = causes.causes(db, of, retired=True)
    for one in known:
        if name and one.key != key and names.fold(one.name) == names.fold(name):
            raise Refused(_("There is a cause “{name}” already. Choose another name.").format(name=one.name))
    if key is None:
        key = write_offs.slug(name, {one.key for one in known})
        db.run(
            "INSERT INTO cause (purpose, key, name, needs_evidence, position) "
            "VALUES (?, ?, ?, ?, (SELECT COALESCE(max(position), 0) + 1 FROM cause))",
            (of.value, key, name, int(needs_evidence)),
        )
    else:
        found = db.value(
            "UPDATE cause SET name = ?, needs_evidence = ?, active = 1 WHERE purpose = ? AND key = ? RETURNING id",
            ("" if name == write_offs.cause_words(of, key) else name, int(needs_evidence), of.value, key),
        )
        if found is None:
            raise Refused(_("There is no such cause any more. Look at the list again."))
    return Saved(_CHANGED, key)


def retire(db: Db, acting: Acting, purpose: Purpose | str, key: str) -> Changes:
    """Offer a cause no more; documents that name it keep it. The last one of its kind stays."""
    acting.require(Permission.EDIT_SETTINGS)
    of = Purpose(purpose)
    with transaction(db):
        if db.engine == "postgresql":
            db.value("SELECT pg_advisory_xact_lock(hashtextextended('cause', 0))")
        offered = [one.key for one in causes.causes(db, of)]
        if key not in offered:
            raise Refused(_("There is no such cause any more. Look at the list again."))
        if len(offered) == 1:
            raise Refused(_("This is the last cause. Add another one first."))
        db.run("UPDATE cause SET active = 0 WHERE purpose = ? AND key = ?", (of.value, key))
    return _CHANGED

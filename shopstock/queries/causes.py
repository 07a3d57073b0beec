"""Causes: why goods are written off, and why customers bring them back."""

from __future__ import annotations

from typing import NamedTuple

from shopstock.core import write_offs
from shopstock.core.write_offs import Purpose
from shopstock.db.connection import Db


class Cause(NamedTuple):
    """A cause. ``key`` is what documents keep, ``name`` what people read; ``built_in`` came with the program."""

    key: str
    name: str
    needs_evidence: bool
    active: bool
    built_in: bool


def causes(db: Db, purpose: Purpose | str, *, retired: bool = False) -> list[Cause]:
    """Return the causes to choose from, in the order of the list; with ``retired`` those no longer offered too."""
    of = Purpose(purpose)
    return [
        Cause(key, write_offs.cause_words(of, key, name), bool(needs), bool(active), write_offs.built_in(of, key))
        for key, name, needs, active in db.rows(
            "SELECT key, name, needs_evidence, active FROM cause WHERE purpose = ? AND (active = 1 OR ? = 1) "
            "ORDER BY position, id",
            (of.value, int(retired)),
        )
    ]


def names_of(db: Db, purpose: Purpose | str) -> dict[str, str]:
    """Return the name of every cause there is or was, by its key."""
    return {cause.key: cause.name for cause in causes(db, purpose, retired=True)}


def name_of(db: Db, purpose: Purpose | str, key: str) -> str:
    """Return what people read for the cause on a document; words that are no key stand as they are."""
    return names_of(db, purpose).get(key) or write_offs.cause_words(Purpose(purpose), key)


def needing_evidence(db: Db) -> frozenset[str]:
    """Return the keys of the causes of write-offs that ask for a photo or a file."""
    return frozenset(
        key for (key,) in db.rows("SELECT key FROM cause WHERE purpose = 'write_off' AND needs_evidence = 1")
    )

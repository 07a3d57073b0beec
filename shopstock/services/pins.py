"""PINs: how they are kept (scrypt with a salt) and how guessing is slowed down, over restarts.

A try is written down *before* it is checked, so that pulling the plug does not give it back. From the third wrong one
on the person has to wait, longer each time. An unknown person costs as much time as a known one.
"""

from __future__ import annotations

# What hashes brings OpenSSL, which the start of the program has no use for: the functions import it.
import itertools

from shopstock.core.outcome import Refused, ShopError
from shopstock.core.text import _, ngettext
from shopstock.core.units import Instant, PersonId
from shopstock.db import clock
from shopstock.db.connection import Db, transaction

_FREE_TRIES = 3
_FIRST_WAIT = 5_000_000
_LONGEST_WAIT = 15 * 60 * 1_000_000
_NO_SALT = "00" * 16


class WrongPin(ShopError):
    """The PIN or badge is wrong, or there is no such person: the sentence does not tell which."""

    def __init__(self) -> None:
        super().__init__(_("That PIN is not right. Try again."))


class Locked(ShopError):
    """Too many wrong tries; ``seconds`` tells how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            ngettext(
                "Too many wrong tries. Wait {seconds} second.", "Too many wrong tries. Wait {seconds} seconds.", seconds
            ).format(seconds=seconds)
        )
        self.seconds = seconds


def wait_after(wrong_tries: int) -> int:
    """Return the wait after so many wrong tries, in microseconds: 5 s after the third, doubling, 15 minutes at most."""
    if wrong_tries < _FREE_TRIES:
        return 0
    return min(_LONGEST_WAIT, _FIRST_WAIT << min(wrong_tries - _FREE_TRIES, 20))


def check_form(pin: str) -> None:
    """Refuse what is no PIN of 4 to 12 digits, and the ones that everybody tries first."""
    if not (4 <= len(pin) <= 12 and pin.isascii() and pin.isdigit()):
        raise Refused(_("A PIN has 4 to 12 digits."))
    steps = {(int(b) - int(a)) % 10 for a, b in itertools.pairwise(pin)}
    if steps in ({0}, {1}, {9}):
        raise Refused(_("Everybody tries {pin} first. Choose digits without a pattern.").format(pin=pin))


def hashed(pin: str) -> tuple[str, str]:
    """Return a fresh salt and the hash of a PIN, both as hexadecimal text."""
    import secrets

    salt = secrets.token_hex(16)
    return salt, _hash(pin, salt)


def _hash(pin: str, salt: str) -> str:
    import hashlib

    return hashlib.scrypt(pin.encode(), salt=bytes.fromhex(salt), n=2**14, r=8, p=1).hex()


def verify(db: Db, person_id: PersonId, pin: str) -> None:
    """Raise ``WrongPin`` or ``Locked`` unless this is the person's PIN; must stand outside a transaction.

    A person without a PIN has none to give: only the empty text is right then.
    """
    import hmac

    if db.in_transaction:
        raise RuntimeError("a wrong try must be written down even when what follows is rolled back")
    with transaction(db):
        row = db.row(
            "SELECT pin_salt, pin_hash, wrong_tries, locked_until FROM person WHERE id = ? AND active = 1", (person_id,)
        )
        if row is not None:
            locked = _count_try(db, person_id, row[2], row[3])
    if row is not None and locked:
        raise Locked(locked)
    salt, wanted = (row[0], row[1]) if row is not None and row[1] else (_NO_SALT, "")
    given = _hash(pin, salt)
    right = hmac.compare_digest(given, wanted) if wanted else (row is not None and not pin)
    if not right:
        raise WrongPin
    with transaction(db):
        db.run("UPDATE person SET wrong_tries = 0, locked_until = 0 WHERE id = ?", (person_id,))


def _count_try(db: Db, person_id: PersonId, tries: int, locked_until: int) -> int:
    """Write the try down; return the seconds to wait if the person is locked."""
    now = clock.now()
    left = locked_until - now
    # A clock that was set back must not lock anyone for longer than the wait was.
    if left > wait_after(tries):
        locked_until = now + wait_after(tries)
        db.run("UPDATE person SET locked_until = ? WHERE id = ?", (locked_until, person_id))
        left = locked_until - now
    if left > 0:
        return -(-left // 1_000_000)
    db.run(
        "UPDATE person SET wrong_tries = wrong_tries + 1, locked_until = ? WHERE id = ?",
        (Instant(now + wait_after(tries + 1)), person_id),
    )
    return 0

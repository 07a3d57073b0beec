"""Keep the shop's settings, its tax rates, payment methods, code rules and stations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from shopstock.core import code_rules, names
from shopstock.core.acting import Acting, Permission
from shopstock.core.movements import Account
from shopstock.core.outcome import Changes, Refused
from shopstock.core.settings import Settings, to_text
from shopstock.core.text import _
from shopstock.core.units import LocationId, Money, StationId, format_money, format_scaled, parse_decimal
from shopstock.db.connection import Db, transaction
from shopstock.queries import items, settings

_CHANGED = Changes(topics=frozenset(("settings",)))
#: Where money may go that a customer hands over.
TENDER_ACCOUNTS = (Account.CASH, Account.CARD, Account.OTHER_TENDER)
MAX_TEXT = 2_000
MAX_RATE = 100_000


def save(db: Db, acting: Acting, changed: dict[str, Any]) -> Changes:
    """Set settings by name. Needs ``EDIT_SETTINGS``; those that are fixed when the shop is created are refused.

    Raises ``Refused`` for an unknown name, a wrong type, a text too long or a figure below 0.
    """
    acting.require(Permission.EDIT_SETTINGS)
    specs = {spec.name: spec for spec in fields(Settings)}
    for name, value in changed.items():
        spec = specs.get(name)
        if spec is None:
            raise Refused(_("There is no setting “{name}”.").format(name=name))
        if spec.metadata["fixed"]:
            raise Refused(_("“{label}” is chosen when the shop is created.").format(label=_(spec.metadata["label"])))
        if type(value) is not type(spec.default):
            raise Refused(_("“{label}” does not take this value.").format(label=_(spec.metadata["label"])))
        if isinstance(value, str) and len(value) > MAX_TEXT:
            raise Refused(_("“{label}” is too long. Shorten it.").format(label=_(spec.metadata["label"])))
        if isinstance(value, int) and not 0 <= value < 2**31:
            raise Refused(_("“{label}” does not take this value.").format(label=_(spec.metadata["label"])))
    if "name" in changed:
        changed = changed | {"name": names.shop_name(changed["name"])}
    with transaction(db):
        now = replace(settings.load(db), **changed)
        _check_tax_rate(db, now.default_tax_rate_id)
        db.run_many(
            "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [(name, to_text(getattr(now, name))) for name in changed],
        )
    return _CHANGED


def save_code_rules(db: Db, acting: Acting, rules: Sequence[code_rules.Rule]) -> Changes:
    """Replace the table of code rules by these, in their order; raise ``Refused`` naming the one that is wrong."""
    acting.require(Permission.EDIT_SETTINGS)
    code_rules.Rules(rules)
    with transaction(db):
        db.run("DELETE FROM code_rule")
        insert_code_rules(db, rules)
    return Changes(topics=frozenset(("settings", "code_rules")))


def insert_code_rules(db: Db, rules: Sequence[code_rules.Rule]) -> None:
    """Write rules into an empty table, in their order. Inside a transaction."""
    db.run_many(
        "INSERT INTO code_rule (position, name, pattern, kind) VALUES (?, ?, ?, ?)",
        [(position, names.label(rule.name), rule.pattern, rule.kind) for position, rule in enumerate(rules, 1)],
    )


def add_tax_rate(db: Db, acting: Acting, name: str, rate: int) -> Changes:
    """Add a tax rate in 1/1,000 of a percent under a name of its own; one that was retired comes back."""
    acting.require(Permission.EDIT_SETTINGS)
    label = names.label(name)
    _check_rate(rate)
    with transaction(db):
        known = db.row("SELECT id, rate, active FROM tax_rate WHERE name = ?", (label,))
        if known is not None and (known[1] != rate or known[2]):
            raise Refused(_("There is a tax rate {name} already. Choose another name.").format(name=label))
        db.run(
            "INSERT INTO tax_rate (name, rate) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET active = 1",
            (label, rate),
        )
    return _CHANGED


def retire_tax_rate(db: Db, acting: Acting, tax_rate_id: int) -> Changes:
    """Offer a tax rate no more. Items that have it keep it; the usual rate cannot be retired."""
    acting.require(Permission.EDIT_SETTINGS)
    with transaction(db):
        if settings.load(db).default_tax_rate_id == tax_rate_id:
            raise Refused(_("This is the usual rate. Choose another usual rate first."))
        db.run("UPDATE tax_rate SET active = 0 WHERE id = ?", (tax_rate_id,))
    return _CHANGED


def tax_rate_of(db: Db, rate: int) -> int:
    """Return the tax rate of so many 1/1,000 of a percent, made when there is none. Inside a transaction."""
    _check_rate(rate)
    found: int | None = db.value("SELECT id FROM tax_rate WHERE rate = ? ORDER BY active DESC, id LIMIT 1", (rate,))
    if found is None:
        label = format_scaled(rate, 3) + " %"
        found = db.value("INSERT INTO tax_rate (name, rate) VALUES (?, ?) RETURNING id", (label, rate))
    assert found is not None
    return found


def tax_rate_named(db: Db, text: str) -> int:
    """Return the tax rate of a percentage, made when there is none, or of a name. Inside a transaction.

    Raises ``Refused`` for a name that no rate has, and for more than three decimals.
    """
    try:
        rate = parse_decimal(text) * 1_000
    except ValueError:
        for known in items.tax_rates(db):
            if names.key(known.name) == names.key(text):
                return known.id
        raise Refused(
            _("There is no tax rate “{name}”. Write a percentage, or add the rate first.").format(name=text[:40])
        ) from None
    if rate != int(rate):
        raise Refused(_("“{text}” has more than 3 decimals; a tax rate has at most 3.").format(text=text[:40]))
    return tax_rate_of(db, int(rate))


def add_payment_method(
    db: Db, acting: Acting, name: str, account: Account = Account.OTHER_TENDER, *, opens_drawer: bool = False
) -> Changes:
    """Add a way to pay under a name of its own; one that was retired comes back as it is described now."""
    acting.require(Permission.EDIT_SETTINGS)
    label = names.label(name)
    if account not in TENDER_ACCOUNTS:
        raise Refused(_("Customers pay in cash, by card or by another method. Choose one of them."))
    with transaction(db):
        if db.value("SELECT 1 FROM payment_method WHERE name = ? AND active = 1", (label,)):
            raise Refused(_("There is a payment method {name} already.").format(name=label))
        position = db.value("SELECT coalesce(max(position), 0) + 1 FROM payment_method")
        db.run(
            "INSERT INTO payment_method (name, account, position, opens_drawer) VALUES (?, ?, ?, ?) ON CONFLICT (name)"
            " DO UPDATE SET account = CASE WHEN payment_method.account = 'store_credit' THEN payment_method.account"
            " ELSE excluded.account END, opens_drawer = excluded.opens_drawer, active = 1",
            (label, account, position, int(opens_drawer)),
        )
    return _CHANGED


def edit_payment_method(
    db: Db, acting: Acting, method_id: int, *, name: str, account: Account, opens_drawer: bool
) -> Changes:
    """Rename a way to pay, or say where its money goes and whether it opens the drawer.

    The account of one that was used stays: what was posted to it would no longer add up. So does that of the shop's
    own vouchers, and nothing else becomes one.
    """
    acting.require(Permission.EDIT_SETTINGS)
    label = names.label(name)
    with transaction(db):
        held = db.value("SELECT account FROM payment_method WHERE id = ?", (method_id,))
        if account not in TENDER_ACCOUNTS and not account == held == Account.STORE_CREDIT:
            raise Refused(_("Customers pay in cash, by card or by another method. Choose one of them."))
        if held == Account.STORE_CREDIT != account:
            raise Refused(_("Store credit keeps its account: the vouchers that are out belong to it."))
        if db.value("SELECT 1 FROM payment_method WHERE name = ? AND id <> ?", (label, method_id)):
            raise Refused(_("There is a payment method {name} already.").format(name=label))
        if held != account and db.value("SELECT 1 FROM payment WHERE method_id = ? LIMIT 1", (method_id,)):
            raise Refused(_("{name} was used already, so its account stays. Add another method.").format(name=label))
        db.run(
            "UPDATE payment_method SET name = ?, account = ?, opens_drawer = ? WHERE id = ?",
            (label, account, int(opens_drawer), method_id),
        )
    return _CHANGED


def retire_payment_method(db: Db, acting: Acting, method_id: int) -> Changes:
    """Offer a way to pay no more; the last one stays, and so does store credit while vouchers hold some."""
    acting.require(Permission.EDIT_SETTINGS)
    with transaction(db):
        credit = db.value(
            "SELECT sum(v.balance) FROM voucher v WHERE v.balance > 0 AND EXISTS (SELECT 1 FROM payment_method m"
            " WHERE m.id = ? AND m.account = ?)",
            (method_id, Account.STORE_CREDIT),
        )
        if credit:
            raise Refused(
                _("Customers hold {amount} of store credit. It stays a way to pay until that is used.").format(
                    amount=format_money(Money(int(credit)))
                )
            )
        if not db.value("SELECT count(*) FROM payment_method WHERE active = 1 AND id <> ?", (method_id,)):
            raise Refused(_("This is the last way to pay. Add another one first."))
        db.run("UPDATE payment_method SET active = 0 WHERE id = ?", (method_id,))
    return _CHANGED


def add_station(db: Db, acting: Acting, name: str, location_id: LocationId) -> Changes:
    """Add a till or desk; it numbers its documents by a prefix of its own, the next free number."""
    acting.require(Permission.EDIT_SETTINGS)
    label = names.label(name)
    with transaction(db):
        if db.value("SELECT 1 FROM station WHERE name = ?", (label,)):
            raise Refused(_("There is a station {name} already. Choose another name.").format(name=label))
        if not db.value("SELECT 1 FROM location WHERE id = ? AND kind = 'shop'", (location_id,)):
            raise Refused(_("Choose the place where the station stands."))
        used = {prefix for (prefix,) in db.rows("SELECT prefix FROM station")}
        prefix = next(str(number) for number in range(1, len(used) + 2) if str(number) not in used)
        db.run("INSERT INTO station (name, prefix, location_id) VALUES (?, ?, ?)", (label, prefix, location_id))
    return _CHANGED


def rename_station(db: Db, acting: Acting, station_id: StationId, name: str) -> Changes:
    """Give a station another name; its prefix stays, because documents carry it."""
    acting.require(Permission.EDIT_SETTINGS)
    label = names.label(name)
    with transaction(db):
        if db.value("SELECT 1 FROM station WHERE name = ? AND id <> ?", (label, station_id)):
            raise Refused(_("There is a station {name} already. Choose another name.").format(name=label))
        db.run("UPDATE station SET name = ? WHERE id = ?", (label, station_id))
    return _CHANGED


def move_station(db: Db, acting: Acting, station_id: StationId, location_id: LocationId) -> Changes:
    """Let a station stand elsewhere: whoever signs in there from now on sells from that place first."""
    acting.require(Permission.EDIT_SETTINGS)
    with transaction(db):
        if not db.value("SELECT 1 FROM location WHERE id = ? AND kind = 'shop' AND active = 1", (location_id,)):
            raise Refused(_("Choose the place where the station stands."))
        db.run("UPDATE station SET location_id = ? WHERE id = ?", (location_id, station_id))
    return Changes(topics=_CHANGED.topics | {"places"})


def _check_rate(rate: int) -> None:
    if not 0 <= rate <= MAX_RATE:
        raise Refused(_("A tax rate is between 0 and 100 %. Check it."))


def _check_tax_rate(db: Db, tax_rate_id: int) -> None:
    if tax_rate_id and not db.value("SELECT 1 FROM tax_rate WHERE id = ? AND active = 1", (tax_rate_id,)):
        raise Refused(_("This tax rate does not exist any more. Choose another."))

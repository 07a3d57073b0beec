"""Found a shop: the first rows of an empty schema, in one transaction."""

from __future__ import annotations

from dataclasses import fields, replace

from shopstock.core import names, places
from shopstock.core.acting import Acting, Role
from shopstock.core.code_rules import DEFAULT_RULES
from shopstock.core.movements import Account
from shopstock.core.outcome import Refused
from shopstock.core.settings import Costing, Settings, TaxMode, to_text
from shopstock.core.text import _
from shopstock.core.units import LocationId, PersonId, StationId, format_scaled
from shopstock.db import clock
from shopstock.db.connection import Db, transaction

#: Currencies of the countries that print on US Letter.
LETTER_PAPER = frozenset(("CAD", "CLP", "COP", "MXN", "PHP", "USD"))
#: Methods a new shop starts with: name, account, opens the drawer. "Imported" takes the sales of a history file.
PAYMENT_METHODS = (
    ("Cash", Account.CASH, 1),
    ("Card", Account.CARD, 0),
    ("Voucher", Account.OTHER_TENDER, 0),
    ("Bank transfer", Account.OTHER_TENDER, 0),
    ("Imported", Account.OTHER_TENDER, 0),
    ("Store credit", Account.STORE_CREDIT, 0),
)


def found_shop(
    db: Db,
    *,
    name: str,
    currency: str,
    costing: Costing = Costing.FIFO,
    tax_mode: TaxMode = TaxMode.INSIDE,
    tax_rate: int = 0,
    owner: str = "Owner",
    place: str = "Shop",
) -> Acting:
    """Create settings, owner (without a PIN), place, transit, station, tax rate, payment methods and code rules.

    ``tax_rate`` is in 1/1,000 of a percent and becomes the usual rate; "No tax" exists always. Returns the owner,
    acting at the first till. Raises ``Refused`` when there is a shop already or the name is empty or
    longer than a receipt can bear.
    """
    title = names.shop_name(name)
    with transaction(db):
        if db.value("SELECT count(*) FROM setting"):
            raise Refused(_("There is a shop here already. Choose a new file, or open this one."))
        now = clock.now()
        person = db.value(
            "INSERT INTO person (name, role, created_at) VALUES (?, ?, ?) RETURNING id", (owner, Role.OWNER, now)
        )
        shop = db.value("INSERT INTO location (name, name_key) VALUES (?, ?) RETURNING id", (place, names.key(place)))
        code = places.own_code(LocationId(shop))
        db.run("UPDATE location SET code = ?, code_key = ? WHERE id = ?", (code, places.code_key(code), shop))
        db.run("INSERT INTO location (name, name_key, kind) VALUES ('In transit', 'in transit', 'transit')")
        station = db.value(
            "INSERT INTO station (name, prefix, location_id) VALUES ('Till 1', '1', ?) RETURNING id", (shop,)
        )
        usual = db.value("INSERT INTO tax_rate (name, rate) VALUES ('No tax', 0) RETURNING id")
        if tax_rate:
            label = format_scaled(tax_rate, 3) + " %"
            usual = db.value("INSERT INTO tax_rate (name, rate) VALUES (?, ?) RETURNING id", (label, tax_rate))
        for position, (method, account, drawer) in enumerate(PAYMENT_METHODS):
            db.run(
                "INSERT INTO payment_method (name, account, position, opens_drawer, active) VALUES (?, ?, ?, ?, ?)",
                (method, account, position, drawer, int(method != "Imported")),
            )
        db.run_many(
            "INSERT INTO code_rule (position, name, pattern, kind) VALUES (?, ?, ?, ?)",
            [(position, rule.name, rule.pattern, rule.kind) for position, rule in enumerate(DEFAULT_RULES, 1)],
        )
        settings = replace(
            Settings(), name=title, currency=currency, costing=costing, tax_mode=tax_mode,
            default_tax_rate_id=usual, letter_paper=currency.upper() in LETTER_PAPER,
        )  # fmt: skip
        db.run_many(
            "INSERT INTO setting (key, value) VALUES (?, ?)",
            [(spec.name, to_text(getattr(settings, spec.name))) for spec in fields(Settings)],
        )
    return Acting(PersonId(person), owner, Role.OWNER, StationId(station), LocationId(shop), alone=True)

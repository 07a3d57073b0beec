"""Names and numbers of the shop's own as they are stored, compared and searched.

``fold`` is what search compares: case and accents gone ("Crème" and "creme" are one). ``key`` is what makes a name
unique: case gone, accents kept. Both leave every script readable: emoji and right-to-left names stay as they are.
"""

from __future__ import annotations

import unicodedata

from shopstock.core.outcome import Refused
from shopstock.core.text import _

MAX_NAME = 300
MAX_SKU = 80
MAX_SHOP_NAME = 80

# Marks that show nothing by themselves but turn or hide the text around them; joiners inside emoji are kept.
_INVISIBLE = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0x200B, 0xAD])


def clean(text: str) -> str:
    """Return one line without control characters, invisible marks and stray spaces."""
    if text.isprintable() and "  " not in text:
        return text.strip(" ") if text.isascii() else unicodedata.normalize("NFC", text.strip(" "))
    spaced = (" " if unicodedata.category(c) in ("Cc", "Zs", "Zl", "Zp") else c for c in text.translate(_INVISIBLE))
    kept = "".join(c for c in spaced if unicodedata.category(c) != "Cs")
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def key(text: str) -> str:
    """Return the form in which a name or SKU may exist once: cleaned, without case."""
    return clean(text).casefold()


def fold(text: str) -> str:
    """Return the form that search compares: cleaned, without case and accents."""
    cleaned = clean(text).casefold()
    if cleaned.isascii():
        return cleaned
    decomposed = unicodedata.normalize("NFKD", cleaned)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFC", bare).casefold().split())


def item_name(text: str) -> str:
    """Return a name fit to store; raise ``Refused`` when nothing is left of it or it is too long."""
    return _limited(text, MAX_NAME, _("An item needs a name."))


def sku(text: str) -> str:
    """Return a SKU fit to store; raise ``Refused`` when nothing is left of it or it is too long."""
    return _limited(text, MAX_SKU, _("An item needs a SKU: a short number or word of your own."))


def label(text: str) -> str:
    """Return the name of a category, supplier, place or rate fit to store; raise ``Refused`` as above."""
    return _limited(text, MAX_NAME, _("The name is empty. Type one."))


def shop_name(text: str) -> str:
    """Return the name of a shop fit to store; raise ``Refused`` as above."""
    return _limited(text, MAX_SHOP_NAME, _("A shop needs a name."))


def _limited(text: str, most: int, when_empty: str) -> str:
    cleaned = clean(text)
    if not cleaned:
        raise Refused(when_empty)
    if len(cleaned) > most:
        raise Refused(
            _("“{start}…” has {length} characters; {most} are the most. Shorten it.").format(
                start=cleaned[:20], length=len(cleaned), most=most
            )
        )
    return cleaned

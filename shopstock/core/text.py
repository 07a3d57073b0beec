"""The one way to text that people read: ``_("Unknown code {code}").format(code=...)`` and ``ngettext``.

Never ``_(f"...")``: the extracted text would differ from the one looked up. Translations are ``.po`` files in
``resources/locale``; without one the English text stands.
"""

from __future__ import annotations

import gettext as _gettext

_active: _gettext.NullTranslations = _gettext.NullTranslations()


def use(translations: _gettext.NullTranslations) -> None:
    """Make ``translations`` the language of everything said from now on."""
    global _active
    _active = translations


def _(text: str) -> str:
    """Translate ``text``."""
    return _active.gettext(text)


def ngettext(singular: str, plural: str, n: int) -> str:
    """Translate with the plural form that ``n`` asks for."""
    return _active.ngettext(singular, plural, n)

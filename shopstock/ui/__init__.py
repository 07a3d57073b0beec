"""Screens: the only code, with ``app.py``, that imports PySide6.

What lives here: the window and its house (:mod:`theme`, :mod:`icons`, :mod:`shop`, :mod:`rows`, :mod:`scanner`,
:mod:`actions`, :mod:`palette`, :mod:`messages`, :mod:`status`, :mod:`fields`, :mod:`files`), one module per screen, one
``settings_…`` per page of the settings, and what lies over any screen (:mod:`help`, :mod:`print_queue`,
:mod:`farewell`).

May import: ``services``, ``queries``, ``core`` and ``jobs``; never ``api`` or ``cli``, never a database driver. A
screen contains no ``try``, no thread and no SQL: it calls ``self._shop.run(service_function, ...)`` to write and
``self._shop.read(query_function, ...)`` to read, and gets the result on the GUI thread.

To add a screen: a module with ``class ThingScreen(QWidget)`` taking ``shop``, and one line in
``screens.SCREENS``, a page of the settings by one line in :mod:`settings`. A screen (or page of the settings) that
has ``on_scan(scan)`` gets scans while it is visible. Its commands go into one
line each of the registry in :mod:`actions`. A :class:`~shopstock.core.outcome.ShopError` shows in the message bar of
the screen that asked; anything else goes to :mod:`crash`.

Rules that every screen follows: colours only from :mod:`theme`, text only through ``_()``, one filled button, figures
tabular and right-aligned, every control with an accessible name, colour never the only sign, nothing modal, and no
line edit is emptied by ``clear()`` (it keeps its undo history; ``setText("")`` does not).
"""

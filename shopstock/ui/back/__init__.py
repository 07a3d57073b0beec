"""The screen of returns and write-offs: goods that come back or go bad, and every posted document.

What lives here: :mod:`screen` (its segments and which page is on show), :mod:`write_off_page` with :mod:`scanning` (the
queue of scans), :mod:`tally` (the rows), :mod:`start_panel` (what to go on with, what has expired) and
:mod:`evidence_panel`; :mod:`waiting_page` (approve or reject), :mod:`set_aside_page`, :mod:`returns_page`,
:mod:`documents_page` with :mod:`document_panel` and :mod:`reverse_panel`.
May import what every screen may (see :mod:`shopstock.ui`).

Rules kept here: a write-off lives in the database from its first scan, so that a restart or another desk goes on with
it; what asks for a second person asks on the page itself; nothing is posted from a place that does not show what is
posted.

To add a page: a subclass of :class:`page.Page`, and one line in ``screen.PAGES``.
"""

"""The Receive screen: deliveries counted in by scan, and the supplier's papers that follow them.

What lives here: :mod:`screen` (which page is on show), :mod:`start_page`, :mod:`wizard` with its steps
(:mod:`order_page`, :mod:`count_page`, :mod:`labels_page`, :mod:`costs_page`, :mod:`post_page`), :mod:`counting` (the
queue of scans over :mod:`shopstock.ui.scanning`) with :mod:`look_ups` and :mod:`tally` (the figures), and the pages
that the start page leads to: :mod:`ship_page`, :mod:`invoice_page`, :mod:`posted_page`,
:mod:`credit_page`, :mod:`late_cost_page`, :mod:`supplier_return_page`.
May import what every screen may (see :mod:`shopstock.ui`).

Rules kept here: a scan is a line of the counting queue before anybody asks what it means, and it leaves the queue only
when the database has it; a batch that fails is sent again under the same keys. Nothing of a delivery is kept on the
screen alone, so that any station can go on with it. Who may not see costs is handed none.

To add a page: a subclass of :class:`page.Page`, and one line in ``screen.PAGES``.
"""

"""The Sell screen: scanning, the open sale, tender, and everything a till does, without one modal window.

What lives here: :mod:`screen` (the screen), :mod:`desk` (what its keys do), :mod:`open_sale` (the sale itself: scans in
their order, the cart), :mod:`paying`, :mod:`entry_line`, :mod:`lines`, :mod:`totals`, and one panel a module that opens
below the rows. May import what every screen may (see :mod:`shopstock.ui`).

Rules kept here: everything that changes the cart goes through the queue of :class:`open_sale.OpenSale`, so that scans
and keys land in the order they were made; the live cart is never handed to a service, the one that is paid is
detached first; a panel never takes a scan into a field; when a panel closes the focus is in the entry line.

To add a panel: a subclass of :class:`panel.Panel`, opened by ``SellScreen.open_panel``.
"""

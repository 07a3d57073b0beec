"""The orders screen: purchase orders, what is low, and the suppliers.

:mod:`screen` holds the pages: :mod:`list_page` and :mod:`order_page` (with its entry line :mod:`order_entry`, its
questions, its details and the ways to send it), :mod:`low_page`, :mod:`suppliers_page` and :mod:`supplier_page`. What a
page reads comes from :mod:`reading` in one go; how things are said stands in :mod:`words`.

To add a page: a widget with ``refresh()``, and one line each in ``screen`` and in ``actions.COMMANDS``.
"""

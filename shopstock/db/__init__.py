"""The tables and the way to them. No rules of the trade live here.

* ``models`` — every table as a thin peewee class; ``upgrades/NNNN_*.py`` create and change them, ``upgrade`` runs them.
* ``connection`` — ``open_shop(url)``, ``Db`` (plain SQL with ``?`` on both engines) and ``transaction()``.
* ``clock`` — the one place that reads the clock.
* ``guard`` and ``backup`` — what may be opened as a shop at all, and verified copies of it.

May import ``core`` only. To add a column: a new upgrade file, the same column in ``models``, and the test of archived
files. Rules kept here: integers only; posted documents, lines, payments, movements and journal lines are append-only by
database triggers on both engines; the write lock is taken at the start of a transaction; never compute a stock figure
in Python and assign it; never open the database file with ordinary file calls.
"""

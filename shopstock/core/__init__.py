"""The rules of the trade in plain Python: no Qt, no SQL, no clock, no files.

* ``units`` — ``Money`` (1/10,000), ``Qty`` (1/1,000), instants and days as integers; the only division is ``share``.
* ``movements``, ``document`` — every way stock can change, and a document before it is posted.
* ``outcome`` — what a business event hands back, and the errors that people read.
* ``acting`` — who acts, and the one permission table. ``settings`` — every setting with its default and label.
* the others are one subject each: codes, carts, tender, costing, papers, retention of backups.

May import nothing of the program. A function here takes values and returns values, so its tests need no fixture. To add
a rule: a module named by its word in the shop, its tests in ``tests/core``, worked examples first.
"""

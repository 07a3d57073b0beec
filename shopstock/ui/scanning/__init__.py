"""Scans that become rows: what receiving, transfers, write-offs and counts share.

What lives here: :mod:`scan_work` (scans and typed lines, carried out one after the other) over :mod:`scan_queue`,
:mod:`goods_count` (a count that grows by scans, each on its way into the database), :mod:`outbox` (the way there),
:mod:`since` (what no reading holds yet) and :mod:`scan_card` (the last scan, large). May import what every screen may
(see :mod:`shopstock.ui`).

Rule kept here: a scan is a row at once and leaves the queue only when the database has it.
"""

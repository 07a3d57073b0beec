"""Timed and queued work that must also run without a screen.

* ``backups`` — rolling backups: one a day and one at closing, kept by age.
* ``daily`` — what is due once a day: the backup and the ranks of the stock table.
* ``printing`` — the queue of papers: commit first, print after.

May import ``services`` and everything below. A job is a function of an open ``Db`` and the present instant: it never
reads the clock by itself, owns no thread and no timer. ``app`` calls it when it is due, the command line when asked.
Two exceptions: ``printing.PrintWorker``, a thread per physical port, so that a dead printer holds up nobody, and
``daily.DailyWork``, which keeps what takes seconds away from the writer line.
To add one: a module here, its tests in ``tests/jobs``, and the call in ``app``.
"""

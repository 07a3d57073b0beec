"""How fast the program is, as one table: every figure beside a floor written by hand on the same driver.

    python -m tests.benchmarks [NAME …]          all, or the groups named: sale receive look_up screens history
                                                 start scanning
    python installer/dev.py test tests/benchmarks

Shared machines are noisy, so nothing here is an absolute time with a verdict: figures are counts (statements, pages of
the write-ahead log, syncs) or ratios of two things measured turn by turn in one process. A group is a module with
``measure() -> Iterator[Figure]``; add one to ``GROUPS`` in ``__main__``. Groups that need a process of their own start
themselves again as a child.

The large shop (100,000 items, 5,000,000 movements) is written once by :mod:`large_shop` and kept in
``SHOPSTOCK_BENCHMARKS`` (else ``/var/tmp/shopstock-bench``), under a name that
changes with the schema.
"""

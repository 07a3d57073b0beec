"""shopstock: point of sale and stock keeping for small shops.

The program in one sentence: plain rules at the bottom, one ledger with one door above them, screens on top that never
touch the database. Imports go one way only, downwards, and the test run proves it::

    app → ui | api | cli → jobs → services → queries → db | devices | formats → core

Each package's ``__init__.py`` is its chapter: what lives there, what it may import, how to add one more.
"""

__version__ = "0.3.0"

"""Files: readers and writers of CSV, JSON, tables and PDF. No SQL, no screens.

A reader checks the form of a file line by line and hands plain rows on; what a row means is decided in ``services``. A
writer takes columns and rows and yields text or bytes. May import ``core`` only.

Rules kept here: a file that cannot be used at all raises ``BadFile`` with one sentence that says what to do; a bad line
is named by its number and reason and never stops the rest; money and quantities are read and written exactly, as
decimal strings with a point; text that a spreadsheet would take for a formula is neutralised.

A new format: one module here that knows nothing of the database, and its golden file among the tests.
"""

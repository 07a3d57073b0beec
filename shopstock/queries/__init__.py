"""Reading. Functions that take a ``Db`` and return NamedTuples, never a model object, and never write.

One module a subject (``items``, ``search``, ``stock``, ``sales``, ``audit`` …); ``reports`` is the registry from which
the screen, the command line and the files are built: a new report is one function and one line there. May import
``db``, ``devices``, ``formats`` and ``core``.

Rules kept here: what is asked about the past goes by ``occurred_at``; figures come from the summaries that the posting
door keeps, so that no question's cost grows with the age of the shop; what a person may not see is left out of the
rows, not hidden on the screen.
"""

"""Writing. One function is one business event is one transaction, and returns ``Changes`` or raises a ``ShopError``.

``posting`` is the only writer of documents, lines, payments, movements, levels, pools, layers, journal entries,
summaries and the hash chain: every way stock can change is one service function here that fills a draft
(:mod:`shopstock.core.document`) and hands it over. So rights, idempotency, costing, accounts, the chain and "what
changed" each live in one place. May import ``queries``, ``db``, ``devices``, ``formats`` and ``core``.

Rules kept here: nothing posted is changed or deleted, a mistake is reversed by a new document that names it; costing
follows the order of posting and nothing is inserted into the past; the till never refuses goods in a customer's hand;
the same idempotency key posts once; every act carries who did it and, where the right was missing, who approved it.

A new way for stock to change: one line in ``core.movements``, one function here, stories in ``tests/stories``.
"""

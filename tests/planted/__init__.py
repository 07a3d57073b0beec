"""Faults planted into a month of ordinary trade, to see whether the detective finds them.

``python -m tests.planted`` makes shops of 400 items and 30 days, plants one fault of each kind into each, counts the
whole shop through the services that the screen uses, and prints how often the right cause came first, and among the
first three.
"""

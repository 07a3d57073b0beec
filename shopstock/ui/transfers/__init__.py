"""The Transfers screen: goods put away within a shop by three scans, and goods sent from shop to shop.

What lives here: :mod:`screen` (which page is on show), :mod:`start_page` with the put-away (:mod:`put_away_card` over
:mod:`put_away`, :mod:`carry` and :mod:`posting`) and the list of transfers (:mod:`transfer_list`), :mod:`wizard` with
its steps (:mod:`request_step`, :mod:`count_step` over :mod:`counting` and :mod:`tally`, :mod:`send_step`,
:mod:`end_step`), :mod:`slip` (the paper that goes with the goods) and :mod:`reminder` (what is overdue, once a day).
May import what every screen may (see :mod:`shopstock.ui`).

Rules kept here: a scan never asks twice what it means: a place with nothing in hand is where goods come from, a place
with goods in hand is where they go. What is refused stays in hand. Scans of a transfer leave the queue only when the
database has them, so any station can go on with it.
"""

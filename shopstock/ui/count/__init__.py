"""The Count screen: blind counting by scan, the board of a count, variances and their causes, the plan of counts.

What lives here: :mod:`screen` (which page is on show), :mod:`start_page`, :mod:`sheet_page` with :mod:`sheet_step` over
:mod:`counting` and :mod:`tally` (a place that is counted), :mod:`new_page` with :mod:`tick_list`, :mod:`board_page`
with :mod:`board_panels` (a count that goes on), :mod:`lines_page` with :mod:`line_card` and :mod:`action_panel` (a
closed count), :mod:`log_page` (what counts found), :mod:`plan_page`, :mod:`papers`, :mod:`panel_side` and :mod:`words`.
May import what every screen may (see :mod:`shopstock.ui`).

Rules kept here: who counts is handed nothing that tells what is expected (:mod:`shopstock.queries.counting`); a scan is
an entry of its own and leaves the queue only when the database has it, so several stations count one place at once.
"""

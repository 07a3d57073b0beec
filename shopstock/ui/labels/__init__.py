"""The Labels screen: what wants a label, how it will look, and out it comes on the label printer or on a sheet.

``screen`` holds two pages: ``print_page`` (the lists, the table of lines, and beside it ``output`` with the preview,
the template and the printer or the sheet) and ``editor`` (what a label shows and where). What is drawn or written runs
on a worker, in ``work``; the rest are the widgets that these pages are made of. The rules of labels lie below, in
``core.labels``, ``services.labels`` and ``queries.labels``.

To add a way out of the shop for labels: a segment in ``output`` and a panel under it. To add something that a label
can show: an element in ``core.labels``; the editor lists it by itself.
"""

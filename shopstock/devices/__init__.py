"""Hardware. Bytes and ports: transport × language, without Qt and without SQL.

* ``addresses`` read how a device is reached; ``transports`` opens it: ``port_tcp``, ``port_serial``, ``port_file``,
  ``port_queue`` (CUPS), ``windows_spooler``. ``port`` says what each does. Every wait has a deadline.
* ``discovery`` finds what is plugged in (``usb_ids``, ``usb_ports``), ``permission`` what keeps a port closed and the
  cure for it.
* A language turns a paper into bytes: ``escpos`` (papers as ``core.paper_layout`` lays them out, in ``paper_lines``),
  ``zpl``, ``tspl``, ``epl``, ``brother`` (labels as ``core.label_layout`` places them, drawn by ``label_bitmap`` and
  cut by ``label_pieces``). It knows nothing of ports. ``profiles``, ``label_settings`` and ``page_settings`` tell as
  data what a printer can do. ``painted`` draws papers for printers behind a driver.
* A protocol says what a device did with the bytes: ``receipt_printer``, ``label_printer`` with the questions of each
  language in ``label_questions``. ``status`` has the words.
* ``drivers`` joins them: one line in ``DRIVERS`` per language. ``roles`` says which languages suit which role.
* ``serial_scanner`` reads codes from a port, ``scale`` weights; ``line_display`` shows the customer two lines,
  ``trigger`` opens a drawer on a wire of its own.

May import ``core`` only. Rules kept here: no text reaches a printer before ``core.plain_text.clean``, and none at all a
label printer; a page is never assumed, it is chosen; a drawer opens by a ``DrawerPulse`` alone; what was sent is
"confirmed" only when the printer itself said so; a device is named by its address, never "the default one"; a scale
sets no price before the owner says that the law allows it.

A new language: one module that makes its bytes, one function and one line in ``drivers``, its bytes as a golden file. A
new printer model: one line in ``PROFILES``. A new kind of port: one class and one line in ``transports``.
"""

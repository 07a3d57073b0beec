"""Hardware. Bytes and ports: transport × language, without Qt and without SQL.

* ``transports`` move bytes: ``tcp://host:port``, ``serial:///dev/ttyX?baud=…``, ``file:///dev/usb/lp0`` or a plain
  file. Every wait has a deadline.
* A language turns a paper into bytes: ``escpos`` (papers as ``core.paper_layout`` lays them out), ``zpl`` (labels as
  ``core.label_layout`` places them, drawn as pictures by ``label_bitmap``). It knows nothing of ports. ``profiles``
  and ``label_settings`` tell as data what a printer can do.
* A protocol says what a device did with the bytes: ``receipt_printer``, ``label_printer``. ``status`` has the words.
* ``drivers`` joins them: one line in ``DRIVERS`` per language.
* ``serial_scanner`` reads codes from a port.

May import ``core`` only. Rules kept here: no text reaches a printer before ``core.plain_text.clean``, and none at all a
label printer; a page is never assumed, it is chosen; a drawer opens by a ``DrawerPulse`` alone; what was sent is
"confirmed" only when the printer itself said so; a device is named by its address, never "the default one".

A new language: one module that makes its bytes, one function and one line in ``drivers``, its bytes as a golden file. A
new printer model: one line in ``PROFILES``. A new kind of port: one class and one line in ``transports``.
"""

"""Hardware. Bytes and ports: transport × language, without Qt and without SQL.

* ``transports`` move bytes: ``tcp://host:port``, ``serial:///dev/ttyX?baud=…``, ``file:///dev/usb/lp0`` or a plain
  file. Every wait has a deadline.
* A language turns a paper (``core.papers``, laid out by ``core.paper_layout``) into bytes: ``escpos``. It knows nothing
  of ports. ``profiles`` tells as data what a printer model can do.
* A protocol says what a device did with the bytes: ``receipt_printer``. ``status`` has the words for it.
* ``drivers`` joins them: one line in ``DRIVERS`` per language.
* ``serial_scanner`` reads codes from a port.

May import ``core`` only. Rules kept here: no text reaches a printer before ``core.plain_text.clean``; a page is never
assumed, it is chosen; a drawer opens by a ``DrawerPulse`` alone; what was sent is "confirmed" only when the printer
itself said so; a device is named by its address, never "the default one".

A new language: one module with ``encode(paper, profile)``, one line in ``DRIVERS``, its bytes as a golden file. A new
printer model: one line in ``PROFILES``. A new kind of port: one class and one line in ``transports``.
"""

"""The command line: the same services and queries as the screens, for people and for scripts.

``main`` holds the group, the options before any command and the exit codes; each other module holds the commands of one
subject and is imported only when one of them is called, so that ``shopstock --help`` answers at once. ``session`` opens
the shop and says who acts. May import everything below ``ui``; the window itself is started by name, never imported.

Rules kept here: exit 0 when all was taken or is already there, 1 when some rows were refused or a check failed, 2 when
nothing was taken (wrong use, unusable file, any bad row under ``--strict``), 3 for a fault of the program itself;
``--format json`` leaves stdout to the JSON alone; progress, warnings and errors go to stderr; never a traceback.

A new command: a function with ``@click.command`` in the module of its subject and one line in ``main.COMMANDS``.
"""

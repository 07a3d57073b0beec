"""peewee over a file that is open already, for upgrades and for queries on the models.

Importing peewee takes longer than opening a shop (it imports every database driver it finds), and selling needs none of
it: this module is imported when a ``Db`` is first asked for its ``peewee``.
"""

from __future__ import annotations

import apsw
from playhouse.apsw_ext import APSWDatabase


class OpenFile(APSWDatabase):  # type: ignore[misc]
    """A peewee database that uses the connection it is given."""

    def __init__(self, connection: apsw.Connection) -> None:
        super().__init__(connection.filename or ":memory:", thread_safe=False)
        self._given = connection
        self.connect()

    def _connect(self) -> apsw.Connection:
        self._add_conn_hooks(self._given)
        return self._given

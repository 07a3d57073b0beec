"""Post a document for somebody who may: by their role, or by a second person's approval of exactly this act.

The approval is bound to the idempotency key of the act and is used up in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from shopstock.core.acting import Acting, Permission
from shopstock.core.document import Draft
from shopstock.core.outcome import Changes
from shopstock.db.connection import Db
from shopstock.services import people, posting


def post(db: Db, acting: Acting, key: str, permission: Permission, build: Callable[[], Draft]) -> Changes:
    """Build and post a draft in one transaction; what the key has posted before is left as it is.

    Raises ``NotAllowed`` (its subject is the key) when neither the role nor an approval allows it.
    """
    approval = people.authorise(acting, permission, key)
    acting = replace(acting, approval=approval)

    def work() -> Changes:
        changes = posting.post(db, acting, build())
        if approval is not None and not changes.existing and changes.document is not None:
            people.use_approval(db, acting, approval, changes.document.id)
        return changes

    return posting.as_a_whole(db, work)

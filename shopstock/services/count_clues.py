"""Write down what the detective says about the variances of a closed count."""

from __future__ import annotations

from shopstock.core import detective
from shopstock.core.acting import Acting
from shopstock.core.counting import Step
from shopstock.db import clock
from shopstock.db.connection import Db
from shopstock.queries import count_facts


def write(db: Db, acting: Acting, count_id: int) -> None:
    """Rank the likely causes of every line that needs one, in the caller's transaction; what was found before goes."""
    waiting = {
        line_id
        for (line_id,) in db.rows("SELECT id FROM count_line WHERE count_id = ? AND state = 'explain'", (count_id,))
    }
    if not waiting:
        return
    found = {
        line_id: detective.suspects(facts)
        for line_id, facts in count_facts.of_count(db, count_id).items()
        if line_id in waiting
    }
    now = clock.now()
    db.run_many("DELETE FROM count_clue WHERE line_id = ?", [(line_id,) for line_id in found])
    db.run_many(
        "INSERT INTO count_clue (line_id, rank, cause, score, words, documents) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (line_id, rank, one.cause, one.score, one.words[:300], " ".join(map(str, one.documents)))
            for line_id, ranked in found.items()
            for rank, one in enumerate(ranked, 1)
        ],
    )
    db.run_many(
        "UPDATE count_line SET suggested = ? WHERE id = ?",
        [(ranked[0].cause if ranked else "", line_id) for line_id, ranked in found.items()],
    )
    db.run_many(
        "INSERT INTO count_step (count_id, line_id, step, detail, person_id, at) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (count_id, line_id, Step.EVIDENCE.value, ranked[0].cause if ranked else "", acting.person_id, now)
            for line_id, ranked in found.items()
        ],
    )

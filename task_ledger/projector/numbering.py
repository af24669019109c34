"""Numbering many events in their projects' timelines with COPY."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from psycopg import Connection

from task_ledger.model.ids import bucket_of
from task_ledger.projector.database import query
from task_ledger.projector.follower import Row

_PART: Final = 1000

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_numbers(connection: Connection[Any], rows: Sequence[Row]) -> None:
    """Give each event the next number of its project, in the order of the rows.

    Runs in the caller's transaction, which holds the projects' shards.

    Raises:
        psycopg.errors.UniqueViolation: one of the events already has a number; roll back the
            transaction or its savepoint.
    """
    counts = Counter(row.project_id for row in rows)
    ends, ids = _taken(connection, counts)
    texts = {project: project.translate(_ESCAPES) for project in counts}
    firsts: dict[tuple[str, int], int] = {}
    lasts: dict[tuple[str, int], int] = {}
    with connection.cursor() as cursor, cursor.copy(query("copy_numbers")) as copy:
        # In parts, so that the database stores one while the next is prepared.
        for first in range(0, len(rows), _PART):
            lines: list[str] = []
            for row in rows[first : first + _PART]:
                columns = row.columns
                project = columns[2]
                ends[project] = seq = ends[project] + 1
                bucket = bucket_of(columns[0])
                lasts[project, bucket] = seq
                firsts.setdefault((project, bucket), seq)
                lines.append(
                    f"{seq}\t{columns[9]}\t{columns[1]}\t{columns[5]}\t{bucket}\t{ids[project]}"
                    f"\t{columns[0]}\t{texts[project]}\n"
                )
            copy.write("".join(lines))
    projects, buckets = zip(*firsts, strict=True)
    connection.execute(
        query("bound_buckets"),
        {
            "project_ids": list(projects),
            "buckets": list(buckets),
            "firsts": list(firsts.values()),
            "lasts": [lasts[key] for key in firsts],
        },
        prepare=True,
    )


def _taken(
    connection: Connection[Any], counts: Mapping[str, int]
) -> tuple[dict[str, int], dict[str, int]]:
    """Take that many numbers of each project; return the number before the first one taken, and
    the projects' ids."""
    taken = connection.execute(
        query("take_numbers"),
        {"project_ids": list(counts), "counts": list(counts.values())},
        prepare=True,
    ).fetchall()
    ends = {project: seq - counts[project] for project, seq, _ in taken}
    return ends, {project: number for project, _, number in taken}

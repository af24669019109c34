"""Numbering many events in their projects' timelines with COPY."""

from collections.abc import Sequence
from typing import Any, Final

from psycopg import Connection

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
    projects = {row.project_id for row in rows}
    ends = dict(
        connection.execute(
            query("timeline_ends"), {"project_ids": list(projects)}, prepare=True
        ).fetchall()
    )
    texts = {project: project.translate(_ESCAPES) for project in projects}
    with connection.cursor() as cursor, cursor.copy(query("copy_numbers")) as copy:
        # In parts: the database stores one while the next is made.
        for first in range(0, len(rows), _PART):
            lines: list[str] = []
            for row in rows[first : first + _PART]:
                columns = row.columns
                project = columns[2]
                ends[project] = seq = ends[project] + 1
                lines.append(
                    f"{seq}\t{columns[9]}\t{columns[1]}\t{columns[5]}\t{columns[0]}"
                    f"\t{texts[project]}\n"
                )
            copy.write("".join(lines))

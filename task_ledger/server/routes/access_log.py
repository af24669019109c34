"""The access log, for auditors: who read what, and who signed in."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from task_ledger.eventlog.access_log import read_accesses
from task_ledger.server.auth import Exporting
from task_ledger.server.parameters import Limit, Number
from task_ledger.server.problems import declared
from task_ledger.server.resources import Shared
from task_ledger.server.routes.router import api_router

router = api_router("access")


class AccessAnswer(BaseModel):
    """One row of the access log."""

    seq: int = Field(description="The row's number: consecutive, from 1.")
    at: datetime
    actor: str = Field(
        description="The name of a token, the user of a command line, or a database login."
    )
    action: str
    project_id: str | None
    task_id: UUID | None
    detail: str | None
    digest: str = Field(description="Hex digest of the row and the previous row's digest.")


class AccessLogAnswer(BaseModel):
    """A page of the access log."""

    rows: list[AccessAnswer]
    next: int | None = Field(
        description="Pass as `after` for the next page; null on the last page."
    )


@router.get("/access-log", responses=declared(403))
async def list_accesses(
    identity: Exporting, shared: Shared, after: Number = 0, limit: Limit = 100
) -> AccessLogAnswer:
    """The access log, oldest first: who read what. A token limited to some projects sees only their
    rows; one for all projects also sees tokens and sign-ins. Needs the role auditor or admin."""
    projects = None if identity.projects is None else sorted(identity.projects)
    found = await shared.read(
        lambda connection: read_accesses(
            connection, after=after, limit=limit + 1, projects=projects
        )
    )
    rows = found[:limit]
    return AccessLogAnswer(
        rows=[
            AccessAnswer(
                seq=row.seq,
                at=row.at,
                actor=row.actor,
                action=row.action,
                project_id=row.project_id,
                task_id=row.task_id,
                detail=row.detail,
                digest=row.digest.hex(),
            )
            for row in rows
        ],
        next=rows[-1].seq if len(found) > limit else None,
    )

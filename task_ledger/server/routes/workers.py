"""Workers: which are alive, and what they work on."""

from datetime import UTC, datetime

from task_ledger.eventlog.workers import read_workers
from task_ledger.server.auth import Caller
from task_ledger.server.resources import Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.worker import WorkerAnswer, WorkersAnswer

router = api_router("workers")


@router.get("/workers")
async def list_workers(identity: Caller, shared: Shared) -> WorkersAnswer:
    """The workers, at most 500: the living ones by name, then those that went within a day, the
    last one first. A token that names its projects is told of every worker, and of the tasks of
    these projects."""
    found = await shared.read(lambda connection: read_workers(connection, identity.projects))
    return WorkersAnswer(
        workers=[WorkerAnswer.model_validate(worker) for worker in found],
        server_time=datetime.now(UTC),
    )

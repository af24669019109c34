"""Workers in API responses."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from task_ledger.eventlog.workers import WorkerState


class WorkerTaskAnswer(BaseModel):
    """A task that a worker holds."""

    model_config = ConfigDict(from_attributes=True)

    task_id: UUID
    project_id: str
    task_name: str
    task_type: str
    running: bool = Field(
        description="False if the worker has received the task and has no free process for it."
    )
    started_at: datetime | None = Field(description="When the running attempt started.")


class WorkerAnswer(BaseModel):
    """One start of a worker."""

    model_config = ConfigDict(from_attributes=True)

    boot: UUID = Field(description="Identifies this start of the worker.")
    worker: str
    host: str
    pid: int
    pool: str | None = Field(description="As in `prefork`.")
    processes: int | None = Field(description="How many tasks it can run at once.")
    queues: list[str] = Field(
        description="Its queues; none while it is not connected to the broker."
    )
    began_at: datetime
    renewed_at: datetime = Field(description="When it last renewed its lease (every 5 s).")
    state: WorkerState = Field(
        description="`alive`, `stopped` (it has ended its lease) or `lost` (its lease has expired)."
    )
    gone_at: datetime | None = Field(
        description="When it stopped or its lease expired; null while it is alive."
    )
    held: int = Field(
        description="The number of its tasks: running or received, also those not in `tasks`."
    )
    running: int = Field(description="How many of these are running, in all projects.")
    tasks: list[WorkerTaskAnswer] = Field(
        description="Those that are tracked and that the token reaches, at most 100. Of a lost "
        "worker: those that it had at last."
    )


class WorkersAnswer(BaseModel):
    """The workers: live ones by name, then those gone within the last day."""

    workers: list[WorkerAnswer]
    server_time: datetime = Field(description="The server's clock, for computing ages.")

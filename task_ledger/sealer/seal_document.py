"""Documents for auditors: a project's seal, and the proof of one task's events."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

_HEX = "[0-9a-f]{64}"


class _Document(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class ProjectPlace(_Document):
    """The position of the project's leaf in the tree of the log's entry."""

    index: int = Field(ge=0)
    size: int = Field(ge=1, description="Number of projects in that tree.")
    proof: list[str] = Field(description="Hashes in hex, from the leaf up to the root.")


class EntryPlace(_Document):
    """The log's entry and its position in the log."""

    text: str = Field(
        description="The signed text of the entry; docs/audit.md describes its lines."
    )
    index: int = Field(ge=0)
    proof: list[str] = Field(description="Hashes in hex, from the entry up to the log's root.")


class Extension(_Document):
    """Proof that the log extends an older one."""

    size: int = Field(ge=0, description="Number of entries of the older log.")
    proof: list[str] = Field(description="Hashes in hex.")


class SealDocument(_Document):
    """Proof that a project's events are part of a signed checkpoint; docs/audit.md describes the
    format."""

    format: Literal["task-ledger seal 1"]
    project_id: str
    project_key: str = Field(pattern=_HEX, description="Identifies the project in the log, in hex.")
    events: int = Field(ge=0, description="Numbers 1 to this of the timeline are sealed.")
    root: str = Field(pattern=_HEX, description="Root hash of the tree over these events, in hex.")
    projects: ProjectPlace
    entry: EntryPlace
    since: Extension
    checkpoint: str = Field(description="The log's checkpoint, as a signed note.")


class RestProofDocument(_Document):
    """A project's seal, for an export of the events that remain after some months were retired."""

    format: Literal["task-ledger rest proof 1"]
    others: list[tuple[int, int, str]] = Field(
        description="Nodes over the retired events: position of the first event from 0, level, "
        "and hash in hex."
    )
    seal: SealDocument


class EventPlace(_Document):
    """One event of the task and its position in the project's tree."""

    version: int = Field(ge=1)
    seq: int = Field(ge=1, description="Its number in the project's timeline.")
    proof: list[str] = Field(description="Hashes in hex, from the event up to the project's root.")


class TaskProofDocument(_Document):
    """A project's seal, with a proof for each sealed event of one task."""

    format: Literal["task-ledger task proof 1"]
    task_id: UUID
    events: list[EventPlace]
    seal: SealDocument

"""Errors of retiring months and of archives."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from task_ledger.errors import LedgerError


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that keeps a month from being retired.

    Attributes:
        kind: see `schema/functions/retirement_obstacles.sql`.
    """

    kind: str
    project_id: str | None
    task_id: UUID | None
    detail: str

    def __str__(self) -> str:
        what = f"task {self.task_id}" if self.task_id else ""
        where = f"project {self.project_id!r}" if self.project_id else ""
        return ", ".join(filter(None, (self.kind, where, what))) + f": {self.detail}"


class ArchiveError(LedgerError):
    """Base class: a month was not retired, or an archive cannot be used."""


class HeldBack(ArchiveError):
    """The month cannot be retired now; it is unchanged and accepts events.

    Attributes:
        obstacles: the reasons.
    """

    def __init__(self, month: str, obstacles: Sequence[Obstacle]) -> None:
        super().__init__(f"month {month} is held back: {'; '.join(map(str, obstacles))}")
        self.obstacles = tuple(obstacles)


class NotYetRetired(ArchiveError):
    """The month has not left the database, so its archive may be rewritten."""


class NotYetSealed(ArchiveError):
    """Events of the month are not sealed yet; run the command again when they are."""


class StillInUse(ArchiveError):
    """The month was still in use after the wait; run the command again."""


class InvalidArchive(ArchiveError):
    """The archive was changed, or is not an archive; the message names the mismatch."""


class UnknownArchive(ArchiveError):
    """There is no archive of this month, or it does not contain this project."""

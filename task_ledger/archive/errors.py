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
    """A month was not retired, or an archive cannot be used."""


class HeldBack(ArchiveError):
    """The month cannot be retired now; nothing of it was changed, and it takes events.

    Attributes:
        obstacles: what holds it back.
    """

    def __init__(self, month: str, obstacles: Sequence[Obstacle]) -> None:
        super().__init__(f"month {month} is held back: {'; '.join(map(str, obstacles))}")
        self.obstacles = tuple(obstacles)


class NotYetRetired(ArchiveError):
    """The month has not left the database, so its archive may be written anew."""


class NotYetSealed(ArchiveError):
    """Events of the month are not sealed yet; run the command again when they are."""


class StillInUse(ArchiveError):
    """Somebody uses the month for longer than was waited; run the command again."""


class InvalidArchive(ArchiveError):
    """The archive is not what was written, or not an archive; the message names what does not
    fit."""


class UnknownArchive(ArchiveError):
    """There is no archive of this month, or nothing of this project in it."""

"""The documents of an archive. `docs/how-to/retire.md` describes the whole format.

`<month>/month.json` lists the projects; `<month>/<folder>/archive.json` describes one project's
files, which are gzip-compressed NDJSON. A project's folder can be handed out alone.
"""

from hashlib import sha256
from typing import Final, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from task_ledger.archive.errors import InvalidArchive
from task_ledger.model.events import Sha256
from task_ledger.sealer.seal_document import SealDocument

MONTH: Final = "month.json"
PROJECT: Final = "archive.json"

Kind: TypeAlias = Literal["events", "tracebacks"]

_NAME: Final = "^[0-9a-z][0-9a-z.-]*$"


class _Document(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class File(_Document):
    """A file of a project's folder.

    Attributes:
        kind: `events`, in the order of their numbers, or `tracebacks`.
        rows: number of lines.
        sha256: of the compressed file.
    """

    name: str = Field(pattern=_NAME)
    kind: Kind
    rows: int = Field(ge=1)
    sha256: Sha256


class ProjectArchive(_Document):
    """The archive of one project's month.

    Attributes:
        root: of the tree over the leaves of the archived events, in the order of their numbers.
        counts: tasks by type and status.
        seal: the project's seal when it was archived; null without a sealed log.
        others: the sealed tree's other nodes, as (first leaf, level, hash); together with the
            archived events they yield its root.
    """

    format: Literal["task-ledger archive 1"]
    month: str
    project_id: str
    events: int = Field(ge=1)
    tasks: int = Field(ge=1)
    first_seq: int = Field(ge=1)
    last_seq: int = Field(ge=1)
    root: Sha256
    counts: dict[str, dict[str, int]]
    files: list[File]
    seal: SealDocument | None
    others: list[tuple[int, int, str]]


class ProjectEntry(_Document):
    """A project in the list of a month."""

    project_id: str
    folder: str = Field(pattern="^[0-9a-f]{32}$")
    events: int = Field(ge=1)
    tasks: int = Field(ge=1)
    first_seq: int = Field(ge=1)
    last_seq: int = Field(ge=1)
    root: Sha256


class MonthArchive(_Document):
    """The archive of a month of all projects.

    Attributes:
        root: of the tree over the leaves of all archived events, sorted by project id (bytewise)
            and number.
    """

    format: Literal["task-ledger archive month 1"]
    month: str
    events: int = Field(ge=0)
    root: Sha256
    projects: list[ProjectEntry]


def folder_of(project_id: str) -> str:
    """The folder name of a project, whose id may not be a valid file name."""
    return sha256(project_id.encode()).hexdigest()[:32]


_Read = TypeVar("_Read", bound=BaseModel)


def parsed(kind: type[_Read], data: bytes, path: str) -> _Read:
    """Parse a document.

    Raises:
        InvalidArchive: it is not a document of this kind.
    """
    try:
        return kind.model_validate_json(data)
    except ValidationError as error:
        raise InvalidArchive(f"{path} is not a document of an archive: {error}") from error

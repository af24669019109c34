"""Reading the sealed log: the sealer's state and the published files."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from anyio import to_thread

from task_ledger.server.problems import ProblemError
from task_ledger.server.resources import Resources

if TYPE_CHECKING:
    from task_ledger.eventlog.period import Period
    from task_ledger.sealer.location import LogLocation
    from task_ledger.sealer.status import ProjectSealStatus

T = TypeVar("T")

NOT_SEALED: Final = "not_sealed"


async def read_status(shared: Resources, project_id: str) -> "ProjectSealStatus | None":
    """A project's seal status; None if this server has no sealed log.

    Raises:
        ProblemError: 503, the state cannot be read.
    """

    def read(log: "LogLocation") -> "ProjectSealStatus":
        from task_ledger.sealer.status import project_seal_status

        return project_seal_status(log.state, project_id)

    return await _read(shared, read)


async def read_rest_proof(shared: Resources, project_id: str, since: int = 0) -> dict[str, Any]:
    """The project's newest seal, for an export of what is left of it, from
    `sealer.rest_proof.rest_proof`.

    Raises:
        ProblemError: 404, nothing of the project is sealed; 400, the log never had the size
            `since`; 409, the ledger lacks leaves of retired events; 503, the sealed log cannot be
            read.
        LedgerUnavailable.
    """

    def read(log: "LogLocation") -> dict[str, Any]:
        from task_ledger.sealer.postgres import PostgresSource
        from task_ledger.sealer.rest_proof import rest_proof

        told = shared.settings
        database = PostgresSource(told.url_for("api"), pooled=told.api_pooled)
        with database as source, _sizes(since):
            return rest_proof(log.state, log.store(), source, project_id, since)

    return _known(await _read(shared, read))


async def read_task_proof(
    shared: Resources, project_id: str, task_id: UUID, since: int
) -> dict[str, Any]:
    """The proof of a task's events, from `sealer.event_proofs.task_proof`.

    Raises:
        ProblemError: as `read_rest_proof`; 409, the ledger lacks events that were sealed.
        LedgerUnavailable.
    """

    def read(log: "LogLocation") -> dict[str, Any]:
        from task_ledger.sealer.event_proofs import task_proof
        from task_ledger.sealer.postgres import PostgresSource

        told = shared.settings
        database = PostgresSource(told.url_for("api"), pooled=told.api_pooled)
        with database as source, _sizes(since):
            return task_proof(log.state, log.store(), source, project_id, task_id, since=since)

    return _known(await _read(shared, read))


def prove_period(
    shared: Resources,
    seal: dict[str, Any],
    period: "Period",
    before: "Mapping[UUID, tuple[int, bytes]]",
) -> dict[str, Any] | None:
    """The proof of a period, from `sealer.period_proof.period_proof`; None if none of its numbers
    is sealed. Blocks.

    Args:
        seal: the project's, as `sealer.seal_file.project_seal` returns it.

    Raises:
        ProblemError: 409, the ledger lacks events that were sealed; 503, the sealed log cannot be
            read.
        LedgerUnavailable.
    """
    from task_ledger.sealer.location import LogLocation
    from task_ledger.sealer.period_proof import period_proof
    from task_ledger.sealer.postgres import PostgresSource
    from task_ledger.sealer.seal_file import NotSealed

    told = shared.settings
    with _problems(), PostgresSource(told.url_for("api"), pooled=told.api_pooled) as source:
        try:
            return period_proof(LogLocation.of(told).state, source, seal, period, before)
        except NotSealed:
            return None


async def _read(shared: Resources, question: Callable[["LogLocation"], T]) -> T | None:
    """Run a query on the sealed log, in a thread; None if there is none."""

    def ask() -> T | None:
        try:
            from task_ledger.sealer.location import LogLocation
        except ImportError:
            return None  # the extra `seal` is not installed
        log = LogLocation.of(shared.settings)
        if not log.state.exists():
            return None
        with _problems():
            return question(log)

    return await to_thread.run_sync(ask)


@contextmanager
def _problems() -> Generator[None]:
    from task_ledger.sealer.errors import (
        InvalidTile,
        SealRefused,
        StateUnavailable,
        StoreUnavailable,
    )
    from task_ledger.sealer.seal_file import NotSealed

    try:
        yield
    except NotSealed as error:
        raise ProblemError(404, NOT_SEALED, f"{error}. Try again in a minute.") from error
    except SealRefused as error:
        raise ProblemError(409, "not_as_sealed", f"{error}.") from error
    except (StateUnavailable, StoreUnavailable, InvalidTile) as error:
        raise ProblemError(
            503,
            "seal_unavailable",
            "The sealed log cannot be read. Try again in a few seconds.",
            {"Retry-After": "5"},
        ) from error


@contextmanager
def _sizes(since: int) -> Generator[None]:
    try:
        yield
    except ValueError as error:
        raise ProblemError(
            400, "beyond_the_end", f"The log has never had {since} entries; see the checkpoint."
        ) from error


def _known(found: T | None) -> T:
    if found is None:
        raise ProblemError(
            404, NOT_SEALED, "This server has no sealed log; see docs/how-to/seal.md."
        )
    return found

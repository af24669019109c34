"""The status of a log and of projects: sealed events and active alarms."""

from dataclasses import dataclass
from pathlib import Path

from task_ledger.sealer.alarms import Alarm, alarms
from task_ledger.sealer.state import reading


@dataclass(frozen=True, slots=True)
class Recheck:
    """Progress of re-reading old events.

    Attributes:
        events: number of events re-read in this cycle.
        began_at: when this cycle began; None between cycles.
        finished_at, took_s: end and duration of the last whole cycle; None before the first.
    """

    events: int
    began_at: int | None
    finished_at: int | None
    took_s: int | None


@dataclass(frozen=True, slots=True)
class SealStatus:
    """The status of a log. Times are POSIX seconds.

    Attributes:
        origin: the log's name.
        size: number of entries in the published checkpoint.
        published_at: when it was published; None before the first one.
        note: the published checkpoint.
        unpublished: number of entries waiting to be published.
        projects: number of projects read.
        events: number of events read.
        unsealed: number of these events that no entry covers yet.
        vkeys: the signing keys, newest first.
        standing: active alarms; nothing is signed while there is one.
        cleared: resolved alarms.
    """

    origin: str
    size: int
    published_at: int | None
    note: bytes | None
    unpublished: int
    projects: int
    events: int
    unsealed: int
    vkeys: tuple[str, ...]
    recheck: Recheck
    standing: tuple[Alarm, ...]
    cleared: tuple[Alarm, ...]


@dataclass(frozen=True, slots=True)
class ProjectSealStatus:
    """The seal status of one project. Times are POSIX seconds.

    Attributes:
        origin: the log's name.
        sealed: number of events covered by a published checkpoint, from number 1 on.
        sealed_at: when the entry that covers them was made; None if none is sealed.
        published_at: when the log's newest checkpoint was published; None before the first one.
        vkeys: the signing keys, newest first.
        refused: the sealer has found a mismatch and signs nothing.
    """

    origin: str
    sealed: int
    sealed_at: int | None
    published_at: int | None
    vkeys: tuple[str, ...]
    refused: bool


def project_seal_status(state: Path, project_id: str) -> ProjectSealStatus:
    """The seal status of a project; a sealer may be running meanwhile.

    Raises:
        StateUnavailable: there is no such state, or it cannot be read.
    """
    with reading(state) as connection:
        facts = dict(connection.execute("SELECT name, value FROM fact"))
        published, at = connection.execute("SELECT published, published_at FROM head").fetchone()
        row = connection.execute(
            "SELECT sealed, sealed_at FROM project WHERE project_id = ? AND entry < ?",
            (project_id, published),
        ).fetchone()
        refused = connection.execute(
            "SELECT EXISTS (SELECT 1 FROM alarm WHERE cleared_at IS NULL)"
        ).fetchone()[0]
    sealed, sealed_at = row or (0, None)
    return ProjectSealStatus(
        origin=facts["origin"].decode(),
        sealed=sealed,
        sealed_at=sealed_at,
        published_at=at,
        vkeys=tuple(facts.get("keys", b"").decode().split()),
        refused=bool(refused),
    )


def sealed_sizes(state: Path) -> dict[str, int]:
    """Number of events covered by a published checkpoint, by project; projects without any may be
    missing.

    Raises:
        StateUnavailable.
    """
    with reading(state) as connection:
        rows = connection.execute(
            "SELECT project_id, sealed FROM project WHERE entry < (SELECT published FROM head)"
        )
        return dict(rows.fetchall())


def seal_status(state: Path) -> SealStatus:
    """The status of the log with this state; a sealer may be running meanwhile.

    Raises:
        StateUnavailable: there is no such state, or it cannot be read.
    """
    with reading(state) as connection:
        facts = dict(connection.execute("SELECT name, value FROM fact"))
        size, published, at, note = connection.execute(
            "SELECT size, published, published_at, note FROM head"
        ).fetchone()
        (waiting,) = connection.execute("SELECT count(*) FROM waiting").fetchone()
        projects, events, sealed = connection.execute(
            "SELECT count(*), coalesce(sum(size), 0), coalesce(sum(sealed), 0) FROM project"
        ).fetchone()
        recheck = Recheck(
            *connection.execute(
                "SELECT events, began_at, finished_at, took_s FROM recheck"
            ).fetchone()
        )
        found = alarms(connection)
    return SealStatus(
        origin=facts["origin"].decode(),
        size=published,
        published_at=at,
        note=note,
        unpublished=size - published + waiting,
        projects=projects,
        events=events,
        unsealed=events - sealed,
        vkeys=tuple(facts.get("keys", b"").decode().split()),
        recheck=recheck,
        standing=tuple(each for each in found if each.cleared_at is None),
        cleared=tuple(each for each in found if each.cleared_at is not None),
    )

"""A short run with all three incidents, and what the check of every task finds."""

from typing import Any
from uuid import UUID

import psycopg
import pytest

from task_ledger.model.ids import new_task_id
from tests.forked import Forked
from tests.histories import completed, registered
from tests.servers import Database
from tests.soak.results import keep, read
from tests.soak.run import Asked, run
from tests.soak.samples import read_query
from tests.soak.system import SCHEMA

SHORT = Asked(
    seed=1,
    seconds=12.0,
    rate=4.0,
    past_tasks=40,
    judged=False,
    settings={"fsync": "off"},
    begin=Forked,
)


@pytest.mark.slow
def test_a_short_run_accounts_for_every_task_and_verifies(tmp_path: Any) -> None:
    outcome, samples = run(SHORT, print)
    assert outcome.wrong == []
    assert [incident.what for incident in outcome.incidents] == [
        "a projector was killed and replaced",
        "a month was retired",
        "every record was rebuilt",
    ]
    assert outcome.tasks >= 20
    assert outcome.events >= 3 * outcome.tasks
    assert outcome.requests >= 20
    last = samples[-1][1]
    assert last["events"] >= outcome.tasks
    assert min(last[f"memory_mib:{name}"] for name in ("api", "projector-1", "PostgreSQL")) > 1
    keep(outcome, samples, tmp_path / "results" / "soak.json")
    kept, points = read(tmp_path / "results" / "soak.json")
    assert kept == outcome
    assert len(points) == len(samples)


@pytest.fixture
def superuser(database: Database) -> Any:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute(SCHEMA)
        yield connection


def request(connection: psycopg.Connection[Any], task_id: UUID, kind: str, effects: int) -> None:
    """The row of a request, and rows of the task's body."""
    connection.execute("INSERT INTO soak.request VALUES (%s, %s)", (task_id, kind))
    for _ in range(effects):
        connection.execute("INSERT INTO soak.effect VALUES (%s)", (task_id,))


def unaccounted(connection: psycopg.Connection[Any]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for task_id, what in connection.execute(read_query("unaccounted")):
        found.setdefault(task_id, []).append(what)
    return found


def test_a_task_without_an_end_is_told_with_its_last_event_and_its_dispatch(
    superuser: psycopg.Connection[Any],
) -> None:
    request(superuser, completed(superuser, "a"), "quick", 1)
    open_ = registered(superuser, "a")
    request(superuser, open_, "slow", 0)
    (line,) = (line for (line,) in superuser.execute(read_query("left")))
    assert line.startswith(f"task {open_} (slow): registered of attempt 0, version 1, ")
    assert line.endswith("; dispatch: none")


def test_every_task_that_is_not_as_it_must_be_is_found(
    superuser: psycopg.Connection[Any],
) -> None:
    good = completed(superuser, "a")
    request(superuser, good, "quick", 1)
    twice, never = completed(superuser, "a"), completed(superuser, "a")
    request(superuser, twice, "quick", 2)
    request(superuser, never, "quick", 0)
    wrongly = completed(superuser, "a")
    request(superuser, wrongly, "failing", 1)  # and nobody was told
    cancelled = completed(superuser, "a")
    request(superuser, cancelled, "cancelled", 1)
    superuser.execute("INSERT INTO soak.cancelled VALUES (%s)", (cancelled,))
    open_, lost = registered(superuser, "a"), new_task_id()
    request(superuser, open_, "quick", 0)
    request(superuser, lost, "quick", 0)
    unknown = registered(superuser, "a", actor="soak")

    assert unaccounted(superuser) == {
        twice: ["quick, completed: t, with 2 rows"],
        never: ["quick, completed: t, with 0 rows"],
        wrongly: ["failing, completed: t, cancelled: f", "failing, notified 0 times"],
        cancelled: ["cancelled, completed: t, cancelled: t"],
        open_: ["quick with 0 ends", "quick, completed: f, cancelled: f"],
        lost: ["quick with 0 ends", "quick, completed: f, cancelled: f"],
        unknown: ["registered without the row of its request"],
    }

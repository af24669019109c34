"""A read replica answers lists, timelines and exports, as long as it is there and not too late."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger import access
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.ops.migrate import upgrade
from task_ledger.ops.settings import Settings, with_role
from task_ledger.server.app import create_app
from task_ledger.server.resources import Resources
from tests.drill import backups
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector, eventually, projecting

DATABASE = "ledger"


@dataclass
class Pair:
    """A primary with a ledger, and its replica."""

    primary: EmbeddedPostgres
    replica: EmbeddedPostgres

    @property
    def url(self) -> str:
        """The ledger on the primary."""
        return self.primary.url_of(DATABASE)

    @property
    def replica_url(self) -> str:
        """The ledger on the replica."""
        return self.replica.url_of(DATABASE)

    def settings(self, replica_url: str | None = None, max_lag_s: float = 60.0) -> Settings:
        """Settings of an API that has both."""
        return Settings.model_validate(
            {
                "database_url": self.url,
                "api_replica_url": replica_url or self.replica_url,
                "api_replica_max_lag_s": max_lag_s,
                "broker_url": "redis://127.0.0.1:1",
            }
        )

    @contextmanager
    def late(self) -> Iterator[None]:
        """Let the replica receive and not replay meanwhile."""
        with psycopg.connect(self.replica.superuser_url(DATABASE), autocommit=True) as connection:
            connection.execute("SELECT pg_wal_replay_pause()")
            eventually(
                "the replay paused",
                lambda: (
                    connection.execute("SELECT pg_get_wal_replay_pause_state()").fetchone()
                    == ("paused",)
                ),
            )
            try:
                yield
            finally:
                connection.execute("SELECT pg_wal_replay_resume()")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Both servers."""
    folder = tmp_path_factory.mktemp("replica")
    with EmbeddedPostgres(folder / "primary") as primary:
        with psycopg.connect(primary.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        upgrade(primary.url_of(DATABASE))
        backups.replicate(primary, folder / "primary", folder / "replica")
        with backups.Restored(folder / "replica") as replica:
            yield Pair(primary, replica)


@pytest.fixture
def owner(pair: Pair) -> Iterator[psycopg.Connection[Any]]:
    """A connection to the primary that may do everything the owner may."""
    url = with_role(pair.url, "task_ledger_owner")
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def ledger(pair: Pair, owner: psycopg.Connection[Any]) -> Iterator[Ledger]:
    """Writes tasks and their events."""
    url = with_role(pair.url, "task_ledger_worker")
    with psycopg.connect(url, autocommit=True) as worker:
        yield Ledger(owner, worker)


@pytest.fixture
def projector(pair: Pair, owner: psycopg.Connection[Any]) -> Iterator[Projector]:
    """A projector that folds."""
    with projecting(pair.settings(), owner) as running:
        yield running


@contextmanager
def asked(owner: psycopg.Connection[Any], settings: Settings) -> Iterator[TestClient]:
    """The application, asked by an admin."""
    app = create_app(settings, plugins=())
    with TestClient(app, base_url="http://testserver/api/v1/") as client:
        secret = access.create(owner, f"ops-{id(client)}", "admin", None)
        client.headers["Authorization"] = f"Bearer {secret}"
        yield client


def names(client: TestClient, project: str) -> list[str]:
    """The names in a project's task list."""
    answer = client.get(f"tasks/project/{project}")
    assert answer.status_code == 200, answer.text
    return [task["task_name"] for task in answer.json()["tasks"]]


def used(client: TestClient) -> None:
    """Wait until lists are answered by the replica."""
    eventually(
        "the replica answered",
        lambda: client.get("tasks").json()["lag_s"] > 0,
    )


def test_lists_come_from_the_replica_and_one_task_does_not(
    pair: Pair, owner: psycopg.Connection[Any], ledger: Ledger, projector: Projector
) -> None:
    first = ledger.register("p1", "first")
    ledger.start(first)
    ledger.fail(first, "broken")
    projector.caught_up()
    with asked(owner, pair.settings()) as client:
        eventually("the replica has it", lambda: names(client, "p1") == ["first"])
        used(client)
        with pair.late():
            second = ledger.register("p1", "second")
            ledger.start(second)
            ledger.fail(second, "broken")
            projector.caught_up()
            assert client.get(f"tasks/{second.id}").json()["task_name"] == "second"
            listed = client.get("tasks/project/p1", params={"query": "status:failure"}).json()
            assert [task["task_name"] for task in listed["tasks"]] == ["first"]
            assert listed["counts"]["FAILURE"] == 1
            assert len(client.get("tasks", params={"q": "first"}).json()["tasks"]) == 1
            groups = client.get("projects/p1/failures").json()["groups"]
            assert sum(group["tasks"] for group in groups) == 1
            seqs = [e["seq"] for e in client.get("projects/p1/events").json()["events"]]
            assert seqs == [3, 2, 1]
            exported = client.get("projects/p1/events/export")
            assert len(exported.text.splitlines()) == 3
            assert float(exported.headers["Task-Ledger-Late-S"]) > 0
        eventually("the replica caught up", lambda: len(names(client, "p1")) == 2)


def test_how_late_the_replica_is_grows_in_lag_s(
    pair: Pair, owner: psycopg.Connection[Any], ledger: Ledger, projector: Projector
) -> None:
    with asked(owner, pair.settings()) as client:
        used(client)
        with pair.late():
            ledger.register("p2", "unseen")
            projector.caught_up()
            for path in ("tasks/project/p2", "projects/p2/events", "projects/p2/failures"):
                eventually(
                    f"{path} said how late it is",
                    lambda path=path: client.get(path).json()["lag_s"] > 2.5,
                )
            assert names(client, "p2") == []
        eventually("the list is not late", lambda: client.get("tasks").json()["lag_s"] < 2.5)
        assert names(client, "p2") == ["unseen"]


def test_a_replica_that_is_too_late_is_passed_over(
    pair: Pair, owner: psycopg.Connection[Any], ledger: Ledger, projector: Projector
) -> None:
    with asked(owner, pair.settings(max_lag_s=2.0)) as client:
        used(client)
        with pair.late():
            ledger.register("p3", "seen")
            projector.caught_up()
            eventually("the primary answered", lambda: names(client, "p3") == ["seen"])
            assert client.get("tasks/project/p3").json()["lag_s"] == 0
        used(client)


def test_a_number_that_the_replica_does_not_have_is_continued_from_by_the_primary(
    pair: Pair, owner: psycopg.Connection[Any], ledger: Ledger, projector: Projector
) -> None:
    with asked(owner, pair.settings()) as client:
        used(client)
        with pair.late():
            task = ledger.register("p4", "new")
            ledger.start(task)
            projector.caught_up()
            answer = client.get("projects/p4/events", params={"order": "oldest", "cursor": 1})
            assert answer.status_code == 200
            assert [event["seq"] for event in answer.json()["events"]] == [2]
            beyond = client.get("projects/p4/events", params={"order": "oldest", "cursor": 3})
            assert beyond.json()["type"].endswith("beyond_the_end")


def test_a_replica_that_is_gone_is_passed_over_and_used_again_when_it_is_back(
    pair: Pair, owner: psycopg.Connection[Any], ledger: Ledger, projector: Projector
) -> None:
    ledger.register("p5", "kept")
    projector.caught_up()
    with asked(owner, pair.settings()) as client:
        used(client)
        pair.replica.stop("immediate")
        try:
            assert names(client, "p5") == ["kept"]
            assert client.get("projects/p5/events/export").status_code == 200
        finally:
            pair.replica.start()
        used(client)


def test_what_fails_on_the_replica_alone_is_answered_by_the_primary(
    pair: Pair, owner: psycopg.Connection[Any]
) -> None:
    """As a statement does that needs what a migration has added a moment ago."""
    with asked(owner, pair.settings()) as client:
        used(client)
        shared: Resources = cast("Any", client.app).state.resources
        question = "SELECT 1 / (NOT pg_is_in_recovery())::integer"
        assert client.portal is not None
        answer = client.portal.call(
            shared.read_late, lambda connection: connection.execute(question).fetchone()
        )
        assert answer == ((1,), 0.0)


@pytest.mark.parametrize("what", ["the primary itself", "another database"])
def test_an_address_that_is_not_its_replica_s_answers_nothing(
    pair: Pair,
    owner: psycopg.Connection[Any],
    ledger: Ledger,
    projector: Projector,
    capsys: pytest.CaptureFixture[str],
    what: str,
) -> None:
    url = pair.url
    if what == "another database":
        with psycopg.connect(pair.primary.url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE other")
        upgrade(pair.primary.url_of("other"))
        url = pair.replica.url_of("other")
    ledger.register(f"p6-{what}", "there")
    projector.caught_up()
    with asked(owner, pair.settings(url)) as client:
        said = lambda: "replica_passed_over" in capsys.readouterr().out  # noqa: E731
        eventually("it was compared", said)
        assert client.get("tasks").json()["lag_s"] == 0
        assert names(client, f"p6-{what}") == ["there"]


def test_without_a_replica_no_list_is_late(pair: Pair, owner: psycopg.Connection[Any]) -> None:
    settings = pair.settings().model_copy(update={"api_replica_url": None})
    with asked(owner, settings) as client:
        assert client.get("tasks").json()["lag_s"] == 0

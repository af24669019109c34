"""Through PgBouncer, web processes work in transaction mode, and workers refuse to start."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import unquote, urlsplit

import anyio
import psycopg
import pytest
from celery import Signature, chain
from fastapi.testclient import TestClient
from psycopg import sql
from pydantic import SecretStr
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from task_ledger import AlreadyRegistered, LedgerCelery, access, enqueue, enqueue_many
from task_ledger.cli.checks.roles import logins
from task_ledger.errors import UnsupportedConfiguration
from task_ledger.eventlog.database import sqlalchemy_url
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.ids import new_task_id
from task_ledger.ops.settings import Settings
from task_ledger.sealer import service
from task_ledger.sealer.postgres import PostgresSource
from task_ledger.server.app import create_app
from tests.forked import Forked
from tests.pgbouncer import pgbouncer
from tests.servers import Database, fresh_database

LOGIN = "pooled_login"
APP = LedgerCelery("sender", broker="memory://", set_as_current=False)
WHO: Any = {"project_id": "p", "actor": "a", "task_type": "t"}
NO_PREPARED = {"prepare_threshold": None}


@dataclass(frozen=True)
class Pooled:
    """A migrated database, and the poolers before it.

    Attributes:
        url: through one that refuses options, by a login of all services' roles.
        lenient_url: through one that drops them.
    """

    database: Database
    url: str
    lenient_url: str


@pytest.fixture(scope="module")
def pooled(
    postgres: EmbeddedPostgres, migrated_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pooled]:
    with ExitStack() as running:
        database = running.enter_context(fresh_database(postgres, migrated_template))
        with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
            superuser.execute(f"CREATE ROLE {LOGIN} LOGIN PASSWORD 'pooled'".encode())
            superuser.execute(
                "GRANT task_ledger_api, task_ledger_worker, task_ledger_projector,"
                f" task_ledger_sealer TO {LOGIN}".encode()
            )
            superuser.execute(
                sql.SQL("ALTER DATABASE {} SET timezone = 'Asia/Kolkata'").format(
                    sql.Identifier(database.name)
                )
            )
        running.callback(drop_login, postgres)
        at = [
            running.enter_context(
                pgbouncer(
                    database.url,
                    {LOGIN: "pooled", "task_ledger": password_of(database.url)},
                    tmp_path_factory.mktemp("pgbouncer"),
                    ignores_options=lenient,
                )
            )
            for lenient in (False, True)
        ]
        urls = [f"postgresql://{LOGIN}@{each}/{database.name}" for each in at]
        yield Pooled(database, *urls)


def drop_login(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.superuser_url(), autocommit=True) as superuser:
        superuser.execute(f"DROP ROLE {LOGIN}".encode())


def password_of(url: str) -> str:
    return unquote(urlsplit(url).password or "")


def task() -> Signature:
    return Signature("elsewhere", app=APP)


def registered(pooled: Pooled) -> int:
    with psycopg.connect(pooled.database.url_for("owner")) as connection:
        row = connection.execute(
            "SELECT count(*) FROM task_ledger.task_event WHERE type = 'registered'"
        ).fetchone()
    return row[0] if row else -1


def test_sessions_enqueue_while_their_transactions_change_the_servers_session(
    pooled: Pooled,
) -> None:
    before = registered(pooled)
    engine = create_engine(sqlalchemy_url(pooled.url), connect_args=NO_PREPARED, pool_size=4)
    with ExitStack() as open_sessions:
        sessions = [open_sessions.enter_context(Session(engine)) for _ in range(4)]
        backends: list[set[int]] = [set() for _ in sessions]
        for number in range(12):
            # Two transactions at once, and each time of another two clients.
            pair = (number % 4, (number + 1 + number // 4) % 4)
            for which in pair:
                session = sessions[which]
                chosen = new_task_id()
                enqueue(session, task(), task_id=chosen, **WHO)
                with pytest.raises(AlreadyRegistered):
                    enqueue(session, task(), task_id=chosen, **WHO)
                enqueue(session, chain(task(), task()), **WHO)
                enqueue_many(session, [task(), task()], **WHO)
                backends[which].add(session.scalar(text("SELECT pg_backend_pid()")) or 0)
            for which in pair:
                sessions[which].commit()
    engine.dispose()
    assert registered(pooled) - before == 24 * 5
    assert max(map(len, backends)) == 2


def test_async_sessions_and_connections_enqueue_too(pooled: Pooled) -> None:
    before = registered(pooled)

    async def run() -> None:
        engine = create_async_engine(sqlalchemy_url(pooled.url), connect_args=NO_PREPARED)

        async def some() -> None:
            for _ in range(8):
                async with AsyncSession(engine) as session, session.begin():
                    await enqueue(session, task(), **WHO)

        async with anyio.create_task_group() as tasks:
            for _ in range(4):
                tasks.start_soon(some)
        await engine.dispose()

    anyio.run(run)
    with psycopg.connect(pooled.url, **NO_PREPARED) as connection:  # pyright: ignore[reportArgumentType]
        for _ in range(8):
            enqueue(connection, task(), **WHO)
            connection.commit()
    assert registered(pooled) - before == 40


@pytest.fixture
def settings(pooled: Pooled, tmp_path: Path) -> Settings:
    """Of an api behind the pooler."""
    return Settings(
        database_url=SecretStr(pooled.database.url),
        api_database_url=SecretStr(pooled.url),
        api_pooled=True,
        broker_url=SecretStr("redis://127.0.0.1:9/0"),
        var_dir=tmp_path / "var",
    )


def test_the_api_reads_through_it(pooled: Pooled, settings: Settings) -> None:
    with Session(create_engine(sqlalchemy_url(pooled.database.url))) as session:
        stored = [enqueue(session, task(), **WHO).task_id for _ in range(3)]
        session.commit()
    with closing(psycopg.connect(pooled.database.url, autocommit=True)) as owner:
        owner.execute("SET ROLE task_ledger_owner")
        secret = access.create(owner, "jane", "admin", None)
    headers = {"Authorization": f"Bearer {secret}"}
    with TestClient(create_app(settings, plugins=()), headers=headers) as client:
        for _ in range(10):
            for task_id in stored:
                found = client.get(f"/api/v1/tasks/{task_id}")
                assert found.status_code == 200, found.text
                assert found.json()["created_at"].endswith(("Z", "+00:00"))
                proved = client.get(f"/api/v1/tasks/{task_id}/verification")
                assert proved.status_code == 200, proved.text
                assert proved.json()["events"] == 1
            assert client.get("/api/v1/tasks/project/p").status_code == 200
        exported = client.get("/api/v1/projects/p/events/export")
        assert exported.status_code == 200, exported.text


def test_doctor_connects_as_the_api_does_and_says_what_to_set(settings: Settings) -> None:
    found = {check.name: check for check in logins(settings)}
    assert found["login api"].found.startswith(LOGIN)
    untold = settings.model_copy(update={"api_pooled": False})
    found = {check.name: check for check in logins(untold)}
    assert found["login api"].level == "fail"
    assert "set TASK_LEDGER_API_POOLED" in found["login api"].found


@pytest.fixture(params=["refuses options", "drops options"])
def wrong_url(request: pytest.FixtureRequest, pooled: Pooled) -> str:
    return pooled.url if request.param == "refuses options" else pooled.lenient_url


def test_a_worker_refuses_to_start_through_it(
    wrong_url: str, environment: dict[str, str], tmp_path: Path
) -> None:
    environment["TASK_LEDGER_DATABASE_URL"] = wrong_url
    told = ended(
        tmp_path, environment, "celery", "-A", "examples.quickstart.tasks", "worker",
        "--pool", "solo", "--without-gossip", "--without-mingle",
    )  # fmt: skip
    assert "address of the PostgreSQL server itself" in told
    assert " ready." not in told


def test_the_projector_refuses_to_start_through_it(
    wrong_url: str, environment: dict[str, str], tmp_path: Path
) -> None:
    environment["TASK_LEDGER_PROJECTOR_DATABASE_URL"] = wrong_url
    told = ended(tmp_path, environment, "task_ledger.projector")
    assert "address of the PostgreSQL server itself" in told


def test_the_sealer_refuses_to_start_through_it(wrong_url: str, tmp_path: Path) -> None:
    with (
        PostgresSource(wrong_url) as source,
        pytest.raises(UnsupportedConfiguration, match="address of the PostgreSQL server itself"),
    ):
        source.schema()
    settings = Settings(sealer_database_url=SecretStr(wrong_url), var_dir=tmp_path)
    from task_ledger.sealer.location import LogLocation, open_local_log

    open_local_log(LogLocation.of(settings))
    with pytest.raises(UnsupportedConfiguration):
        service.run(settings, Event())


def ended(folder: Path, environment: dict[str, str], *argv: str) -> str:
    """What a process says that ends by itself, and fails."""
    with (folder / "process.log").open("wb") as log:
        process = Forked(*argv, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        assert process.wait(60) != 0
    finally:
        process.kill()
    return (folder / "process.log").read_text()

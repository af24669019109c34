"""The whole system for tests of its tasks: api, projector, relay, real workers, and a server that
plays the providers.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import redis
from psycopg import sql
from psycopg.rows import dict_row

from task_ledger import LedgerCelery, access
from tests.servers import Database
from tests.services.api.processes import serving
from tests.services.workers.processes import Processes
from tests.takeoff.providers.provider_server import ProviderServer, provider_server

PROJECT = "tower-a"
KEY = "sk-tell-nobody-4711"
ENDED = frozenset({"SUCCESS", "FAILURE", "REVOKED"})


@dataclass(kw_only=True)
class System(Processes):
    """The running system, as a person with a token sees it, and as its database is.

    Attributes:
        api: asks with an admin's token.
        connection: the superuser's, on autocommit.
        sender: an application that sends tasks by name, as nobody's run.
    """

    api: httpx2.Client
    connection: psycopg.Connection[Any]
    sender: LedgerCelery
    providers: ProviderServer
    url: str
    var_dir: Path = field(init=False)

    def __post_init__(self) -> None:
        self.var_dir = Path(self.environment["TASK_LEDGER_VAR_DIR"])

    def get(self, path: str) -> Any:
        """What a GET behind /api/v1 answers."""
        answer = self.api.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, status: int = 202) -> Any:
        """What a POST behind /api/v1 answers."""
        answer = self.api.post(f"/api/v1{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def ask(self, path: str, body: Any = None) -> str:
        """Ask for a task by its route; its id."""
        return str(self.post(path, body)["task_id"])

    def upload(self, path: Path, project: str = PROJECT) -> dict[str, Any]:
        """Upload a drawing; the answer."""
        files = {"file": (path.name, path.read_bytes())}
        answer = self.api.post(f"/api/v1/projects/{project}/documents", files=files)
        assert answer.status_code == 202, answer.text
        return answer.json()

    def listed(self) -> list[dict[str, Any]]:
        """The project's task list, newest first."""
        return self.get(f"/tasks/project/{PROJECT}?limit=500")["tasks"]

    def in_list(self, task_id: str) -> dict[str, Any]:
        """The task as the list has it; empty before it does."""
        return next((task for task in self.listed() if task["task_id"] == task_id), {})

    def at_step(self, task_id: str, percent: float, step: str) -> dict[str, Any]:
        """The task as the list has it once it has come so far. Steps may share a percentage."""

        def there() -> dict[str, Any] | None:
            task = self.in_list(task_id)
            progress = task.get("progress") or {}
            return (
                task if (progress.get("percent"), progress.get("step")) == (percent, step) else None
            )

        return self.until(f"{step!r} at {percent} percent in the list", there)

    def held_at_its_end(
        self, path: str, page_id: str, step: str
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Ask for a task about a page whose row is locked: the task as the list has it at its last
        `step`, and the page at that time. Afterwards the task goes on.
        """
        with self.holding("page", page_id):
            task_id = self.ask(f"/pages/{page_id}/{path}")
            return self.at_step(task_id, 90, step), self.get(f"/pages/{page_id}")

    def ended(self, task_id: str) -> dict[str, Any]:
        """The task, once it has ended."""
        return self.until(
            f"the end of {task_id}",
            lambda: task if (task := self.get(f"/tasks/{task_id}"))["status"] in ENDED else None,
        )

    def succeeded(self, task_id: str) -> dict[str, Any]:
        """The task's result."""
        task = self.ended(task_id)
        assert task["status"] == "SUCCESS", f"{task['error']}\n{self.last_lines()}"
        return task["result"]

    def steps(self, task_id: str) -> list[tuple[float, str]]:
        """The steps that the task reported, each once, as percent and words."""
        seen: dict[str, float] = {}
        for event in self.get(f"/tasks/{task_id}/events?limit=500")["events"]:
            if event["type"] == "progress":
                seen.setdefault(event["data"]["step"], event["data"]["percent"])
        return [(percent, step) for step, percent in seen.items()]

    def statuses(self, task_id: str) -> list[str]:
        """The task's status as of each of its events."""
        versions = len(self.get(f"/tasks/{task_id}/events?limit=500")["events"])
        return [
            self.get(f"/tasks/{task_id}?as_of_version={version + 1}")["status"]
            for version in range(versions)
        ]

    def processed(self, path: Path, project: str = PROJECT) -> list[dict[str, Any]]:
        """The pages of a drawing that was uploaded, processed and read."""
        uploaded = self.upload(path, project)
        self.succeeded(uploaded["task_id"])
        return self.read_pages(uploaded["document_id"])

    def read_pages(self, document_id: str) -> list[dict[str, Any]]:
        """The document's pages, once the OCR that follows by itself is done."""

        def read() -> list[dict[str, Any]] | None:
            pages = self.get(f"/documents/{document_id}/pages")["pages"]
            return pages if all(page["read"] for page in pages) else None

        return self.until("OCR", read)

    def condition(self, name: str, kind: str = "area", **more: Any) -> dict[str, Any]:
        """Make a condition."""
        body = {"name": name, "measurement_type": kind, **more}
        return self.post(f"/projects/{PROJECT}/conditions", body, 201)

    def conditions(self) -> dict[str, dict[str, Any]]:
        """The project's conditions by name."""
        found = self.get(f"/projects/{PROJECT}/conditions?limit=500")["conditions"]
        return {each["name"]: each for each in found}

    def measurements(self, page_id: str, condition_id: str) -> list[dict[str, Any]]:
        """What was measured of a condition on a page."""
        found = self.get(f"/pages/{page_id}/measurements?limit=500")["measurements"]
        return [each for each in found if each["condition_id"] == condition_id]

    def sql(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """Rows, asked as the superuser."""
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(statement.encode(), values).fetchall()

    @contextmanager
    def holding(self, table: str, row_id: str) -> Generator[psycopg.Connection[Any]]:
        """Keep a row of the domain locked: a task that has to write it waits. The connection that
        holds it.
        """
        with psycopg.connect(self.database.superuser_url) as other:
            other.execute(
                sql.SQL("SELECT 1 FROM {} WHERE id = %s FOR NO KEY UPDATE").format(
                    sql.Identifier("takeoff", table)
                ),
                (row_id,),
            )
            yield other


@contextmanager
def running(
    database: Database, broker_url: str, folder: Path, *, projector: bool = True, **variables: str
) -> Generator[System]:
    """Everything but workers, on an emptied broker, with an admin's token and one project; without
    a `projector`, somebody else runs that.
    """
    if broker_url.startswith("redis"):
        with redis.Redis.from_url(broker_url) as client:
            client.flushdb()
    (folder / "var").mkdir(exist_ok=True)
    sender = LedgerCelery("sender", broker=broker_url, set_as_current=False)
    with provider_server() as providers:
        environment = {
            **os.environ,
            "TASK_LEDGER_DATABASE_URL": database.url,
            "TASK_LEDGER_BROKER_URL": broker_url,
            "TASK_LEDGER_VAR_DIR": str(folder / "var"),
            "TASK_LEDGER_AI_TIMEOUT_S": "6",
            # Most tests ask for each task by itself.
            "TASK_LEDGER_PROCESS_AFTER_UPLOAD": "false",
            # They upload the same sheet again and again.
            "TASK_LEDGER_SUPERSEDE_SAME_SHEET": "false",
            "TASK_LEDGER_OPENAI_API_KEY": KEY,
            "TASK_LEDGER_OPENAI_MODEL": "seer-o",
            "TASK_LEDGER_OPENAI_BASE_URL": f"{providers.address}/v1",
            "TASK_LEDGER_ANTHROPIC_API_KEY": KEY,
            "TASK_LEDGER_ANTHROPIC_MODEL": "seer-a",
            "TASK_LEDGER_ANTHROPIC_BASE_URL": providers.address,
            **variables,
        }
        with (
            serving(environment) as server,
            psycopg.connect(database.superuser_url, autocommit=True) as connection,
        ):
            environment["TASK_LEDGER_PORT"] = str(server.port)
            token = access.create(connection, "ops", "admin", None)
            (folder / "var" / "token").write_text(token)
            with server.client({"Authorization": f"Bearer {token}"}) as api:
                system = System(
                    database, environment, folder,
                    api=api, connection=connection, sender=sender, providers=providers,
                    url=server.url,
                )  # fmt: skip
                system.post("/projects", {"id": PROJECT, "name": "Tower A"}, 201)
                if projector:
                    system.start("projector", "task_ledger.projector")
                try:
                    yield system
                finally:
                    providers.over.set()
                    for process in reversed([*system.processes]):
                        system.stop(process)

"""The whole takeoff backend: api, relay and projector, workers, and servers that play providers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psycopg
from psycopg.rows import dict_row

from task_ledger import access
from tests.servers import Database
from tests.services.api.processes import serving
from tests.takeoff.providers.provider_server import ProviderServer

KEY = "sk-tell-nobody-4711"
PROJECT = "tower-a"
ENDED = frozenset({"SUCCESS", "FAILURE", "REVOKED"})
WAIT_S = 120.0


@dataclass
class Backend:
    """The running backend as a test asks it; everything goes over HTTP but what `sql` reads."""

    client: httpx2.Client
    providers: ProviderServer
    owner: psycopg.Connection[Any]
    environment: dict[str, str]
    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list[Any])

    def get(self, path: str) -> Any:
        """The answer of a GET behind /api/v1."""
        answer = self.client.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, status: int = 202) -> Any:
        """The answer of a POST behind /api/v1."""
        answer = self.client.post(f"/api/v1{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def upload(self, name: str, content: bytes) -> list[dict[str, Any]]:
        """Upload a drawing and return its pages once it has been processed."""
        answer = self.client.post(
            f"/api/v1/projects/{PROJECT}/documents",
            files={"file": (name, content, "application/pdf")},
        )
        assert answer.status_code == 202, answer.text
        task = self.ended(answer.json()["task_id"])
        assert task["status"] == "SUCCESS", task
        return self.get(f"/documents/{answer.json()['document_id']}/pages")["pages"]

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

    def listed(self, task_id: str) -> dict[str, Any] | None:
        """The task as the project's list shows it; None if it does not."""
        found = self.get(f"/tasks/project/{PROJECT}?limit=500")["tasks"]
        return next((each for each in found if each["task_id"] == task_id), None)

    def ended(self, task_id: str) -> dict[str, Any]:
        """The task, once it has ended."""
        return self.until(
            f"the end of {task_id}",
            lambda: task if (task := self.get(f"/tasks/{task_id}"))["status"] in ENDED else None,
        )

    def steps(self, task_id: str) -> list[tuple[float, str]]:
        """Percent and step of everything that the task reported, each step once."""
        events = self.get(f"/tasks/{task_id}/events?limit=500")["events"]
        reports = [each["data"] for each in events if each["type"] == "progress"]
        steps = {report["step"]: report["percent"] for report in reversed(reports)}
        return [(percent, step) for step, percent in reversed(steps.items())]

    def sql(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """Rows, asked as the owner of the database."""
        with self.owner.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(statement.encode(), values).fetchall()

    def until(self, what: str, condition: Callable[[], Any]) -> Any:
        """Wait for a condition, by asking for it; return what it gives."""
        deadline = time.monotonic() + WAIT_S
        while not (given := condition()):
            dead = [worker.pid for worker in self.workers if worker.poll() is not None]
            assert not dead, f"a worker ended\n{self.logs()}"
            assert time.monotonic() < deadline, f"waited for {what} in vain\n{self.logs()}"
            time.sleep(0.05)
        return given

    def logs(self) -> str:
        """Everything that the processes have logged."""
        return "\n".join(path.read_text(errors="replace") for path in self.folder.glob("*.log"))

    def start_worker(self, name: str = "worker", **variables: str) -> subprocess.Popen[bytes]:
        """Start a worker of all queues and wait until it takes messages."""
        path = self.folder / f"{name}.log"
        with path.open("ab") as log:
            worker = subprocess.Popen(
                [
                    *(sys.executable, "-m", "celery", "-A", "services.workers.app", "worker"),
                    *("-n", f"{name}@test", "-c", "4", "-Q", "celery,ocr", "-l", "INFO"),
                    *("--without-gossip", "--without-mingle"),
                ],
                env=self.environment | variables, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.workers.append(worker)
        self.until("a worker", lambda: b" ready." in path.read_bytes())
        return worker

    def stop_worker(self, worker: subprocess.Popen[bytes]) -> None:
        """End a worker and everything it started."""
        self.workers.remove(worker)
        worker.terminate()
        try:
            worker.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()


@contextmanager
def running(
    database: Database, broker_url: str, providers: ProviderServer, folder: Path
) -> Iterator[Backend]:
    """Start everything, with one worker, and end it again."""
    environment = {
        **os.environ,
        "TASK_LEDGER_DATABASE_URL": database.url,
        "TASK_LEDGER_BROKER_URL": broker_url,
        "TASK_LEDGER_VAR_DIR": str(folder / "var"),
        "TASK_LEDGER_AI_TIMEOUT_S": "6",
        "TASK_LEDGER_OPENAI_API_KEY": KEY,
        "TASK_LEDGER_OPENAI_MODEL": "seer-o",
        "TASK_LEDGER_OPENAI_BASE_URL": f"{providers.address}/v1",
        "TASK_LEDGER_ANTHROPIC_API_KEY": KEY,
        "TASK_LEDGER_ANTHROPIC_MODEL": "seer-a",
        "TASK_LEDGER_ANTHROPIC_BASE_URL": providers.address,
    }
    with (
        psycopg.connect(database.url_for("owner"), autocommit=True) as owner,
        (folder / "projector.log").open("ab") as log,
        serving(environment) as server,
    ):
        environment["TASK_LEDGER_PORT"] = str(server.port)
        projector = subprocess.Popen(
            [sys.executable, "-m", "services.projector"], env=environment, stdout=log, stderr=log
        )
        token = access.create(owner, "ops", "admin", None)
        (folder / "var").mkdir(exist_ok=True)
        (folder / "var" / "token").write_text(token)
        superuser = psycopg.connect(database.superuser_url, autocommit=True)
        try:
            with superuser, server.client({"Authorization": f"Bearer {token}"}) as client:
                system = Backend(client, providers, superuser, environment, folder)
                system.start_worker()
                body = {"name": "Tower A", "id": PROJECT}
                system.post("/projects", body, 201)
                try:
                    yield system
                finally:
                    providers.over.set()
                    for worker in list(system.workers):
                        system.stop_worker(worker)
        finally:
            projector.terminate()
            projector.wait(30)

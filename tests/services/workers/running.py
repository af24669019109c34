"""The whole system for tests of its tasks: routes, projector, relay and real workers."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from fastapi.testclient import TestClient
from psycopg import sql

from services.api.app import create_app
from task_ledger import access
from task_ledger.celery import LedgerCelery
from task_ledger.settings import Settings
from tests.servers import Database
from tests.takeoff.providers.provider_server import ProviderServer, provider_server

PROJECT = "tower-a"
ENDED = {"SUCCESS", "FAILURE", "REVOKED"}


@dataclass
class System:
    """The running system, as a person with a token sees it, and as its database is."""

    database: Database
    settings: Settings
    folder: Path
    api: TestClient
    connection: psycopg.Connection[Any]
    sender: LedgerCelery
    providers: ProviderServer
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """That of the system's processes: where everything is, and a provider that sees."""
        return {
            **os.environ,
            "TASK_LEDGER_DATABASE_URL": self.settings.login_url(),
            "TASK_LEDGER_WORKER_DATABASE_URL": self.database.url_for("worker"),
            "TASK_LEDGER_BROKER_URL": self.settings.broker(),
            "TASK_LEDGER_VAR_DIR": str(self.settings.var_dir),
            "TASK_LEDGER_OPENAI_API_KEY": "key",
            "TASK_LEDGER_OPENAI_BASE_URL": f"{self.providers.address}/v1",
            "TASK_LEDGER_OPENAI_MODEL": "seer-o",
        }

    def start(self, name: str, *argv: str) -> subprocess.Popen[bytes]:
        """Start a process of the system; its output goes to a file that a failure shows."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *argv],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def start_worker(self, name: str, queues: str, concurrency: int) -> subprocess.Popen[bytes]:
        """Start a worker of the takeoff's tasks and wait until it takes messages."""
        process = self.start(
            name,
            *("celery", "--app", "services.workers.app", "worker", "--hostname", f"{name}@test"),
            *("--concurrency", str(concurrency), "--queues", queues),
            *("--without-gossip", "--without-mingle", "--loglevel", "INFO"),
        )
        log = self.folder / f"{name}.log"
        self.until(lambda: b" ready." in log.read_bytes(), f"worker {name}", 90)
        return process

    def upload(self, path: Path) -> dict[str, Any]:
        """Upload a drawing; the answer."""
        files = {"file": (path.name, path.read_bytes())}
        answer = self.api.post(f"/api/v1/projects/{PROJECT}/documents", files=files)
        assert answer.status_code == 202, answer.text
        return answer.json()

    def ask(self, path: str, body: dict[str, Any] | None = None) -> str:
        """Ask for a task by its route; its id."""
        answer = self.api.post(f"/api/v1{path}", json=body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["task_id"])

    def get(self, path: str) -> Any:
        """What a route answers."""
        answer = self.api.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def listed(self) -> list[dict[str, Any]]:
        """The project's task list, newest first."""
        return self.get(f"/tasks/project/{PROJECT}?limit=500")["tasks"]

    def in_list(self, task_id: str) -> dict[str, Any]:
        """The task as the list has it; empty before it does."""
        return next((task for task in self.listed() if task["task_id"] == task_id), {})

    def ended(self, task_id: str, timeout: float = 120) -> dict[str, Any]:
        """The task as the list shows it once it has ended."""
        self.until(lambda: self.in_list(task_id).get("status") in ENDED, "the end", timeout)
        return self.in_list(task_id)

    def succeeded(self, task_id: str) -> dict[str, Any]:
        """The task's result."""
        task = self.ended(task_id)
        assert task["status"] == "SUCCESS", f"{task['error']}\n{self.logs()}"
        return task["result"]

    def steps(self, task_id: str) -> list[tuple[float, str]]:
        """The steps that the task reported, each once, as percent and words."""
        events = self.get(f"/tasks/{task_id}/events?limit=500")["events"]
        seen: dict[str, float] = {}
        for event in events:
            if event["type"] == "progress":
                seen.setdefault(event["data"]["step"], event["data"]["percent"])
        return [(percent, step) for step, percent in seen.items()]

    def processed(self, path: Path) -> list[dict[str, Any]]:
        """The pages of a drawing that was uploaded, processed and read."""
        uploaded = self.upload(path)
        self.succeeded(uploaded["task_id"])
        return self.read_pages(uploaded["document_id"])

    def read_pages(self, document_id: str) -> list[dict[str, Any]]:
        """The document's pages, once the OCR that follows by itself is done."""

        def pages() -> list[dict[str, Any]]:
            return self.get(f"/documents/{document_id}/pages")["pages"]

        def all_read() -> bool:
            return all(page["ocr_text"] is not None for page in pages())

        self.until(all_read, "OCR", 120)
        return pages()

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

    def until(self, condition: Callable[[], Any], what: str, timeout: float = 60) -> None:
        """Wait for a condition, by asking for it."""
        deadline = time.monotonic() + timeout
        while not condition():
            dead = [process.args for process in self.processes if process.poll() is not None]
            assert not dead, f"{dead} ended\n{self.logs()}"
            assert time.monotonic() < deadline, f"waited for {what} in vain\n{self.logs()}"
            time.sleep(0.1)

    def logs(self) -> str:
        """The last lines of every process."""
        return "\n".join(
            f"--- {path.name}\n" + "\n".join(path.read_text(errors="replace").splitlines()[-30:])
            for path in sorted(self.folder.glob("*.log"))
        )

    def stop(self) -> None:
        """End every process and what it started."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(30)
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()


@contextmanager
def running(database: Database, broker_url: str, folder: Path) -> Generator[System]:
    """The api with a token for all projects, and one project; no other process yet."""
    settings = Settings.model_validate(
        {"database_url": database.url, "broker_url": broker_url, "var_dir": folder / "var"}
    )
    with (
        psycopg.connect(database.superuser_url, autocommit=True) as connection,
        TestClient(create_app(settings), raise_server_exceptions=False) as api,
        provider_server() as providers,
    ):
        token = access.create(connection, "ops", "admin", None)
        api.headers.update({"Authorization": f"Bearer {token}"})
        assert api.post("/api/v1/projects", json={"id": PROJECT, "name": "Tower A"}).is_success
        sender = LedgerCelery("sender", broker=broker_url, set_as_current=False)
        system = System(database, settings, folder, api, connection, sender, providers)
        try:
            yield system
        finally:
            system.stop()

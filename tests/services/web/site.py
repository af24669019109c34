"""The running system, as tests of the page see it."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import httpx2
from playwright.sync_api import Page, expect
from psycopg import Connection
from sqlalchemy.orm import Session

from task_ledger import access
from task_ledger.eventlog.lag import read_lag
from task_ledger.registration.enqueue import enqueue
from tests.services.web.proxy import Proxy
from tests.services.workers.running import PROJECT, System
from tests.task_ledger.celery.conftest import Stack
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Server, eventually

SMALL_TASKS: Final = "small"
"""The queue of the tasks of `tests.task_ledger.celery.app`; its worker knows no others."""

REPOSITORY: Final = Path(__file__).parents[3]

_numbers = count(1)


@dataclass
class Site:
    """Everything that runs, and ways to make something happen in it."""

    stack: Stack
    system: System
    server: Server
    proxy: Proxy
    owner: Connection[Any]
    worker: Connection[Any]
    client: httpx2.Client
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.owner, self.worker)

    @property
    def url(self) -> str:
        """The page's address, through the proxy."""
        return f"http://127.0.0.1:{self.proxy.port}"

    def enqueue(self, task: str, *args: Any, project_id: str, max_attempts: int) -> UUID:
        """Register a small task as a route would, and commit."""
        signature = self.stack.signature(task, *args).set(queue=SMALL_TASKS)
        with Session(self.stack.engine) as session:
            enqueued = enqueue(
                session, signature, project_id=project_id, actor="tester", task_type="plain",
                max_attempts=max_attempts,
            )  # fmt: skip
            session.commit()
        return enqueued.task_id

    @contextmanager
    def resting(self) -> Iterator[None]:
        """The worker of the takeoff works on nothing."""
        worker = self.system.processes[0]
        os.killpg(worker.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(worker.pid, signal.SIGCONT)

    def drawings(self, project: str = PROJECT, **search: str) -> str:
        """The address of the view of drawings."""
        query = "&".join(f"{name}={value}" for name, value in search.items())
        return f"{self.url}/projects/{project}/drawings" + (f"?{query}" if query else "")

    def make_project(self, name: str) -> str:
        """A new project; its id."""
        project = f"p{next(_numbers)}"
        answer = self.client.post("/api/v1/projects", json={"id": project, "name": name})
        assert answer.status_code == 201, answer.text
        return project

    def task(self, task_id: object, **parameters: Any) -> Any:
        """The task, as the API answers it."""
        return self.client.get(f"/api/v1/tasks/{task_id}", params=parameters).json()

    def timeline(self, project: str) -> list[int]:
        """The numbers of a project's timeline."""
        path = f"/api/v1/projects/{project}/events?order=oldest&limit=500"
        return [event["seq"] for event in self.client.get(path).json()["events"]]

    def caught_up(self) -> None:
        """Wait until lists show everything."""
        eventually("the projector caught up", lambda: read_lag(self.owner).events == 0)


def sign_in(page: Page, site: Site, name: str) -> None:
    """Open a new link of the token called `name`, and press its button."""
    page.goto(f"{site.url}/sign-in?code={access.create_link(site.owner, name)}")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{site.url}/")

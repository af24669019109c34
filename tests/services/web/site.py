"""The running system, as tests of the page see it."""

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx2
from psycopg import Connection

from task_ledger.lag import read_lag
from tests.services.api.ledger import Ledger
from tests.services.api.processes import Server, eventually
from tests.services.web.proxy import Proxy
from tests.task_ledger.celery.conftest import Stack

REPOSITORY: Final = Path(__file__).parents[3]

_numbers = count(1)


@dataclass
class Site:
    """Everything that runs, and ways to make something happen in it."""

    stack: Stack
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

"""One token cannot take all places for exports, by reading none of them."""

from collections.abc import Callable
from functools import partial
from typing import Any

import anyio
from anyio.abc import TaskGroup
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Message

from task_ledger.server.resources import EXPORTS, EXPORTS_PER_TOKEN
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector

PATH = "/api/v1/projects/tower-a/events/export"


class Reader:
    """A client that asks for an export and reads nothing of its body until it is told to."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self._app = app
        self._headers = [(k.lower().encode(), v.encode()) for k, v in headers.items()]
        self._asked = False
        self.status = 0
        self.answered = anyio.Event()
        self.reads = anyio.Event()
        self.ended = anyio.Event()

    async def ask(self, tasks: TaskGroup) -> int:
        """Start; the answer's status."""
        tasks.start_soon(self._run)
        with anyio.fail_after(30):
            await self.answered.wait()
        return self.status

    async def _run(self) -> None:
        scope: dict[str, Any] = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
            "scheme": "http", "path": PATH, "raw_path": PATH.encode(), "root_path": "",
            "query_string": b"", "headers": [(b"host", b"testserver"), *self._headers],
            "client": ("127.0.0.1", 1), "server": ("testserver", 80), "state": {},
        }  # fmt: skip
        await self._app(scope, self._receive, self._send)
        self.ended.set()

    async def _receive(self) -> Message:
        if self._asked:
            await anyio.sleep_forever()
        self._asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.answered.set()
        else:
            await self.reads.wait()


def test_a_token_has_so_many_exports_and_another_one_has_its_own(
    anonymous: TestClient,
    token: Callable[..., dict[str, str]],
    ledger: Ledger,
    projector: Projector,
) -> None:
    ledger.register()
    projector.caught_up()
    greedy, other, third = (token(name, "auditor") for name in ("greedy", "other", "third"))

    async def scenario() -> None:
        reader = partial(Reader, anonymous.app)
        async with anyio.create_task_group() as tasks:
            slow = [reader(greedy) for _ in range(EXPORTS_PER_TOKEN)]
            assert [await each.ask(tasks) for each in slow] == [200] * EXPORTS_PER_TOKEN
            refused = reader(greedy)
            refused.reads.set()
            assert await refused.ask(tasks) == 429
            others = [reader(other) for _ in range(EXPORTS - EXPORTS_PER_TOKEN)]
            assert {await each.ask(tasks) for each in others} == {200}
            late = reader(third)
            late.reads.set()
            assert await late.ask(tasks) == 503
            for each in (*slow, *others):
                each.reads.set()
                await each.ended.wait()
            again = reader(greedy)
            again.reads.set()
            assert await again.ask(tasks) == 200

    assert anonymous.portal is not None
    anonymous.portal.call(scenario)

"""The server works in a host application under a prefix, with the host's own authentication."""

import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin

import httpx2
import pytest

from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector, Server, serving

HOST = "tests.task_ledger.server.mounted.host:host"
ANNA = {"Cookie": "shop_session=anna-key"}
API = "/ledger/api/v1"


def read_to_end(lines: Iterator[str], within_s: float = 30) -> None:
    """Read a stream until it ends; a comment every 15 s keeps this from waiting for ever."""
    end = time.monotonic() + within_s
    for _ in lines:
        assert time.monotonic() < end, "the stream did not end"


@pytest.fixture
def served(environment: dict[str, str]) -> Iterator[Server]:
    with serving(environment, application=HOST) as server:
        yield server


def test_page_api_and_errors_are_under_the_prefix(
    served: Server, ledger: Ledger, projector: Projector
) -> None:
    task = ledger.finished(project="shop")
    ledger.finished(project="harbour")
    projector.caught_up()
    with served.client(ANNA) as anna:
        assert anna.get("/healthz").json() == {"status": "the host's"}
        assert anna.get("/ledger/healthz").json() == {"status": "ok"}

        page = anna.get("/ledger/projects/shop/tasks")
        assert '<base href="/ledger/">' in page.text
        (script, *_) = re.findall(r'src="(\S*assets/\S+\.js)"', page.text)
        asset = anna.get(urljoin(f"{served.url}/ledger/", script))
        assert asset.status_code == 200
        assert "javascript" in asset.headers["content-type"]

        session = anna.get(f"{API}/session").json()
        assert (session["name"], session["role"], session["projects"]) == (
            "anna",
            "operator",
            ["shop"],
        )
        listed = anna.get(f"{API}/tasks/project/shop").json()
        assert [each["task_id"] for each in listed["tasks"]] == [str(task.id)]
        assert [each["id"] for each in anna.get(f"{API}/projects").json()["projects"]] == ["shop"]

        document = anna.get(f"{API}/openapi.json").json()
        assert document["servers"] == [{"url": "/ledger"}]
        assert "securitySchemes" not in document["components"]

        for path, status in ((f"{API}/nothing", 404), (f"{API}/tasks/project/harbour", 404)):
            problem = anna.get(path)
            assert problem.status_code == status
            assert problem.headers["content-type"] == "application/problem+json"
        missing = anna.get("/ledger/nothing")
        assert missing.status_code == 404
        assert '<base href="/ledger/">' in missing.text
        assert 'content="404 There is nothing at this address."' in missing.text


def test_a_stream_ends_when_its_project_is_out_of_reach(
    served: Server, ledger: Ledger, projector: Projector
) -> None:
    ledger.register("shop")
    projector.caught_up()
    with (
        served.client(ANNA) as anna,
        anna.stream("GET", f"{API}/projects/shop/events/stream?after=0") as stream,
    ):
        lines = stream.iter_lines()
        assert next(line for line in lines if line.startswith("id:")).startswith("id: 1@")
        assert anna.post("/withdraw").is_success
        read_to_end(lines)
        assert anna.get(f"{API}/projects/shop").status_code == 404


def test_streams_and_long_polls_work_and_end_when_the_host_stops(
    served: Server, ledger: Ledger, projector: Projector
) -> None:
    task = ledger.register("shop")
    projector.caught_up()
    with (
        served.client(ANNA) as anna,
        anna.stream("GET", f"{API}/projects/shop/events/stream?after=0") as stream,
        ThreadPoolExecutor(1) as thread,
    ):
        lines = stream.iter_lines()
        assert next(line for line in lines if line.startswith("id:")).startswith("id: 1@")
        first = anna.get(f"{API}/tasks/{task.id}")
        poll = thread.submit(
            httpx2.get,
            f"{served.url}{API}/tasks/{task.id}?wait_s=20",
            headers={**ANNA, "If-None-Match": first.headers["etag"]},
            timeout=60,
        )
        ledger.start(task)
        assert poll.result().json()["status"] == "STARTED"
        served.process.send_signal(signal.SIGTERM)
        read_to_end(lines)
        served.process.wait(20)
    assert served.process.returncode in (0, -signal.SIGTERM)

"""Malformed cursors: 400 with what to do, never another page and never a crash."""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from services.api.app import create_app
from task_ledger import access
from task_ledger.eventlog.task_order import Position
from task_ledger.model.ids import new_task_id
from task_ledger.ops.settings import Settings
from task_ledger.server.cursors import cursor_of, position_of
from task_ledger.server.problems import ProblemError
from tests.malformed.numbers import SENT, times
from tests.servers import Database

GOOD = cursor_of(Position(1_767_312_000_000_000, new_task_id()), "tower-a|all")


def _changed(at: int, to: str) -> str:
    # Version and list; what follows is a position, and another one may be as good.
    at %= 12
    return GOOD[:at] + to + GOOD[at + 1 :]


CURSORS = st.one_of(
    st.text(min_size=1, max_size=80),
    st.binary(max_size=60).map(lambda raw: urlsafe_b64encode(raw).decode()),
    st.binary(min_size=33, max_size=33).map(lambda raw: urlsafe_b64encode(raw).decode()),
    st.builds(_changed, st.integers(0, 200), st.text(min_size=0, max_size=3)),
    st.integers(1, len(GOOD) - 1).map(lambda length: GOOD[:length]),
    st.sampled_from(["=", "==", GOOD + "=", GOOD + "A", " " + GOOD, GOOD.lower(), "null", "-1"]),
).filter(lambda cursor: cursor != GOOD)


def test_no_malformed_cursor_is_read() -> None:
    refused = 0

    @given(CURSORS)
    @times("cursors read")
    def read(cursor: str) -> None:
        nonlocal refused
        with pytest.raises(ProblemError) as caught:
            position_of(cursor, "tower-a|all")
        assert (caught.value.status, caught.value.code) == (400, "bad_cursor")
        refused += 1

    read()
    assert refused >= SENT["cursors read"]
    assert position_of(GOOD, "tower-a|all")
    with pytest.raises(ProblemError):
        position_of(GOOD, "tower-b|all")


@pytest.fixture
def client(settings: Settings, database: Database) -> Iterator[TestClient]:
    with psycopg.connect(database.url_for("owner"), autocommit=True) as owner:
        token = access.create(owner, "ops", "admin", None)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        for name in ("tower-a", "tower-b"):
            client.post("/api/v1/projects", json={"name": name, "id": name})
        yield client


NUMBERS = st.one_of(
    st.text(min_size=1, max_size=20).filter(lambda text: not text.strip().lstrip("+").isdigit()),
    st.integers(max_value=-1).map(str),
    st.integers(min_value=2**63).map(str),
)
LISTS: tuple[tuple[str, Any], ...] = (
    ("/api/v1/tasks/project/tower-a", CURSORS),
    ("/api/v1/projects/tower-a/events", NUMBERS),
    ("/api/v1/projects/tower-a/documents", CURSORS),
    ("/api/v1/projects/tower-a/conditions", CURSORS),
    ("/api/v1/projects", CURSORS),
)
REQUESTS = st.sampled_from(LISTS).flatmap(lambda each: st.tuples(st.just(each[0]), each[1]))


def test_no_malformed_cursor_gets_a_page(client: TestClient, database: Database) -> None:
    refused = 0
    ask: Callable[..., Any] = client.get

    @given(REQUESTS)
    @times("cursors through the API")
    def send(request: tuple[str, str]) -> None:
        nonlocal refused
        path, cursor = request
        answer = ask(path, params={"cursor": cursor})
        assert answer.status_code == 400, (path, cursor, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]
        refused += 1

    send()
    assert refused >= SENT["cursors through the API"]
    for path, _ in LISTS:
        assert ask(path).status_code == 200


def test_a_cursor_counts_for_the_list_that_gave_it(client: TestClient) -> None:
    for name in ("b", "a"):
        for project in ("tower-a", "tower-b"):
            made = client.post(
                f"/api/v1/projects/{project}/conditions",
                json={"name": "é" * 199 + name, "measurement_type": "area"},
            )
            assert made.status_code == 201, made.text
    projects = client.get("/api/v1/projects?limit=1").json()["next"]
    first = client.get("/api/v1/projects/tower-a/conditions?limit=1").json()
    for path in ("projects", "projects/tower-a/conditions", "projects/tower-b/conditions"):
        for cursor, own in (
            (projects, "projects"),
            (first["next"], "projects/tower-a/conditions"),
        ):
            answer = client.get(f"/api/v1/{path}", params={"cursor": cursor})
            assert answer.status_code == (200 if path == own else 400), (path, answer.text)
    assert [each["name"][-1] for each in first["conditions"]] == ["a"]


def test_a_timeline_has_nothing_behind_its_end(client: TestClient) -> None:
    for order in ("newest", "oldest"):
        path = f"/api/v1/projects/tower-a/events?order={order}&cursor="
        assert client.get(f"{path}0").status_code == 200
        beyond = client.get(f"{path}1")
        assert (beyond.status_code, beyond.json()["code"]) == (400, "beyond_the_end")

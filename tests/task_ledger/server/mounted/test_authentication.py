"""A host's own authentication decides alone, and every mistake in it is refused."""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from fastapi import FastAPI, HTTPException, Request
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from task_ledger.access import InvalidIdentity
from task_ledger.ops.settings import Settings
from task_ledger.server import (
    Authenticate,
    Identity,
    NotAuthenticated,
    ledger_app,
    ledger_lifespan,
)
from tests.task_ledger.server.ledger import Ledger

ANNA = Identity(name="anna", role="operator", projects=frozenset({"shop"}))
API = "/ledger/api/v1"


def host_of(ledger: FastAPI) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        async with ledger_lifespan(ledger):
            yield

    host = FastAPI(lifespan=lifespan)
    host.mount("/ledger", ledger)
    return host


@contextmanager
def mounted(settings: Settings, authenticate: Authenticate | None) -> Iterator[TestClient]:
    ledger = ledger_app(settings, authenticate=authenticate, plugins=())
    with TestClient(host_of(ledger), raise_server_exceptions=False) as client:
        yield client


async def anna_async(_: Request) -> Identity:
    return ANNA


@pytest.mark.parametrize("authenticate", [lambda _: ANNA, anna_async], ids=["plain", "async"])
def test_a_function_may_be_plain_or_async(settings: Settings, authenticate: Authenticate) -> None:
    with mounted(settings, authenticate) as client:
        assert client.get(f"{API}/session").json()["name"] == "anna"


def test_what_it_raises_is_the_answer(settings: Settings) -> None:
    raised: list[Exception] = []

    def authenticate(_: Request) -> Identity:
        raise raised[-1]

    with mounted(settings, authenticate) as client, capture_logs():
        for error, status, code in (
            (HTTPException(401, "Log in."), 401, "not_authenticated"),
            (HTTPException(403, "Not for you."), 403, "not_allowed"),
            (NotAuthenticated(), 401, "not_authenticated"),
            (LookupError("secret"), 500, "internal_error"),
        ):
            raised.append(error)
            answer = client.get(f"{API}/session")
            assert (answer.status_code, answer.json()["code"]) == (status, code)
            assert "secret" not in answer.text
            # The ledger's own ways to sign in are not offered.
            assert "token" not in answer.text
            assert "www-authenticate" not in answer.headers


def test_something_else_than_an_identity_is_refused(settings: Settings) -> None:
    nobody: Any = lambda _: {"name": "anna", "role": "admin", "projects": None}  # noqa: E731
    with mounted(settings, nobody) as client, capture_logs() as logged:
        assert client.get(f"{API}/session").status_code == 500
    assert "authenticate returned a dict" in logged[-1]["message"]
    assert "exc_info" not in logged[-1]


def test_tokens_and_sign_in_links_are_off(
    settings: Settings, token: Callable[..., dict[str, str]]
) -> None:
    def authenticate(_: Request) -> Identity:
        raise HTTPException(401, "Log in.")

    with mounted(settings, authenticate) as client:
        assert client.get(f"{API}/session", headers=token()).status_code == 401
        assert client.get("/ledger/sign-in?code=x").status_code == 404
        assert client.post("/ledger/sign-out").status_code == 404
        assert client.get("/ledger/metrics").status_code == 401
        assert 'name="task-ledger-sign-in" content="host"' in client.get("/ledger/").text


def test_a_browser_may_not_write_from_another_site(settings: Settings, ledger: Ledger) -> None:
    task = ledger.register("shop")
    cancel = f"{API}/tasks/{task.id}/cancel"
    with mounted(settings, lambda _: ANNA) as client:
        for header in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            other = client.post(cancel, headers=header)
            assert (other.status_code, other.json()["code"]) == (403, "other_site")
        own = client.post(cancel, headers={"Sec-Fetch-Site": "same-origin"})
        assert own.is_success, own.text
        events = client.get(f"{API}/tasks/{task.id}/events").json()["events"]
    assert [event["actor"] for event in events[1:]] == ["anna"] * (len(events) - 1)


@pytest.mark.parametrize(
    ("name", "role", "projects"),
    [
        ("", "viewer", None),
        ("a\nb", "viewer", None),
        ("x" * 101, "viewer", None),
        ("anna", "boss", None),
        ("anna", "viewer", "shop"),
        ("anna", "viewer", ["shop"]),
        ("Reconciler", "viewer", None),
        ("beat ", "viewer", None),
    ],
)
def test_an_identity_that_makes_no_sense_cannot_be_made(
    name: Any, role: Any, projects: Any
) -> None:
    with pytest.raises(InvalidIdentity):
        Identity(name=name, role=role, projects=projects)


def test_without_the_lifespan_the_log_says_what_is_missing(settings: Settings) -> None:
    host = FastAPI()
    host.mount("/ledger", ledger_app(settings, authenticate=lambda _: ANNA, plugins=()))
    client = TestClient(host, raise_server_exceptions=False)
    with capture_logs() as logged:
        assert client.get(f"{API}/session").status_code == 500
    assert "ledger_lifespan" in logged[-1]["message"]

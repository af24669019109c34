"""Tokens, tasks and a projector for an application in this process: its tests' `anonymous`."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger import access
from task_ledger.ops.settings import Settings
from tests.servers import Database
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector, projecting


@pytest.fixture
def owner(database: Database) -> Iterator[psycopg.Connection[Any]]:
    """A connection that may do everything the owner may."""
    with psycopg.connect(database.url_for("owner"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def token(owner: psycopg.Connection[Any]) -> Callable[..., dict[str, str]]:
    """Makes a token: `token(name, role, projects)`, as headers of a request."""

    def make(
        name: str = "ops", role: access.Role = "admin", projects: list[str] | None = None
    ) -> dict[str, str]:
        return {"Authorization": f"Bearer {access.create(owner, name, role, projects)}"}

    return make


@pytest.fixture
def client(anonymous: TestClient, token: Callable[..., dict[str, str]]) -> TestClient:
    """The application, asked by the token `ops`, an admin who reaches all projects."""
    anonymous.headers.update(token())
    return anonymous


@pytest.fixture
def ledger(database: Database, owner: psycopg.Connection[Any]) -> Iterator[Ledger]:
    """Writes tasks and their events."""
    with psycopg.connect(database.url_for("worker"), autocommit=True) as worker:
        yield Ledger(owner, worker)


@pytest.fixture
def projector(settings: Settings, owner: psycopg.Connection[Any]) -> Iterator[Projector]:
    """A projector that folds."""
    with projecting(settings, owner) as running:
        yield running

"""The ledger's application in this process, and served for real, without any plugin."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from fastapi.testclient import TestClient
from psycopg import sql

from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.ops.settings import Settings
from task_ledger.server.app import create_app
from tests.task_ledger.server.fixtures import client, ledger, owner, projector, token
from tests.task_ledger.server.processes import Server, serving

__all__ = ["client", "ledger", "owner", "projector", "token"]

_TEMPLATE = "task_ledger_template_without_plugins"


@pytest.fixture(scope="session")
def migrated_template(postgres: EmbeddedPostgres) -> str:
    """A database with the ledger's schema and no application's."""
    from task_ledger.ops.migrate import upgrade

    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
    upgrade(postgres.url_of(_TEMPLATE))
    return _TEMPLATE


@pytest.fixture
def empty(anonymous: TestClient, token: Callable[..., dict[str, str]]) -> TestClient:
    """The application, asked by a token for one project, which has no task yet."""
    anonymous.headers.update(token("one", "admin", ["tower-a"]))
    return anonymous


@pytest.fixture
def anonymous(settings: Settings) -> Iterator[TestClient]:
    """The application, asked by nobody in particular."""
    with TestClient(create_app(settings, plugins=()), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def server(environment: dict[str, str]) -> Iterator[Server]:
    """The application behind uvicorn, in a process of its own."""
    with serving(environment) as running:
        yield running

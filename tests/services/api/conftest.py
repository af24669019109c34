"""The takeoff backend's application in this process, and served for real."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from services.api.app import create_app
from task_ledger.ops.settings import Settings
from tests.services.api.processes import serving
from tests.task_ledger.server.fixtures import client, ledger, owner, projector, token
from tests.task_ledger.server.processes import Server

__all__ = ["client", "ledger", "owner", "projector", "token"]


@pytest.fixture
def anonymous(settings: Settings) -> Iterator[TestClient]:
    """The application, asked by nobody in particular."""
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def server(environment: dict[str, str]) -> Iterator[Server]:
    """The application behind uvicorn, in a process of its own."""
    with serving(environment) as running:
        yield running

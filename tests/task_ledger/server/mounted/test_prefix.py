"""Every address that the server emits begins with the prefix that it is reached under."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger import access
from task_ledger.ops.settings import Settings
from task_ledger.server import ledger_app
from task_ledger.server.auth import COOKIE
from tests.task_ledger.server.mounted.test_authentication import mounted


@pytest.fixture(params=["mounted", "behind a proxy"])
def client(request: pytest.FixtureRequest, settings: Settings) -> Iterator[TestClient]:
    """The server with its own tokens, under /ledger."""
    if request.param == "mounted":
        with mounted(settings, None) as client:
            yield client
        return
    # As uvicorn --root-path gives it to the application: with the prefix in the path as well.
    with TestClient(ledger_app(settings, plugins=()), root_path="/ledger") as client:
        yield client


def test_a_link_signs_in_and_out_under_the_prefix(
    client: TestClient, owner: psycopg.Connection[Any]
) -> None:
    access.create(owner, "anna", "viewer")
    code = access.create_link(owner, "anna")
    client.follow_redirects = False
    page = client.get(f"/ledger/sign-in?code={code}").text
    assert f'action="/ledger/sign-in?code={code}"' in page
    own_page = {"Sec-Fetch-Site": "same-origin"}
    answer = client.post(f"/ledger/sign-in?code={code}", headers=own_page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/ledger/")
    assert "Path=/ledger/;" in answer.headers["set-cookie"]
    assert client.get("/ledger/api/v1/session").json()["name"] == "anna"
    assert client.get("/ledger/api/v1/openapi.json").json()["servers"] == [{"url": "/ledger"}]

    answer = client.post("/ledger/sign-out", headers=own_page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/ledger/")
    assert COOKIE not in client.cookies
    assert client.get("/ledger/api/v1/session").status_code == 401


def test_errors_of_the_api_are_problems_and_others_are_pages(client: TestClient) -> None:
    for path in ("api/v1/nothing", "api/v1/session", "metrics"):
        answer = client.get(f"/ledger/{path}")
        assert answer.status_code in (401, 404)
        assert answer.headers["content-type"] == "application/problem+json"
    page = client.get("/ledger/nothing")
    assert page.status_code == 404
    assert '<base href="/ledger/">' in page.text

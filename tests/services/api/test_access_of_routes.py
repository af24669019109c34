"""Who gets in to the takeoff's routes, and that nothing of a request counts before that."""

import pytest
from fastapi.testclient import TestClient

from tests.task_ledger.server.described import refuses_strangers
from tests.task_ledger.server.test_access_of_routes import OPEN, PAGE


def test_the_takeoffs_routes_need_a_token(anonymous: TestClient) -> None:
    refuses_strangers(anonymous, OPEN | PAGE)


@pytest.mark.parametrize(
    ("method", "path", "needs"),
    [
        ("post", "/projects", "admin"),
        ("post", "/projects/{project_id}/documents", "operator or admin"),
    ],
)
def test_the_description_of_a_route_names_the_roles_that_it_needs(
    client: TestClient, method: str, path: str, needs: str
) -> None:
    described = client.get("/api/v1/openapi.json").json()["paths"][f"/api/v1{path}"][method]
    assert f"Needs the role {needs}" in described["description"].replace("\n", " ")
    assert "403" in described["responses"]


def test_nothing_is_stored_before_the_token_is_known(anonymous: TestClient) -> None:
    answer = anonymous.post("/api/v1/projects/x/documents", content=b"not even multipart")
    assert answer.status_code == 401


def test_the_session_switches_the_drawings_on(client: TestClient) -> None:
    assert client.get("/api/v1/session").json()["views"] == ["drawings"]

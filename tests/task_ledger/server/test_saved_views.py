"""Views that are saved for everybody who may see a project."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from task_ledger.eventlog.saved_views import MOST

Token = Callable[..., dict[str, str]]
PATH = "/api/v1/projects/tower-a/views"
VIEW: dict[str, Any] = {
    "query": "status:FAILURE meta.customer:acme",
    "order": "last_ended",
    "columns": ["queue", "ended"],
}


def _views(client: TestClient, **options: Any) -> list[dict[str, Any]]:
    return client.get(PATH, **options).json()["views"]


def test_a_view_is_saved_for_all_who_may_see_the_project(empty: TestClient, token: Token) -> None:
    answer = empty.put(f"{PATH}/Acme%20last%20night", json=VIEW)
    assert answer.status_code == 200
    (view,) = _views(empty, headers=token("looks", "viewer", ["tower-a"]))
    assert view == VIEW | {
        "name": "Acme last night",
        "saved_by": "one",
        "saved_at": view["saved_at"],
    }
    assert answer.json() == {"views": [view]}
    assert empty.get(PATH, headers=token("other", "admin", ["tower-b"])).status_code == 404


def test_a_view_of_the_same_name_is_replaced_and_others_are_listed_by_name(
    empty: TestClient,
) -> None:
    for name, query in (("b", "x"), ("a", ""), ("b", "y")):
        empty.put(f"{PATH}/{name}", json={"query": query})
    assert [(view["name"], view["query"], view["order"]) for view in _views(empty)] == [
        ("a", "", "newest"),
        ("b", "y", "newest"),
    ]
    assert empty.delete(f"{PATH}/a").json()["views"][0]["name"] == "b"
    assert empty.delete(f"{PATH}/a").status_code == 404


def test_who_only_looks_saves_and_deletes_nothing(empty: TestClient, token: Token) -> None:
    empty.put(f"{PATH}/a", json=VIEW)
    headers = token("looks", "viewer", ["tower-a"])
    assert empty.put(f"{PATH}/b", json=VIEW, headers=headers).status_code == 403
    assert empty.delete(f"{PATH}/a", headers=headers).status_code == 403
    assert [view["name"] for view in _views(empty)] == ["a"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"query": "typ:ocr"}, 400),
        ({"query": "x" * 1001}, 422),
        ({"order": "random"}, 422),
        ({"columns": ["no column"]}, 422),
        ({"columns": ["a"] * 51}, 422),
        ({"owner": "me"}, 422),
    ],
)
def test_what_is_no_view_is_not_saved(empty: TestClient, body: dict[str, Any], status: int) -> None:
    assert empty.put(f"{PATH}/a", json=body).status_code == status
    assert _views(empty) == []


def test_a_project_has_so_many_views_and_no_more(empty: TestClient) -> None:
    for number in range(MOST):
        assert empty.put(f"{PATH}/{number}", json={}).status_code == 200
    answer = empty.put(f"{PATH}/one-more", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_views")
    assert empty.put(f"{PATH}/7", json=VIEW).status_code == 200
    assert len(_views(empty)) == MOST

"""Views that are saved for everybody who may see a project."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger.errors import LedgerBusy
from task_ledger.eventlog.saved_views import MOST, View, read_views, save_view
from tests.servers import Database

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


NO_NAMES = (
    *("a%2Fb", "%2F", "%2E", "%2E%2E", "%20", "%0A", "%0Aa", "a%0A", "a%0Ab"),
    *("%7F", "%C2%85", "%E2%80%A8"),
)
NAMES = ("...", "a b", "?x=1#y", "100 %", "日本", "\\", "a;b", "👩\u200d🔧")


def test_a_name_that_no_path_can_have_is_not_saved(empty: TestClient) -> None:
    for name in NO_NAMES:
        answer = empty.put(f"{PATH}/{name}", json=VIEW)
        assert (name, answer.status_code) == (name, 400)
    assert _views(empty) == []


def test_a_name_that_no_view_has_is_not_found(empty: TestClient) -> None:
    empty.put(f"{PATH}/a", json=VIEW)
    for name in ("b", "a%2Fb", "%0Aa", "a%0A"):
        answer = empty.delete(f"{PATH}/{name}")
        assert (name, answer.status_code) == (name, 404)
    assert [view["name"] for view in _views(empty)] == ["a"]


def test_any_other_name_is_saved_and_deleted(empty: TestClient) -> None:
    for name in NAMES:
        path = f"{PATH}/{quote(name, safe='')}"
        assert [view["name"] for view in empty.put(path, json=VIEW).json()["views"]] == [name]
        assert empty.delete(path).json() == {"views": []}


def test_the_database_keeps_no_other_name_either(owner: psycopg.Connection[Any]) -> None:
    for name in ("", " ", ".", "..", "a/b", "\n", "a\u0085", "\u2028"):
        with pytest.raises(psycopg.errors.CheckViolation):
            save_view(owner, "tower-a", name, View(""), actor="one")
    assert save_view(owner, "tower-a", "...", View(""), actor="one")


def test_views_that_are_saved_at_once_do_not_pass_the_limit(
    database: Database, owner: psycopg.Connection[Any]
) -> None:
    def save(connection: psycopg.Connection[Any], name: str) -> bool:
        return save_view(connection, "tower-a", name, View(""), actor="one")

    assert all(save(owner, str(number)) for number in range(MOST - 1))
    with psycopg.connect(database.url_for("api")) as first:
        assert save(first, "first")
        owner.execute("SET statement_timeout = '300ms'")
        with pytest.raises(LedgerBusy):
            save(owner, "second")
        first.commit()
    assert not save(owner, "second")
    assert save(owner, "first")
    assert len(read_views(owner, "tower-a")) == MOST


def test_a_project_has_so_many_views_and_no_more(empty: TestClient) -> None:
    for number in range(MOST):
        assert empty.put(f"{PATH}/{number}", json={}).status_code == 200
    answer = empty.put(f"{PATH}/one-more", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_views")
    assert empty.put(f"{PATH}/7", json=VIEW).status_code == 200
    assert len(_views(empty)) == MOST

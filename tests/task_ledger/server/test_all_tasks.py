"""The tasks of all projects: what a token reaches, and nothing of anything else."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector

Token = Callable[..., dict[str, str]]
PATH = "/api/v1/tasks"


@pytest.fixture
def listed(client: TestClient, ledger: Ledger, projector: Projector) -> TestClient:
    """Two tasks in each of three projects, none of which anybody created."""
    for project in ("tower-a", "tower-b", "tower-c"):
        ledger.finished(project=project, name=f"done in {project}")
        failed = ledger.register(project=project, name=f"failed in {project}")
        ledger.start(failed)
        ledger.fail(failed, "Sheet S-101 is not calibrated")
    projector.caught_up()
    return client


def _page(client: TestClient, headers: dict[str, str] | None = None, **params: Any) -> Any:
    answer = client.get(PATH, params=params, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _names(page: Any) -> list[str]:
    return [task["task_name"] for task in page["tasks"]]


def test_a_list_has_the_tasks_of_all_projects_newest_first_and_counted(
    listed: TestClient,
) -> None:
    page = _page(listed)
    assert _names(page) == [
        f"{what} in tower-{where}" for where in "cba" for what in ("failed", "done")
    ]
    assert {s: n for s, n in page["counts"].items() if n} == {"SUCCESS": 3, "FAILURE": 3}
    assert page["next"] is None
    for task in page["tasks"]:
        assert listed.get(f"{PATH}/{task['task_id']}").json() == task


def test_a_token_lists_finds_and_counts_only_what_it_reaches(
    listed: TestClient, token: Token
) -> None:
    headers = token("one", "viewer", ["tower-a", "tower-c", "not there yet"])
    for params in ({}, {"query": "tower"}, {"query": "error:~calibrated"}, {"status": "FAILURE"}):
        page = _page(listed, headers, **params)
        assert {task["project_id"] for task in page["tasks"]} == {"tower-a", "tower-c"}, params
        assert page["counts"]["FAILURE"] == 2, params
    other = next(t for t in _page(listed)["tasks"] if t["project_id"] == "tower-b")
    assert _page(listed, headers, task_id=other["task_id"])["tasks"] == []


def test_a_token_for_projects_without_tasks_gets_an_empty_list(
    listed: TestClient, token: Token
) -> None:
    page = _page(listed, token("one", "viewer", ["tower-d"]))
    assert (page["tasks"], page["next"], set(page["counts"].values())) == ([], None, {0})


@pytest.mark.parametrize("order", ["newest", "oldest"])
@pytest.mark.parametrize("projects", [None, ["tower-a", "tower-b", "tower-c"]])
def test_pages_go_on_across_projects_and_belong_to_their_filters(
    listed: TestClient, token: Token, projects: list[str] | None, order: str
) -> None:
    headers = token("one", "viewer", projects)
    found: list[str] = []
    params: dict[str, Any] = {"limit": 1, "query": "is:ended", "order": order}
    while True:
        page = _page(listed, headers, **params)
        found += _names(page)
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
    whole = _names(_page(listed))
    assert found == (whole if order == "newest" else whole[::-1])
    other = listed.get(PATH, params=params | {"query": "is:open"}, headers=headers)
    assert other.json()["code"] == "bad_cursor"


@pytest.mark.parametrize("query", ["?order=longest", "?after=x", "?project_id=x", "?status=DONE"])
def test_what_a_list_of_all_projects_does_not_take_is_refused(
    client: TestClient, query: str
) -> None:
    answer = client.get(PATH + query)
    assert answer.status_code == 400
    assert query[1:].partition("=")[0] in answer.json()["detail"]


def test_what_is_no_query_is_refused_with_its_place(client: TestClient) -> None:
    problem = client.get(PATH, params={"query": "running typ:ocr"}).json()
    assert (problem["code"], problem["position"]) == ("bad_query", 8)

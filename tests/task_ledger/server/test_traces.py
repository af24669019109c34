"""A task has the id of its trace, and the page is told where traces are shown."""

from collections.abc import Callable

from fastapi.testclient import TestClient

from task_ledger.ops.settings import Settings
from task_ledger.server.app import create_app
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def test_a_task_has_the_id_of_its_trace_alone_and_in_lists(
    client: TestClient, ledger: Ledger, projector: Projector
) -> None:
    task = ledger.register(traceparent=f"00-{TRACE}-00f067aa0ba902b7-01")
    assert client.get(f"/api/v1/tasks/{task.id}").json()["trace_id"] == TRACE
    projector.caught_up()
    (listed,) = client.get("/api/v1/tasks/project/tower-a").json()["tasks"]
    assert listed["trace_id"] == TRACE


def test_tasks_are_found_by_their_trace(
    client: TestClient, ledger: Ledger, projector: Projector
) -> None:
    task = ledger.register(traceparent=f"00-{TRACE}-00f067aa0ba902b7-01")
    ledger.register(traceparent=f"00-{TRACE[::-1]}-00f067aa0ba902b7-01")
    ledger.register()
    projector.caught_up()
    for query in (f"trace:{TRACE}", f"trace:~{TRACE[:8].upper()}"):
        answer = client.get("/api/v1/tasks/project/tower-a", params={"query": query}).json()
        assert [each["task_id"] for each in answer["tasks"]] == [str(task.id)], query


def test_a_trace_that_was_not_sampled_is_not_named(client: TestClient, ledger: Ledger) -> None:
    task = ledger.register(traceparent=f"00-{TRACE}-00f067aa0ba902b7-00")
    assert client.get(f"/api/v1/tasks/{task.id}").json()["trace_id"] is None


def test_the_session_says_where_traces_are_shown(
    client: TestClient, settings: Settings, token: Callable[..., dict[str, str]]
) -> None:
    assert client.get("/api/v1/session").json()["trace_url"] is None
    template = "https://traces.example/{trace_id}"
    app = create_app(settings.model_copy(update={"trace_url": template}), plugins=())
    with TestClient(app) as other:
        other.headers.update(token("anna", "viewer"))
        assert other.get("/api/v1/session").json()["trace_url"] == template

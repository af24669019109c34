"""Every answer says that its type is not to be guessed; what the API says is kept nowhere."""

from uuid import uuid4

from fastapi.testclient import TestClient

from tests.task_ledger.server.ledger import Ledger


def test_what_the_api_says_is_not_kept_and_not_taken_for_another_type(
    client: TestClient, ledger: Ledger
) -> None:
    task = ledger.register()
    for path, status in (
        ("/api/v1/session", 200),
        (f"/api/v1/tasks/{uuid4()}", 404),
        ("/api/v1/nothing", 404),
        ("/api/v1/projects/tower-a/events/export", 200),
    ):
        answer = client.get(path)
        assert answer.status_code == status
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
    # A task has an ETag, so it may be kept if it is asked for again.
    answer = client.get(f"/api/v1/tasks/{task.id}")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert client.get("/healthz").headers["X-Content-Type-Options"] == "nosniff"

"""When a message is due: as Celery understands it, or a clear error."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from celery import Celery
from celery.worker.request import Request

from task_ledger.errors import InvalidEvent
from task_ledger.eventlog.message import due_time


def eta_in_celery(app: Celery, eta: str) -> datetime:
    """When a worker of Celery's own would run a message with this eta."""

    @app.task(name="t")
    def task() -> None: ...

    message: Any = SimpleNamespace(
        headers={"id": "i", "task": "t", "eta": eta}, payload=((), {}, {}), body=b"",
        content_type="application/json", content_encoding="utf-8", delivery_info={},
        properties={},
    )  # fmt: skip
    request: Any = Request(
        message, app=app, task=task, headers=message.headers, body=((), {}, {}), decoded=True
    )
    return request.eta


@pytest.mark.parametrize("settings", [{}, {"timezone": "Asia/Kabul"}, {"timezone": "US/Pacific"}])
@pytest.mark.parametrize("eta", ["2030-06-01T12:00:00", "2030-06-01T12:00:00+05:00"])
def test_an_eta_is_due_when_celery_would_run_it(settings: dict[str, Any], eta: str) -> None:
    app = Celery(set_as_current=False)
    app.conf.update(settings)
    expected = eta_in_celery(app, eta)
    assert due_time(None, eta) == due_time(None, datetime.fromisoformat(eta)) == expected


def test_a_time_without_an_offset_is_utc() -> None:
    assert due_time(None, "2030-06-01T12:00:00") == datetime(2030, 6, 1, 12, tzinfo=UTC)


def test_a_countdown_counts_from_now_and_an_eta_goes_first() -> None:
    due = due_time(60, None)
    assert due is not None
    assert abs(due - datetime.now(UTC) - timedelta(seconds=60)) < timedelta(seconds=5)
    time = datetime(2030, 1, 1, tzinfo=UTC)
    assert due_time(60, time) == time
    assert due_time(None, None) is None


@pytest.mark.parametrize(
    ("countdown", "eta"),
    [(1e300, None), (float("nan"), None), (float("inf"), None), (None, "soon"), (None, "")],
)
def test_what_is_no_time_is_refused(countdown: float | None, eta: str | None) -> None:
    with pytest.raises(InvalidEvent, match="is not a valid time"):
        due_time(countdown, eta)

"""A thread that a body starts by `in_this_run` is in the attempt's trace."""

from threading import Thread
from typing import Any

from task_ledger import in_this_run
from task_ledger.registration.run_context import Run, running
from task_ledger.tracing.spans import inject_current
from tests.task_ledger.tracing.conftest import Web


class OneRun(Run):
    """A run that sends nothing."""

    @property
    def session(self) -> Any:
        raise NotImplementedError

    def send(self, message: Any, due_at: Any) -> None:
        raise NotImplementedError


def test_the_current_span_is_current_in_the_thread_too(web: Web) -> None:
    headers: dict[str, Any] = {}
    with web().request() as trace_id, running(OneRun("x")):
        thread = Thread(target=in_this_run(inject_current), args=(headers,))
        thread.start()
        thread.join()
    assert headers["traceparent"].split("-")[1] == trace_id

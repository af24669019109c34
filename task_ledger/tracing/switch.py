"""Whether this process records spans: `TASK_LEDGER_TRACES`."""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from task_ledger.tracing.recording import Recorder

VARIABLE: Final = "TASK_LEDGER_TRACES"

_ON: Final = frozenset({"1", "true", "t", "yes", "y", "on"})
_OFF: Final = frozenset({"", "0", "false", "f", "no", "n", "off"})


def why_unavailable() -> str | None:
    """Why spans cannot be recorded although they are on; None if they are off or can be."""
    value = os.environ.get(VARIABLE, "").strip().lower()
    if value in _OFF:
        return None
    if value not in _ON:
        return f"{VARIABLE} must be true or false, not {value!r}"
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.trace") is None:
        return f"{VARIABLE} is set, and opentelemetry is missing: pip install 'task-ledger[traces]'"
    return None


@cache
def recorder() -> Recorder | None:
    """This process's recorder of spans; None while traces are off.

    The variable is read once. If spans cannot be recorded, an error is logged and traces are off:
    workers and the projector refuse to start then, and an application goes on enqueueing.
    """
    if os.environ.get(VARIABLE, "").strip().lower() in _OFF:
        return None
    problem = why_unavailable()
    if problem is not None:
        import structlog

        structlog.get_logger(__name__).error("traces_unavailable", reason=problem)
        return None
    from task_ledger.tracing.recording import Recorder

    return Recorder()


def flush_spans(timeout_s: float = 2.0) -> None:
    """Export the spans that have ended, before this process ends; does nothing while traces are
    off.

    Args:
        timeout_s: returns after that many seconds, whether or not the collector has answered.
    """
    recorder_of_process = recorder()
    if recorder_of_process is not None:
        recorder_of_process.flush(timeout_s)

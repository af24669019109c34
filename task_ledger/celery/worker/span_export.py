"""Exporting a worker child's last spans before it ends."""

from typing import Any

from celery import bootsteps
from celery.signals import worker_process_shutdown

from task_ledger.tracing.switch import flush_spans, recorder


class ExportSpans(bootsteps.Step):
    """Flushes the spans of each child of the pool at its end, which skips Python's exit handlers.

    The main process loads OpenTelemetry's API before it forks; exporters start in the children.
    """

    def __init__(self, parent: Any, **options: Any) -> None:
        """Connect the signal of a child's end, if traces are on."""
        super().__init__(parent, **options)
        if recorder() is not None:
            worker_process_shutdown.connect(_flush, weak=False, dispatch_uid="task_ledger.spans")


def _flush(**_: Any) -> None:
    flush_spans()

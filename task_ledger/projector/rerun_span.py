"""The span of running a task again: the first of a new trace, linked to that of the ended task."""

from uuid import UUID

from task_ledger.model.events import Registered
from task_ledger.tracing.attributes import MESSAGE_ID, PROJECT, RERUN_OF, TASK_TYPE, operation
from task_ledger.tracing.spans import Kind, Span, start_span


def rerun_span(
    task_name: str, project_id: str, original: Registered, task_id: UUID, new_task_id: UUID
) -> Span:
    """Start the span of the registration of a new task.

    Args:
        task_name: its name in Celery.
        original: the data of the ended task's `registered`, whose span is linked to.
        task_id: the ended task.
    """
    return start_span(
        f"rerun {task_name}",
        Kind.PRODUCER,
        {
            **operation("rerun", "send"),
            MESSAGE_ID: str(new_task_id),
            PROJECT: project_id,
            RERUN_OF: str(task_id),
            TASK_TYPE: original.task_type,
        },
        parent={},
        link=original.traceparent,
    )

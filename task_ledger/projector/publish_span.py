"""The span of one message that the relay publishes, between `enqueue` and the attempt."""

from collections.abc import Mapping
from typing import Any

from task_ledger.eventlog.message import HEADER, Message
from task_ledger.tracing.attributes import ATTEMPT, DESTINATION, MESSAGE_ID, PROJECT, operation
from task_ledger.tracing.spans import NO_SPAN, TRACEPARENT, Kind, Span, start_span
from task_ledger.tracing.switch import recorder


def publish_span(message: Message, headers: Mapping[str, Any], attempt: int | None) -> Span:
    """Start the span of a message, in the trace that its headers name.

    Args:
        headers: those to publish.
        attempt: the attempt that it is for; None for an untracked message, which has a span only
            if it is part of a trace.
    """
    if recorder() is None or (attempt is None and TRACEPARENT not in headers):
        return NO_SPAN
    attributes: dict[str, Any] = {
        **operation("publish", "send"),
        DESTINATION: message.queue,
        MESSAGE_ID: str(headers.get("id")),
    }
    if attempt is not None:
        attributes |= {ATTEMPT: attempt, PROJECT: str(headers[HEADER].get("project_id"))}
    name = f"publish {headers.get('task')}"
    return start_span(name, Kind.PRODUCER, attributes, parent=headers)

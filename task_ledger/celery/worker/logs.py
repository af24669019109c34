"""Worker logs: the ledger's and Celery's lines as JSON objects.

Celery logs a task's result and the traceback of a failed task. Here, its lines contain only what
happened to which task; results and tracebacks are in the ledger, for those who may read them.
"""

import logging
import re
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import structlog
from celery.app import trace
from celery.worker.consumer import consumer as of_celery

from task_ledger.model.scrub import scrubbed
from task_ledger.ops.logs import BEFORE_RENDERING, write_records

_NAMES: Final[Mapping[str, str]] = {
    trace.LOG_RECEIVED: "task_received",
    trace.LOG_SUCCESS: "task_succeeded",
    trace.LOG_FAILURE: "task_failed",
    trace.LOG_RETRY: "task_retried",
    trace.LOG_IGNORED: "task_ignored",
    trace.LOG_REJECTED: "task_rejected",
}
"""Event names for Celery's log messages about tasks, by format string. Celery's internal errors
have the format of a failure."""

_CONSUMER: Final[Any] = of_celery
_OF_MESSAGES: Final[Mapping[str, str]] = {
    _CONSUMER.UNKNOWN_TASK_ERROR: "task_unknown",
    _CONSUMER.INVALID_TASK_ERROR: "task_invalid",
    _CONSUMER.MESSAGE_DECODE_ERROR: "message_unreadable",
    _CONSUMER.UNKNOWN_FORMAT: "message_unknown",
}
"""Event names for Celery's log messages about dropped messages, which it prints in full, by format
string."""

_ARGUMENTS: Final = re.compile(r"(\b(?:kw)?args(?:repr)?['\"]?: ?).*")
"""Arguments in a line that describes a request, and all that follows."""


def configure_worker_logs() -> None:
    """Write the lines of this process's loggers, and structlog's events, as JSON on standard error.

    Call it before the worker starts, in an app with `worker_hijack_root_logger=False`. Celery's
    records keep the task's name, id and run time; results, arguments and tracebacks are left out,
    and what looks like a secret is hidden.
    """
    structlog.configure(
        processors=[*BEFORE_RENDERING, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    write_records(structlog.processors.JSONRenderer(), named)
    logging.getLogger("task_ledger").setLevel(logging.INFO)
    logging.getLogger("services").setLevel(logging.INFO)


def named(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace Celery's log sentence about a task or a message by an event name and fields.

    Any other log message of Celery keeps its first line, without arguments.
    """
    record: logging.LogRecord = event["_record"]
    said = str(record.msg)
    of_task: Mapping[str, Any] | None = getattr(record, "data", None)
    if said in _OF_MESSAGES:
        event["event"] = _OF_MESSAGES[said]
    elif of_task is not None and said in _NAMES:
        event["event"] = _NAMES[said]
        event["task"] = of_task["name"]
        event["task_id"] = of_task["id"]
        if "runtime" in of_task:
            event["ran_s"] = round(of_task["runtime"], 3)
        if "exc" in of_task and "message" not in event:
            event["message"] = scrubbed(str(of_task["exc"]))
    elif record.name.partition(".")[0] in {"celery", "kombu"}:
        first = str(event["event"]).partition("\n")[0]
        event["event"] = _ARGUMENTS.sub(r"\1[hidden]", first)
    return event

"""Building messages for many signatures of one task, of which Celery builds the first few.

A message depends on the task, the options and the configuration; between otherwise equal
signatures, only the id, the arguments and their representation differ. Celery builds the first two
messages of a kind. The second is also derived from the first; only if the two are equal are further
ones derived this way. Otherwise Celery builds each.
"""

import json
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from celery import Signature, Task, signals
from kombu.serialization import dumps

from task_ledger.eventlog.message import HEADER, LedgerHeader, Message
from task_ledger.model.sanitize import sanitize
from task_ledger.registration.options import OPTION
from task_ledger.registration.registration import message_of

_PROTOCOL: Final = 2

_PER_TASK: Final = frozenset({"countdown", "eta", "expires", "task_id", OPTION})

_OF_THE_KIND: Final = frozenset(
    {
        "delivery_mode", "exchange", "headers", "ignore_result", "priority", "queue",
        "routing_key", "serializer", "soft_time_limit", "time_limit",
    }
)  # fmt: skip
"""Options that affect all messages in the same way."""


@dataclass(slots=True)
class _Kind:
    """Signatures that differ only in id and arguments.

    Attributes:
        first: the message that Celery built first.
        proven: whether the second message equals the one derived from `first`; None before there
            was one.
    """

    first: Message
    serializer: str
    proven: bool | None = None


@dataclass(slots=True)
class MessageKinds:
    """A faster `message_of` for many signatures of single tasks."""

    _kinds: dict[str, _Kind] = field(default_factory=dict[str, _Kind])

    def message_of(
        self, called: Signature[Any], header: LedgerHeader, /, **options: Any
    ) -> Message:
        """The message that Celery would send for a signature of one task.

        Args:
            options: options of `apply_async`, including `task_id`; the others must be the same in
                every call.

        Raises:
            TypeError: the task's function does not take these arguments.
        """
        key = _key(called)
        kind = self._kinds.get(key) if key is not None else None
        if kind is not None and kind.proven:
            _check_arguments(called)
            return _made(kind, called, header, options["task_id"])
        message = message_of(called, header, **options)
        if key is not None:
            if kind is None:
                self._kinds[key] = _Kind(message, _serializer(called))
            elif kind.proven is None:
                kind.proven = _made(kind, called, header, options["task_id"]) == message
        return message


def _key(called: Signature[Any]) -> str | None:
    """The key shared by signatures of one kind; None if Celery must build the message.

    A router, a receiver of `before_task_publish`, and a task's own `apply_async` or `shadow_name`
    may depend on the arguments.
    """
    options = {k: v for k, v in called.options.items() if k not in _PER_TASK}
    if not options.keys() <= _OF_THE_KIND or not _is_plain(called):
        return None
    try:
        told = json.dumps(options, sort_keys=True) if options else ""
    except (TypeError, ValueError):
        return None
    return f"{id(called.app)} {called.task} {type(called.args).__name__} {told}"


def _is_plain(called: Signature[Any]) -> bool:
    app: Any = called.app
    routes = app.conf.task_routes
    tables = cast("Any", routes if isinstance(routes, list | tuple) else [routes or {}])
    if (
        signals.before_task_publish.receivers
        or app.conf.task_protocol != _PROTOCOL
        or not all(isinstance(table, dict) for table in tables)
    ):
        return False
    task: Any = app.tasks.get(str(called.task))
    if task is None:
        return True
    own = cast("Any", type(task))
    plain: Any = Task
    defined_in = str(own.apply_async.__module__)
    return own.shadow_name is plain.shadow_name and defined_in.startswith(
        ("task_ledger.", "celery.")
    )


def _serializer(called: Signature[Any]) -> str:
    task: Any = called.app.tasks.get(str(called.task))
    return str(
        called.options.get("serializer")
        or getattr(task, "serializer", None)
        or called.app.conf.task_serializer
    )


def _check_arguments(called: Signature[Any]) -> None:
    task: Any = called.app.tasks.get(str(called.task))
    if task is not None and task.typing:
        task.__header__(*called.args, **called.kwargs)


def _made(kind: _Kind, called: Signature[Any], header: LedgerHeader, task_id: str) -> Message:
    first = kind.first
    amqp: Any = called.app.amqp
    built = amqp.create_task_message(task_id, called.task, called.args, called.kwargs)
    own = {name: built.headers[name] for name in ("id", "argsrepr", "kwargsrepr")}
    if first.headers["root_id"] == first.headers["id"]:
        own["root_id"] = task_id
    _, encoding, body = cast(
        "tuple[str, str, str | bytes]", dumps(built.body, serializer=kind.serializer)
    )
    return replace(
        first,
        headers={**first.headers, **sanitize(own), HEADER: header.as_value()},
        properties={**first.properties, "correlation_id": task_id},
        body=body.encode(encoding) if isinstance(body, str) else body,
    )

"""Building registrations of many signatures of one task, of which Celery builds the first few.

A registration depends on the task, the options and the configuration; between otherwise equal
signatures, only the id, the arguments, the times, and the name, metadata and entity differ. The
first two registrations of a kind are built with the messages of Celery. The second is also derived
from the first; only if the two are equal are further ones derived this way.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import Any, Final

from celery import Signature

from task_ledger.eventlog.message import HEADER
from task_ledger.model.timestamps import EARLIEST, LATEST
from task_ledger.registration.canvas import CanvasStep
from task_ledger.registration.options import OPTION, EnqueueOptions
from task_ledger.registration.plain_signature import has_listener, is_plain
from task_ledger.registration.registration import (
    NONCE_BYTES,
    Registration,
    expiry_of,
    registration_of,
)
from task_ledger.registration.registration_template import RegistrationTemplate
from task_ledger.registration.run_context import current_run

_MOST: Final = 1000
"""Number of kinds remembered; signatures of further kinds are built by Celery."""

_PER_TASK: Final = frozenset({"countdown", "eta", "expires", "task_id", OPTION})

_OF_THE_KIND: Final = frozenset(
    {
        "delivery_mode", "exchange", "headers", "ignore_result", "priority", "queue",
        "routing_key", "serializer", "soft_time_limit", "time_limit",
    }
)  # fmt: skip
"""Options that affect all messages in the same way."""

_OF_TYPE: Final = ("task_type", "max_attempts")
_STEP: Final = frozenset({"name", "metadata", "entity", *_OF_TYPE})

Key = tuple[object, ...]


@dataclass(slots=True)
class _Kind:
    """Signatures whose registrations differ only in what is the task's own.

    Attributes:
        first: the one built first.
        template: derives further ones; None before the second, and if that was not equal.
        compared: whether the second was compared.
    """

    first: Registration
    template: RegistrationTemplate | None = None
    compared: bool = False


@dataclass(slots=True)
class RegistrationKinds:
    """A faster `registration_of` for many signatures of single tasks.

    Args:
        options: those of the call.
        now: the time from which an `expires` in seconds counts.
    """

    options: EnqueueOptions
    now: Callable[[], datetime]
    _kinds: dict[Key, _Kind] = field(default_factory=dict[Key, _Kind])
    _plain: dict[Key, bool] = field(default_factory=dict[Key, bool])

    def registration_of(self, step: CanvasStep) -> Registration:
        """Prepare the registration of one task that waits for no other.

        Raises:
            InvalidEvent, NoActor, UnsupportedSignature: as in `task_ledger.enqueue`.
            TypeError: the task's function does not take the arguments.
        """
        called = step.signature
        key = self._key(called)
        kind = self._kinds.get(key) if key is not None else None
        if kind is not None and kind.template is not None:
            expires, expires_at = called.options.get("expires"), self.options.expires_at
            if expires_at is None and expires is not None:
                expires_at = expiry_of(expires, self.now)
            if expires_at is None or EARLIEST <= expires_at <= LATEST:
                nonce = token_hex(NONCE_BYTES)
                return kind.template.registration(called, step.task_id, expires_at, nonce)
        built = registration_of(step, self.options, None, now=self.now)
        if kind is not None and not kind.compared:
            kind.template = self._proven(kind.first, called, built)
            kind.compared = True
        elif kind is None and key is not None and len(self._kinds) < _MOST:
            self._kinds[key] = _Kind(built)
        return built

    def _proven(
        self, first: Registration, called: Signature[Any], built: Registration
    ) -> RegistrationTemplate | None:
        template = RegistrationTemplate.of(first, called, self.options)
        header = json.loads(built.parameters["message"])["headers"][HEADER]
        expires = header.get("expires_at")
        expires_at = datetime.fromisoformat(expires) if expires else None
        derived = template.registration(called, built.task_id, expires_at, header["nonce"])
        derived.parameters["occurred_at"] = built.parameters["occurred_at"]
        return template if derived == built else None

    def _key(self, called: Signature[Any]) -> Key | None:
        """The key shared by signatures of one kind; None if Celery must build the message."""
        options = called.options
        own: dict[str, Any] = options.get(OPTION) or {}
        shared = {name: value for name, value in options.items() if name not in _PER_TASK}
        app, task = called.app, called.task
        if (
            has_listener()
            or not (shared.keys() <= _OF_THE_KIND and own.keys() <= _STEP)
            or type(called.args) not in {tuple, list}
            or type(called.kwargs) is not dict
            or not self._is_plain(app, task, called)
        ):
            return None
        try:
            shared |= {f"{OPTION}.{name}": own[name] for name in _OF_TYPE if name in own}
            told = json.dumps(shared, sort_keys=True) if shared else ""
        except (TypeError, ValueError):
            return None
        run = current_run()
        return (
            app,
            task,
            told,
            options.get("expires") is not None or self.options.expires_at is not None,
            run.task_id if run else None,
            run.root_id if run else None,
        )

    def _is_plain(self, app: object, task: object, called: Signature[Any]) -> bool:
        key = (app, task, type(called))
        plain = self._plain.get(key)
        if plain is None:
            plain = self._plain[key] = is_plain(called)
        return plain

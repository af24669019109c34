"""Deriving the registration of a signature from that of another one of its kind."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from celery import Signature
from pydantic import TypeAdapter

from task_ledger.eventlog.actor import current_actor
from task_ledger.eventlog.message import due_time
from task_ledger.model.events import check_size
from task_ledger.model.timestamps import Time
from task_ledger.model.transitions import EventType
from task_ledger.registration.message_template import MessageTemplate
from task_ledger.registration.options import OPTION, EnqueueOptions
from task_ledger.registration.registration import Registration, seconds
from task_ledger.registration.shown import shown
from task_ledger.registration.text_template import EXPIRES, HASH, TextTemplate

_SHOWN: Final = frozenset({"name", "metadata", "entity"})

_TIME: Final[TypeAdapter[datetime]] = TypeAdapter(Time)


@dataclass(frozen=True, slots=True)
class RegistrationTemplate:
    """The common part of the registrations of one kind.

    Attributes:
        first: the registration from which others are derived.
        options: those of the call.
        task: the task; None if its code is elsewhere.
        message: their message.
        data: their clear data.
        shown: the name and the private data of a task without its own.
    """

    first: Registration
    options: EnqueueOptions
    task: Any
    message: MessageTemplate
    data: TextTemplate
    shown: tuple[str, str]

    @classmethod
    def of(
        cls, first: Registration, called: Signature[Any], options: EnqueueOptions
    ) -> "RegistrationTemplate":
        """The template of a registration.

        Args:
            called: a signature of its kind.
            options: those of the call.
        """
        text: str = first.parameters["data"]
        data: dict[str, Any] = json.loads(text)
        text = text.replace(data["message_sha256"], HASH)
        if "expires_at" in data:
            text = text.replace(data["expires_at"], EXPIRES)
        task_name = str(called.task)
        return cls(
            first,
            options,
            called.app.tasks.get(task_name),
            MessageTemplate.of(first.parameters["message"], called),
            TextTemplate.of(text),
            shown(task_name, options, {}),
        )

    def registration(
        self, called: Signature[Any], task_id: UUID, expires_at: datetime | None, nonce: str
    ) -> Registration:
        """The registration of a signature of this kind.

        Args:
            expires_at: a time from `EARLIEST` to `LATEST`, or None, as for the first.
            nonce: for the message's header.

        Raises:
            InvalidEvent, NoActor, TooLarge: as in `registration_of`.
            TypeError: the task's function does not take the arguments.
        """
        args, kwargs, options = tuple(called.args), called.kwargs, called.options
        if self.task is not None and self.task.typing:
            self.task.__header__(*args, **kwargs)
        identity = str(task_id)
        expiry = expires_at.isoformat() if expires_at else None
        body = self.message.body(args, kwargs)
        digest = self.message.hash(identity, body, expiry, nonce)
        data = self.data.filled(
            {HASH: digest, EXPIRES: _expiry_text(expires_at) if expires_at else ""}
        )
        own: Mapping[str, Any] = options.get(OPTION) or {}
        name, private = (
            self.shown if _SHOWN.isdisjoint(own) else shown(str(called.task), self.options, own)
        )
        # Joined, the two share one pair of braces and have a comma between them.
        check_size(EventType.REGISTERED, len(data.encode()) + len(private.encode()) - 1)
        eta, countdown = options.get("eta"), options.get("countdown")
        due_at = None if eta is None else due_time(None, eta)
        parameters: dict[str, Any] = {
            **self.first.parameters,
            "task_id": task_id,
            "actor": self.options.actor or current_actor(),
            "occurred_at": datetime.now(UTC),
            "data": data,
            "private": private,
            "due_at": due_at,
            "due_in_s": None if countdown is None or due_at is not None else seconds(countdown),
            "message": self.message.stored(args, kwargs, identity, expiry, nonce),
            "body": body,
        }
        return Registration(task_id, self.first.task_type, name, self.first.statement, parameters)


def _expiry_text(expires_at: datetime) -> str:
    return _TIME.dump_json(expires_at).decode().strip('"')

"""Deriving the message of a signature from that of another one of its kind."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from json.encoder import encode_basestring_ascii
from typing import Any, Final, cast

from celery import Signature
from kombu.serialization import dumps

from task_ledger.eventlog.message import HEADER
from task_ledger.eventlog.message_hash import message_hash
from task_ledger.model.sanitize import sanitize_text
from task_ledger.registration.arguments_repr import flat_repr
from task_ledger.registration.text_template import ARGS, EXPIRES, ID, KWARGS, NONCE, TextTemplate

_HASHED: Final = ("task", "timelimit")


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """What the messages of one kind share.

    Attributes:
        text: the message as stored.
        hashed: the headers of all of them that the message's hash covers.
        project_id: the tasks' project.
        embedded: the third part of the body, after the arguments.
    """

    text: TextTemplate
    hashed: dict[str, Any]
    project_id: str
    content_type: str
    content_encoding: str
    serializer: str
    embedded: dict[str, Any]

    @classmethod
    def of(cls, stored: str, called: Signature[Any]) -> "MessageTemplate":
        """The template of a stored message; `called` is a signature of its kind."""
        fields: dict[str, Any] = json.loads(stored)
        headers: dict[str, Any] = fields["headers"]
        own: dict[str, Any] = headers[HEADER]
        hashed = {name: headers[name] for name in _HASHED}
        if headers["root_id"] == headers["id"]:
            headers["root_id"] = ID
        headers |= {"id": ID, "argsrepr": ARGS, "kwargsrepr": KWARGS}
        fields["properties"]["correlation_id"] = ID
        own["nonce"] = NONCE
        if "expires_at" in own:
            own["expires_at"] = EXPIRES
        # The representations are put in with their quotes.
        text = json.dumps(fields).replace(f'"{ARGS}"', ARGS).replace(f'"{KWARGS}"', KWARGS)
        app: Any = called.app
        return cls(
            TextTemplate.of(text),
            hashed,
            own["project_id"],
            fields["content_type"],
            fields["content_encoding"],
            _serializer(called),
            app.amqp.create_task_message("", called.task).body[2],
        )

    def body(self, called: Signature[Any]) -> bytes:
        """The message's body.

        Raises:
            kombu.exceptions.EncodeError: the arguments cannot be serialised.
        """
        body = (tuple(called.args), called.kwargs, self.embedded)
        _, encoding, encoded = cast(
            "tuple[str, str, str | bytes]", dumps(body, serializer=self.serializer)
        )
        return encoded.encode(encoding) if isinstance(encoded, str) else encoded

    def stored(
        self, called: Signature[Any], task_id: str, expires_at: datetime | None, nonce: str
    ) -> str:
        """The message's text, to be stored with the body."""
        args, kwargs = _representations(called)
        return self.text.filled(
            {
                ID: task_id,
                ARGS: encode_basestring_ascii(sanitize_text(args)),
                KWARGS: encode_basestring_ascii(sanitize_text(kwargs)),
                EXPIRES: expires_at.isoformat() if expires_at else "",
                NONCE: nonce,
            }
        )

    def hash(self, task_id: str, expires_at: datetime | None, nonce: str, body: bytes) -> str:
        """The message's hash; see `message_hash`."""
        own: Mapping[str, Any] = {
            "project_id": self.project_id,
            "expires_at": expires_at.isoformat() if expires_at else None,
            "nonce": nonce,
        }
        headers = {**self.hashed, "id": task_id, HEADER: own}
        return message_hash(headers, self.content_type, self.content_encoding, body)


def _serializer(called: Signature[Any]) -> str:
    task: Any = called.app.tasks.get(str(called.task))
    return str(
        called.options.get("serializer")
        or getattr(task, "serializer", None)
        or called.app.conf.task_serializer
    )


def _representations(called: Signature[Any]) -> tuple[str, str]:
    amqp: Any = called.app.amqp
    args, kwargs = tuple(called.args), called.kwargs
    args_text = flat_repr(args, amqp.argsrepr_maxsize)
    kwargs_text = flat_repr(kwargs, amqp.kwargsrepr_maxsize)
    if args_text is not None and kwargs_text is not None:
        return args_text, kwargs_text
    headers = amqp.create_task_message("", called.task, args, kwargs).headers
    return headers["argsrepr"], headers["kwargsrepr"]

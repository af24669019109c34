"""Derives the message of a signature from that of another one of its kind."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii
from typing import Any, cast

from celery import Signature
from kombu.serialization import dumps

from task_ledger.eventlog.message import HEADER
from task_ledger.eventlog.message_hash import hash_of_many
from task_ledger.model.sanitize import sanitize_text
from task_ledger.registration.arguments_repr import flat_repr
from task_ledger.registration.text_template import ARGS, EXPIRES, ID, KWARGS, NONCE, TextTemplate


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """The common part of the messages of one kind.

    Attributes:
        text: the message as stored.
        hash: the hash of one of them; see `hash_of_many`.
        embedded: the third part of the body, after the arguments.
        amqp: the application's AMQP, which represents arguments that are not flat.
    """

    text: TextTemplate
    hash: Callable[[str, bytes, str | None, str], str]
    serializer: str
    embedded: dict[str, Any]
    amqp: Any

    @classmethod
    def of(cls, stored: str, called: Signature[Any]) -> "MessageTemplate":
        """The template of a stored message; `called` is a signature of its kind."""
        fields: dict[str, Any] = json.loads(stored)
        headers: dict[str, Any] = fields["headers"]
        own: dict[str, Any] = headers[HEADER]
        hash_of = hash_of_many(headers, fields["content_type"], fields["content_encoding"])
        if headers["root_id"] == headers["id"]:
            headers["root_id"] = ID
        headers |= {"id": ID, "argsrepr": ARGS, "kwargsrepr": KWARGS}
        fields["properties"]["correlation_id"] = ID
        own["nonce"] = NONCE
        if "expires_at" in own:
            own["expires_at"] = EXPIRES
        # The representations are put in with their quotes.
        text = json.dumps(fields).replace(f'"{ARGS}"', ARGS).replace(f'"{KWARGS}"', KWARGS)
        amqp: Any = called.app.amqp
        return cls(
            TextTemplate.of(text),
            hash_of,
            _serializer(called),
            amqp.create_task_message("", "").body[2],
            amqp,
        )

    def body(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bytes:
        """The message's body.

        Raises:
            kombu.exceptions.EncodeError: the arguments cannot be serialised.
        """
        body = (args, kwargs, self.embedded)
        _, encoding, encoded = cast(
            "tuple[str, str, str | bytes]", dumps(body, serializer=self.serializer)
        )
        return encoded.encode(encoding) if isinstance(encoded, str) else encoded

    def stored(
        self,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        task_id: str,
        expires_at: str | None,
        nonce: str,
    ) -> str:
        """The message's text, to be stored with the body."""
        args_text = flat_repr(args, self.amqp.argsrepr_maxsize)
        kwargs_text = flat_repr(kwargs, self.amqp.kwargsrepr_maxsize)
        if args_text is None or kwargs_text is None:
            headers = self.amqp.create_task_message("", "", args, kwargs).headers
            args_text, kwargs_text = headers["argsrepr"], headers["kwargsrepr"]
        return self.text.filled(
            {
                ID: task_id,
                ARGS: encode_basestring_ascii(sanitize_text(args_text)),
                KWARGS: encode_basestring_ascii(sanitize_text(kwargs_text)),
                EXPIRES: expires_at or "",
                NONCE: nonce,
            }
        )


def _serializer(called: Signature[Any]) -> str:
    task: Any = called.app.tasks.get(str(called.task))
    return str(
        called.options.get("serializer")
        or getattr(task, "serializer", None)
        or called.app.conf.task_serializer
    )

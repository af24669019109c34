"""The anthropic SDK: Anthropic, and gateways that speak its messages."""

from __future__ import annotations

from typing import Any, Final

import anthropic
from pydantic import BaseModel

from takeoff.providers.chat import AnswerT, Reply
from takeoff.providers.faults import Faults
from takeoff.providers.picture import Picture
from takeoff.providers.sdk import Sdk

_MAX_TOKENS: Final = 8192
_TOOL: Final = "answer"


def _told(body: dict[str, Any]) -> object:
    error = body.get("error")
    return error.get("message") if isinstance(error, dict) else None


_SDK: Final = Sdk(anthropic, _told)


class _Block(BaseModel):
    type: str
    input: dict[str, Any] | None = None


class _Usage(BaseModel):
    input_tokens: int | None = None
    output_tokens: int | None = None


class _Message(BaseModel):
    """What is used of a message."""

    content: list[_Block]
    model: str | None = None
    stop_reason: str | None = None
    usage: _Usage | None = None


class AnthropicChat:
    """A model behind ``base_url``; asked once per question, silence ends after ``timeout_s``."""

    def __init__(self, base_url: str, key: str, model: str, timeout_s: float) -> None:
        self.name = "anthropic"
        self.model = model
        self.longest_edge_px = 1568
        self._base_url = base_url
        self._key = key
        self._timeout_s = timeout_s
        self._faults = Faults(self.name, key)

    def ask(self, picture: Picture, question: str, form: type[AnswerT]) -> Reply[AnswerT]:
        """See :meth:`takeoff.providers.chat.Chat.ask`."""

        def ask() -> Reply[AnswerT]:
            body = self._create(picture, question, form.model_json_schema())
            return self._reply(_Message.model_validate_json(body), form)

        return _SDK.asked(ask, self._faults, self._timeout_s)

    def _create(self, picture: Picture, question: str, schema: Any) -> bytes:
        source = {"type": "base64", "media_type": "image/png", "data": picture.base64}
        messages: Any = [
            {
                "role": "user",
                "content": [
                    {"type": "image", "source": source},
                    {"type": "text", "text": question},
                ],
            }
        ]
        # No redirect is followed: it could carry the key to another server.
        with (
            anthropic.DefaultHttpxClient(follow_redirects=False) as http,
            anthropic.Anthropic(
                api_key=self._key,
                base_url=self._base_url,
                timeout=self._timeout_s,
                max_retries=0,
                http_client=http,
            ) as client,
        ):
            raw = client.messages.with_raw_response.create(
                model=self.model,
                max_tokens=_MAX_TOKENS,
                messages=messages,
                tools=[{"name": _TOOL, "description": "Answer here.", "input_schema": schema}],
                tool_choice={"type": "tool", "name": _TOOL},
            )
            return raw.http_response.content

    def _reply(self, message: _Message, form: type[AnswerT]) -> Reply[AnswerT]:
        if message.stop_reason == "max_tokens":
            raise self._faults.unusable("it was cut off for its length")
        if message.stop_reason == "refusal":
            raise self._faults.unusable("the model refused")
        given = [block.input for block in message.content if block.type == "tool_use"]
        if not given:
            raise self._faults.unusable("it does not use the form it was given")
        return Reply(
            form.model_validate(given[0]),
            message.model or self.model,
            message.usage.input_tokens if message.usage else None,
            message.usage.output_tokens if message.usage else None,
        )

"""Chats by the anthropic SDK: Anthropic, and gateways that implement its Messages API."""

from __future__ import annotations

from typing import Any, Final

import anthropic
from pydantic import BaseModel

from takeoff.providers.chat import AnswerT, Reply
from takeoff.providers.picture import Picture
from takeoff.providers.sdk import SdkChat

_MAX_TOKENS: Final = 8192
_TOOL: Final = "answer"


class _Block(BaseModel):
    type: str
    input: dict[str, Any] | None = None


class _Usage(BaseModel):
    input_tokens: int | None = None
    output_tokens: int | None = None


class _Message(BaseModel):
    """The fields of a message that are used."""

    content: list[_Block]
    model: str | None = None
    stop_reason: str | None = None
    usage: _Usage | None = None


class AnthropicChat(SdkChat):
    """A model behind Anthropic's Messages API."""

    sdk = anthropic
    client_class = anthropic.Anthropic
    name = "anthropic"
    longest_edge_px = 1568

    def _send(
        self,
        client: anthropic.Anthropic,
        picture: Picture,
        question: str,
        form: type[AnswerT],
    ) -> bytes:
        source = {"type": "base64", "media_type": "image/png", "data": picture.base64}
        content = [{"type": "image", "source": source}, {"type": "text", "text": question}]
        messages: Any = [{"role": "user", "content": content}]
        schema: Any = form.model_json_schema()
        raw = client.messages.with_raw_response.create(
            model=self.model,
            max_tokens=_MAX_TOKENS,
            messages=messages,
            tools=[{"name": _TOOL, "description": "Answer here.", "input_schema": schema}],
            tool_choice={"type": "tool", "name": _TOOL},
        )
        return raw.http_response.content

    def _reply(self, body: bytes, form: type[AnswerT]) -> Reply[AnswerT]:
        message = _Message.model_validate_json(body)
        if message.stop_reason == "max_tokens":
            raise self._faults.unusable("it was truncated at its maximum length")
        if message.stop_reason == "refusal":
            raise self._faults.unusable("the model refused")
        given = [block.input for block in message.content if block.type == "tool_use"]
        if not given:
            raise self._faults.unusable("it does not use the given schema")
        return Reply(
            form.model_validate(given[0]),
            message.model or self.model,
            message.usage.input_tokens if message.usage else None,
            message.usage.output_tokens if message.usage else None,
        )

    def _told(self, body: dict[str, Any]) -> object:
        error = body.get("error")
        return error.get("message") if isinstance(error, dict) else None

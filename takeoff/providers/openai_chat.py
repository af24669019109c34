"""Chats by the openai SDK: OpenAI, and every server with a compatible chat completions API."""

from __future__ import annotations

from typing import Annotated, Any

import openai
from pydantic import BaseModel, Field

from takeoff.providers.chat import AnswerT, Reply
from takeoff.providers.picture import Picture
from takeoff.providers.sdk import SdkChat


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Completion(BaseModel):
    """The fields of a chat completion that are used."""

    choices: Annotated[list[_Choice], Field(min_length=1)]
    model: str | None = None
    usage: _Usage | None = None


class OpenAiChat(SdkChat):
    """A model behind OpenAI's chat completions API."""

    sdk = openai
    client_class = openai.OpenAI
    name = "openai"
    longest_edge_px = 2048

    def _send(
        self, client: openai.OpenAI, picture: Picture, question: str, form: type[AnswerT]
    ) -> bytes:
        image = {"url": f"data:image/png;base64,{picture.base64}", "detail": "high"}
        content = [{"type": "text", "text": question}, {"type": "image_url", "image_url": image}]
        messages: Any = [{"role": "user", "content": content}]
        schema: Any = {"name": form.__name__, "strict": True, "schema": form.model_json_schema()}
        # Parse the raw body: compatible servers omit fields that the SDK requires.
        raw = client.chat.completions.with_raw_response.create(
            model=self.model,
            messages=messages,
            response_format={"type": "json_schema", "json_schema": schema},
        )
        return raw.http_response.content

    def _reply(self, body: bytes, form: type[AnswerT]) -> Reply[AnswerT]:
        completion = _Completion.model_validate_json(body)
        choice = completion.choices[0]
        if choice.message.refusal:
            raise self._faults.unusable(f"the model refused: {choice.message.refusal}")
        if choice.finish_reason == "length":
            raise self._faults.unusable("it was truncated at its maximum length")
        usage = completion.usage
        return Reply(
            form.model_validate_json(choice.message.content or ""),
            completion.model or self.model,
            usage.prompt_tokens if usage else None,
            usage.completion_tokens if usage else None,
        )

    def _told(self, body: dict[str, Any]) -> object:
        return body.get("message")

"""The openai SDK: OpenAI, and every server that speaks its chat completions."""

from __future__ import annotations

from typing import Annotated, Any, Final

import openai
from pydantic import BaseModel, Field

from takeoff.providers.chat import AnswerT, Reply
from takeoff.providers.faults import Faults
from takeoff.providers.picture import Picture
from takeoff.providers.sdk import Sdk

_SDK: Final = Sdk(openai, told=lambda body: body.get("message"))


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
    """What is used of a chat completion."""

    choices: Annotated[list[_Choice], Field(min_length=1)]
    model: str | None = None
    usage: _Usage | None = None


class OpenAiChat:
    """A model behind ``base_url``; asked once per question, silence ends after ``timeout_s``."""

    def __init__(self, base_url: str, key: str, model: str, timeout_s: float) -> None:
        self.name = "openai"
        self.model = model
        self.longest_edge_px = 2048
        self._base_url = base_url
        self._key = key
        self._timeout_s = timeout_s
        self._faults = Faults(self.name, key)

    def ask(self, picture: Picture, question: str, form: type[AnswerT]) -> Reply[AnswerT]:
        """See :meth:`takeoff.providers.chat.Chat.ask`."""

        def ask() -> Reply[AnswerT]:
            body = self._complete(picture, question, form.model_json_schema(), form.__name__)
            return self._reply(_Completion.model_validate_json(body), form)

        return _SDK.asked(ask, self._faults, self._timeout_s)

    def _complete(self, picture: Picture, question: str, schema: Any, name: str) -> bytes:
        image = {"url": f"data:image/png;base64,{picture.base64}", "detail": "high"}
        # No redirect is followed: it could carry the key to another server.
        with (
            openai.DefaultHttpxClient(follow_redirects=False) as http,
            openai.OpenAI(
                api_key=self._key,
                base_url=self._base_url,
                timeout=self._timeout_s,
                max_retries=0,
                http_client=http,
            ) as client,
        ):
            messages: Any = [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": question},
                        {"type": "image_url", "image_url": image},
                    ],
                }
            ]
            # Read raw: servers that only resemble OpenAI leave out what its SDK takes for granted.
            raw = client.chat.completions.with_raw_response.create(
                model=self.model,
                messages=messages,
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": name, "strict": True, "schema": schema},
                },
            )
            return raw.http_response.content

    def _reply(self, completion: _Completion, form: type[AnswerT]) -> Reply[AnswerT]:
        choice = completion.choices[0]
        if choice.message.refusal:
            raise self._faults.unusable(f"the model refused: {choice.message.refusal}")
        if choice.finish_reason == "length":
            raise self._faults.unusable("it was cut off for its length")
        usage = completion.usage
        return Reply(
            form.model_validate_json(choice.message.content or ""),
            completion.model or self.model,
            usage.prompt_tokens if usage else None,
            usage.completion_tokens if usage else None,
        )

"""A chat by an SDK: one question at a time, and errors of ours that hold no key.

The SDKs of OpenAI and Anthropic are generated alike: their clients take the same arguments, and
their errors have the same names, in modules of their own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, ClassVar

from pydantic import ValidationError

from takeoff.providers.chat import AnswerT, Reply
from takeoff.providers.errors import ProviderError
from takeoff.providers.faults import Faults
from takeoff.providers.picture import Picture


class SdkChat(ABC):
    """A model behind ``base_url``; asked once per question, silence ends after ``timeout_s``.

    Attributes:
        sdk: the SDK's module, with its errors and HTTP client.
        client_class: its client.
        name, longest_edge_px: as :class:`takeoff.providers.chat.Chat` says.
    """

    sdk: ClassVar[Any]
    client_class: ClassVar[Any]
    name: ClassVar[str]
    longest_edge_px: ClassVar[int]

    def __init__(self, base_url: str, key: str, model: str, timeout_s: float) -> None:
        self.model = model
        self._base_url = base_url
        self._key = key
        self._timeout_s = timeout_s
        self._faults = Faults(self.name, key)

    def ask(self, picture: Picture, question: str, form: type[AnswerT]) -> Reply[AnswerT]:
        """See :meth:`takeoff.providers.chat.Chat.ask`."""
        failed: ProviderError
        # Raised outside of the handlers: what the SDK raised may quote the key.
        try:
            with self._client() as client:
                body = self._send(client, picture, question, form)
            return self._reply(body, form)
        except self.sdk.APIStatusError as error:
            told = self._told(error.body) if isinstance(error.body, dict) else None
            failed = self._faults.of_status(
                error.status_code,
                error.response.headers,
                told if isinstance(told, str) else error.message,
            )
        except self.sdk.APITimeoutError:
            failed = self._faults.silent(self._timeout_s)
        except self.sdk.APIConnectionError as error:
            failed = self._faults.unreachable(str(error.__cause__ or error))
        except ValidationError as error:
            failed = self._faults.not_as_asked(error)
        except self.sdk.APIError as error:
            failed = self._faults.unusable(error.message)
        raise failed

    @contextmanager
    def _client(self) -> Generator[Any]:
        # No redirect is followed: it could carry the key to another server.
        with (
            self.sdk.DefaultHttpxClient(follow_redirects=False) as http,
            self.client_class(
                api_key=self._key,
                base_url=self._base_url,
                timeout=self._timeout_s,
                max_retries=0,
                http_client=http,
            ) as client,
        ):
            yield client

    @abstractmethod
    def _send(self, client: Any, picture: Picture, question: str, form: type[AnswerT]) -> bytes:
        """Return the body of the answer to one request, as the server sent it."""

    @abstractmethod
    def _reply(self, body: bytes, form: type[AnswerT]) -> Reply[AnswerT]:
        """Read the body; raises ``ValidationError`` or :class:`ProviderError`."""

    @abstractmethod
    def _told(self, body: dict[str, Any]) -> object:
        """Return the message in the body of a refusal, if it has one."""

"""The interface that SDKs are adapted to: one question about one picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

from takeoff.providers.picture import Picture

AnswerT = TypeVar("AnswerT", bound=BaseModel)


@dataclass(frozen=True)
class Reply(Generic[AnswerT]):
    """A valid answer, the model that the server says gave it, and its cost in tokens."""

    answer: AnswerT
    model: str
    input_tokens: int | None
    output_tokens: int | None


class Chat(Protocol):
    """A server with a model that sees pictures."""

    @property
    def name(self) -> str:
        """See :attr:`takeoff.providers.provider.Provider.name`."""
        ...

    @property
    def model(self) -> str:
        """The model's name, as requested."""
        ...

    @property
    def longest_edge_px(self) -> int:
        """The longest edge that the server does not reduce, which would change the coordinates."""
        ...

    def ask(self, picture: Picture, question: str, form: type[AnswerT]) -> Reply[AnswerT]:
        """Return an answer of the class ``form``; sends one request.

        Raises:
            ProviderError: as :class:`takeoff.providers.provider.Provider` says.
        """
        ...

"""One question about one picture, put to a server: what the SDKs are adapted to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

from takeoff.providers.picture import Picture

AnswerT = TypeVar("AnswerT", bound=BaseModel)


@dataclass(frozen=True)
class Reply(Generic[AnswerT]):
    """A valid answer, the model that says it gave it, and what it cost in tokens."""

    answer: AnswerT
    model: str
    input_tokens: int | None
    output_tokens: int | None


class Chat(Protocol):
    """A server with a model that sees pictures."""

    @property
    def name(self) -> str:
        """As of :attr:`takeoff.providers.provider.Provider.name`."""
        ...

    @property
    def model(self) -> str:
        """As it is asked for."""
        ...

    @property
    def longest_edge_px(self) -> int:
        """A picture with a longer edge would be reduced by the server, to pixels not ours."""
        ...

    def ask(self, picture: Picture, question: str, form: type[AnswerT]) -> Reply[AnswerT]:
        """Return an answer of the class ``form``; asks once.

        Raises:
            ProviderError: as :class:`takeoff.providers.provider.Provider` says.
        """
        ...

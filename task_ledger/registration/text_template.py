"""Texts that differ in a few parts, which are marked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import Final

ID, ARGS, KWARGS, EXPIRES, NONCE, HASH = (token_hex(16) for _ in range(6))
"""Marks of the parts of a registration's texts that differ between tasks; random, so that no text
of an application contains one."""

_MARKS: Final = re.compile(f"({'|'.join((ID, ARGS, KWARGS, EXPIRES, NONCE, HASH))})")


@dataclass(frozen=True, slots=True)
class TextTemplate:
    """A text split at its marks.

    Attributes:
        pieces: the text's pieces, of which each second one is a mark.
    """

    pieces: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "TextTemplate":
        """The template of a text that contains marks."""
        return cls(tuple(_MARKS.split(text)))

    def filled(self, values: Mapping[str, str]) -> str:
        """The text with the value of each mark in its place."""
        return "".join([values.get(piece, piece) for piece in self.pieces])

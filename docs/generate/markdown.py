"""Pieces of Markdown."""

import inspect
from collections.abc import Iterable, Sequence
from typing import Final

NOTICE: Final = "<!-- Written by `python -m docs.generate`; do not change it here. -->\n"
"""The first line of a generated page."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a bar inside a cell is kept from ending it."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n"
                   for row in lines)  # fmt: skip


def code(words: Iterable[object]) -> str:
    """Words as code, one behind the other."""
    return " ".join(f"`{word}`" for word in words)


def doc(thing: object) -> str:
    """A docstring on one line, up to its first section."""
    return flat((inspect.getdoc(thing) or "").partition("\nAttributes:")[0])


def flat(text: str) -> str:
    """Text on one line."""
    return " ".join(text.split())

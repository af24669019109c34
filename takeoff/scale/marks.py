"""Normalises the marks of lengths and scales, keeping track of each character's origin."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_SAME = {
    '"': "\u201c\u201d\u201e\u2033\u00b0\u02ba",
    "'": "\u2018\u2019\u2032\u00b4`\u02b9",
    "-": "\u2010\u2011\u2013\u2014\u2212~_",
    ":": "\u2236\uff1a",
    "/": "\u2044\u2215",
    "=": "\uff1d",
    " ": "\u00a0\u2007\u2009\u202f",
}
_MARKS = {mark: plain for plain, marks in _SAME.items() for mark in marks}
_SLASH = "\u2044"


@dataclass(frozen=True)
class PlainText:
    """A text with plain marks; ``places`` are the original indices of its characters and end."""

    text: str
    places: tuple[int, ...]

    def replaced(self, pattern: re.Pattern[str], plain: dict[str, str]) -> PlainText:
        """Return the text with each match of ``pattern``, in capitals, replaced by its entry in
        ``plain``; matches without an entry are kept.
        """
        pieces: list[tuple[str, int]] = []
        end = 0
        for match in pattern.finditer(self.text):
            words = " ".join(re.split(r"[\s-]+", match[0].upper()))
            if words in plain:
                pieces += zip(self.text[end : match.start()], self.places[end:], strict=False)
                pieces += [(each, self.places[match.start()]) for each in plain[words]]
                end = match.end()
        pieces += zip(self.text[end:], self.places[end:], strict=False)
        return _joined(pieces, self.places[-1])


def plain_text(text: str) -> PlainText:
    """Return ``text`` with plain quotes, dashes, colons and slashes, and with single-character
    fractions expanded: \u215b is 1/8, and 1\u00bd is 1 1/2.
    """
    pieces = list(_plain(text))
    joined = _joined(pieces, len(text))
    doubled = re.compile("''")
    return joined.replaced(doubled, {"''": '"'})


def _plain(text: str) -> Iterator[tuple[str, int]]:
    for place, character in enumerate(text):
        fraction = _fraction(character)
        if fraction is not None:
            apart = place > 0 and text[place - 1].isalnum()
            yield from ((each, place) for each in (" " if apart else "") + fraction)
        else:
            yield _MARKS.get(character, _small_digit(character)), place


def _fraction(character: str) -> str | None:
    spelled = unicodedata.normalize("NFKC", character)
    is_fraction = len(spelled) >= 3 and _SLASH in spelled
    return spelled.replace(_SLASH, "/") if is_fraction else None


def _small_digit(character: str) -> str:
    """Return a superscript or subscript digit as a plain one, and anything else unchanged."""
    kind = unicodedata.decomposition(character)
    small = kind.startswith(("<super>", "<sub>")) and character.isdigit()
    return unicodedata.normalize("NFKC", character) if small else character


def _joined(pieces: list[tuple[str, int]], end: int) -> PlainText:
    return PlainText(
        "".join(character for character, _ in pieces), (*(place for _, place in pieces), end)
    )

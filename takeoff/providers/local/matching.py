"""Finds the labels of a sheet that name a condition's subject."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from takeoff.providers.local.labels import Label
from takeoff.providers.local.vocabulary import NOUNS, marks, terms

_ALL_WORDS, _MARK, _NOUN = 0.95, 0.95, 0.7


@dataclass(frozen=True)
class Match:
    """A label that names the subject; ``sure`` is its confidence (0 to 1) by the rule ``why``."""

    label: Label
    sure: float
    why: str


def matches(name: str, labels: Iterable[Label]) -> list[Match]:
    """Return the labels that name the subject of the condition ``name``.

    If the name has a mark (F1), a label must consist of that mark. Otherwise a label must have all
    words of the name; if no label does, its noun (slab, footing) suffices.
    """
    known = list(labels)
    wanted_marks = marks(name)
    if wanted_marks:
        return [
            Match(label, _MARK, f'the mark "{label.text}"')
            for label in known
            if label.text.upper().strip() in wanted_marks
        ]
    wanted = terms(name)
    if not wanted:
        return []
    full = [
        Match(label, _ALL_WORDS, f'the label "{label.text}"')
        for label in known
        if wanted <= terms(label.text)
    ]
    nouns = wanted & NOUNS
    if any(not match.label.listed for match in full) or not nouns:
        return full
    return [
        Match(label, _NOUN, f'the noun in the label "{label.text}"')
        for label in known
        if nouns <= terms(label.text)
    ]

"""Which labels of a sheet name what a condition is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from takeoff.providers.local.labels import Label
from takeoff.providers.local.vocabulary import NOUNS, marks, terms

_ALL_WORDS, _MARK, _NOUN = 0.95, 0.95, 0.7


@dataclass(frozen=True)
class Match:
    """A label that names the subject; ``sure`` is between 0 and 1, by the rule ``why``."""

    label: Label
    sure: float
    why: str


def matches(name: str, labels: Iterable[Label]) -> list[Match]:
    """Return the labels that name what the condition ``name`` is about.

    A mark in the name (F1) is looked for alone, and it must be all that a label says. Otherwise
    a label has all words of the name; if none has, one with its noun (slab, footing) will do.
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

"""Classifies a sheet by rules over its text: discipline, page type, relevance to concrete work.

Every answer carries the words or the sheet number it is based on, and the confidence (0 to 1) of
the rule that gave it. A vision model may disagree; both answers are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from takeoff.classification_words import (
    CONCRETE_TERMS,
    CONCRETE_TITLES,
    DISCIPLINE_WORDS,
    PAGE_TITLES,
    REFERENCE,
    PageType,
)
from takeoff.phrases import Box, Phrase, as_json, phrases_of
from takeoff.reading.word import Word
from takeoff.terms import ConcreteRelevance
from takeoff.title_block import Discipline, SheetType, TitleBlock, read_title_block

__all__ = ["Answer", "Classification", "PageType", "classify", "places_of"]

_PAGE_OF_TYPE = {
    SheetType.GENERAL: PageType.NOTES,
    SheetType.PLANS: PageType.PLAN,
    SheetType.ELEVATIONS: PageType.ELEVATION,
    SheetType.SECTIONS: PageType.SECTION,
    SheetType.LARGE_SCALE: PageType.ENLARGED_PLAN,
    SheetType.DETAILS: PageType.DETAIL,
    SheetType.SCHEDULES_AND_DIAGRAMS: PageType.SCHEDULE,
    SheetType.THREE_DIMENSIONAL: PageType.THREE_DIMENSIONAL,
}
# Disciplines that routinely draw concrete, and those that sometimes do.
_POURS = (Discipline.STRUCTURAL,)
_MAY_POUR = (Discipline.CIVIL, Discipline.ARCHITECTURAL, Discipline.LANDSCAPE)
# Number of different concrete terms on one sheet.
_MANY_TERMS, _SOME_TERMS = 4, 2
_EVIDENCE_TERMS = 8


class _Rule(StrEnum):
    NUMBER = "sheet number"
    EXISTING = "sheet number that may mean existing"
    TITLE = "words of the title"
    WORDS = "words on the sheet"
    NOTHING = "nothing was found"


_SURE = {
    _Rule.NUMBER: 0.95,
    _Rule.EXISTING: 0.4,
    _Rule.TITLE: 0.9,
    _Rule.WORDS: 0.6,
    _Rule.NOTHING: 0.0,
}


@dataclass(frozen=True)
class Answer:
    """One answer: value, confidence (0 to 1), rule, the words it is based on, and where those
    are on the page image, in pixels. A repeated word is located once.
    """

    value: str | None
    confidence: float
    rule: str
    evidence: tuple[str, ...]
    boxes: tuple[Box, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {
            "value": self.value,
            "confidence": self.confidence,
            "rule": self.rule,
            "evidence": list(self.evidence),
            "boxes": [as_json(box) for box in self.boxes],
        }


@dataclass(frozen=True)
class Classification:
    """What a sheet shows. Discipline and page type are empty if nothing on the sheet tells them."""

    discipline: Answer
    page_type: Answer
    concrete_relevance: Answer

    @property
    def confidence(self) -> float:
        """The lowest confidence of the three answers."""
        answers = (self.discipline, self.page_type, self.concrete_relevance)
        return min(answer.confidence for answer in answers)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {
            "discipline": self.discipline.as_json(),
            "page_type": self.page_type.as_json(),
            "concrete_relevance": self.concrete_relevance.as_json(),
            "confidence": self.confidence,
        }


def classify(
    words: Iterable[Word], width_px: float, height_px: float, title_block: TitleBlock | None = None
) -> Classification:
    """Classify the sheet that has these ``words``.

    The boxes of ``words`` are in pixels of the page image, which is ``width_px`` x ``height_px``.
    Pass ``title_block`` if it was read already.
    """
    kept = list(words)
    block = title_block or read_title_block(kept, width_px, height_px)
    phrases = phrases_of(kept)
    text = "\n".join(phrase.text for phrase in phrases).upper()
    title = block.title.text.upper() if block.title else ""
    discipline = _discipline(block, title, text)
    page_type = _page_type(block, title, text)
    answers = discipline, page_type, _concrete(discipline, title, text)
    return Classification(*(_located(answer, block, phrases) for answer in answers))


def _located(answer: Answer, block: TitleBlock, phrases: Sequence[Phrase]) -> Answer:
    """Return ``answer`` with the boxes of its words."""
    if answer.rule in (_Rule.NUMBER, _Rule.EXISTING) and block.sheet_number:
        return replace(answer, boxes=(block.sheet_number.box,))
    if answer.rule == _Rule.TITLE and block.title:
        return replace(answer, boxes=(block.title.box,))
    # A reference to another sheet is no evidence, so it is not shown either.
    own = [phrase for phrase in phrases if not REFERENCE.search(phrase.text.upper())]
    return replace(answer, boxes=_places(answer.evidence, own))


def places_of(texts: Iterable[str], words: Iterable[Word]) -> tuple[Box, ...]:
    """Return the box of the first occurrence of each of ``texts`` among ``words``."""
    return _places(texts, phrases_of(words))


def _places(texts: Iterable[str], phrases: Sequence[Phrase]) -> tuple[Box, ...]:
    found = (
        next((each.box for each in phrases if _same(text) in _same(each.text)), None)
        for text in texts
    )
    return tuple(box for box in found if box is not None)


def _same(text: str) -> str:
    return " ".join(text.upper().split())


def _discipline(block: TitleBlock, title: str, text: str) -> Answer:
    number = block.sheet_number
    by_words = _discipline_by_words(title, _Rule.TITLE) or _discipline_by_words(text, _Rule.WORDS)
    if number is not None and block.discipline is not None:
        if not number.text.startswith("EX"):
            return _answer(block.discipline, _Rule.NUMBER, number.text)
        # EX means existing conditions at least as often as it means electrical.
        return by_words or _answer(block.discipline, _Rule.EXISTING, number.text)
    return by_words or _answer(None, _Rule.NOTHING)


def _discipline_by_words(text: str, rule: _Rule) -> Answer | None:
    found = {
        discipline: hits
        for discipline, pattern in DISCIPLINE_WORDS.items()
        if (hits := _hits(pattern, text))
    }
    if not found:
        return None
    ranked = sorted(found, key=lambda each: len(found[each]), reverse=True)
    best = ranked[0]
    if len(ranked) > 1 and len(found[ranked[1]]) == len(found[best]):
        return None
    return _answer(best, rule, *found[best])


def _page_type(block: TitleBlock, title: str, text: str) -> Answer:
    by_title = _page_by_words(title)
    if by_title is not None:
        return _answer(by_title[0], _Rule.TITLE, by_title[1])
    by_number = block.sheet_type and _PAGE_OF_TYPE.get(block.sheet_type)
    if block.sheet_number is not None and by_number is not None:
        return _answer(by_number, _Rule.NUMBER, block.sheet_number.text)
    # Only lines that are titles of views; in notes these words refer to other sheets.
    lines = [line for line in text.split("\n") if len(line.split()) <= 5]
    found = [hit for line in lines if (hit := _page_by_words(line)) is not None]
    if not found:
        return _answer(None, _Rule.NOTHING)
    counted = {kind: [word for at, word in found if at is kind] for kind, _ in found}
    best = max(counted, key=lambda kind: len(counted[kind]))
    return _answer(best, _Rule.WORDS, *counted[best])


def _page_by_words(text: str) -> tuple[PageType, str] | None:
    for kind, pattern in PAGE_TITLES.items():
        match = pattern.search(text)
        if match is not None:
            return kind, match[0]
    return None


def _concrete(discipline: Answer, title: str, text: str) -> Answer:
    in_title = _hits(CONCRETE_TITLES, title)
    # Ignore what a note refers to another sheet for.
    own = "\n".join(line for line in text.split("\n") if not REFERENCE.search(line))
    terms = _hits(CONCRETE_TERMS, own)
    if in_title:
        return _answer(ConcreteRelevance.HIGH, _Rule.TITLE, *in_title)
    pours, may_pour = discipline.value in _POURS, discipline.value in _MAY_POUR
    if pours and len(terms) >= _MANY_TERMS:
        return _answer(ConcreteRelevance.HIGH, _Rule.WORDS, *terms)
    if len(terms) >= _SOME_TERMS and (pours or may_pour or discipline.value is None):
        return _answer(ConcreteRelevance.MEDIUM, _Rule.WORDS, *terms)
    if not text.strip():
        return _answer(None, _Rule.NOTHING)
    if terms or pours:
        return _answer(ConcreteRelevance.LOW, _Rule.WORDS, *(terms or ["structural"]))
    return _answer(ConcreteRelevance.NONE, _Rule.WORDS, "no word of concrete")


def _hits(pattern: re.Pattern[str], text: str) -> list[str]:
    """Return the different matches in ``text``, the most frequent first."""
    counts: dict[str, int] = {}
    for match in pattern.finditer(text):
        term = " ".join(match[0].split())
        counts[term] = counts.get(term, 0) + 1
    return sorted(counts, key=lambda term: counts[term], reverse=True)


def _answer(value: str | None, rule: _Rule, *evidence: str) -> Answer:
    return Answer(value, _SURE[rule], rule.value, evidence[:_EVIDENCE_TERMS])

"""Discipline, page type and concrete relevance follow from the text, with evidence."""

from __future__ import annotations

from pathlib import Path

import pytest

from takeoff.classification import Classification, PageType, classify
from takeoff.reading.word import Word
from takeoff.sample import write_sample
from takeoff.terms import ConcreteRelevance
from takeoff.text_layer import read_text_layer
from takeoff.title_block import Discipline
from tests.takeoff.lettering import lettered, page
from tests.takeoff.samples import FOLDER, needs_drawings

_WIDTH, _HEIGHT = 5400, 3600


def _sheet(number: str | None, title: str | None, *lines: str) -> list[Word]:
    words = page(
        *(lettered(line, (600, 400 + at * 60)) for at, line in enumerate(lines)),
    )
    if title is not None:
        words += lettered("SHEET TITLE", (4700, 2800), 14)
        words += lettered(title, (4700, 2860), 30)
    if number is not None:
        words += lettered(number, (4900, 3300), 90)
    return words


def _classified(number: str | None, title: str | None, *lines: str) -> Classification:
    return classify(_sheet(number, title, *lines), _WIDTH, _HEIGHT)


@pytest.mark.parametrize(
    ("number", "discipline"),
    [
        ("S-101", Discipline.STRUCTURAL),
        ("A2.01", Discipline.ARCHITECTURAL),
        ("C100", Discipline.CIVIL),
    ],
)
def test_the_number_says_the_discipline_whatever_the_words_are(
    number: str, discipline: Discipline
) -> None:
    answer = _classified(number, "FOUNDATION PLAN", "HVAC DUCTWORK").discipline

    assert (answer.value, answer.evidence) == (discipline, (number,))
    assert answer.confidence > 0.9


def test_without_a_number_the_title_says_the_discipline() -> None:
    answer = _classified(None, "PLUMBING PLAN", "HVAC", "DUCTWORK", "DIFFUSERS").discipline

    assert (answer.value, answer.rule) == (Discipline.PLUMBING, "words of the title")


def test_without_number_and_title_the_words_say_the_discipline_less_surely() -> None:
    answer = _classified(None, None, "PANELBOARD LP-1", "RECEPTACLES", "CIRCUITS").discipline

    assert answer.value == Discipline.ELECTRICAL
    assert answer.confidence < _classified("E-101", None).discipline.confidence
    assert "RECEPTACLES" in answer.evidence


def test_words_of_two_disciplines_in_equal_number_say_nothing() -> None:
    assert _classified(None, None, "SPRINKLERS", "IRRIGATION").discipline.value is None


def test_ex_is_electrical_only_where_no_words_say_otherwise() -> None:
    existing = _classified("EX101", "EXISTING FLOOR PLAN").discipline
    unknown = _classified("EX101", "EXISTING CONDITIONS").discipline

    assert existing.value == Discipline.ARCHITECTURAL
    assert unknown.value == Discipline.ELECTRICAL
    assert unknown.confidence < 0.5


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("COVER SHEET", PageType.COVER),
        ("GENERAL NOTES", PageType.NOTES),
        ("DEMOLITION PLAN", PageType.DEMOLITION_PLAN),
        ("GRADING AND UTILITY PLAN", PageType.SITE_PLAN),
        ("FOUNDATION PLAN", PageType.FOUNDATION_PLAN),
        ("ROOF FRAMING PLAN", PageType.FRAMING_PLAN),
        ("REFLECTED CEILING PLAN", PageType.CEILING_PLAN),
        ("ROOF PLAN", PageType.ROOF_PLAN),
        ("ENLARGED TOILET PLANS", PageType.ENLARGED_PLAN),
        ("FIRST FLOOR PLAN", PageType.FLOOR_PLAN),
        ("SECOND FLOOR", PageType.FLOOR_PLAN),
        ("POWER PLAN", PageType.PLAN),
        ("EXTERIOR ELEVATIONS", PageType.ELEVATION),
        ("WALL SECTIONS", PageType.SECTION),
        ("FOUNDATION DETAILS", PageType.DETAIL),
        ("DOOR SCHEDULE", PageType.SCHEDULE),
        ("RISER DIAGRAM", PageType.DIAGRAM),
        ("PIPING ISOMETRIC", PageType.THREE_DIMENSIONAL),
    ],
)
def test_the_title_says_the_page_type(title: str, kind: PageType) -> None:
    # The number alone would say 3D or, of the last, plans.
    number = "A-101" if kind is PageType.THREE_DIMENSIONAL else "A-901"
    answer = _classified(number, title).page_type

    assert (answer.value, answer.rule) == (kind, "words of the title")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("A-001", PageType.NOTES),
        ("A-101", PageType.PLAN),
        ("A-201", PageType.ELEVATION),
        ("A-301", PageType.SECTION),
        ("A-401", PageType.ENLARGED_PLAN),
        ("A-501", PageType.DETAIL),
        ("A-601", PageType.SCHEDULE),
        ("A-901", PageType.THREE_DIMENSIONAL),
    ],
)
def test_where_the_title_says_nothing_the_number_does(number: str, kind: PageType) -> None:
    answer = _classified(number, "BUILDING 28").page_type

    assert (answer.value, answer.rule) == (kind, "sheet number")


def test_without_both_the_titles_of_the_views_say_the_page_type() -> None:
    notes = "SEE THE ELEVATIONS AND THE ELEVATIONS OF OTHERS FOR ELEVATIONS"
    answer = _classified(None, None, "WALL SECTION", "BUILDING SECTION", notes).page_type

    assert answer.value == PageType.SECTION
    assert answer.confidence < 0.9


@pytest.mark.parametrize("title", ["FOUNDATION PLAN", "SLAB ON GRADE PLAN", "CONCRETE DETAILS"])
def test_a_title_of_concrete_is_highly_relevant(title: str) -> None:
    assert _classified("S-101", title).concrete_relevance.value == ConcreteRelevance.HIGH


_NOTES = ("CONCRETE 4,000 PSI", "REINFORCING ASTM A615", "FOOTINGS ON SOIL", "VAPOR BARRIER")


def test_a_structural_sheet_full_of_concrete_is_highly_relevant() -> None:
    answer = _classified("S-001", "GENERAL NOTES", *_NOTES).concrete_relevance

    assert answer.value == ConcreteRelevance.HIGH
    assert {"CONCRETE", "FOOTINGS"} <= set(answer.evidence)


def test_an_architectural_sheet_with_concrete_is_of_some_relevance() -> None:
    answer = _classified("A-301", "WALL SECTIONS", *_NOTES).concrete_relevance

    assert answer.value == ConcreteRelevance.MEDIUM


@pytest.mark.parametrize(
    ("number", "line"),
    [("S-201", "STEEL BEAMS"), ("A-201", "CONCRETE"), ("E-101", "CONC. PAD")],
)
def test_a_single_word_or_steel_is_of_low_relevance(number: str, line: str) -> None:
    found = _classified(number, "PLAN", line).concrete_relevance

    assert found.value == ConcreteRelevance.LOW


def test_many_words_on_an_electrical_sheet_are_of_low_relevance() -> None:
    answer = _classified("E-501", "DETAILS", *_NOTES).concrete_relevance

    assert answer.value == ConcreteRelevance.LOW


def test_a_sheet_without_such_words_is_of_no_relevance() -> None:
    assert _classified("A-121", "CEILING PLAN", "ACT-1").concrete_relevance.value == (
        ConcreteRelevance.NONE
    )


def test_what_is_on_another_sheet_does_not_count() -> None:
    line = "SEE SHEET S-101 FOR FOUNDATIONS, SLABS AND REINFORCING"

    assert _classified("A-101", "FLOOR PLAN", line).concrete_relevance.value == (
        ConcreteRelevance.NONE
    )


def test_a_page_without_text_is_not_classified() -> None:
    found = classify([], _WIDTH, _HEIGHT)

    answers = (found.discipline, found.page_type, found.concrete_relevance)
    assert [answer.value for answer in answers] == [None, None, None]
    assert found.confidence == 0
    assert found.as_json()["discipline"]["value"] is None


_EXPECTED = [
    (Discipline.ARCHITECTURAL, PageType.FLOOR_PLAN, ConcreteRelevance.NONE),
    (Discipline.STRUCTURAL, PageType.FOUNDATION_PLAN, ConcreteRelevance.HIGH),
]


def test_the_sample_is_classified(tmp_path: Path) -> None:
    truth = write_sample(tmp_path / "sample.pdf")
    for sheet, (discipline, kind, relevance) in zip(truth.sheets, _EXPECTED, strict=True):
        layer = read_text_layer(tmp_path / "sample.pdf", sheet.page_number, _WIDTH, _HEIGHT)
        found = classify(layer.words, _WIDTH, _HEIGHT)

        assert found.discipline.value == sheet.discipline == discipline
        assert found.page_type.value == kind
        assert found.concrete_relevance.value == relevance


_REAL = [
    ("kegonsa-foundation-20141118.pdf", 1, (6300, 4500), PageType.FOUNDATION_PLAN, "high"),
    ("kegonsa-A-101.pdf", 1, (2550, 1650), PageType.FLOOR_PLAN, "none"),
    ("kegonsa-S-101.pdf", 1, (2550, 1650), PageType.FRAMING_PLAN, "medium"),
    ("va-finish-plan.pdf", 1, (6300, 4500), PageType.FLOOR_PLAN, "none"),
    ("va-finish-plan.pdf", 2, (6300, 4500), PageType.SCHEDULE, "low"),
]


@needs_drawings
@pytest.mark.parametrize(("name", "number", "size", "kind", "relevance"), _REAL)
def test_real_sheets_are_classified(
    name: str, number: int, size: tuple[int, int], kind: PageType, relevance: str
) -> None:
    found = classify(read_text_layer(FOLDER / name, number, *size).words, *size)

    assert (found.page_type.value, found.concrete_relevance.value) == (kind, relevance)

"""Dimension strings and scale bars give a scale, and what only looks like them gives none."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from takeoff.phrases import Frame, Phrase, phrases_of
from takeoff.sample import write_sample
from takeoff.scale.dimension_strings import dimension_strings
from takeoff.scale.dimension_text import parse_length
from takeoff.scale.dimension_votes import ballots_of
from takeoff.scale.election import VotedScale, elect
from takeoff.scale.line_index import LineIndexes
from takeoff.scale.scale_bar import find_scale_bars
from takeoff.scale.vector_layer import Line
from tests.takeoff.lettering import lettered
from tests.takeoff.sheets import Sheet, layers


@pytest.mark.parametrize(
    ("text", "feet"),
    [
        ("24'-0\"", 24),
        ("7' - 9 3/4\"", 7.8125),
        ("0' - 10\"", 10 / 12),
        ("12'", 12),
        ("7'-3/8\"", 7 + 3 / 96),
        ("38' - 11 3/8\"", 38 + 11.375 / 12),
        ("24\u2019\u20130\u201d", 24),
        ("I2'-O\"", 12),
        ("9'-6 1/2\" TYP.", 9 + 6.5 / 12),
        ("5'-0\" CLR", 5),
    ],
)
def test_a_dimension_is_read_in_feet(text: str, feet: float) -> None:
    assert parse_length(text) == pytest.approx(feet)


@pytest.mark.parametrize(
    "text",
    [
        "-4'-2\"",
        "+100'-0\"",
        '8"',
        "5/8",
        "0'-0\"",
        "1'-14\"",
        "A-101",
        "12",
        "4'-0\" x 4'",
        "\u0131'-0\"",
        "",
    ],
)
def test_an_elevation_or_a_thickness_is_no_dimension(text: str) -> None:
    assert parse_length(text) is None


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_dimensions_vote_for_the_scale_however_the_page_is_turned(
    tmp_path: Path, turn: int
) -> None:
    sheet = Sheet()
    sheet.dimensions(13.5)
    path = sheet.save(tmp_path, lambda pdf: pdf.pages[0].rotate(turn, relative=False))
    text, vectors = layers(path)

    (voted,) = _elected(phrases_of(text.words), vectors.lines)

    assert voted.pixels_per_foot == pytest.approx(13.5 / 0.72, rel=1e-3)
    assert (len(voted.votes), voted.strings) == (4, 4)


def test_a_line_that_carries_a_chain_of_dimensions_is_divided_by_its_marks(tmp_path: Path) -> None:
    sheet, foot, x = Sheet(), 18.0, 100.0
    sheet.canvas.line(x, 500, x + 30 * foot, 500)
    for feet, words in ((5, "5'-0\""), (14, "14'-0\""), (8, "8'-0\""), (3, "3'-0\"")):
        sheet.canvas.line(x, 490, x, 510)
        sheet.canvas.drawCentredString(x + feet * foot / 2, 504, words)
        x += feet * foot
    sheet.canvas.line(x, 490, x, 510)
    text, vectors = layers(sheet.save(tmp_path))

    (voted,) = _elected(phrases_of(text.words), vectors.lines)

    assert len(voted.votes) == 4
    assert voted.pixels_per_foot == pytest.approx(18 / 0.72, rel=1e-3)


def test_texts_of_one_length_alone_elect_nothing(tmp_path: Path) -> None:
    sheet = Sheet()
    for row in range(5):
        sheet.dimension(100, 300 + row * 50, "10'-0\"", 180)
    text, vectors = layers(sheet.save(tmp_path))

    assert _elected(phrases_of(text.words), vectors.lines) == []


def test_two_dimensions_are_too_few(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.dimension(100, 300, "10'-0\"", 180)
    sheet.dimension(100, 400, "15'-0\"", 270)
    text, vectors = layers(sheet.save(tmp_path))

    assert _elected(phrases_of(text.words), vectors.lines) == []


def test_a_text_off_the_middle_of_a_line_does_not_vote(tmp_path: Path) -> None:
    sheet = Sheet()
    for row, feet in enumerate((10, 15, 20, 24)):
        sheet.canvas.line(100, 300 + row * 50, 100 + feet * 18, 300 + row * 50)
        sheet.text(110, 303 + row * 50, f"{feet}'-0\"")
    text, vectors = layers(sheet.save(tmp_path))

    assert _elected(phrases_of(text.words), vectors.lines) == []


def test_dimensions_that_disagree_elect_nothing(tmp_path: Path) -> None:
    sheet = Sheet()
    for row, (feet, points) in enumerate(((10, 150), (15, 300), (20, 222), (24, 555))):
        sheet.dimension(100, 300 + row * 50, f"{feet}'-0\"", points)
    text, vectors = layers(sheet.save(tmp_path))

    assert _elected(phrases_of(text.words), vectors.lines) == []


def test_strings_that_vote_for_two_scales_alike_elect_neither(tmp_path: Path) -> None:
    sheet = Sheet()
    for row, feet in enumerate((10, 15, 20, 24)):
        sheet.dimension(500 - feet * 9, 300 + row * 80, f"{feet}'-0\"", feet * 18)
        sheet.canvas.line(500 - feet * 6, 318 + row * 80, 500 + feet * 6, 318 + row * 80)
    text, vectors = layers(sheet.save(tmp_path))

    assert _elected(phrases_of(text.words), vectors.lines) == []


def test_only_so_many_reading_directions_are_indexed() -> None:
    indexes = LineIndexes([Line(0, 0, 100, 0)])

    made = [indexes.along(Frame(turn)) for turn in range(100)]

    assert len([index for index in made if index is not None]) == 24
    assert indexes.along(Frame(0)) is made[0]


@pytest.mark.parametrize(
    "labels",
    [
        ("0", "4'", "8'", "16'"),
        ("0'", "5'", "10'", "20'"),
        ("0", "10", "20", "40 FT"),
        ("0'-0\"", "8'-0\"", "16'-0\""),
    ],
)
def test_a_scale_bar_gives_the_scale(tmp_path: Path, labels: tuple[str, ...]) -> None:
    sheet = Sheet()
    sheet.bar(200, 100, 9, labels)
    text, vectors = layers(sheet.save(tmp_path))

    (bar,) = find_scale_bars(phrases_of(text.words), vectors.lines)

    assert bar.pixels_per_foot == pytest.approx(9 / 0.72, rel=1e-3)


def test_labels_without_a_bar_give_nothing(tmp_path: Path) -> None:
    sheet = Sheet()
    for feet in (0, 4, 8, 16):
        sheet.text(200 + feet * 9, 100, f"{feet}'")
    text, vectors = layers(sheet.save(tmp_path))

    assert find_scale_bars(phrases_of(text.words), vectors.lines) == []


def test_edges_must_fit_every_label(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.canvas.rect(200, 100, 144, 6)
    for feet in (0, 4, 8, 16):
        sheet.text(200 + feet * 9 - 3, 109, f"{feet}'", 7)
    text, vectors = layers(sheet.save(tmp_path))

    assert find_scale_bars(phrases_of(text.words), vectors.lines) == []


def test_numbers_without_a_unit_are_no_scale_bar(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.bar(200, 100, 9, ("0", "10", "20", "30"))
    text, vectors = layers(sheet.save(tmp_path))

    assert find_scale_bars(phrases_of(text.words), vectors.lines) == []


def test_pieces_of_dimensions_are_no_scale_bar() -> None:
    labels = lettered("0' 8' 16'", (100, 100))
    places = [(word.left + word.right) / 2 for word in labels]
    even = (places[0], places[0] + 8 * 4, places[0] + 16 * 4)
    words = [
        replace(word, left=place - 8, right=place + 8)
        for word, place in zip(labels, even, strict=True)
    ]
    edges = [Line(place, 110, place, 120) for place in even]
    dash = replace(words[1], text="-", left=even[1] - 20, right=even[1] - 12)

    assert len(find_scale_bars(phrases_of(words), edges)) == 1
    assert find_scale_bars(phrases_of([words[0], dash, *words[1:]]), edges) == []


def test_random_lengths_on_the_lines_of_a_sheet_rarely_elect_a_scale(tmp_path: Path) -> None:
    text, vectors = layers(_sample(tmp_path))
    phrases = phrases_of(text.words)
    chance = random.Random(1)
    elected = 0
    for _ in range(40):
        shuffled = [
            replace(phrase, text=f"{chance.randint(1, 40)}'-{chance.randint(0, 11)}\"")
            if parse_length(phrase.text)
            else phrase
            for phrase in phrases
        ]
        elected += bool(_elected(shuffled, vectors.lines))

    assert elected <= 2


def _sample(folder: Path) -> Path:
    write_sample(folder / "sample.pdf")
    return folder / "sample.pdf"


def _elected(phrases: Sequence[Phrase], lines: Iterable[Line]) -> list[VotedScale]:
    return elect(ballots_of(dimension_strings(phrases, imperial=True), lines))

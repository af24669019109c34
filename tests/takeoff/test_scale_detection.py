"""The scale of a sheet is believed only when two independent sources agree on it."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from takeoff.phrases import Frame, phrases_of
from takeoff.sample import write_sample
from takeoff.scale import dimension_votes
from takeoff.scale.detection import detect_scale
from takeoff.scale.dimension_text import parse_length
from takeoff.scale.line_index import LineIndexes
from takeoff.scale.scale_bar import find_scale_bars
from takeoff.scale.statements import Role
from takeoff.scale.vector_layer import Line
from takeoff.scale.verdict import ScaleVerdict, Source
from tests.takeoff.files import edited, written
from tests.takeoff.lettering import lettered
from tests.takeoff.sheets import DPI, HEIGHT, WIDTH, Sheet, detected, layers, points_per_foot

_ROOT = Path(__file__).parents[2]
_FOLDER = Path(os.environ.get("TASK_LEDGER_SAMPLES", _ROOT / "../shared/samples")).resolve()
_QUARTER = '1/4" = 1\'-0"'
_EIGHTH = '1/8" = 1\'-0"'


def _sources(verdict: ScaleVerdict) -> set[Source]:
    return {each.source for each in verdict.evidence}


def _roles(verdict: ScaleVerdict) -> list[tuple[str, Role]]:
    return sorted((each.notation.text, each.role) for each in verdict.statements)


# Dimensions


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

    (voted,) = dimension_votes.vote(phrases_of(text.words), vectors.lines)

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

    (voted,) = dimension_votes.vote(phrases_of(text.words), vectors.lines)

    assert len(voted.votes) == 4
    assert voted.pixels_per_foot == pytest.approx(18 / 0.72, rel=1e-3)


def test_texts_of_one_length_alone_elect_nothing(tmp_path: Path) -> None:
    sheet = Sheet()
    for row in range(5):
        sheet.dimension(100, 300 + row * 50, "10'-0\"", 180)
    text, vectors = layers(sheet.save(tmp_path))

    assert dimension_votes.vote(phrases_of(text.words), vectors.lines) == []


def test_two_dimensions_are_too_few(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.dimension(100, 300, "10'-0\"", 180)
    sheet.dimension(100, 400, "15'-0\"", 270)
    text, vectors = layers(sheet.save(tmp_path))

    assert dimension_votes.vote(phrases_of(text.words), vectors.lines) == []


def test_a_text_off_the_middle_of_a_line_does_not_vote(tmp_path: Path) -> None:
    sheet = Sheet()
    for row, feet in enumerate((10, 15, 20, 24)):
        sheet.canvas.line(100, 300 + row * 50, 100 + feet * 18, 300 + row * 50)
        sheet.text(110, 303 + row * 50, f"{feet}'-0\"")
    text, vectors = layers(sheet.save(tmp_path))

    assert dimension_votes.vote(phrases_of(text.words), vectors.lines) == []


def test_dimensions_that_disagree_elect_nothing(tmp_path: Path) -> None:
    sheet = Sheet()
    for row, (feet, points) in enumerate(((10, 150), (15, 300), (20, 222), (24, 555))):
        sheet.dimension(100, 300 + row * 50, f"{feet}'-0\"", points)
    text, vectors = layers(sheet.save(tmp_path))

    assert dimension_votes.vote(phrases_of(text.words), vectors.lines) == []


def test_strings_that_vote_for_two_scales_alike_elect_neither(tmp_path: Path) -> None:
    sheet = Sheet()
    for row, feet in enumerate((10, 15, 20, 24)):
        sheet.dimension(500 - feet * 9, 300 + row * 80, f"{feet}'-0\"", feet * 18)
        sheet.canvas.line(500 - feet * 6, 318 + row * 80, 500 + feet * 6, 318 + row * 80)
    text, vectors = layers(sheet.save(tmp_path))

    assert dimension_votes.vote(phrases_of(text.words), vectors.lines) == []


def test_only_so_many_reading_directions_are_indexed() -> None:
    indexes = LineIndexes([Line(0, 0, 100, 0)])

    made = [indexes.along(Frame(turn)) for turn in range(100)]

    assert len([index for index in made if index is not None]) == 24
    assert indexes.along(Frame(0)) is made[0]


# Scale bars


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


def test_a_scale_bar_does_not_confirm_itself_as_dimensions(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.bar(200, 100, 9, ("0", "4'", "8'", "16'"))
    sheet.dimension(100, 500, "20'-0\"", 180)
    sheet.dimension(100, 600, "30'-0\"", 270)
    # Under each label, lines of just its length.
    for feet in (4, 8, 16):
        sheet.canvas.line(200 + feet * 4.5, 107, 200 + feet * 13.5, 107)

    assert _sources(detected(sheet.save(tmp_path))) == {Source.SCALE_BAR}


# Verdicts


def test_dimensions_and_a_written_scale_calibrate(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.number()
    sheet.dimensions(18)
    sheet.view(100, 100, "FLOOR PLAN", f"SCALE: {_QUARTER}")

    verdict = detected(sheet.save(tmp_path))

    assert verdict.calibrated
    assert verdict.reasons == ()
    assert points_per_foot(verdict) == pytest.approx(18, rel=1e-3)
    assert (verdict.scale_text, verdict.method) == (_QUARTER, Source.DIMENSIONS)
    assert verdict.statements[0].view_title == "FLOOR PLAN"
    assert verdict.as_json()["calibrated"] is True


def test_a_written_scale_alone_does_not_calibrate(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.number()
    sheet.view(100, 100, "FLOOR PLAN", _QUARTER)
    sheet.text(1150, 90, _QUARTER, 9)

    verdict = detected(sheet.save(tmp_path))

    assert _sources(verdict) == {Source.VIEW, Source.TITLE_BLOCK}
    assert not verdict.calibrated
    assert points_per_foot(verdict) == pytest.approx(18)
    assert "only written" in verdict.reasons[0]


def test_dimensions_alone_do_not_calibrate(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.dimensions(18)

    verdict = detected(sheet.save(tmp_path))

    assert not verdict.calibrated
    assert points_per_foot(verdict) == pytest.approx(18, rel=1e-3)


def test_a_reduced_print_is_reported_and_not_believed(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.number()
    sheet.dimensions(7.25)
    sheet.view(100, 100, "FLOOR PLAN", _QUARTER)

    verdict = detected(sheet.save(tmp_path))

    assert not verdict.calibrated
    assert points_per_foot(verdict) == pytest.approx(7.25, rel=2e-3)
    assert verdict.scale_text is None
    assert any("printed at 40.3% of its size" in reason for reason in verdict.reasons)


def test_a_reduced_print_with_a_scale_bar_is_calibrated_by_what_is_drawn(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.number()
    sheet.dimensions(7.25)
    sheet.bar(600, 100, 7.25, ("0", "8'", "16'", "32'"))
    sheet.view(100, 100, "FLOOR PLAN", _QUARTER)

    verdict = detected(sheet.save(tmp_path))

    assert verdict.calibrated
    assert points_per_foot(verdict) == pytest.approx(7.25, rel=2e-3)
    assert any("40.3%" in reason for reason in verdict.reasons)


def test_a_reduced_copy_of_the_sample_is_calibrated_by_what_is_drawn(tmp_path: Path) -> None:
    write_sample(tmp_path / "full.pdf")
    full = pikepdf.open(tmp_path / "full.pdf")
    small = pikepdf.new()
    for source in full.pages:
        small.add_blank_page(page_size=(WIDTH, HEIGHT))
        small.pages[-1].add_overlay(source, pikepdf.Rectangle(0, 0, WIDTH, HEIGHT))
    buffer = io.BytesIO()
    small.save(buffer)

    verdict = detected(written(tmp_path, buffer.getvalue(), "small.pdf"), 1, 200)

    assert verdict.calibrated
    assert points_per_foot(verdict, 200) == pytest.approx(9, rel=2e-3)
    assert verdict.scale_text is None
    assert any("printed at 50.0%" in reason for reason in verdict.reasons)


def test_two_scales_on_a_sheet_are_both_reported_and_none_is_believed_for_all(
    tmp_path: Path,
) -> None:
    sheet = Sheet()
    sheet.number()
    sheet.dimensions(18)
    sheet.view(100, 100, "FLOOR PLAN", _QUARTER)
    sheet.view(700, 100, "TOILET PLAN", '1/2" = 1\'-0"')

    verdict = detected(sheet.save(tmp_path))

    assert not verdict.calibrated
    assert verdict.scale_text == _QUARTER
    assert [each.view_title for each in verdict.statements] == ["FLOOR PLAN", "TOILET PLAN"]
    assert any("another scale on the same sheet" in reason for reason in verdict.reasons)


def test_dimensions_at_two_scales_elect_both(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.dimensions(9, 100, 500)
    sheet.dimensions(18, 600, 500)

    verdict = detected(sheet.save(tmp_path))

    found = sorted(each.pixels_per_foot * 0.72 for each in verdict.evidence)
    assert found == pytest.approx([9, 18], rel=2e-3)
    assert not verdict.calibrated


@pytest.mark.parametrize("text", ["NTS", "NOT TO SCALE", "SCALE: NONE"])
def test_a_sheet_with_a_view_not_to_scale_is_not_calibrated(tmp_path: Path, text: str) -> None:
    sheet = Sheet()
    sheet.number()
    sheet.dimensions(18)
    sheet.view(100, 100, "FLOOR PLAN", _QUARTER)
    sheet.view(700, 100, "WALL TYPE", text)

    verdict = detected(sheet.save(tmp_path))

    assert not verdict.calibrated
    assert any("not to scale" in reason for reason in verdict.reasons)


def test_a_sheet_that_is_not_to_scale_has_no_scale(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.view(100, 100, "RISER DIAGRAM", "N.T.S.")

    verdict = detected(sheet.save(tmp_path))

    assert (verdict.pixels_per_foot, verdict.scale_text) == (None, "N.T.S.")
    assert not verdict.calibrated


def test_as_noted_in_the_title_block_leaves_it_to_the_views(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.number()
    sheet.text(1150, 100, "SCALE", 6)
    sheet.text(1150, 88, "AS NOTED", 9)
    sheet.dimensions(18)
    sheet.view(100, 100, "FLOOR PLAN", _QUARTER)

    verdict = detected(sheet.save(tmp_path))

    assert verdict.calibrated
    assert _roles(verdict) == [(_QUARTER, Role.VIEW), ("AS NOTED", Role.TITLE_BLOCK)]


def test_as_indicated_in_notes_says_nothing(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(100, 700, "3. PATCH ALL FINISHES OF THE WALLS THAT REMAIN")
    sheet.text(100, 690, "AS INDICATED")

    assert detected(sheet.save(tmp_path)).statements == ()


def test_a_slope_is_no_scale(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(100, 712, "RAMP", 10)
    sheet.text(100, 700, "SLOPE 1:12")
    sheet.text(100, 600, "1:20")

    assert detected(sheet.save(tmp_path)).statements == ()


def test_a_bubble_number_beside_a_scale_does_not_change_it(tmp_path: Path) -> None:
    sheet = Sheet()
    for x, gap in ((100, 8), (500, 3)):
        sheet.text(x - gap - 4.5, 100, "1", 8)
        sheet.view(x, 100, "SECTION", _EIGHTH)

    verdict = detected(sheet.save(tmp_path))

    assert [each.notation.ratio for each in verdict.statements] == [96, 96]


@pytest.mark.parametrize("down", [False, True])
def test_a_border_that_prints_every_scale_says_nothing(tmp_path: Path, down: bool) -> None:
    sheet = Sheet()
    sheet.number()
    sheet.dimensions(18)
    sheet.view(100, 100, "FLOOR PLAN", _QUARTER)
    for place, inches in enumerate(("1/16", "1/8", "3/16", "1/4", "3/8", "1/2", "3/4", "1")):
        at = (1200, 820 - place * 30) if down else (100 + place * 120, 15)
        sheet.text(*at, f'{inches}" = 1\'-0"', 5)

    verdict = detected(sheet.save(tmp_path))

    assert verdict.calibrated
    assert len([each for each in verdict.statements if each.role is Role.LIST]) == 8


def test_views_in_a_row_with_titles_are_no_list(tmp_path: Path) -> None:
    sheet = Sheet()
    for place, inches in enumerate(("1/4", "1/2", "3/4", "3")):
        sheet.view(100 + place * 200, 100, f"DETAIL {place}", f'{inches}" = 1\'-0"')

    verdict = detected(sheet.save(tmp_path))

    assert {each.role for each in verdict.statements} == {Role.VIEW}


def test_a_title_block_that_differs_is_reported_and_outvoted(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.number()
    sheet.dimensions(18)
    sheet.view(100, 100, "FLOOR PLAN", _QUARTER)
    sheet.text(1150, 90, _EIGHTH, 9)

    verdict = detected(sheet.save(tmp_path))

    assert verdict.calibrated
    assert any("title block" in reason for reason in verdict.reasons)


def test_a_measured_contradiction_is_never_calibrated(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.number()
    sheet.dimensions(18)
    sheet.bar(600, 100, 9, ("0", "8'", "16'", "32'"))
    sheet.view(100, 100, "FLOOR PLAN", _QUARTER)

    assert not detected(sheet.save(tmp_path)).calibrated


@pytest.mark.parametrize(("share", "calibrated"), [(1.005, True), (0.995, True), (1.02, False)])
def test_sources_agree_within_one_percent(tmp_path: Path, share: float, calibrated: bool) -> None:
    sheet = Sheet()
    sheet.number()
    sheet.dimensions(18 * share)
    sheet.view(100, 100, "FLOOR PLAN", _QUARTER)

    assert detected(sheet.save(tmp_path)).calibrated is calibrated


def test_without_a_resolution_a_written_scale_gives_no_pixels() -> None:
    words = lettered(f"SCALE: {_QUARTER}", (300, 1000))

    verdict = detect_scale(words, 1800, 1200, None)

    assert verdict.pixels_per_foot is None
    assert "how large the sheet is" in verdict.reasons[0]


def test_an_empty_sheet_has_no_scale() -> None:
    verdict = detect_scale([], 1800, 1200, DPI)

    assert (verdict.pixels_per_foot, verdict.scale_text, verdict.calibrated) == (None, None, False)


@pytest.mark.parametrize("turn", [0, 90, 270])
@pytest.mark.parametrize("number", [1, 2])
def test_the_sample_is_calibrated_however_it_is_turned(
    tmp_path: Path, number: int, turn: int
) -> None:
    truth = write_sample(tmp_path / "flat.pdf")

    def rotate(pdf: pikepdf.Pdf) -> None:
        for each in pdf.pages:
            each.rotate(turn, relative=False)

    path = written(tmp_path, edited((tmp_path / "flat.pdf").read_bytes(), rotate))
    verdict = detected(path, number)

    sheet = truth.sheets[number - 1]
    assert verdict.calibrated
    assert verdict.pixels_per_foot == pytest.approx(sheet.pixels_per_foot(DPI), rel=1e-3)
    assert verdict.scale_text == sheet.scale_text
    assert _sources(verdict) == set(Source) - {Source.VIEWPORT}


_REAL = [
    ("kegonsa-foundation-20141118.pdf", 1, 18.0, True),
    ("va-finish-plan.pdf", 1, 9.0, True),
    ("va-finish-plan.pdf", 2, None, False),
    # Says 1/4" (18 points) and was printed smaller: twelve of fourteen dimensions agree.
    ("kegonsa-S-101.pdf", 1, 6.67, False),
    ("opentakeoff-scanned-plan.pdf", 1, None, False),
]


@pytest.mark.skipif(
    not _FOLDER.is_dir(), reason="no real drawings here: TASK_LEDGER_SAMPLES names no folder"
)
@pytest.mark.parametrize(("name", "number", "points", "calibrated"), _REAL)
def test_the_scales_of_real_sheets(
    name: str, number: int, points: float | None, calibrated: bool
) -> None:
    verdict = detected(_FOLDER / name, number, 150)

    assert verdict.calibrated is calibrated
    if points is None:
        assert verdict.pixels_per_foot is None
    else:
        assert points_per_foot(verdict, 150) == pytest.approx(points, rel=0.005)

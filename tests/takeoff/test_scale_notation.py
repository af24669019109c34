"""Every way to write a scale is read, also garbled, and nothing else is."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takeoff.scale.notation import ScaleKind, find_scales, parse_scale
from takeoff.scale.ratio import (
    ARCHITECTURAL,
    ENGINEERING,
    pixels_per_foot,
    points_per_foot,
)


def _ratio(text: str) -> float | None:
    found = parse_scale(text)
    return found and found.ratio


@pytest.mark.parametrize(
    ("inches", "ratio"),
    [
        ("12", 1),
        ("6", 2),
        ("3", 4),
        ("1 1/2", 8),
        ("1-1/2", 8),
        ("1", 12),
        ("3/4", 16),
        ("1/2", 24),
        ("3/8", 32),
        ("1/4", 48),
        ("3/16", 64),
        ("1/8", 96),
        ("3/32", 128),
        ("1/16", 192),
        ("1/32", 384),
        ("0.25", 48),
        (".5", 24),
    ],
)
def test_architectural_scales(inches: str, ratio: float) -> None:
    found = parse_scale(f'SCALE: {inches}" = 1\'-0"')

    assert found is not None
    assert (found.ratio, found.standard, found.labelled) == (ratio, True, True)
    assert found.text == f'{inches}" = 1\'-0"'


@pytest.mark.parametrize("feet", ENGINEERING)
@pytest.mark.parametrize("form", ["1\" = {}'", '1" = {}\'-0"', "1 INCH = {} FEET", "1 IN. = {} FT"])
def test_engineering_scales(form: str, feet: int) -> None:
    found = parse_scale(form.format(feet))

    assert found is not None
    assert (found.kind, found.ratio, found.standard) == (ScaleKind.ENGINEERING, 12 * feet, True)


@pytest.mark.parametrize(
    ("text", "ratio"),
    [
        ("1:1", 1),
        ("1:100", 100),
        ("1 : 50", 50),
        ("M 1:20", 20),
        ("SCALE 1:5000", 5000),
        ("10 mm = 1 m", 100),
        ("1 CM = 5 M", 500),
        ("1/100", 100),
        ("SCALE 1/50", 50),
        ("M1:100", 100),
        ("M=1:50", 50),
        ("1:1 250", 1250),
        ("1:1,250", 1250),
        ("SCALE 1:5 000", 5000),
        ("\u00c9CHELLE 1/50", 50),
        ("MASSSTAB M 1:200", 200),
        ("1:50 300", 50),
        ("1:1 100", 1100),
        ("SCALE: HALF SIZE", 2),
        ("HALF SIZE", 2),
        ("1/2 SIZE", 2),
        ("SCALE: QUARTER SIZE", 4),
        ("FULL SIZE", 1),
        ("SCALE: FULL SCALE", 1),
    ],
)
def test_metric_scales(text: str, ratio: float) -> None:
    assert _ratio(text) == ratio


@pytest.mark.parametrize(
    ("text", "ratio"),
    [
        ('\u215b" = 1\'-0"', 96),
        ('\u215c" = 1\'-0"', 32),
        ('1\u2044\u2084" = 1\'-0"', 48),
        ("1\"=20.0'", 240),
        ('1" = 20.00 FT', 240),
        ("1\" EQUALS 20'", 240),
        ("1 INCH EQUALS 20 FEET", 240),
        ("ONE INCH EQUALS TWENTY FEET", 240),
        ("ONE EIGHTH INCH EQUALS ONE FOOT", 96),
        ("1/8 INCH = 1 FOOT", 96),
        ("one and one half inches = one foot", 8),
    ],
)
def test_scales_with_small_fractions_decimals_and_words(text: str, ratio: float) -> None:
    found = parse_scale(text)

    assert found is not None
    assert (found.ratio, found.standard) == (ratio, True)


def test_a_scale_stands_where_its_text_has_it() -> None:
    text = 'PLAN \u00bc" = 1\'-0", \u215b" = 1\'-0" TYP.'

    places = [text[each.start : each.end] for each in find_scales(text)]

    assert places == ['\u00bc" = 1\'-0"', '\u215b" = 1\'-0"']


def test_the_paper_that_a_scale_holds_for_is_read() -> None:
    found = list(find_scales("1:100 @ A1, 1:200@A3, 1:50 (A0), 1:20"))

    assert [(each.ratio, each.paper) for each in found] == [
        (100, "A1"), (200, "A3"), (50, "A0"), (20, None),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ['SCALE: \u25a0" = 1\'-0"', "SCALE X:100", 'SCALE: ?/?" = 1\'-0"'])
def test_a_scale_that_is_written_and_cannot_be_read_is_told(text: str) -> None:
    found = parse_scale(text)

    assert found is not None
    assert (found.kind, found.ratio) == (ScaleKind.UNREADABLE, None)


@pytest.mark.parametrize(
    ("text", "ratio"),
    [
        ("1/4\u201d = 1\u2019-0\u201d", 48),
        ("1/4\u2033 = 1\u2032\u20130\u2033", 48),
        ("1/4\u00b0 = 1'-0\u00b0", 48),
        ('1/B" = 1\'-0"', 96),
        ('l/4" = l\'-0"', 48),
        ('I/4" = I\'-O"', 48),
        ('3/I6" = 1\'-0"', 64),
        ('1/4" = 1\'0"', 48),
        ('1/4" = 1\' 0"', 48),
        ('1/4"=1\'-0"', 48),
        ("1/4\" = 1'", 48),
        ("1/4'' = 1'-0''", 48),
        ('1/4" - 1\'-0"', 48),
        ("SCALE 1/4 = 1-0", 48),
        ('\u00bd" = 1\'-0"', 24),
        ('1\u00bd" = 1\'-0"', 8),
        ('1" = 2O\'-O"', 240),
        ("SCALE: I:5O", 50),
    ],
)
def test_garbled_scales(text: str, ratio: float) -> None:
    assert _ratio(text) == ratio


@pytest.mark.parametrize(
    "text", ["NTS", "N.T.S.", "N. T. S.", "NOT TO SCALE", "NO SCALE", "SCALE: NONE", "Scale: N/A"]
)
def test_not_to_scale(text: str) -> None:
    found = parse_scale(text)

    assert found is not None
    assert (found.kind, found.ratio) == (ScaleKind.NOT_TO_SCALE, None)
    assert found.points_per_foot is None
    assert found.pixels_per_foot(150) is None


@pytest.mark.parametrize(
    "text", ["AS NOTED", "AS SHOWN", "AS INDICATED", "VARIES", "SCALE: AS NOTED", "SCALE VARIES"]
)
def test_scales_that_stand_elsewhere(text: str) -> None:
    found = parse_scale(text)

    assert found is not None
    assert (found.kind, found.ratio) == (ScaleKind.DEFERRED, None)


@pytest.mark.parametrize(
    "text",
    [
        "SLOPE 1:12",
        "SLOPE PAVING AWAY FROM THE BUILDING, 1:48 MINIMUM",
        "1:12 MAX",
        "RAMP UP 1:20",
        "CONCRETE MIX 1:2:4",
        "PATCH FINISHES AS INDICATED ON THE PLAN",
        "FIRE EXTINGUISHER CABINETS AS SHOWN",
        "DEPTH OF FOOTING VARIES",
        "FULL SIZE SHEET IS 36 x 24 INCHES",
        "DO NOT SCALE THIS DRAWING",
        '5" CONC. SLAB ON GRADE',
        "TENTS AND NOTES",
        "10:30 AM",
        "24 = 12",
        "1/4 = 1-0",
        "\u0131 MM = \u0131 M",
        "SCALE 1:\u0131",
        "4/20/2026",
        "1/20/2026",
        "1/8",
        "1/16",
        "1/100 IN.",
        "RAMP 1/20",
        "FALL 1:100 MIN.",
        "24'-0\"",
        "",
    ],
)
def test_what_is_no_scale(text: str) -> None:
    assert list(find_scales(text)) == []


@pytest.mark.parametrize(
    ("bubble", "inches", "ratio"), [("1", "1/8", 96), ("2", "1/4", 48), ("3", "1/2", 24)]
)
def test_a_detail_number_in_front_is_not_of_the_scale(
    bubble: str, inches: str, ratio: float
) -> None:
    found = parse_scale(f'{bubble} {inches}" = 1\'-0"')

    assert found is not None
    assert (found.ratio, found.standard) == (ratio, True)
    assert found.text.startswith(inches)


def test_a_whole_number_of_a_usual_scale_belongs_to_it() -> None:
    assert _ratio('1 1/2" = 1\'-0"') == 8


def test_several_scales_on_a_line_are_all_found() -> None:
    text = 'PLAN 1/4" = 1\'-0"  DETAIL 3" = 1\'-0"  SITE 1" = 20\''

    assert [each.ratio for each in find_scales(text)] == [48, 4, 240]


def test_an_unusual_scale_is_read_and_marked() -> None:
    found = parse_scale('5/16" = 1\'-0"')

    assert found is not None
    assert (found.ratio, found.standard) == (pytest.approx(38.4), False)


_SMART = {'"': ['"', "\u201d", "\u2033", "\u00b0", "''"], "'": ["'", "\u2019", "\u2032", "`"]}
_LOOK_ALIKE = {"1": ["1", "I", "l", "|"], "0": ["0", "O", "o"], "8": ["8", "B"]}


@st.composite
def _garbled(draw: st.DrawFn) -> tuple[str, Fraction]:
    """An architectural scale as OCR may give it, and its true inches per foot."""
    inches = draw(st.sampled_from(ARCHITECTURAL))
    whole, rest = divmod(inches, 1)
    written = (f"{whole} " if whole and rest else f"{whole}" if whole else "") + (
        f"{rest.numerator}/{rest.denominator}" if rest else ""
    )
    gap, dash = draw(st.sampled_from([" ", "", "  "])), draw(st.sampled_from(["-", "", " ", " - "]))
    clean = f'{written}"{gap}={gap}1\'{dash}0"'
    noisy = "".join(
        draw(st.sampled_from({**_SMART, **_LOOK_ALIKE}.get(letter, [letter]))) for letter in clean
    )
    before = draw(st.sampled_from(["", "SCALE: ", "Scale ", "FLOOR PLAN  "]))
    return before + noisy, inches


@given(_garbled())
def test_what_is_written_and_garbled_is_read_back(case: tuple[str, Fraction]) -> None:
    text, inches = case

    assert _ratio(text) == pytest.approx(float(12 / inches))


@given(st.integers(1, 5000))
def test_every_metric_ratio_is_read_back(ratio: int) -> None:
    assert _ratio(f"SCALE 1:{ratio}") == ratio


@given(st.text(max_size=60))
def test_any_text_is_searched_without_an_error(text: str) -> None:
    for found in find_scales(text):
        assert found.ratio is None or found.ratio > 0
        assert 0 <= found.start < found.end


@given(st.floats(1, 5000))
def test_a_foot_at_72_dpi_is_as_many_pixels_as_points(ratio: float) -> None:
    assert pixels_per_foot(ratio, 72) == pytest.approx(points_per_foot(ratio))


def test_a_quarter_inch_is_eighteen_points_and_at_150_dpi_37_and_a_half_pixels() -> None:
    assert points_per_foot(48) == 18
    assert pixels_per_foot(48, 150) == 37.5

"""The scale of a sheet is believed only when two independent sources agree on it."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest

from takeoff.sample import write_sample
from takeoff.scale.detection import detect_scale
from takeoff.scale.evidence import Source
from takeoff.scale.statements import Role
from takeoff.scale.verdict import ScaleVerdict
from tests.takeoff.files import edited, written
from tests.takeoff.lettering import lettered
from tests.takeoff.samples import FOLDER, needs_drawings
from tests.takeoff.sheets import DPI, HEIGHT, WIDTH, Sheet, detected, points_per_foot

_QUARTER = '1/4" = 1\'-0"'
_EIGHTH = '1/8" = 1\'-0"'


def _sources(verdict: ScaleVerdict) -> set[Source]:
    return {each.source for each in verdict.evidence}


def _roles(verdict: ScaleVerdict) -> list[tuple[str, Role]]:
    return sorted((each.notation.text, each.role) for each in verdict.statements)


def test_a_scale_bar_does_not_confirm_itself_as_dimensions(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.bar(200, 100, 9, ("0", "4'", "8'", "16'"))
    sheet.dimension(100, 500, "20'-0\"", 180)
    sheet.dimension(100, 600, "30'-0\"", 270)
    # Under each label, lines of just its length.
    for feet in (4, 8, 16):
        sheet.canvas.line(200 + feet * 4.5, 107, 200 + feet * 13.5, 107)

    assert _sources(detected(sheet.save(tmp_path))) == {Source.SCALE_BAR}


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


def test_a_bar_at_the_scale_of_the_unreduced_sheet_is_not_believed(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.number()
    sheet.dimensions(9)
    sheet.bar(600, 100, 18, ("0", "2'", "4'", "8'"))
    sheet.view(100, 100, "FLOOR PLAN", _QUARTER)

    assert not detected(sheet.save(tmp_path)).calibrated


def test_a_detail_beside_a_view_without_a_scale_is_no_reduced_print(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.number()
    sheet.dimensions(9)
    sheet.bar(100, 200, 9, ("0", "4'", "8'", "16'"))
    sheet.view(900, 300, "DETAIL", _QUARTER)

    verdict = detected(sheet.save(tmp_path))

    assert not verdict.calibrated
    assert any("another scale" in reason for reason in verdict.reasons)


def test_a_view_whose_scale_cannot_be_read_withholds_the_sheet(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.number()
    sheet.dimensions(18)
    sheet.view(100, 100, "FLOOR PLAN", _QUARTER)
    sheet.view(700, 100, "DETAIL", 'SCALE: #" = 1\'-0"')

    verdict = detected(sheet.save(tmp_path))

    assert not verdict.calibrated
    assert any("cannot be read" in reason for reason in verdict.reasons)


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
    assert "size of the sheet is unknown" in verdict.reasons[0]


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


@needs_drawings
@pytest.mark.parametrize(("name", "number", "points", "calibrated"), _REAL)
def test_the_scales_of_real_sheets(
    name: str, number: int, points: float | None, calibrated: bool
) -> None:
    verdict = detected(FOLDER / name, number, 150)

    assert verdict.calibrated is calibrated
    if points is None:
        assert verdict.pixels_per_foot is None
    else:
        assert points_per_foot(verdict, 150) == pytest.approx(points, rel=0.005)

"""The sample set is what its truth says."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from takeoff import intake
from takeoff.render import render_pages
from takeoff.sample import SampleTruth, SheetTruth, write_sample

_DPI = 100.0


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SampleTruth]:
    path = tmp_path_factory.mktemp("sample") / "sample.pdf"
    return path, write_sample(path)


@pytest.fixture(scope="module")
def images(drawn: tuple[Path, SampleTruth]) -> list[Image.Image]:
    rendered: list[Image.Image] = []
    for page in render_pages(drawn[0], _DPI):
        with Image.open(page.path) as image:
            rendered.append(image.copy())
    return rendered


def _text(path: Path, sheet: SheetTruth) -> str:
    document = pypdfium2.PdfDocument(path)
    return document[sheet.page_number - 1].get_textpage().get_text_bounded()


def test_it_is_accepted_as_an_upload(drawn: tuple[Path, SampleTruth]) -> None:
    assert intake.inspect(drawn[0]).page_count == len(drawn[1].sheets) == 2


def test_it_is_the_same_file_every_time(drawn: tuple[Path, SampleTruth], tmp_path: Path) -> None:
    truth = write_sample(tmp_path / "again.pdf")

    assert (tmp_path / "again.pdf").read_bytes() == drawn[0].read_bytes()
    assert truth == drawn[1]


def test_sheets_are_arch_d_and_carry_their_number_title_and_scale(
    drawn: tuple[Path, SampleTruth],
) -> None:
    path, truth = drawn
    assert [sheet.sheet_number for sheet in truth.sheets] == ["A-101", "S-101"]
    for page, sheet in zip(render_pages(path, 20), truth.sheets, strict=True):
        assert (page.width_in, page.height_in) == (sheet.width_in, sheet.height_in) == (36, 24)
        words = _text(path, sheet)
        for expected in (sheet.sheet_number, sheet.title, sheet.scale_text):
            assert expected in words


def test_every_dimension_is_as_long_as_it_says(drawn: tuple[Path, SampleTruth]) -> None:
    for sheet in drawn[1].sheets:
        assert len(sheet.dimensions) == 9
        words = _text(drawn[0], sheet)
        for dimension in sheet.dimensions:
            (x0, y0), (x1, y1) = dimension.start, dimension.end
            points = abs(x1 - x0) + abs(y1 - y0)
            assert points == pytest.approx(dimension.feet * sheet.points_per_foot)
            feet, inches = dimension.text.rstrip('"').split("'-")
            assert int(feet) + int(inches) / 12 == pytest.approx(dimension.feet)
            assert dimension.text in words


def test_dimension_lines_are_where_the_truth_says(
    drawn: tuple[Path, SampleTruth], images: list[Image.Image]
) -> None:
    for sheet, image in zip(drawn[1].sheets, images, strict=True):
        for dimension in sheet.dimensions:
            (x0, y0), (x1, y1) = dimension.start, dimension.end
            quarter = (x0 * 3 + x1) / 4, (y0 * 3 + y1) / 4
            assert _darkest_near(image, sheet.pixels_at(quarter, _DPI)) < 200


def test_outlines_of_slab_and_footings_are_drawn_where_the_truth_says(
    drawn: tuple[Path, SampleTruth], images: list[Image.Image]
) -> None:
    sheet, image = drawn[1].sheets[1], images[1]
    slab = next(element for element in sheet.elements if element.kind == "slab")
    for corner in slab.outline:
        assert _darkest_near(image, sheet.pixels_at(corner, _DPI)) < 200


def test_quantities_follow_from_the_outlines(drawn: tuple[Path, SampleTruth]) -> None:
    floor, foundation = drawn[1].sheets
    square_foot = foundation.points_per_foot**2
    slab = next(element for element in foundation.elements if element.kind == "slab")
    pads = [element for element in foundation.elements if element.kind == "pad footing"]

    assert slab.area_sf == pytest.approx(_area(slab.outline) / square_foot)
    # 96' x 60' less the court of 24' x 20', 4" in from every grid line.
    assert slab.area_sf == pytest.approx(96 * 60 - 24 * 20 - 312 / 3 + 4 / 9)
    assert slab.thickness_in == 5
    assert [pad.area_sf for pad in pads] == [16.0] * 5
    for room in floor.rooms:
        assert room.area_sf == pytest.approx(_area(room.outline) / square_foot)


def test_rooms_are_labelled_with_the_area_between_their_walls(
    drawn: tuple[Path, SampleTruth],
) -> None:
    sheet = drawn[1].sheets[0]
    words = _text(drawn[0], sheet)

    assert len(sheet.rooms) == 9
    for room in sheet.rooms:
        for expected in (room.name, room.number, f"{room.area_sf:,.0f} SF"):
            assert expected in words


def test_points_turn_into_pixels_from_the_top_left(drawn: tuple[Path, SampleTruth]) -> None:
    sheet = drawn[1].sheets[0]

    assert sheet.pixels_at((0, 24 * 72), 150) == (0, 0)
    assert sheet.pixels_at((72, 0), 150) == (150, 3600)
    assert sheet.points_per_foot == 18
    assert sheet.pixels_per_foot(150) == 37.5


def _darkest_near(image: Image.Image, place: tuple[float, float]) -> float:
    x, y = round(place[0]), round(place[1])
    low, _ = image.crop((x - 2, y - 2, x + 3, y + 3)).getextrema()
    assert isinstance(low, (int, float))
    return low


def _area(outline: tuple[tuple[float, float], ...]) -> float:
    pairs = zip(outline, outline[1:] + outline[:1], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2

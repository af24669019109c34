"""A scan may be as large as the image in a PDF; what could not be drawn is refused at once."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from takeoff import intake
from takeoff.limits import IntakeLimits
from takeoff.refusals import DecompressionBomb
from takeoff.render import render_pages


def scan(folder: Path, mode: str, inches: tuple[int, int], dpi: int) -> Path:
    """A sheet of these inches with a line on it, lying on its side, compressed as scanners do."""
    size = inches[0] * dpi, inches[1] * dpi
    sheet = Image.new(mode, size, "white" if mode == "RGB" else 1)
    ImageDraw.Draw(sheet).line((0, 0, *size), fill=0, width=dpi // 10)
    compression = "group4" if mode == "1" else "tiff_lzw"
    path = folder / "scan.tif"
    sheet.save(path, compression=compression, dpi=(dpi, dpi), tiffinfo={0x0112: 6})
    return path


def test_a_large_scan_is_taken_and_drawn(tmp_path: Path) -> None:
    # 311 million pixels.
    path = scan(tmp_path, "1", (36, 24), 600)
    assert intake.inspect(path).page_count == 1
    (page,) = list(render_pages(path))
    assert (page.width_in, page.height_in) == pytest.approx((24, 36), rel=1e-3)
    assert page.clamped


def test_a_scan_in_color_may_be_as_large_as_the_image_in_a_pdf(tmp_path: Path) -> None:
    path = scan(tmp_path, "RGB", (36, 24), 20)
    pixels = 36 * 20 * 24 * 20
    # Pillow writes strips of 64 KB, of which one at a time is unpacked.
    assert intake.inspect(path, IntakeLimits(max_held_bytes=round(4.6 * pixels))).page_count == 1
    assert intake.inspect(path, IntakeLimits(max_image_bytes=3 * pixels)).page_count == 1
    with pytest.raises(DecompressionBomb, match="shades of grey"):
        intake.inspect(path, IntakeLimits(max_image_bytes=3 * pixels - 1))


def test_a_scan_in_color_that_could_not_be_drawn_is_refused_and_says_what_to_do(
    tmp_path: Path,
) -> None:
    path = scan(tmp_path, "RGB", (36, 24), 20)
    pixels = 36 * 20 * 24 * 20
    for limit in ("max_held_bytes", "max_frame_bytes"):
        with pytest.raises(DecompressionBomb, match="shades of grey"):
            intake.inspect(path, IntakeLimits(**{limit: 4 * pixels}))

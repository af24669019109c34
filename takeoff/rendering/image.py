"""Renders the pages of an image file with Pillow."""

from __future__ import annotations

import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, cast

from PIL import Image

from takeoff.inspection.image import take_orientation
from takeoff.rendering.source import PageSize, Unrenderable, fitting_factor

# Programs write 72 or 96 if the resolution is unknown; scanners start at 100.
_MIN_DPI, _MAX_DPI = 100.0, 1200.0
_SAME = 0.01
# Indexed by TIFF's Orientation tag; from 5 on, rows are stored as columns.
_ON_ITS_SIDE: Final = 5
_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class ImageSource:
    """An open PNG, JPEG or TIFF; its frames are pages."""

    def __init__(self, path: Path) -> None:
        # Pixels were limited at intake, and this process's memory is limited.
        Image.MAX_IMAGE_PIXELS = None
        warnings.simplefilter("ignore")
        self._path = path
        with self._opened() as image:
            is_tiff = image.format == "TIFF"
            self.page_count: int = getattr(image, "n_frames", 1) if is_tiff else 1

    def render(self, index: int, dpi: float, max_pixels: int) -> tuple[Image.Image, PageSize]:
        """Return frame ``index`` (from 0) in its own pixels, reduced to at most ``max_pixels``;
        ``dpi`` is ignored, because an image has its own or none.
        """
        del dpi
        try:
            # Convert to grey before rotating: in colour, a large image would need a quarter more
            # memory.
            with self._opened() as colored:
                colored.seek(index)
                resolution = _resolution(colored)
                orientation = take_orientation(colored)
                # Makes the JPEG decoder decode luma only, in a third of the memory.
                colored.draft("L", colored.size)
                image = _grey(colored)
            if orientation in _UPRIGHT:
                image = image.transpose(_UPRIGHT[orientation])
        except (OSError, EOFError, ValueError, SyntaxError) as error:
            raise Unrenderable(f"the image cannot be decoded ({error}).") from error
        if resolution is not None and orientation >= _ON_ITS_SIDE:
            resolution = resolution[1], resolution[0]
        image, own_dpi = _square(image, resolution)
        factor = fitting_factor(image.width, image.height, max_pixels)
        size = PageSize(None, None, None, clamped=factor < 1)
        if own_dpi is not None:
            width_in, height_in = image.width / own_dpi, image.height / own_dpi
            size = PageSize(own_dpi * factor, width_in, height_in, clamped=factor < 1)
        if factor < 1:
            image = image.resize(
                (max(1, int(image.width * factor)), max(1, int(image.height * factor))),
                Image.Resampling.BOX,
            )
        return image, size

    @contextmanager
    def _opened(self) -> Generator[Image.Image]:
        # Not opened by path: Pillow would memory-map an uncompressed TIFF, and garble one with an
        # orientation.
        with (
            self._path.open("rb") as file,
            Image.open(file, formats=["PNG", "JPEG", "TIFF"]) as image,
        ):
            yield image
            image.close()

    def characters(self, index: int) -> int:
        """Return 0: an image has no text layer."""
        del index
        return 0


def _resolution(image: Image.Image) -> tuple[float, float] | None:
    """Return the dots per inch across and down, or None when the file gives no usable ones."""
    try:
        across, down = (float(value) for value in image.info.get("dpi", ()))
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    usable = all(_MIN_DPI * (1 - _SAME) <= value <= _MAX_DPI for value in (across, down))
    return (across, down) if usable else None


def _grey(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":
        # Pillow clips such samples at 255 instead of scaling them.
        samples = image.convert("F")
        _, high = cast(tuple[float, float], samples.getextrema())
        white = 65535.0 if image.mode.startswith("I;16") or 255 < high <= 65535 else max(high, 255)
        return samples.point(lambda value: value * (255.0 / white) + 0.0).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, image).convert("L")
    return image.convert("L")


def _square(
    image: Image.Image, resolution: tuple[float, float] | None
) -> tuple[Image.Image, float | None]:
    """Make the pixels of a fax-like scan square, so that lengths do not depend on direction."""
    if resolution is None:
        return image, None
    across, down = resolution
    finer = max(across, down)
    if abs(across - down) <= _SAME * finer:
        return image, across
    target = round(image.width * finer / across), round(image.height * finer / down)
    return image.resize(target, Image.Resampling.BILINEAR), finer

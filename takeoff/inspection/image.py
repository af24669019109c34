"""Checks an image file: first its size, then that all of it can be decoded."""

from __future__ import annotations

import warnings
from pathlib import Path

from PIL import ExifTags, Image, UnidentifiedImageError
from PIL.TiffImagePlugin import TiffImageFile

from takeoff.limits import IntakeLimits
from takeoff.refusals import Damaged, DecompressionBomb, TooManyPages, Truncated
from takeoff.terms import ContentType

_FORMAT = {ContentType.PNG: "PNG", ContentType.JPEG: "JPEG", ContentType.TIFF: "TIFF"}
# Bytes per pixel: while decoding, and at most while making a page image.
_BYTES = {"1": (1, 3), "L": (1, 3), "P": (1, 3)} | dict.fromkeys(("CMYK", "YCbCr"), (7, 7))
_MOST_BYTES = (7, 13)
# For colour: as Pillow holds it, as unpacked from the file, and as greyscale.
_HELD, _UNPACKED, _GREY = 4, 3, 1
_MOST_TURNS = 8
_HEIGHT_OF_STRIP, _WIDTH_OF_TILE, _HEIGHT_OF_TILE = 278, 322, 323
_AGAIN = "Export or scan it again and upload that."


def inspect_image(path: Path, kind: ContentType, limits: IntakeLimits) -> int:
    """Return the number of frames: one, or more for a TIFF of several pages.

    Raises:
        FileRefused: a subclass for each reason.
    """
    # The sizes are checked here, before a pixel is decoded; Pillow's own check would come first.
    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")
    try:
        with Image.open(path, formats=[_FORMAT[kind]]) as image:
            frames = getattr(image, "n_frames", 1) if kind is ContentType.TIFF else 1
            if frames > limits.max_pages:
                raise TooManyPages(
                    f"The image has {frames:,} pages, {limits.max_pages:,} are allowed. Split it "
                    "into smaller files."
                )
            for frame in range(frames):
                if frame:
                    image.seek(frame)
                # Makes the JPEG decoder decode luma only, in a third of the memory.
                image.draft("L", image.size)
                _check_pixels(image, frame + 1, limits)
                take_orientation(image)
                image.load()
    except Image.DecompressionBombError as error:
        raise DecompressionBomb(
            f"The image expands to a very large size: {error}. {_AGAIN}"
        ) from error
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        EOFError,
        OverflowError,
        ZeroDivisionError,
        RuntimeError,
    ) as error:
        if "truncated" in str(error).lower():
            raise Truncated(f"The image is truncated: its end is missing. {_AGAIN}") from error
        raise Damaged(f"The image is damaged: it cannot be decoded. {_AGAIN}") from error
    return frames


def take_orientation(image: Image.Image) -> int:
    """Return an undecoded image's orientation (1 to 8, as TIFF's tag), and make Pillow decode it as
    stored: rotating it in colour would take twice the memory.
    """
    exif = image.getexif()
    orientation = exif.get(ExifTags.Base.Orientation)
    exif[ExifTags.Base.Orientation] = 1
    return orientation if isinstance(orientation, int) and 1 <= orientation <= _MOST_TURNS else 1


def _check_pixels(image: Image.Image, number: int, limits: IntakeLimits) -> None:
    pixels = image.width * image.height
    if pixels > limits.max_image_pixels:
        raise DecompressionBomb(
            f"Image {number} has {image.width:,} x {image.height:,} pixels, "
            f"{limits.max_image_pixels:,} are allowed in all. Scan it at a lower resolution."
        )
    unpacked = _UNPACKED if image.mode == "RGB" else 1
    held, drawn = _BYTES.get(image.mode, _MOST_BYTES)
    if image.has_transparency_data:
        held, drawn = _MOST_BYTES
    elif image.mode == "RGB":
        held = _HELD + _UNPACKED * _largest_part(image)
        drawn = max(held, _HELD + _GREY)
    if (
        pixels * unpacked > limits.max_image_bytes
        or pixels * held > limits.max_held_bytes
        or pixels * drawn > limits.max_frame_bytes
    ):
        raise DecompressionBomb(
            f"Image {number} has {image.width:,} x {image.height:,} pixels in color or with more "
            "than 8 bits each, which need too much memory. Scan it in black and white, in shades "
            "of grey, or at a lower resolution."
        )


def _largest_part(image: Image.Image) -> float:
    """Return the number of bytes unpacked at a time: a strip or tile of a TIFF, a negligible row of
    other formats.
    """
    if not isinstance(image, TiffImageFile):
        return 0.0
    tags = image.tag_v2
    width, height = tags.get(_WIDTH_OF_TILE), tags.get(_HEIGHT_OF_TILE)
    if width and height:
        return min(1.0, width * height / (image.width * image.height))
    return min(1.0, tags.get(_HEIGHT_OF_STRIP, image.height) / image.height)

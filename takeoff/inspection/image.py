"""Checks of an image file: its size first, then that every byte of it can be decoded."""

from __future__ import annotations

import warnings
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from takeoff.limits import IntakeLimits
from takeoff.refusals import Damaged, DecompressionBomb, TooManyPages, Truncated
from takeoff.terms import ContentType

_FORMAT = {ContentType.PNG: "PNG", ContentType.JPEG: "JPEG", ContentType.TIFF: "TIFF"}
# Bytes for a pixel: while it is decoded, and at most while a page image is made of it.
_BYTES = {"1": (1, 3), "L": (1, 3), "P": (1, 3)} | dict.fromkeys(("RGB", "CMYK", "YCbCr"), (7, 7))
_MOST_BYTES = (7, 13)
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
                # A JPEG then decodes its lightness only, in a third of the memory.
                image.draft("L", image.size)
                _check_pixels(image, frame + 1, limits)
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
            raise Truncated(f"The end of the image is missing: it was cut off. {_AGAIN}") from error
        raise Damaged(f"The image is damaged: it cannot be decoded. {_AGAIN}") from error
    return frames


def _check_pixels(image: Image.Image, number: int, limits: IntakeLimits) -> None:
    pixels = image.width * image.height
    if pixels > limits.max_image_pixels:
        raise DecompressionBomb(
            f"Image {number} has {image.width:,} x {image.height:,} pixels, "
            f"{limits.max_image_pixels:,} are allowed in all. Scan it at a lower resolution."
        )
    held, drawn = _BYTES.get(image.mode, _MOST_BYTES)
    if image.has_transparency_data:
        held, drawn = _MOST_BYTES
    if pixels * held > limits.max_image_bytes or pixels * drawn > limits.max_frame_bytes:
        raise DecompressionBomb(
            f"Image {number} has {image.width:,} x {image.height:,} pixels in color or with more "
            "than 8 bits each, which need too much memory. Scan it in black and white, in shades "
            "of grey, or at a lower resolution."
        )

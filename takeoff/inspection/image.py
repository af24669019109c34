"""Checks of an image file: its size first, then that every byte of it can be decoded."""

from __future__ import annotations

import warnings
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from takeoff.limits import IntakeLimits
from takeoff.refusals import Damaged, DecompressionBomb, TooManyPages, Truncated
from takeoff.terms import ContentType

_FORMAT = {ContentType.PNG: "PNG", ContentType.JPEG: "JPEG", ContentType.TIFF: "TIFF"}
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
                _check_pixels(image, frame + 1, limits)
                # A JPEG then decodes its lightness only, in a third of the memory.
                image.draft("L", image.size)
                image.load()
    except Image.DecompressionBombError as error:
        raise DecompressionBomb(f"The image inflates hugely: {error}. {_AGAIN}") from error
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

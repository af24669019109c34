"""Page images in fewer pixels, for thumbnails and for a first look at a large sheet."""

from __future__ import annotations

import io
from enum import IntEnum

from PIL import Image

from takeoff.errors import ObjectNotFound
from takeoff.storage import Storage


class ImageWidth(IntEnum):
    """The widths that are made, in pixels; so few that each is made once and kept."""

    THUMBNAIL = 320
    LARGE_THUMBNAIL = 640
    SCREEN = 1920


def smaller_image(storage: Storage, image_key: str, width_px: int, width: ImageWidth) -> str:
    """Return the key of the page image ``image_key`` in ``width`` pixels, making it if it is not
    there; or ``image_key`` itself, whose ``width_px`` may be no more than that.

    Blocks, and holds the whole page in memory while it makes one (a byte a pixel). Thin lines stay
    visible: every pixel of the page counts. Two that make the same write the same.

    Raises:
        ObjectNotFound: there is no such page image.
        StorageError: the storage refused.
    """
    if width_px <= width:
        return image_key
    key = f"{image_key.removesuffix('.png')}-{width:d}px.png"
    try:
        storage.size(key)
    except ObjectNotFound:
        storage.put(key, [_shrunk(b"".join(storage.read(image_key)), width)])
    return key


def _shrunk(png: bytes, width: int) -> bytes:
    # The page was rendered by us and its size bounded then, so it needs no sandbox.
    with Image.open(io.BytesIO(png), formats=["PNG"]) as page:
        height = max(1, round(page.height * width / page.width))
        small = page.resize((width, height), Image.Resampling.BOX)
    written = io.BytesIO()
    small.save(written, "PNG", optimize=True)
    return written.getvalue()

"""Makes reduced page images, for thumbnails and previews of large sheets."""

from __future__ import annotations

import io
from enum import IntEnum

from PIL import Image

from takeoff.errors import ObjectNotFound
from takeoff.storage import Storage


class ImageWidth(IntEnum):
    """The available widths in pixels; few, so that each is made once and kept."""

    THUMBNAIL = 320
    LARGE_THUMBNAIL = 640
    SCREEN = 1920


def smaller_image(storage: Storage, image_key: str, width_px: int, width: ImageWidth) -> str:
    """Return the key of the page image ``image_key`` reduced to ``width`` pixels, making it if
    missing; ``image_key`` itself if its ``width_px`` is no larger.

    Blocks, and holds the whole page in memory while making one (a byte per pixel). Thin lines stay
    visible, because every pixel of the page contributes. Concurrent calls write identical objects.

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
    # The page image is our own and its size was limited, so no sandbox is needed.
    with Image.open(io.BytesIO(png), formats=["PNG"]) as page:
        height = max(1, round(page.height * width / page.width))
        small = page.resize((width, height), Image.Resampling.BOX)
    written = io.BytesIO()
    small.save(written, "PNG", optimize=True)
    return written.getvalue()

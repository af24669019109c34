"""The image of a page as sent to a provider: no larger than the provider uses."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from takeoff.limits import RenderLimits
from takeoff.providers.errors import ProviderRefused


@dataclass(frozen=True)
class Picture:
    """A PNG in greyscale of ``width_px`` x ``height_px``."""

    png: bytes
    width_px: int
    height_px: int

    @property
    def base64(self) -> str:
        """Return the PNG in Base64."""
        return base64.b64encode(self.png).decode("ascii")


def picture_of(image: Path, longest_edge_px: int) -> Picture:
    """Return the image file with its longest edge reduced to ``longest_edge_px``, never enlarged.

    Raises:
        ProviderRefused: the file is not an image, or is larger than any rendered page.
    """
    try:
        with Image.open(image) as opened:
            if opened.width * opened.height > RenderLimits().max_pixels:
                raise ProviderRefused(
                    f"The image has {opened.width:,} x {opened.height:,} pixels; render the page "
                    "at a lower resolution."
                )
            grey = opened.convert("L")
    except OSError as error:
        raise ProviderRefused(f"The page's image cannot be read: {error}.") from error
    grey.thumbnail((longest_edge_px, longest_edge_px), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    grey.save(written, "PNG")
    return Picture(written.getvalue(), grey.width, grey.height)

"""Bands between two parallel outlines: strip footings, walls, curbs."""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from takeoff.phrases import Box
from takeoff.providers.local.outlines import Outline, Outlines

# In heights of a label: its maximum distance to the band that it names.
_NEAR = 2.5
_SAME_PX = 1.0
_WIDEST_PX = 400.0


@dataclass(frozen=True)
class Band:
    """The region between ``outer`` and ``inner``, which are ``width_px`` apart everywhere."""

    outer: Outline
    inner: Outline
    width_px: float

    @property
    def area(self) -> shapely.Polygon:
        """The band itself, with a hole."""
        return shapely.Polygon(
            self.outer.polygon.exterior.coords, [self.inner.polygon.exterior.coords]
        )

    @property
    def middle(self) -> shapely.Polygon:
        """The polygon enclosed by its centre line."""
        moved = self.outer.polygon.buffer(-self.width_px / 2, join_style="mitre", mitre_limit=10)
        return shapely.Polygon(moved.exterior) if isinstance(moved, shapely.Polygon) else moved


def band_at(box: Box, height: float, outlines: Outlines) -> Band | None:
    """Return the band at a label: around it, or within 2.5 of its heights."""
    near = outlines.near(box, _NEAR * height)
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    candidates = near + [each for each in outlines.around(x, y)[:4] if each not in near]
    for edge in candidates:
        partners = [other for other in outlines.all if _may_pair(edge, other)]
        bands = [band for other in partners if (band := _band(edge, other)) is not None]
        if bands:
            return min(bands, key=lambda band: band.width_px)
    return None


def _may_pair(one: Outline, other: Outline) -> bool:
    return (
        one is not other
        and one.dashed == other.dashed
        and len(one.polygon.exterior.coords) == len(other.polygon.exterior.coords)
    )


def _band(one: Outline, other: Outline) -> Band | None:
    outer, inner = (one, other) if one.polygon.area > other.polygon.area else (other, one)
    if not outer.polygon.contains(inner.polygon):
        return None
    width = outer.polygon.exterior.distance(inner.polygon.exterior)
    if not _SAME_PX < width < _WIDEST_PX or width > min(inner.size) / 2:
        return None
    moved = outer.polygon.buffer(-width, join_style="mitre", mitre_limit=10)
    if moved.hausdorff_distance(inner.polygon) > _SAME_PX:
        return None
    return Band(outer, inner, width)

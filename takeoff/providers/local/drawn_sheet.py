"""A sheet as the local provider reads it: its lines, outlines and labels, with its scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import shapely

from takeoff.geometry.shape import Ring, Shape
from takeoff.phrases import Phrase, phrases_of
from takeoff.providers.local.arrangement import Arrangement
from takeoff.providers.local.border import Border, border_of
from takeoff.providers.local.doors import Door, doors_of
from takeoff.providers.local.gaps import at_gaps
from takeoff.providers.local.labels import Label, labels_of
from takeoff.providers.local.leaders import Leader, leaders_of
from takeoff.providers.local.openings import Opening, at_doors
from takeoff.providers.local.outlines import Outline, Outlines
from takeoff.providers.local.walls import wall_lines
from takeoff.providers.provider import Sheet
from takeoff.terms import GeometryType
from takeoff.vectors import Paths


@dataclass(frozen=True)
class DrawnSheet:
    """The lines, doors, outlines and texts of one sheet."""

    paths: Paths
    doors: tuple[Door, ...]
    outlines: Outlines
    border: Border
    phrases: tuple[Phrase, ...]
    labels: tuple[Label, ...]
    feet_per_pixel: float

    @classmethod
    def of(cls, sheet: Sheet, paths: Paths) -> DrawnSheet:
        """Read it from the sheet's paths and words."""
        doors = tuple(doors_of(paths, sheet.feet_per_pixel))
        outlines = Outlines(paths, [part for door in doors for part in door.parts])
        phrases = tuple(phrases_of(sheet.words))
        size = float(sheet.width_px), float(sheet.height_px)
        border = border_of(paths, outlines.all, phrases, size)
        labels = tuple(labels_of(phrases, outlines, border))
        return cls(paths, doors, outlines, border, phrases, labels, sheet.feet_per_pixel)

    @cached_property
    def leaders(self) -> tuple[Leader, ...]:
        """The leader lines of labels."""
        return tuple(leaders_of(self.paths, self.labels))

    @cached_property
    def lines(self) -> tuple[shapely.LineString, ...]:
        """The lines that may be edges of rooms."""
        left_out = [part for door in self.doors for part in door.parts]
        left_out += [leader.part for leader in self.leaders]
        left_out += self.outlines.hatches.parts()
        return tuple(wall_lines(self.paths, self.phrases, left_out, self.feet_per_pixel))

    @cached_property
    def drawn(self) -> Arrangement:
        """The faces that the lines enclose by themselves."""
        return Arrangement(self.lines)

    @cached_property
    def shut(self) -> Arrangement:
        """The faces with doors closed."""
        return Arrangement([*self.lines, *(each.line for each in self.door_openings)])

    @cached_property
    def walled(self) -> Arrangement:
        """The faces with wall openings closed as well."""
        return Arrangement([*self.shut.lines, *(each.line for each in self._gaps[0])])

    @cached_property
    def bridged(self) -> Arrangement:
        """The faces with every gap of every line closed."""
        return Arrangement([*self.walled.lines, *(each.line for each in self._gaps[1])])

    @cached_property
    def door_openings(self) -> tuple[Opening, ...]:
        """Lines across the openings of doors."""
        return tuple(at_doors(self.doors, self.drawn, self.feet_per_pixel))

    @property
    def wall_openings(self) -> Sequence[Opening]:
        """Lines across openings between the ends of walls."""
        return self._gaps[0]

    @property
    def gaps(self) -> Sequence[Opening]:
        """Lines across gaps in single lines."""
        return self._gaps[1]

    @cached_property
    def _gaps(self) -> tuple[list[Opening], list[Opening]]:
        return at_gaps(self.shut, self.feet_per_pixel)


def polygon_shape(polygon: shapely.Polygon) -> Shape:
    """Return a polygon, with its holes, as a shape."""
    return Shape(
        GeometryType.POLYGON,
        _ring(polygon.exterior),
        tuple(_ring(hole) for hole in polygon.interiors),
    )


def point_shape(x: float, y: float) -> Shape:
    """Return a point as a shape."""
    return Shape(GeometryType.POINT, ((x, y),))


def centre_of(outline: Outline) -> tuple[float, float]:
    """Return the middle of an outline's box."""
    left, top, right, bottom = outline.box
    return (left + right) / 2, (top + bottom) / 2


def _ring(ring: shapely.LinearRing) -> Ring:
    return tuple((float(x), float(y)) for x, y in list(ring.coords)[:-1])

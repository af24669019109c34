"""Generates sheets with known quantities, to measure the precision of claims."""

from takeoff.quality.drawn.sheet import write_drawn_sheet
from takeoff.quality.drawn.truth import Known, KnownSheet

__all__ = ["Known", "KnownSheet", "write_drawn_sheet"]

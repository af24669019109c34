"""Made-up sheets of which every quantity is known, to tell how much of what is claimed is right."""

from takeoff.quality.drawn.sheet import write_drawn_sheet
from takeoff.quality.drawn.truth import Known, KnownSheet

__all__ = ["Known", "KnownSheet", "write_drawn_sheet"]

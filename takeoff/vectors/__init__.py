"""The paths that a PDF draws, placed on the image of its page."""

from takeoff.vectors.layer import Path, Paths, PathsUnreadable, read_paths

__all__ = ["Path", "Paths", "PathsUnreadable", "read_paths"]

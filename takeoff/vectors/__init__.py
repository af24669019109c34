"""Reads the paths of a PDF page, placed on the page's image."""

from takeoff.vectors.layer import Path, Paths, PathsUnreadable, read_paths

__all__ = ["Path", "Paths", "PathsUnreadable", "read_paths"]

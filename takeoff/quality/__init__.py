"""Measures how accurately real drawings are read: ``python -m takeoff.quality FOLDER``."""

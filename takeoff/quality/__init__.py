"""Measures how much of real drawings is read right: ``python -m takeoff.quality FOLDER``."""

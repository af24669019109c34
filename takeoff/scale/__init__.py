"""Detects the scale of a sheet: what is written, what is drawn, and whether they agree."""

"""Measures what a system does while it has nothing to do."""

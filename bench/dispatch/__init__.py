"""Measures the time from a committed task to its message and its body, against `apply_async`."""

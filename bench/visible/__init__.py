"""Measures the time from an event's commit until lists show it."""

"""Exports quantities: tables by condition, sheet and room, and marked-up drawings."""

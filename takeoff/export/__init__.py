"""Quantities that leave: tables by condition, sheet and room, and drawings with marks on them."""

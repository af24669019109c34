"""A small sheet for what is done to pages."""

from pathlib import Path

from tests.takeoff.sheets import Sheet


def small_sheet(folder: Path) -> Path:
    """A sheet of one page with a scale that its dimensions confirm."""
    sheet = Sheet()
    sheet.number("A-101")
    sheet.view(100, 80, "FIRST FLOOR PLAN", 'SCALE: 1/4" = 1\'-0"')
    sheet.dimensions(18.0)
    return sheet.save(folder)

"""Reads the title block of a sheet: its number, its title, and the number's meaning."""

from takeoff.title_block.finding import Finding
from takeoff.title_block.numbering import Discipline, SheetNumber, SheetType, parse_sheet_number
from takeoff.title_block.reading import TitleBlock, read_title_block

__all__ = [
    "Discipline",
    "Finding",
    "SheetNumber",
    "SheetType",
    "TitleBlock",
    "parse_sheet_number",
    "read_title_block",
]

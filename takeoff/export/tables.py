"""Tables of quantities: one row per measurement, or sums."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from takeoff.export.lines import Line

Cell = str | int | float | None


class By(enum.StrEnum):
    """What to total quantities by, or one row per measurement."""

    CONDITION = "condition"
    SHEET = "sheet"
    ROOM = "room"
    MEASUREMENT = "measurement"


@dataclass(frozen=True)
class Table:
    """A table: name, column headings, rows."""

    name: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


_SUMS = ("Condition", "Type", "Depth (in)", "Unit", "Quantity", "Count", "Waiting", "Waiting count")
_KEYS: dict[By, tuple[str, tuple[str, ...], Callable[[Line], tuple[Cell, ...]]]] = {
    By.CONDITION: ("Conditions", (), lambda _: ()),
    By.SHEET: (
        "Sheets",
        ("Document", "Page", "Sheet", "Title"),
        lambda line: (line.document.file_name, line.page_number, line.sheet, line.title),
    ),
    By.ROOM: (
        "Rooms",
        ("Document", "Sheet", "Room"),
        lambda line: (line.document.file_name, line.sheet, line.room or "no room known"),
    ),
}
_EACH = (
    *("Document", "Page", "Sheet", "Title", "Number", "Condition", "Type", "Depth (in)", "Room"),
    *("Quantity", "Unit", "State", "Confidence", "Found by", "Drawn by", "Reviewed by"),
    *("Label", "Rests on", "Measured at"),
)


def table(by: By, lines: Iterable[Line]) -> Table:
    """Return the table of ``lines``. In sums, waiting measurements have their own columns beside
    the quantity, and rejected ones are left out.
    """
    if by is By.MEASUREMENT:
        return Table("Measurements", _EACH, [_each(line) for line in lines])
    name, heads, key = _KEYS[by]
    sums: dict[tuple[Cell, ...], list[Line]] = {}
    for line in lines:
        condition = line.condition
        of = (condition.name, condition.measurement_type, condition.depth_in, condition.unit)
        sums.setdefault((*key(line), *of), []).append(line)
    # Sort by subject, so that a document's rows of one condition are adjacent.
    order = sorted(sums, key=lambda row: tuple((part is not None, part) for part in row[:-2]))
    rows = [(*row, *_sum(sums[row], "counted"), *_sum(sums[row], "waiting")) for row in order]
    return Table(name, (*heads, *_SUMS), rows)


def _sum(lines: Iterable[Line], state: str) -> tuple[float, int]:
    quantities = [line.measurement.quantity for line in lines if line.state == state]
    return sum(quantities), len(quantities)


def _each(line: Line) -> tuple[Cell, ...]:
    condition, measurement = line.condition, line.measurement
    return (
        line.document.file_name,
        line.page_number,
        line.sheet,
        line.title,
        line.number,
        condition.name,
        condition.measurement_type,
        condition.depth_in,
        line.room,
        measurement.quantity,
        measurement.unit,
        line.state,
        measurement.confidence,
        measurement.provider,
        measurement.drawn_by,
        measurement.reviewed_by,
        measurement.label,
        measurement.notes,
        measurement.created_at.isoformat(timespec="seconds"),
    )

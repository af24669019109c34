"""Small drawings of which every quantity is known, and the local provider that looks at them."""

from pathlib import Path

import pikepdf

from takeoff.geometry import measure
from takeoff.providers import Detection, ProviderSettings, Sheet, Subject, choose
from takeoff.terms import MeasurementType, Unit
from takeoff.text_layer import read_text_layer

LOCAL = choose("local", ProviderSettings())
DPI = 150
# One foot is 9 points: 1/8" = 1'-0".
FOOT = 9.0
WIDE, HIGH = 1224, 792
UNITS = {
    Unit.SF: MeasurementType.AREA,
    Unit.LF: MeasurementType.LINEAR,
    Unit.EA: MeasurementType.COUNT,
    Unit.CY: MeasurementType.VOLUME,
}


def sheet_of(path: Path, number: int = 1, points_per_foot: float = FOOT) -> Sheet:
    with pikepdf.open(path) as pdf:
        page = pdf.pages[number - 1]
        wide, high = (float(part) for part in page.mediabox[2:])
        if int(page.obj.get("/Rotate", 0)) % 180:
            wide, high = high, wide
    size = round(wide * DPI / 72), round(high * DPI / 72)
    words = read_text_layer(path, number, *size).words
    return Sheet(Path("unused.png"), *size, path, number, words, 72 / DPI / points_per_foot)


def find(sheet: Sheet, name: str, unit: Unit, depth_in: float | None = None) -> Detection:
    return LOCAL.find(sheet, Subject(name, UNITS[unit], unit, depth_in))


def total(sheet: Sheet, detection: Detection, unit: Unit, depth_in: float | None = None) -> float:
    return sum(
        measure(each.shape, unit, sheet.feet_per_pixel, depth_in).quantity
        for each in detection.elements
    )

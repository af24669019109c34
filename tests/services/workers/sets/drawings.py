"""Drawing sets: some that their text layer tells, and scans that must be read."""

from pathlib import Path

from tests.takeoff.ocr.images import lettered_image
from tests.takeoff.sheets import Sheet

_NOTE = "SLAB ON GRADE 5 IN OVER VAPOR BARRIER, SEE DETAIL. VERIFY ALL DIMENSIONS IN THE FIELD."


def written_set(folder: Path, pages: int, name: str = "written") -> Path:
    """A PDF whose sheets A-101 and up have text enough and a scale that dimensions confirm."""
    sheet = Sheet()
    for number in range(pages):
        sheet.number(f"A-1{number + 1:02}")
        sheet.view(100, 80, "FIRST FLOOR PLAN", 'SCALE: 1/4" = 1\'-0"')
        sheet.text(100, 700, _NOTE)
        sheet.dimensions(18.0)
        if number < pages - 1:
            sheet.canvas.showPage()
    written = sheet.save(folder)
    return written.rename(folder / f"{name}.pdf")


def scanned_set(folder: Path, pages: int, name: str = "scanned") -> Path:
    """A TIFF of small scans."""
    frames = [
        lettered_image(
            (700, 450), [("FOUNDATION PLAN", (40, 100)), (f"S-1{at + 1:02}", (480, 380))]
        )
        for at in range(pages)
    ]
    path = folder / f"{name}.tiff"
    frames[0].save(path, save_all=True, append_images=frames[1:], dpi=(150, 150))
    return path

"""The report as PDF on A4, with page numbers and the table's head on each page."""

# reportlab has no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Literal

import reportlab
from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer

from task_ledger.evidence.report import LEGEND, Report, share
from task_ledger.evidence.words import time_in_words

_FONT: Final = "Vera"
_BOLD: Final = "VeraBd"
_INK: Any = colors.HexColor("#1c1e21")
_SOFT: Any = colors.HexColor("#595d63")
_LINE: Any = colors.HexColor("#c9c9c4")
_WAITING: Any = colors.HexColor("#b9bdc3")
_RUNNING: Any = colors.HexColor("#1c5ba3")
_GOOD: Any = colors.HexColor("#19662f")
_BAD: Any = colors.HexColor("#a8261c")
_WIDTHS: Final = (30, 130, 130, 130, 80, 272)
_HEAD: Final = (
    "No.", "Recorded, database's clock", "Occurred, writer's clock", "Task", "By", "What",
)  # fmt: skip
_LANE_PT: Final = 13
_LANES_A_PAGE: Final = 30


def draw_pdf(report: Report) -> bytes:
    """The document. Characters that its font lacks are written as \\u0416; the HTML has them."""
    known = _font()
    style = ParagraphStyle("text", fontName=_FONT, fontSize=7, leading=9.5, textColor=_INK)
    soft = ParagraphStyle("soft", parent=style, textColor=_SOFT)
    title = ParagraphStyle("title", parent=style, fontName=_BOLD, fontSize=14, leading=18)
    heading = ParagraphStyle(
        "heading", parent=style, fontName=_BOLD, fontSize=10, leading=16, spaceBefore=8
    )

    def cell(text: str, look: Any = style) -> Any:
        return Paragraph(_plain(text, known), look)

    facts = LongTable(
        [[cell(name, soft), cell(value)] for name, value in report.facts],
        colWidths=(110, sum(_WIDTHS) - 110),
        hAlign="LEFT",
        splitInRow=1,
    )
    facts.setStyle([("LEFTPADDING", (0, 0), (-1, -1), 0), *_TIGHT])
    rows = [[cell(each, soft) for each in _HEAD]] + [
        [
            cell(each)
            for each in (
                str(line.seq),
                line.recorded,
                line.occurred,
                line.task,
                line.actor,
                line.words,
            )
        ]
        for line in report.lines
    ]
    events = LongTable(rows, colWidths=_WIDTHS, repeatRows=1, hAlign="LEFT", splitInRow=1)
    events.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            *_TIGHT,
        ]
    )
    flow: list[Any] = [cell(report.title, title), Spacer(1, 4), facts]
    flow += [cell(each) for each in report.remarks]
    flow += [cell("Tasks over time", heading), *_lanes(report, known)]
    flow += [cell("Events", heading), events]
    out = BytesIO()
    SimpleDocTemplate(
        out,
        pagesize=landscape(A4),
        leftMargin=12 * mm,
        rightMargin=12 * mm,
        topMargin=12 * mm,
        bottomMargin=14 * mm,
        title=report.title,
        creator="Task Ledger",
    ).build(flow, onFirstPage=_foot, onLaterPages=_foot)
    return out.getvalue()


_TIGHT: Final = (("TOPPADDING", (0, 0), (-1, -1), 1.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5))


def _font() -> frozenset[int]:
    """Register the fonts once; returns the characters they have."""
    folder = Path(str(reportlab.__file__)).parent / "fonts"
    for name in (_FONT, _BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))
    font: Any = pdfmetrics.getFont(_FONT)
    return frozenset(font.face.charToGlyph)


def _plain(text: str, known: frozenset[int]) -> str:
    return escape(_drawable(text, known))


def _lanes(report: Report, known: frozenset[int]) -> list[Any]:
    if report.begins is None or report.ends is None:
        return []
    parts = [
        report.lanes[first : first + _LANES_A_PAGE]
        for first in range(0, len(report.lanes), _LANES_A_PAGE)
    ]
    drawn: list[Any] = []
    for part in parts:
        high = (len(part) + 1) * _LANE_PT
        drawing = Drawing(sum(_WIDTHS), high)
        for place, lane in enumerate(part):
            y = high - (place + 1) * _LANE_PT
            drawing.add(_text(0, y + 3, _drawable(lane.label(32), known), _INK))
            for span in lane.spans:
                left, right = (170 + share(report, t) * 520 for t in (span.begins, span.ends))
                tall = 8 if span.kind == "running" else 1.5
                fill = _RUNNING if span.kind == "running" else _WAITING
                wide = max(1.0, right - left)
                drawing.add(
                    Rect(left, y + 6 - tall / 2, wide, tall, fillColor=fill, strokeColor=fill)
                )
            if lane.ended_at is not None:
                x = 170 + share(report, lane.ended_at) * 520 + 4
                done = lane.end == "completed"
                drawing.add(_text(x, y + 3, "done" if done else "failed", _GOOD if done else _BAD))
        drawing.add(_text(170, 3, time_in_words(report.begins), _SOFT))
        drawing.add(_text(690, 3, time_in_words(report.ends), _SOFT, "end"))
        drawing.add(_text(0, 3, LEGEND, _SOFT))
        drawn.append(drawing)
    return drawn


def _drawable(text: str, known: frozenset[int]) -> str:
    return "".join(
        each if ord(each) in known else each.encode("ascii", "backslashreplace").decode()
        for each in text
    )


def _text(
    x: float, y: float, text: str, colour: Any, anchor: Literal["start", "end"] = "start"
) -> Any:
    return String(x, y, text, fontName=_FONT, fontSize=7, fillColor=colour, textAnchor=anchor)


def _foot(canvas: Any, document: Any) -> None:
    canvas.saveState()
    canvas.setFont(_FONT, 7)
    canvas.setFillColor(_SOFT)
    canvas.drawRightString(landscape(A4)[0] - 12 * mm, 8 * mm, f"Page {document.page}")
    canvas.restoreState()

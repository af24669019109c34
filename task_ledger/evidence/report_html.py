"""The report as one page of HTML: no script, no external resources, prints on A4."""

from html import escape
from typing import Final

from task_ledger.evidence.lanes import Lane
from task_ledger.evidence.report import LEGEND, Line, Report, share
from task_ledger.evidence.words import time_in_words

_NAME_PX: Final = 220
_WIDE_PX: Final = 640
_HIGH_PX: Final = 20

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1c1e21; --soft: #595d63; --line: #c9c9c4;
  --ground: #fff; --waiting: #b9bdc3; --running: #1c5ba3; --good: #19662f; --bad: #a8261c; }
@media screen and (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --soft: #a0a6ad;
  --line: #3a3f46; --ground: #131518; --waiting: #5b626b; --running: #86b8f0; --good: #7ccb92;
  --bad: #f2958c; } }
* { box-sizing: border-box; }
body { font: 13px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--ground);
  max-width: 1120px; margin: 0 auto; padding: 24px; font-variant-numeric: tabular-nums; }
h1 { font-size: 22px; margin: 0 0 12px; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 24px 0 8px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 0; }
dt, th { color: var(--soft); font-weight: normal; text-align: left; }
dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { padding: 3px 8px 3px 0; vertical-align: top; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere; }
.seq { width: 56px; } .time { width: 214px; white-space: nowrap; } .id { white-space: nowrap; }
.task { width: 190px; } .actor { width: 110px; }
.lanes { overflow-x: auto; } svg { display: block; } svg text { fill: var(--ink); font-size: 12px; }
svg .soft { fill: var(--soft); }
.waiting { fill: var(--waiting); } .running { fill: var(--running); }
.completed { fill: var(--good); } .failed { fill: var(--bad); }
@media print { @page { size: A4 landscape; margin: 12mm; }
  body { padding: 0; max-width: none; font-size: 9.5px; } thead { display: table-header-group; }
  tr, svg g { break-inside: avoid; } .waiting, .running { print-color-adjust: exact; }
  .seq { width: 40px; } .time { width: 162px; } svg text { font-size: 9.5px; }
  h2 { break-after: avoid; } }
"""


def draw_html(report: Report) -> str:
    """The page's text."""
    facts = "".join(f"<dt>{escape(n)}</dt><dd>{escape(v)}</dd>" for n, v in report.facts)
    remarks = "".join(f"<p>{escape(each)}</p>" for each in report.remarks)
    rows = "".join(
        f'<tr><td>{line.seq}</td><td class="time">{escape(line.recorded)}</td>'
        f'<td class="time">{escape(line.occurred)}</td>'
        f"<td>{_task(line)}</td><td>{escape(line.actor)}</td><td>{escape(line.words)}</td></tr>\n"
        for line in report.lines
    )
    title = escape(report.title)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{_STYLE}</style></head><body>
<h1>{title}</h1>
<dl>{facts}</dl>
{remarks}
<h2>Tasks over time</h2>
<div class="lanes">{_lanes(report)}</div>
<h2>Events</h2>
<table><thead><tr><th class="seq">No.</th><th class="time">Recorded, database's clock</th>
<th class="time">Occurred, writer's clock</th><th class="task">Task</th><th class="actor">By</th>
<th>What</th></tr></thead><tbody>
{rows}</tbody></table>
</body></html>
"""


def _task(line: Line) -> str:
    name, _, end_of_id = line.task.rpartition(" ")
    return f'{escape(name)} <span class="id">{escape(end_of_id)}</span>'


def _lanes(report: Report) -> str:
    if report.begins is None or report.ends is None:
        return "<p>No events.</p>"
    high = (len(report.lanes) + 2) * _HIGH_PX
    wide = _NAME_PX + _WIDE_PX + 90
    lanes = "".join(_lane(report, lane, place) for place, lane in enumerate(report.lanes))
    below = len(report.lanes) * _HIGH_PX + 16
    return (
        f'<svg width="{wide}" height="{high}" role="img" aria-label="Tasks over time">{lanes}'
        f'<text class="soft" x="{_NAME_PX}" y="{below}">{time_in_words(report.begins)}</text>'
        f'<text class="soft" x="{_NAME_PX + _WIDE_PX}" y="{below}" text-anchor="end">'
        f"{time_in_words(report.ends)}</text>"
        f'<text class="soft" x="0" y="{below + _HIGH_PX}">{LEGEND}</text></svg>'
    )


def _lane(report: Report, lane: Lane, place: int) -> str:
    top = place * _HIGH_PX
    name = lane.label(30)
    spans = ""
    for span in lane.spans:
        left = _NAME_PX + share(report, span.begins) * _WIDE_PX
        wide = max(1.5, (share(report, span.ends) - share(report, span.begins)) * _WIDE_PX)
        y, high = (top + 4, 10) if span.kind == "running" else (top + 8, 2)
        spans += (
            f'<rect class="{span.kind}" x="{left:.1f}" y="{y}" width="{wide:.1f}" height="{high}"/>'
        )
    end = ""
    if lane.ended_at is not None:
        x = _NAME_PX + share(report, lane.ended_at) * _WIDE_PX + 6
        mark = "✓ done" if lane.end == "completed" else "✕ failed"
        end = f'<text class="{lane.end}" x="{x:.1f}" y="{top + 14}">{mark}</text>'
    return f'<g><text x="0" y="{top + 14}">{escape(name)}</text>{spans}{end}</g>'

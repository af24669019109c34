"""The reads' part of docs/performance.md, and its plot."""

from collections.abc import Mapping

from bench.line_chart import Panel, svg
from bench.reads.results import Figures, Size

_PART = """
## Reads over HTTP
One request after the other against an api process, at several numbers of events in the log: times
in the client, and PostgreSQL's buffers (pages of 8 kB) touched for each request, including the
check of the token. Buffers do not depend on how busy the machine is. The log has two projects and
twelve months; the requests are about one of the projects. A page has 50 tasks or 100 events, and
*list, later page* 500 tasks. A ratio compares the largest number of events with the smallest.

<picture>
  <source media="(prefers-color-scheme: dark)" srcset="images/reads-dark.svg">
  <img alt="Time and buffers of each kind, by number of events" src="images/reads.svg">
</picture>

The lines show the slowest request of each kind, and the one with the most buffers.

{measured}

{table}
"""


def part(sizes: Mapping[int, Size]) -> str:
    """Return the part in Markdown.

    Args:
        sizes: by number of events, smallest first; not empty.
    """
    columns = [f"{_events(events)}: p50; p99 (ms)" for events in sizes]
    columns += [f"{_events(events)}: buffers" for events in sizes]
    heading = f"| request | {' | '.join(columns)} | p99, ratio | buffers, ratio |"
    rule = "|" + "---|" * (len(columns) + 3)
    everywhere = set.intersection(*(set(size.reads) for size in sizes.values()))
    names = [name for name in sizes[max(sizes)].reads if name in everywhere]
    rows = [_row(name, [size.reads[name] for size in sizes.values()]) for name in names]
    measured = [
        f"- {_events(events)} events: measured {size.measured}; a fixed piece of work (50 MB of "
        f"SHA-256) took {size.fixed_work_ms:g} ms."
        for events, size in sizes.items()
    ]
    return _PART.format(measured="\n".join(measured), table="\n".join([heading, rule, *rows]))


def plot(sizes: Mapping[int, Size], *, dark: bool) -> str:
    """Return the plot as SVG: the slowest request of each kind, by number of events."""
    panels = [
        Panel("p99 (ms)", _worst(sizes, "p99_ms")),
        Panel("buffers", _worst(sizes, "buffers")),
    ]
    return svg(panels, "events", dark=dark, logarithmic=True)


def _worst(sizes: Mapping[int, Size], figure: str) -> dict[str, list[tuple[float, float]]]:
    lines: dict[str, list[tuple[float, float]]] = {}
    for events, size in sizes.items():
        worst: dict[str, float] = {}
        for read in size.reads.values():
            worst[read.kind] = max(worst.get(read.kind, 0.0), getattr(read, figure))
        for kind, value in worst.items():
            lines.setdefault(kind, []).append((events, value))
    return lines


def _row(name: str, figures: list[Figures]) -> str:
    first, last = figures[0], figures[-1]
    cells = [f"{each.p50_ms:.3g}; {each.p99_ms:.3g}" for each in figures]
    cells += [f"{each.buffers:,.0f}" for each in figures]
    ratios = ["", ""]
    if len(figures) > 1:
        ratios = [f"{last.p99_ms / first.p99_ms:.2f}", f"{last.buffers / first.buffers:.2f}"]
    return f"| {name} | {' | '.join([*cells, *ratios])} |"


def _events(number: int) -> str:
    return f"{number / 1e6:g} million" if number >= 100_000 else f"{number:,}"

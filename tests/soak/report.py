"""`python -m tests.soak.report > docs/soak.md`: write the last run's verdicts, and its plots."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from bench.line_chart import Line, Panel, svg
from tests.soak.results import Incident, Outcome, read
from tests.soak.samples import Sample, series
from tests.soak.verdicts import BYTES_PER_EVENT, RULES, WARM_UP, Verdict

IMAGES: Final = Path(__file__).parents[2] / "docs" / "images"
MOST_LINES: Final = 6
"""In one panel of the plot."""

PAGE: Final = """# A load held

Written by `make soak && .venv/bin/python -m tests.soak.report > docs/soak.md`; do not edit it.

`make soak` holds a load for half an hour on one machine and fails if anything grows that should
not. This run ({measured}, seed {seed}) held {rate:.1f} tasks per second for {minutes:.0f} minutes
on {processors} processors{share}: {tasks:,} tasks, {events:,} events, {requests:,} HTTP requests.
Programs that have nothing to do with it took {others:.0%} of the processors meanwhile. A fixed
piece of work (50 MB of SHA-256) took {fixed_work_ms:g} ms before it.

## The load
- **Tasks** are enqueued in transactions with a row of their own, at random times: short ones
  (40 %), with four reported steps (35 %), with a retry (10 %), failing (5 %), cancelled (7 %),
  running for half a second (3 %); 20 projects.
- **Readers** ask for lists, timelines, tasks and counts eight times a second; two follow streams.
- **Processes**: PostgreSQL (fsync on), Valkey, api, two projectors, sealer, notifier, and a worker
  with three children; the clients run on the same machine. The notifier posts each failure to a
  webhook.

| at | incident | done after |
|---|---|---|
{incidents}

After the load, every task must have ended as it should, with exactly one row of its body if it
completed and none otherwise; each failure must have reached the webhook; and `task-ledger verify`
recomputes the whole log.
{wrong}

## What stayed flat
The first {warm_up:.0%} of the run are not judged. *First* and *last* are the medians of the first
and the last fifth of the samples after that: a peak that passes does not count, a slope or a step
does. A series holds if its last value is at most *allowed*: {rules}. Of tables that grow with every
event, *first* and *last* are bytes per event in the two halves; the second may be
{bytes_per_event:.0%} greater, and 1 MiB is allowed because files are extended in steps. Their dead
rows may grow as they do, because PostgreSQL vacuums a table after a share of its rows has changed.

Memory is the proportional set size (PSS) of a process and its children, of PostgreSQL only
anonymous pages: its shared buffers fill by design. Sizes contain indexes and TOAST, without the
retired month.

<picture>
  <source media="(prefers-color-scheme: dark)" srcset="images/soak-dark.svg">
  <img alt="Lag, HTTP, memory, connections, dead tuples and sizes over time" src="images/soak.svg">
</picture>

{marks}

| series | first | last | per hour | allowed | |
|---|---|---|---|---|---|
{verdicts}

Tables that stayed below 256 kB and 100 dead tuples are left out; they hold as well.
"""


def page(outcome: Outcome) -> str:
    """Return the page about a run, in Markdown."""
    share = (
        ""
        if outcome.limit is None
        else f", {outcome.rate / outcome.limit:.0%} of the {outcome.limit:g} per second that the "
        "machine reached before"
    )
    return PAGE.format(
        measured=outcome.measured,
        seed=outcome.seed,
        rate=outcome.rate,
        minutes=outcome.seconds / 60,
        share=share,
        processors=os.cpu_count(),
        others=outcome.others,
        tasks=outcome.tasks,
        events=outcome.events,
        requests=outcome.requests,
        fixed_work_ms=outcome.fixed_work_ms,
        incidents="\n".join(
            f"| {each.at / 60:.1f} min | {each.what} | {each.took:.1f} s |"
            for each in outcome.incidents
        ),
        wrong="\n".join(["Nothing was wrong."] if not outcome.wrong else outcome.wrong),
        warm_up=WARM_UP,
        rules="; ".join(_rule(rule.series, rule.allowed, rule.share, rule.unit) for rule in RULES),
        bytes_per_event=BYTES_PER_EVENT,
        marks=" ".join(f"{number}: {each.what}." for number, each in _numbered(outcome)),
        verdicts="\n".join(_row(each) for each in outcome.verdicts if _is_shown(each)),
    )


def plot(outcome: Outcome, samples: Sequence[tuple[float, Sample]], *, dark: bool) -> str:
    """Return the plot as SVG."""
    found = {
        name: [(at / 60, value) for at, value in points]
        for name, points in series(list(samples)).items()
    }
    panels = [
        Panel("lag and oldest undispatched message (s)", _named(found, "lag_s", "undispatched_s")),
        Panel("p99 of HTTP requests in the last minute (ms)", _named(found, "http_p99_ms")),
        Panel("memory (MiB)", _greatest(found, "memory_mib")),
        Panel("connections, and waiting messages", _named(found, "connections", "queued")),
        Panel("dead tuples", _greatest(found, "dead")),
        Panel("size of tables (MiB)", _greatest(found, "bytes", 1 << 20)),
    ]
    marks = {str(number): each.at / 60 for number, each in _numbered(outcome)}
    return svg(panels, "minutes", dark=dark, marks=marks)


def write_plots(outcome: Outcome, samples: Sequence[tuple[float, Sample]]) -> None:
    """Write the plot for light and dark pages."""
    for name, dark in (("soak.svg", False), ("soak-dark.svg", True)):
        (IMAGES / name).write_text(plot(outcome, samples, dark=dark), encoding="utf-8")


def _numbered(outcome: Outcome) -> list[tuple[int, Incident]]:
    return list(enumerate(outcome.incidents, start=1))


def _named(found: Mapping[str, Line], *names: str) -> Mapping[str, Line]:
    return {name: found[name] for name in names}


def _greatest(found: Mapping[str, Line], kind: str, unit: int = 1) -> Mapping[str, Line]:
    """The series of a kind whose peaks are greatest, by the name of process or table."""
    lines = {
        name.partition(":")[2]: [(at, value / unit) for at, value in line]
        for name, line in found.items()
        if name.startswith(f"{kind}:")
    }
    peaks = sorted(lines, key=lambda name: max(value for _, value in lines[name]), reverse=True)
    return {name: lines[name] for name in peaks[:MOST_LINES]}


def _rule(name: str, allowed: float, share: float, unit: str) -> str:
    more = f"{allowed:g} {unit}".strip() if unit != "bytes" else "1 MiB"
    return f"`{name}` {more}" + (f" or {share:.0%}" if share else "") + " more"


def _is_shown(verdict: Verdict) -> bool:
    kind = verdict.series.partition(":")[0]
    least = (
        {"bytes": 256 << 10, "dead": 100}.get(kind, 0) if verdict.unit != "bytes per event" else 0
    )
    return not verdict.holds or max(verdict.first, verdict.last) >= least


def _row(verdict: Verdict) -> str:
    per_hour = "" if verdict.unit == "bytes per event" else f"{verdict.per_hour:+,.3g}"
    unit = f" ({verdict.unit})" if verdict.unit else ""
    mark = "holds" if verdict.holds else "**grows**"
    first, last, allowed = (
        _figure(value) for value in (verdict.first, verdict.last, verdict.allowed)
    )
    return f"| `{verdict.series}`{unit} | {first} | {last} | {per_hour} | {allowed} | {mark} |"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


if __name__ == "__main__":
    last, taken = read()
    write_plots(last, taken)
    print(page(last), end="")

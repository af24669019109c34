"""`python -m bench.report > docs/performance.md`: the last run's figures, and how to read them."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from bench.row import RESULTS, Row

PAGE = """# What tracking costs

Written by `make bench && .venv/bin/python -m bench.report > docs/performance.md`; do not edit it.

Both sides of a comparison run in turns, on the same servers of one machine ({processors}
processors, fsync on), so that what disturbs the machine disturbs both. A ratio is ours / peer, the
median of the rounds' own ratios; the spread holds the lowest and the highest. Ratios say more about
another machine than the figures beside them.

| | ours | peer | ratio | spread |
|---|---|---|---|---|
{rows}

## How to read it
- **append, 8 clients.** Whole tasks of seven events (registered, started, four times progress,
  completed), each event a transaction of its own through the ledger's functions, against bare
  INSERTs of the same rows into a table with the same indexes and partitions. Both sides are pgbench
  with prepared statements. The difference is what a function checks: that the event may follow,
  that the claim is the running one, and the digest. Each event waits for the disk, on both sides.
  The next row is the processor time of the same in PostgreSQL's backends. The row below it has
  sessions as workers make them on our side, where the registration and the end of a task wait for
  the disk and what is said between goes with the end
  ([what a power cut may take](reliability.md)); the peer's still wait each.
- **append from Python, 8 threads.** `task_ledger.eventlog.appender.Appender` against the PostgreSQL
  recorder of the package `eventsourcing`, one transaction for each event. The first row uses
  connections as
  workers make them: claims and progress do not wait for the disk, the end of an attempt does and
  takes what was said before it along ([what a power cut may take](reliability.md)). In the second
  row each event waits for the disk by itself, as the peer's do; there, two processors are shared by
  eight threads of Python, PostgreSQL and its log.
- **tracking adds to a task.** Worker time of a Celery task that reports four steps and does nothing
  else, less that of the same task without any tracking (*a bare task*), against what Celery's own
  database result backend adds for the same steps by `update_state`.
- **commit to list.** From the commit of an event to the moment when a reader finds it in the read
  model, with a projector in a process of its own and four writers beside it.
- **fold, one projector behind.** The projector's process with 112,000 events of 16,000 tasks in 32
  projects before it, against the same rows of the timelines and the records written by COPY alone,
  into tables with the same indexes. The projector reads 16,000 events at a time when it is behind,
  numbers them by COPY, and makes a record once for all events of a task in a batch.
  Before it did so, the processor time for an event, the projector's and its backend's together,
  was 140 and 164 microseconds in two rounds; in the same rounds with it, 57 and 58. Python takes
  35 of these (before: 82 and 97). Both rows were measured while other work held the processors.
- **rebuild.** Every record made anew from the same log, by `task-ledger rebuild`'s process.
- **sealing, catching up.** A sealer ([seal the log](how-to/seal.md)) that reads and seals 240,000
  events of 40 projects it has never read, and the same events read again by its rolling check. Most
  of the time is PostgreSQL's; the row between them is what the sealer's own process takes.

## What is not measured
More than one machine, networks between them, and tables beyond memory.
"""


def page(rows: Sequence[Row]) -> str:
    """The page about these figures, in Markdown."""
    return PAGE.format(processors=os.cpu_count(), rows="\n".join(map(line, rows)))


def line(row: Row) -> str:
    """The row of a Markdown table."""
    peer = "" if row.peer is None else figure(row.peer)
    against = "" if row.peer_name is None else f", against {row.peer_name}"
    ratio = "" if row.ratio is None else f"{row.ratio:.3f}"
    low, high = row.spread
    spread = "" if low == high else f"{figure(low)} to {figure(high)}"
    return (
        f"| {row.name} ({row.unit}){against} | {figure(row.ours)} | {peer} | {ratio} | {spread} |"
    )


def figure(value: float) -> str:
    """A value in four digits at most, without an exponent."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"


def read(path: Path = RESULTS) -> list[Row]:
    """The rows of the last run.

    Raises:
        FileNotFoundError: nothing was measured yet in this checkout; run `make bench`.
    """
    return [
        Row(**{**each, "spread": tuple(each["spread"])})
        for each in json.loads(path.read_text(encoding="utf-8"))
    ]


if __name__ == "__main__":
    print(page(read()), end="")

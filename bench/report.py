"""`python -m bench.report > docs/performance.md`: write the latest figures, and their plots."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.reads import page as reads
from bench.reads import results
from bench.row import Row, read

IMAGES = Path(__file__).parents[1] / "docs" / "images"

PAGE = """# What tracking costs

Written by `make bench && .venv/bin/python -m bench.report > docs/performance.md`; do not edit it.

Both sides of a comparison run alternately on the same servers of one machine ({processors}
processors, fsync on), so that a disturbance of the machine affects both. A ratio is ours / peer:
the median of the rounds' own ratios, with the lowest and the highest as its spread. On another
machine, expect similar ratios rather than similar figures.

| | ours | peer | ratio | spread | measured |
|---|---|---|---|---|---|
{rows}

## How to read it
- **append, 8 clients.** Whole tasks of seven events (registered, started, four times progress,
  completed), each event in its own transaction through the ledger's functions, against bare
  INSERTs of the same rows into a table with the same indexes and partitions. Both sides are pgbench
  with prepared statements. The difference is the cost of the checks: that the event is legal, that
  it comes from the current claim, and the digest. On both sides, each event waits for the disk.
- **append, backends' CPU per task.** The processor time of the same in PostgreSQL's backends.
- **append, over workers' sessions.** Our side uses sessions as workers do: only the registration
  and the end of a task wait for the disk, and earlier events are on disk with the end
  ([what a power failure can lose](reliability.md)). The peer still waits for every event.
- **append from Python, 8 threads.** `task_ledger.eventlog.appender.Appender` against the PostgreSQL
  recorder of the package `eventsourcing`, with one transaction for each event. The first row uses
  connections as workers do, so only the end of an attempt waits for the disk. In the second row,
  every event waits for the disk, as the peer's do; two processors are then shared by eight Python
  threads, PostgreSQL and its write-ahead log.
- **tracking adds to a task.** Worker time of a Celery task that only reports four steps, minus that
  of the same task without tracking (*a bare task*), against what Celery's own database result
  backend adds for the same steps with `update_state`. The peer of the row *beside Redis* is
  Celery's Redis result backend, on the Valkey that is also the broker: it keeps the latest state of
  a task in memory, and no history on disk.
- **messages dispatched.** The relay's process on a full outbox, against a loop of `apply_async` on
  one connection. The relay reads, publishes and deletes each message; the loop builds and publishes
  it.
- **call to start.** One task at a time, after pauses of up to 171 ms: from the call of `enqueue`,
  in a transaction of its own, or of `apply_async`, to the first line of the body. The relay looks
  for due messages every 10 to 100 ms. *Beyond apply_async* is the difference.
- **whole tasks.** Orders that come in as fast as one process takes them, two processes that run the
  bodies, and everything else that a system needs, on the same two processors: tasks per second from
  the first order to the last durable end, and processor time per task of all processes, servers
  included. The body has four steps, which the ledger stores as events, DBOS as steps, and Celery
  with `update_state`; procrastinate stores only the end. The order's row and its task are in one
  transaction with the ledger and procrastinate.

  Of the processor time of one such task, measured by process apart from the table, on two
  processors with other work on them (load average 12 to 16), 300 tasks a round, median of four
  rounds; bare Celery (the order's row, `delay`, no result, no steps) ran right after, at a lower
  load:

  | ms per task | tracked | bare Celery |
  |---|---|---|
  | worker, main process and two children | 3.6 | 1.5 |
  | its sessions in PostgreSQL (`started`, four steps, `completed`) | 1.5 | |
  | projector: fold and relay | 2.3 | |
  | the fold's session | 1.6 | |
  | the relay's session | 0.3 | |
  | caller | 1.6 | 0.9 |
  | its session | 0.7 | 0.2 |
  | Valkey | 0.3 | 0.2 |
  | all | 11.9 | 2.9 |

  By elapsed time in PostgreSQL, without COMMIT, the largest statements are `append` (six calls,
  1.7 ms), the fold's `number.sql` (1.4 ms), `enqueue` (0.5), `store_records.sql` (0.3), `read.sql`
  (0.3) and `store_rollups.sql` (0.2), at 0.38 ticks a task. With longer pauses of the projector
  (30 ms instead of 10), the sum did not change. Without garbage collection in all Python processes,
  it was 13 % lower, but so was the time of PostgreSQL's sessions, which have none.
- **commit to list.** Time from the commit of an event until a reader finds it in the read model,
  with the projector in its own process and four concurrent writers.
- **fold, one projector behind.** A projector process with a backlog of 112,000 events of 16,000
  tasks in 32 projects, against writing the same timeline rows and records by COPY alone, into
  tables with the same indexes.
- **rebuild.** Rebuilding every record from the same log with `task-ledger rebuild`.
- **register tasks at once.** `enqueue_many` with 10,000 tasks, from signatures to the commit,
  against INSERTs of the same rows, prepared and pipelined. *CPU per task* is the processor time of
  the calling process and of its backend in PostgreSQL, in the same rounds, about half in each; a
  ratio of 2 is twice the time. The rate falls further behind than the processor time, because the
  INSERTs occupy both processes at once, and `enqueue_many` builds 1,000 tasks and then waits for
  their statement. Where Celery has to build each message
  ([when](how-to/enqueue-a-task.md#thousands-at-once)), the calling process took 360 µs per task
  instead of 50.
- **sealing, CPU per event.** Eight clients append whole tasks to 1,000 projects for ten seconds,
  without waiting for the disk; a projector numbers the events; then a [sealer](how-to/seal.md)
  seals them in one tick, as it does by default every ten seconds. Ours is the processor time of
  the sealer and its session in PostgreSQL, the peer's that of all other sessions and of the
  projector, for each event. The ratio is therefore the share of the append rate that sealing can
  take where processors limit it and the sealer runs on the same machine; about half of it is the
  session's, and stays when the sealer has a host of its own. The
  clients (pgbench) are not counted; where Python appends, the share is smaller.
- **sealing, CPU per tick.** The same for a tick without new events that reads 20,000 old ones
  again, every ten seconds: 1 % of two processors, however much is appended.
- **sealing, catching up.** A sealer that reads and seals 240,000 events of 40 projects for the
  first time, and the same events read again by its rolling check. Most of the time is spent in
  PostgreSQL; one row shows the sealer's own process.

  Tried apart from the table, on two cores with other work on them: a sealer caught up with 80,000
  events at 92,000 to 153,000 a second; on processors that others kept busy, at 15,000 to 24,000,
  for 10 µs of processor time an event. Appending by one session, with a projector, while a sealer
  seals and while it rests, in five pairs of four seconds each: 0.97 to 1.22 times the rate,
  median 1.03.
- **idle.** One each of api, projector (with its relay), sealer, notifier and worker, without tasks
  and without requests, for a minute. *Statements* are what PostgreSQL gets in total and from each
  role, with BEGIN and COMMIT. *CPU* is processor time as a share of one core, of all these
  processes and of each with its children. PostgreSQL's own time is apart from the sum.

  Tried apart from the table, on processors that others kept busy, in 20 s: 23 statements a second
  and 1.2 to 1.3 % of a core with PostgreSQL; 40 and 2.4 % when each part polled for itself. What is
  left: the projector 0.35 to 0.38 %, its fold's session 0.18 to 0.22 (ten polls a second; waking
  up costs most of both, the statement itself 0.02), the api 0.15 (it wakes ten times a second),
  the worker 0.13, the notifier 0.10 to 0.14, its sessions 0.08, the sealer 0.03 to 0.05, and the
  other sessions 0.15 together.
{reads}
## What is not measured
More than one machine, networks between them, and tables larger than memory.
"""


def page(rows: Sequence[Row], sizes: Mapping[int, results.Size]) -> str:
    """Return the page about these figures, in Markdown.

    Args:
        sizes: figures of reads, by number of events; without any, the page has no part about reads.
    """
    return PAGE.format(
        processors=os.cpu_count(),
        rows="\n".join(map(line, rows)),
        reads=reads.part(sizes) if sizes else "",
    )


def write_plots(sizes: Mapping[int, results.Size], folder: Path = IMAGES) -> None:
    """Write the plot of reads for light and dark pages; nothing if there are no figures."""
    if sizes:
        for name, dark in (("reads.svg", False), ("reads-dark.svg", True)):
            (folder / name).write_text(reads.plot(sizes, dark=dark), encoding="utf-8")


def line(row: Row) -> str:
    """Return a row of the Markdown table."""
    peer = "" if row.peer is None else figure(row.peer)
    against = "" if row.peer_name is None else f", against {row.peer_name}"
    ratio = "" if row.ratio is None else f"{row.ratio:.3f}"
    low, high = row.spread
    spread = "" if low == high else f"{figure(low)} to {figure(high)}"
    return (
        f"| {row.name} ({row.unit}){against} | {figure(row.ours)} | {peer} | {ratio} | {spread} "
        f"| {row.measured} |"
    )


def figure(value: float) -> str:
    """Format a value with at most four digits, without an exponent."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"


if __name__ == "__main__":
    measured_sizes = results.read()
    write_plots(measured_sizes)
    print(page(read(), measured_sizes), end="")

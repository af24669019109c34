"""What a run found, kept as JSON beside the figures of `make bench`, with its samples as CSV."""

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from bench.row import RESULTS as _ROWS
from tests.soak.samples import Sample
from tests.soak.verdicts import Verdict

RESULTS: Final = _ROWS.with_name("soak.json")

LOGS: Final = RESULTS.with_name("soak-logs")
"""The processes' output, of the last run in which something was wrong."""


@dataclass(frozen=True)
class Incident:
    """Something that was done to the system on purpose.

    Attributes:
        at, took: seconds since the start, and until it was done.
    """

    what: str
    at: float
    took: float


@dataclass(frozen=True)
class Outcome:
    """What came of a run.

    Attributes:
        measured: the day and the revision of the code.
        fixed_work_ms: see `bench.speed`.
        limit: tasks per second of the calibration; None if the rate was given.
        rate: tasks per second that were asked for.
        tasks, events: of the load, in the whole run; without the past month and the calibration.
        others: part of the machine's processors that processes outside of the run used.
        requests: answered by the api, streams included.
        wrong: what is wrong, in words; empty if everything holds, verdicts apart.
    """

    measured: str
    fixed_work_ms: float
    seed: int
    seconds: float
    limit: float | None
    rate: float
    tasks: int
    events: int
    others: float
    requests: int
    incidents: Sequence[Incident]
    verdicts: Sequence[Verdict]
    wrong: Sequence[str]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong and every verdict holds."""
        return not self.wrong and all(verdict.holds for verdict in self.verdicts)


def keep(outcome: Outcome, samples: Sequence[tuple[float, Sample]], path: Path = RESULTS) -> None:
    """Write the outcome, and the samples beside it as CSV: seconds, series, value."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(asdict(outcome), indent=2) + "\n", encoding="utf-8")
    with path.with_suffix(".csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("seconds", "series", "value"))
        for at, sample in samples:
            writer.writerows((f"{at:.1f}", name, f"{sample[name]:.6g}") for name in sorted(sample))


def read(path: Path = RESULTS) -> tuple[Outcome, list[tuple[float, Sample]]]:
    """Return what was kept last.

    Raises:
        FileNotFoundError: no run has ended in this checkout yet; run `make soak`.
    """
    found = json.loads(path.read_text(encoding="utf-8"))
    found["incidents"] = [Incident(**each) for each in found["incidents"]]
    found["verdicts"] = [Verdict(**each) for each in found["verdicts"]]
    samples: dict[float, Sample] = {}
    with path.with_suffix(".csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            samples.setdefault(float(row["seconds"]), {})[row["series"]] = float(row["value"])
    return Outcome(**found), sorted(samples.items())

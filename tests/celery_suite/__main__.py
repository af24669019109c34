"""`make celery-suite CELERY=/path/to/celery`: what LedgerCelery changes in Celery's own tests.

Runs Celery's unit tests of applications, tasks, canvases and workers and its integration tests of
tasks and canvases on plain Celery and on LedgerCelery, at the same time and on real servers, and
fails on a difference that is not in `differences.toml`. Fetches nothing. The last line of standard
output is one JSON object.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.celery_suite.known import judge, read_known
from tests.celery_suite.results import Difference, Outcome, differences, passed
from tests.celery_suite.run import PARTS, BadSources, Side, SuiteFailed, sides

PART_S = {"unit": 300.0, "integration": 1200.0}
"""So long each part may take, its repetitions included."""
TEST_S = 90.0
"""So long a test may take: most of Celery's wait for a minute at most."""
AGAIN = 2
"""How often tests that differ run again, alone: some of Celery's own fail now and then."""


def main() -> int:
    """Run once; returns the process's exit code: 0, 1 for differences, 2 for bad sources."""
    parser = argparse.ArgumentParser(prog="make celery-suite", description=__doc__)
    parser.add_argument("celery", type=Path, help="a checkout or sdist of the Celery installed")
    parser.add_argument("--part", nargs="+", default=list(PARTS), choices=PARTS)
    parser.add_argument("--keep", action="store_true", help="keep the folder in any case")
    parser.add_argument("--times", type=float, default=1.0, help="how much longer it may all take")
    told = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="task-ledger-celery-suite-"))
    folder.chmod(0o755)
    try:
        status = _run_and_compare(told.celery.resolve(), folder, told.part, told.times)
    except BadSources as error:
        _show(str(error))
        status = 2
    except SuiteFailed as error:
        _show(str(error))
        status = 1
    if status == 1 or told.keep:
        _show(f"kept: {folder}")
    else:
        shutil.rmtree(folder)
    return status


def _run_and_compare(sources: Path, folder: Path, names: Sequence[str], times: float) -> int:
    """Run parts, print what came of them; returns 0 if they differ as listed, else 1."""
    began = time.monotonic()
    with sides(sources, folder, TEST_S * times) as both:
        parts = {part: _compared(part, both, PART_S[part] * times) for part in names}
    figures = {
        "seconds": round(time.monotonic() - began),
        "tests": sum(len(ran) for _, ran, _ in parts.values()),
        "passed_on_celery": sum(plain for plain, _, _ in parts.values()),
        "differences": sum(len(found) for _, _, found in parts.values()),
    }
    verdict = judge(
        [each for _, _, found in parts.values() for each in found],
        read_known(),
        {test for _, ran, _ in parts.values() for test in ran},
    )
    for difference in verdict.unexpected:
        _show(f"DIFFERENCE {difference}")
    for healed in verdict.healed:
        _show(f"NO DIFFERENCE any more, take it out of the list: {healed.test}")
    print(json.dumps(figures | {"unexpected": len(verdict.unexpected)}), flush=True)
    return 0 if verdict.passes else 1


def _compared(
    part: str, both: tuple[Side, Side], seconds: float
) -> tuple[int, set[str], list[Difference]]:
    """How many tests pass on plain Celery, which ran, and what differs each time it runs."""
    deadline = time.monotonic() + seconds
    plain, ledger = _run(part, both, PARTS[part], deadline)
    ran = {*plain, *ledger}
    found = differences(plain, ledger)
    _show(f"{part}: {len(ran)} tests, {len(found)} differ")
    for _ in range(AGAIN):
        again = [each.test for each in found if Outcome.MISSING not in {each.plain, each.ledger}]
        if not again:
            break
        once_more = {each.test: each for each in differences(*_run(part, both, again, deadline))}
        found = [each for each in found if each.test not in again or each.test in once_more]
        _show(f"{part}: {len(found)} differ again")
    return passed(plain.values()), ran, found


def _run(
    part: str, both: tuple[Side, Side], tests: list[str], deadline: float
) -> tuple[dict[str, Outcome], dict[str, Outcome]]:
    plain, ledger = [side.start(part, tests) for side in both]
    try:
        return plain.wait(deadline - time.monotonic()), ledger.wait(deadline - time.monotonic())
    finally:
        ledger.end()


def _show(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

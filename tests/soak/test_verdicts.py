"""A verdict fails with a leak, and not with a peak that passes."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.soak.samples import process_sample, series
from tests.soak.verdicts import RULES, Rule, TooFewSamples, Verdict, judge
from tests.task_ledger.local.children import wait_until

SECONDS = 1000.0
POINTS = 200
MIB = 1 << 20

LEAK = """
import sys
kept = []
for line in sys.stdin:
    kept.append((bytearray(b"x" * 4_000_000), open("/dev/null"), open("/dev/null")))
    print(flush=True)
"""


def points(value: float, *, slope: float = 0.0) -> list[tuple[float, float]]:
    """A series from `value` that grows by `slope` over the whole run."""
    times = [at * SECONDS / POINTS for at in range(POINTS)]
    return [(at, value + slope * at / SECONDS) for at in times]


def healthy() -> dict[str, list[tuple[float, float]]]:
    """One series for each rule, all flat, and a table that grows with its events."""
    flat = {rule.series: points(10.0) for rule in RULES if rule.series not in {"dead", "bytes"}}
    return flat | {
        "events": points(0.0, slope=100_000),
        "dead:outbox": points(500.0),
        "bytes:outbox": points(MIB),
        "bytes:task_event": points(50 * MIB, slope=30 * MIB),
    }


def growing(found: list[Verdict]) -> list[str]:
    """The series whose verdict does not hold."""
    return [verdict.series for verdict in found if not verdict.holds]


def test_flat_series_hold_and_so_does_a_table_that_grows_with_its_events() -> None:
    assert growing(judge(healthy(), SECONDS)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.series)
def test_each_series_fails_with_a_slope_beyond_its_bound_and_holds_within(rule: Rule) -> None:
    name = f"{rule.series}:outbox" if rule.series in {"dead", "bytes"} else rule.series
    base = healthy()[name][0][1]
    bound = max(rule.allowed, rule.share * base)
    # The medians of the first and the last fifth after the warm-up lie 0.68 of the run apart.
    assert growing(judge(healthy() | {name: points(base, slope=2 * bound)}, SECONDS)) == [name]
    assert growing(judge(healthy() | {name: points(base, slope=bound)}, SECONDS)) == []


def test_a_step_fails_although_most_of_the_run_is_flat() -> None:
    step = [(at, value + (30 if at > 700 else 0)) for at, value in points(100.0)]
    assert growing(judge(healthy() | {"memory_mib:api": step}, SECONDS)) == ["memory_mib:api"]


def test_a_peak_that_passes_holds() -> None:
    peak = [(at, 60.0 if 500 < at < 600 else value) for at, value in points(0.1)]
    assert growing(judge(healthy() | {"lag_s": peak}, SECONDS)) == []


def test_growth_during_the_warm_up_is_not_judged() -> None:
    warm = [(at, min(at, 140.0)) for at, _ in points(0.0)]
    assert growing(judge(healthy() | {"memory_mib:worker": warm}, SECONDS)) == []


def test_a_table_whose_events_take_more_and_more_bytes_fails() -> None:
    bloated = [(at, 50 * MIB + 30 * MIB * (at / SECONDS) ** 2) for at, _ in points(0.0)]
    found = judge(healthy() | {"bytes:task_event": bloated}, SECONDS)
    assert growing(found) == ["bytes:task_event"]


def test_dead_rows_of_a_table_that_grows_may_grow_as_it_does_and_no_faster() -> None:
    series = healthy() | {"dead:task_event": points(10_000.0, slope=6_000)}
    assert growing(judge(series, SECONDS)) == []
    series |= {"dead:task_event": points(10_000.0, slope=60_000)}
    assert growing(judge(series, SECONDS)) == ["dead:task_event"]


def test_a_series_that_was_hardly_sampled_is_no_verdict() -> None:
    with pytest.raises(TooFewSamples):
        judge(healthy() | {"memory_mib:api": points(10.0)[-5:]}, SECONDS)
    with pytest.raises(TooFewSamples):
        judge({name: each for name, each in healthy().items() if name != "lag_s"}, SECONDS)


@pytest.fixture
def leaking() -> Iterator[subprocess.Popen[str]]:
    """A process that keeps 4 MB and two open files for each line that it reads."""
    with subprocess.Popen(
        [sys.executable, "-c", LEAK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        yield running
        assert running.stdin is not None
        running.stdin.close()


def test_a_process_that_leaks_memory_and_files_is_found(leaking: subprocess.Popen[str]) -> None:
    assert leaking.stdin is not None
    assert leaking.stdout is not None
    samples = [(0.0, process_sample("leak", leaking.pid))]
    for at in range(1, 20):
        leaking.stdin.write("\n")
        leaking.stdin.flush()
        leaking.stdout.readline()
        samples.append((at * 50.0, process_sample("leak", leaking.pid)))
    found = judge(healthy() | dict(series(samples)), SECONDS)
    assert growing(found) == ["memory_mib:leak", "files:leak"]


def test_a_process_that_has_ended_is_in_no_sample() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as running:
        wait_until(lambda: running.poll() is not None, "it has ended")
    assert process_sample("gone", running.pid) == {}

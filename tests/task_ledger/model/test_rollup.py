"""What rollups count, and how exact their percentiles are."""

from collections import Counter
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from task_ledger.model.rollup import (
    BOUNDS_US,
    ERROR,
    MEASURES,
    percentile,
    seconds_of,
    slot_of,
    sql,
)
from task_ledger.ops.migrate import schema_folder
from tests.task_ledger.legal_logs import QUICK

LENGTHS = st.integers(BOUNDS_US[0], BOUNDS_US[-1] - 1)


@QUICK
@given(st.lists(LENGTHS, min_size=1, max_size=50), st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_a_percentile_is_within_its_error_of_the_exact_one(
    lengths: list[int], share: float
) -> None:
    exact = sorted(lengths)[ceil(share * len(lengths)) - 1] / 1e6
    found = percentile(Counter(map(slot_of, lengths)), share)
    assert found is not None
    assert exact / (1 + ERROR) / 1.001 <= found <= exact * (1 + ERROR) * 1.001


def test_lengths_outside_of_the_buckets_are_counted_at_their_ends() -> None:
    assert slot_of(0) == 0
    assert slot_of(10**15) == len(BOUNDS_US)
    assert seconds_of(0) < BOUNDS_US[0] / 1e6
    assert seconds_of(len(BOUNDS_US)) == BOUNDS_US[-1] / 1e6


def test_nothing_has_no_percentile() -> None:
    assert percentile({}, 0.5) is None


def test_the_buckets_in_the_database_are_generated_from_these() -> None:
    path = schema_folder() / "functions" / "histogram_slot.sql"
    assert path.read_text(encoding="utf-8") == sql()


def test_every_measure_is_a_column_of_the_table() -> None:
    table = (schema_folder() / "tables" / "task_rollup.sql").read_text(encoding="utf-8")
    assert [name for name in MEASURES if f"    {name} " not in table] == []

"""Ids, and where they live. That SQL agrees is proved in tests/schema."""

from datetime import UTC, datetime

import pytest

from task_ledger.model.ids import SHARDS, new_claim, new_task_id, shard_of


def test_task_ids_are_uuid7_of_now_and_in_order() -> None:
    before = datetime.now(UTC)
    ids = [new_task_id() for _ in range(1000)]
    assert {i.version for i in ids} == {7}
    assert len(set(ids)) == 1000
    assert ids == sorted(ids)
    drawn = datetime.fromtimestamp((ids[0].int >> 80) / 1000, UTC)
    assert abs((drawn - before).total_seconds()) < 5


def test_claims_are_random_and_never_the_same() -> None:
    claims = {new_claim() for _ in range(1000)}
    assert len(claims) == 1000
    assert {c.version for c in claims} == {4}


@pytest.mark.parametrize(
    ("project_id", "shard"), [("1", 11), ("P-1", 2), ("", 3), ("Straße", 8), ("漢字", 6)]
)
def test_the_shard_of_a_project_never_changes(project_id: str, shard: int) -> None:
    assert shard_of(project_id) == shard


def test_projects_are_spread_over_all_shards() -> None:
    counts = [0] * SHARDS
    for number in range(3200):
        counts[shard_of(f"project-{number}")] += 1
    assert min(counts) > 120

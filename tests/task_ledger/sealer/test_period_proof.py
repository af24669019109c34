"""Every stretch of a sealed project can be proven, and no other events in its place."""

import runpy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from task_ledger.eventlog.period import Period
from task_ledger.sealer.merkle import root_of
from task_ledger.sealer.period_proof import period_proof
from task_ledger.sealer.proofs import covering, nodes_of
from task_ledger.sealer.seal_file import NotSealed, project_seal
from tests.servers import quick_folder
from tests.task_ledger.sealer.ledgers import Ledger
from tests.task_ledger.sealer.logs import Log

CHECK = runpy.run_path(str(Path(__file__).parents[3] / "docs" / "check_export.py"))
SINCE, UNTIL = (datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2))
TIMES = ["2026-10-30T00:00:00.0Z", "2026-11-01T12:00:00.0Z", "2026-11-02T00:00:00.0Z"]
LEAVES = [bytes([number]) * 32 for number in range(40)]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A log, and a ledger with a project that grew in steps across the state's subtrees."""
    with quick_folder(tmp_path_factory.mktemp("log")) as folder:
        log, ledger = Log(folder), Ledger()
        for count in (1, 254, 3, 300, 42):
            ledger.append("riverside", count)
            log.tick(ledger)
        yield log, ledger, project_seal(log.state, log.store, "riverside")


def verdict(ledger: Ledger, proof: dict[str, Any], numbers: list[int]) -> str:
    """What the offline verifier says of an export with these events, the ends out of the period."""
    export = CHECK["PeriodExport"]([proof["seal"]["events"]], proof)
    for place, number in enumerate(numbers):
        task_id, version, digest = ledger.projects["riverside"][number - 1]
        end = 0 if place == 0 else 2 if place == len(numbers) - 1 else 1
        event = {"project_id": "riverside", "task_id": task_id, "version": version}
        export.add({**event, "digest": digest.hex(), "recorded_at": TIMES[end]})
    try:
        return export.require_prefix(proof["seal"])[0]
    except CHECK["Misfit"] as error:
        return f"refused: {error}"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_stretch_fits_and_no_other_does(sealed: Any, data: st.DataObject) -> None:
    log, ledger, seal = sealed
    first = data.draw(st.integers(1, 599) | st.sampled_from([1, 255, 256, 257, 512, 513]))
    last = data.draw(st.integers(first + 1, 600) | st.just(600))
    proof = period_proof(log.state, ledger, seal, Period(SINCE, UNTIL, first, last), {})
    assert len(proof["left"]) + len(proof["right"]) <= 2 * 10
    numbers = list(range(first, last + 1))
    assert verdict(ledger, proof, numbers).startswith(f"numbers {first} to {last} of 600")
    place = data.draw(st.integers(0, len(numbers) - 1))
    others = [number for number in range(1, 601) if number != numbers[place]]
    swapped = [*numbers[:place], data.draw(st.sampled_from(others)), *numbers[place + 1 :]]
    shifted = dict(proof, first=first + 1, last=last + 1) if last < 600 else dict(proof, last=599)
    for export, other in (
        (numbers[:place] + numbers[place + 1 :], proof),
        (swapped, proof),
        (numbers, shifted),
        (numbers, dict(proof, right=[*proof["right"], "0" * 64])),
    ):
        try:
            assert verdict(ledger, other, export).startswith("refused")
        except CHECK["Misfit"]:
            pass  # another number of roots on the left


@given(st.integers(0, 40), st.integers(0, 40))
def test_the_roots_on_both_sides_make_up_the_tree(one: int, other: int) -> None:
    first, size = sorted((one, other))
    left = [node for _, _, node in covering(0, first, nodes_of(LEAVES))]
    edge, grown = left, first
    for _, _, node in covering(first, size, nodes_of(LEAVES)):
        level = min((grown & -grown or 64).bit_length(), (size - grown).bit_length()) - 1
        edge, grown = CHECK["grown"](edge, grown, level, node)
    assert (grown, CHECK["root_of"](edge)) == (size, root_of(LEAVES[:size]))


def test_an_unsealed_stretch_has_no_proof(sealed: Any) -> None:
    log, ledger, seal = sealed
    with pytest.raises(NotSealed):
        period_proof(log.state, ledger, seal, Period(SINCE, UNTIL, 601, 700), {})

"""`task-ledger doctor` finds each condition, that one only, and is quiet when all is well.

A condition is brought about on real servers and undone after the test; doctor runs in this process.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from docs.generate.findings import conditions
from task_ledger.cli.checks.check import Level
from tests.servers import quick_folder
from tests.task_ledger.cli.conditions.in_the_database import IN_THE_DATABASE, Case
from tests.task_ledger.cli.conditions.outside import OF_THIS_SYSTEM, OUTSIDE
from tests.task_ledger.cli.conditions.system import System, healthy_system

ALL = {each.code: each for each in conditions()}

CASES = [
    *((case.code, case, case.told) for case in IN_THE_DATABASE),
    *OUTSIDE,
    *OF_THIS_SYSTEM,
]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with (
        quick_folder(tmp_path_factory.mktemp("conditions")) as folder,
        healthy_system(folder) as system,
    ):
        yield system


@pytest.fixture
def system(servers: System) -> Iterator[System]:
    """The healthy system. What is left of a condition would be found by the next test."""
    with servers.undo:
        yield servers


def test_doctor_is_quiet_when_all_is_well(system: System) -> None:
    checks = system.checks()
    assert [check for check in checks if check.level is not Level.OK] == []
    assert [check for check in checks if check.advice or check.condition] == []
    assert len({check.name for check in checks}) >= 40


@pytest.mark.parametrize(("code", "begin", "told"), CASES, ids=[code for code, _, _ in CASES])
def test_a_condition_is_found_and_nothing_else(
    system: System, code: str, begin: Callable[[System], None], told: str
) -> None:
    also = begin.also if isinstance(begin, Case) else frozenset[str]()
    begin(system)
    found = _troubles(system)
    assert set(found) == {code, *also}
    check = found[code]
    condition = ALL[code]
    assert told in check.found
    assert check.name.startswith(condition.check)
    assert check.level is condition.level or (check.level is Level.FAIL and condition.fails)
    assert check.advice
    assert "{" not in check.advice


def test_it_is_quiet_again_when_all_is_undone(system: System) -> None:
    assert _troubles(system) == {}


def test_every_condition_has_a_name_of_its_own_and_is_brought_about() -> None:
    listed = [each.code for each in conditions()]
    assert len(set(listed)) == len(listed)
    assert {code for code, _, _ in CASES} == set(listed)


def _troubles(system: System) -> dict[str, Any]:
    return {check.condition: check for check in system.checks() if check.level is not Level.OK}

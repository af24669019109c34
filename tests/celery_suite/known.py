"""The differences that are wanted, each with its reason."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.celery_suite.results import Difference

KNOWN = Path(__file__).with_name("differences.toml")
MOST = 19
"""So many may be listed: a list that grows is no list of exceptions."""


@dataclass(frozen=True, slots=True)
class Known:
    """A test that may end in another way on LedgerCelery.

    Attributes:
        test: pytest's name of it; without parameters, all of them are meant.
    """

    test: str
    reason: str

    def covers(self, test: str) -> bool:
        """Whether this line is about that test."""
        return test == self.test or test.startswith(f"{self.test}[")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a comparison came to.

    Attributes:
        unexpected: differences that are not in the list.
        healed: tests of the list that ran, and did not differ.
    """

    unexpected: Sequence[Difference]
    healed: Sequence[Known]

    @property
    def passes(self) -> bool:
        """Whether every difference is in the list, and everything in it differs."""
        return not self.unexpected and not self.healed


def read_known(path: Path = KNOWN) -> list[Known]:
    """The list.

    Raises:
        ValueError: it has too many lines, or a test twice.
        TypeError: a line lacks something.
    """
    known = [Known(**line) for line in tomllib.loads(path.read_text()).get("difference", [])]
    if len(known) > MOST:
        raise ValueError(f"{path.name} has {len(known)} differences; at most {MOST} are allowed")
    if len({line.test for line in known}) < len(known):
        raise ValueError(f"{path.name} names a test twice")
    return known


def judge(found: Sequence[Difference], known: Sequence[Known], ran: set[str]) -> Verdict:
    """Compare what differs with the list.

    Args:
        ran: the tests that ran on both sides.
    """
    differing = {difference.test for difference in found}
    return Verdict(
        unexpected=[each for each in found if not any(line.covers(each.test) for line in known)],
        healed=[
            line
            for line in known
            if any(line.covers(test) for test in ran)
            and not any(line.covers(test) for test in differing)
        ],
    )

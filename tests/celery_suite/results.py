"""What a run of Celery's suite came to, and how two runs differ."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from xml.etree import ElementTree

Results = Mapping[str, "Outcome"]
"""The outcome of each test, by pytest's name of it."""


class Outcome(StrEnum):
    """How a test ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Difference:
    """A test that passes on plain Celery, and does not on LedgerCelery, or the other way round."""

    test: str
    plain: Outcome
    ledger: Outcome

    def __str__(self) -> str:
        return f"{self.test}: {self.plain} on Celery, {self.ledger} on LedgerCelery"


def read_results(path: Path) -> dict[str, Outcome]:
    """The results in a file that pytest's `--junit-xml` wrote, of the family `xunit1`.

    A test that is there several times (one that passes and then fails in its teardown) has failed
    if any of these has.

    Raises:
        ParseError: the file is cut off, as by a process that was killed.
        OSError: there is no such file.
    """
    found: dict[str, Outcome] = {}
    for case in ElementTree.parse(path).iter("testcase"):
        name = _name(case)
        outcome = _outcome(case)
        if found.get(name) is not Outcome.FAILED:
            found[name] = outcome
    return found


def _name(case: ElementTree.Element) -> str:
    """As pytest names it, so that it can be run again: `file::class::test[parameters]`."""
    file, classname = case.get("file", ""), case.get("classname", "")
    module = file.removesuffix(".py").replace("/", ".")
    inner = classname.removeprefix(module).strip(".")
    return "::".join(filter(None, [file, *inner.split("."), case.get("name")]))


def _outcome(case: ElementTree.Element) -> Outcome:
    kinds = {child.tag for child in case}
    if kinds & {"failure", "error"}:
        return Outcome.FAILED
    return Outcome.SKIPPED if "skipped" in kinds else Outcome.PASSED


def differences(plain: Results, ledger: Results) -> list[Difference]:
    """All tests that end in another way on LedgerCelery, those that are missing on a side too."""
    missing = Outcome.MISSING
    return [
        Difference(test, plain.get(test, missing), ledger.get(test, missing))
        for test in sorted({*plain, *ledger})
        if plain.get(test, missing) is not ledger.get(test, missing)
    ]


def passed(results: Iterable[Outcome]) -> int:
    """How many tests passed."""
    return sum(outcome is Outcome.PASSED for outcome in results)

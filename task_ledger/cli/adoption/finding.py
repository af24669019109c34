"""Findings in an application."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Effect(StrEnum):
    """How the ledger treats what was found."""

    REFUSED = "refused"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to look at before switching to LedgerCelery.

    Attributes:
        file, line: where it is; relative to the working directory if below it.
        rule: a short name of the rule.
        tracked_only: whether it matters only for tasks with a task type.
    """

    file: str
    line: int
    rule: str
    effect: Effect
    found: str
    advice: str
    tracked_only: bool = False


def shown_path(file: str) -> str:
    """A file's path, relative to the working directory if below it."""
    path = Path(file).resolve()
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def in_rows(findings: Iterable[Finding]) -> Iterator[tuple[Finding, list[int]]]:
    """The findings as rows of a table: one for all that a rule finds in a file.

    Returns:
        The first finding of each row, and the lines of all.
    """
    rows: dict[tuple[object, ...], tuple[Finding, list[int]]] = {}
    for one in findings:
        key = (one.file, one.rule, one.effect, one.advice)
        rows.setdefault(key, (one, []))[1].append(one.line)
    return iter(rows.values())

"""Versions of Python and of the libraries."""

import platform
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Final

from packaging.requirements import Requirement

from task_ledger.cli.checks.check import Check, failure, ok

EXTRAS: Final = (
    "server",
    "embedded",
    "seal",
    "evidence",
    "metrics",
    "django",
    "mcp",
    "sign-in",
    "traces",
)
"""Optional extras; the doctor checks an extra once all of its packages are installed."""

_DISTRIBUTION: Final = "task-ledger"

LIBRARIES_WRONG: Final = failure(
    "libraries_wrong",
    "libraries",
    "Python or a library is missing or has a version that is not supported.",
    "pip install --upgrade '{distribution}'",
)


def libraries() -> Iterator[Check]:
    """Check the versions of Python and of every library required by the distribution and its
    extras."""
    yield ok("python", platform.python_version())
    lines = requires(_DISTRIBUTION) or []
    extras = [each for each in EXTRAS if is_installed(each, lines)]
    wrong = misfits(lines, extras)
    if wrong or sys.version_info < (3, 11):
        yield LIBRARIES_WRONG.found("; ".join(wrong), distribution=_named(extras))
    else:
        names = ("celery", "kombu", "psycopg", "sqlalchemy")
        own = f"{_named(extras)} {version(_DISTRIBUTION)}"
        yield ok("libraries", ", ".join([own, *(f"{name} {version(name)}" for name in names)]))


def is_installed(extra: str, lines: Sequence[str]) -> bool:
    """Whether every package that `extra` adds is installed, in any version."""
    plain = set(_wanted(lines, ""))
    return all(_installed(each.name) for each in _wanted(lines, extra) if each not in plain)


def misfits(lines: Sequence[str], extras: Sequence[str] = ()) -> list[str]:
    """The requirements of a distribution and some extras that are not met by installed packages.

    Args:
        lines: the requirements, as `importlib.metadata.requires` gives them.
        extras: the extras to check.
    """
    wanted = [each for extra in ("", *extras) for each in _wanted(lines, extra)]
    return list(dict.fromkeys(wrong for each in wanted if (wrong := _misfit(each))))


def _wanted(lines: Sequence[str], extra: str) -> list[Requirement]:
    wanted = map(Requirement, lines)
    return [
        each for each in wanted if each.marker is None or each.marker.evaluate({"extra": extra})
    ]


def _misfit(requirement: Requirement) -> str | None:
    installed = _installed(requirement.name)
    if installed is None:
        return f"{requirement.name} is missing"
    if requirement.specifier.contains(installed, prereleases=True):
        return None
    return f"{requirement.name} {installed} is not {requirement.specifier}"


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _named(extras: Sequence[str]) -> str:
    return f"{_DISTRIBUTION}[{','.join(extras)}]" if extras else _DISTRIBUTION
